"""Freezing, signing and taking back a ranking."""

import pytest
from sqlalchemy import text

from skillhub.competitions.rules import EventState
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.errors import BadInput, Conflict, Locked
from skillhub.marking import services as marks
from skillhub.results import queries, services
from tests import make

NAME = OPERATOR.name


@pytest.fixture
def event(root):
    event = make.event(make.competition(root, checking="off"), parts=(("theory", 100, 1),))
    for code, points in (("1", 90), ("2", 80)):
        make.entry(event, code, marks={"theory": points})
    return event


def mark(event, points):
    entry = queries.computed(event).standings[0].entry
    return marks.enter(event, {(entry, event.components[0].id): (points, 1)}, OPERATOR, now())


def test_frozen_it_is_provisional_unsigned_and_closed_to_marks(event):
    version = services.freeze(event, OPERATOR, now())
    assert (event.state, version.number, version.signed_by) == (EventState.PROVISIONAL, 1, None)
    assert [line.rank for line in version.lines] == [1, 2]
    assert queries.frozen(event) is version
    assert queries.current(event) is None
    with pytest.raises(Locked):
        mark(event, 70)
    with pytest.raises(Conflict, match="frozen already"):
        services.freeze(event, OPERATOR, now())


def test_what_was_frozen_is_what_is_signed(event):
    version = services.freeze(event, OPERATOR, now())
    assert services.finalise(event, NAME, OPERATOR, now()) is version
    assert (event.state, version.signed_by) == (EventState.FINAL, NAME)
    assert queries.current(event) is version
    with pytest.raises(Locked):
        services.freeze(event, OPERATOR, now())


def test_in_one_go_where_no_notice_is_asked(event):
    version = services.finalise(event, NAME, OPERATOR, now())
    assert version.frozen_at <= version.signed_at
    assert event.closed


@pytest.mark.parametrize(
    ("typed", "fits"),
    [
        pytest.param(NAME, True, id="the own name"),
        pytest.param(f"  {NAME.upper()} ", True, id="case and spaces do not matter"),
        pytest.param("", False, id="nothing"),
        pytest.param(NAME[:-1], False, id="a letter is missing"),
        pytest.param("Somebody", False, id="somebody else"),
    ],
)
def test_signed_with_the_own_name_only(event, typed, fits):
    if fits:
        services.finalise(event, typed, OPERATOR, now())
    else:
        with pytest.raises(BadInput, match="your own name"):
            services.finalise(event, typed, OPERATOR, now())
    assert event.closed is fits


def test_reopened_with_a_reason_the_next_version_follows(event):
    first = services.freeze(event, OPERATOR, now())
    with pytest.raises(BadInput):
        services.take_back(event, " ", OPERATOR)
    services.take_back(event, "a sheet was found", OPERATOR)
    assert (event.state, first.taken_back_why) == (EventState.SCORING, "a sheet was found")
    assert queries.frozen(event) is None
    assert mark(event, 70) == 1
    assert services.freeze(event, OPERATOR, now()).number == 2


def test_a_frozen_ranking_that_no_longer_fits_is_not_signed(event):
    services.freeze(event, OPERATOR, now())
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE sheets SET points = points - 10000"))
    with pytest.raises(Conflict) as refusal:
        services.finalise(event, NAME, OPERATOR, now())
    assert "differ from version 1" in str(refusal.value.problems[0])


@pytest.mark.parametrize("state", ["draft", "prepared"])
def test_what_is_not_complete_is_not_frozen(root, state):
    event = make.event(make.competition(root, checking="off"), locked=state == "prepared")
    make.entry(event, "7")
    with pytest.raises(Conflict) as refusal:
        services.freeze(event, OPERATOR, now())
    assert refusal.value.problems
