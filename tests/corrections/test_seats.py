"""What a correction does to those who went up already: they stay, or they do not, as the rule says."""

import pytest
from sqlalchemy import select

from skillhub.corrections import works
from skillhub.corrections.rules import Report
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.db import db
from skillhub.ladder import services as ladder
from skillhub.ladder.models import LadderSeat
from tests import make
from tests.corrections import events
from tests.corrections.events import MOMENT, approve, marked, proposed


@pytest.fixture
def crew(root):
    return {login: user.as_actor() for login, user in events.people(root).items()}


def feeding(root, stay):
    """A final event whose first two go up to the city."""
    event = events.final(root)
    city = make.event(make.competition(root, tier="city"), locked=False)
    values = {"top_n": 2, "stay_when_corrected": stay, "reserves": 1}
    row = ladder.feed(event, city, values, OPERATOR)
    ladder.offer(row, OPERATOR, MOMENT)
    return event


def seated(event):
    chosen = select(LadderSeat).join(LadderSeat.entry).where(make.Entry.event_id == event.id)
    return {s.entry.name: s.state.value for s in db.session.scalars(chosen.order_by(LadderSeat.id))}


@pytest.mark.parametrize(
    ("stay", "expected"),
    [
        pytest.param(True, {"Zhao", "Ortiz"}, id="people who already advanced stay"),
        pytest.param(False, {"Zhao", "Chen"}, id="or they give the seat to whom it is due"),
    ],
)
def test_people_who_already_advanced(root, crew, stay, expected):
    event = feeding(root, stay)
    assert seated(event) == {"Zhao": "offered", "Ortiz": "offered", "Chen": "reserve"}
    row = marked(event, crew["proposer"], Chen=89)
    told = {line.after.name: bool(line.after.seats) for line in Report.from_json(row.report).lines}
    assert told == {"03 Chen": not stay, "02 Ortiz": stay}
    approve(proposed(row, crew["proposer"]), crew["approver"])
    live = {name for name, state in seated(event).items() if state in ("offered", "accepted")}
    assert live == expected


def test_a_look_offers_nobody_a_seat(root, crew):
    event = feeding(root, stay=False)
    before = seated(event)
    row = marked(event, crew["proposer"], Chen=89)
    works.look(row, crew["proposer"], MOMENT)
    assert seated(event) == before
