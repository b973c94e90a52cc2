"""What a worker is told, when it may be seen, and how it is put away."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from skillhub.appeals import services as appeals
from skillhub.appeals.rules import AppealKind, Filing, Outcome, Subject
from skillhub.corrections import works
from skillhub.entries.models import TeamMember
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db, transaction
from skillhub.kernel.messages import N_, say
from skillhub.publishing import services as publishing
from skillhub.telling import queries, services
from skillhub.telling.models import Announcement
from tests import make
from tests.corrections import events
from tests.corrections.events import MOMENT, approve, entry_of, marked, proposed
from tests.publishing.cup import NAMED


@pytest.fixture
def crew(root):
    return {login: user.as_actor() for login, user in events.people(root).items()}


@pytest.fixture
def event(root, crew):
    return events.final(root, name_en="Northside cup")


def worker(event, name, root):
    return make.user("worker", root, login=name.lower(), person=entry_of(event, name).person)


def corrected(event, crew, **points):
    row = proposed(marked(event, crew["proposer"], **points), crew["proposer"])
    approve(row, crew["approver"])
    return row


def told(person):
    return [str(say(o.sentence["text"], **o.sentence["values"])) for o in queries.told_to(person)]


def test_a_correction_tells_everybody_whose_line_it_changed_and_nobody_else(event, crew):
    corrected(event, crew, Chen=89)
    assert [
        n.entry.name for n in db.session.query(Announcement).order_by(Announcement.entry_id)
    ] == [
        "Ortiz",
        "Chen",
    ]
    [chen] = told(entry_of(event, "Chen").person)
    assert "Place: 3 → 2. Total: 80.00 → 89.00. Award: Bronze · 3 → Silver · 2." in chen
    assert "Why: The sheet says so." in chen


def test_looking_at_a_correction_tells_nobody(event, crew):
    proposed(marked(event, crew["proposer"], Chen=89), crew["proposer"])
    assert db.session.query(Announcement).count() == 0


def test_every_member_of_a_team_is_told_but_no_reserve(root):
    event = make.event(make.competition(root), team_size=2)
    ana, bo = (make.person(name, employer=root) for name in ("Ana", "Bo"))
    team = make.entry(event, "1", name="Team")
    with transaction():
        team.members = [
            TeamMember(name="Ana", person_id=ana.id, position=1),
            TeamMember(name="Bo", person_id=bo.id, position=2, reserve=True),
            TeamMember(name="Guest", position=3),
        ]
        events.act(OPERATOR, "test.team")
    assert queries.competed(team) == {ana.id}


def test_on_the_first_page_what_is_new_stands_until_it_is_put_away(event, crew, root, sign_in):
    corrected(event, crew, Chen=89)
    phone = sign_in(worker(event, "Chen", root))
    page = phone.get("/standing").text
    assert "Your result was corrected." in page
    assert "3 → 2" in page
    assert "Northside cup" in page, "in the reader's language"
    [row] = db.session.query(Announcement).filter_by(entry_id=entry_of(event, "Chen").id)
    assert phone.post(f"/standing/told/{row.id}").status_code == 302
    assert "Your result was corrected." not in phone.get("/standing").text
    assert "Your result was corrected." in phone.get("/standing/changes").text
    phone.set_cookie("language", "zh")
    assert "您的成绩已更正" in phone.get("/standing/changes").text


def test_nobody_puts_away_what_another_was_told(event, crew, root, sign_in):
    corrected(event, crew, Chen=89)
    [row] = db.session.query(Announcement).filter_by(entry_id=entry_of(event, "Chen").id)
    other = sign_in(worker(event, "Zhao", root))
    assert other.post(f"/standing/told/{row.id}").status_code == 404
    assert db.session.get(Announcement, row.id).read_at is None
    assert "Your result was corrected." not in other.get("/standing").text


@pytest.mark.parametrize(
    ("own_first", "seen"),
    [
        pytest.param(False, False, id="held back with the results"),
        pytest.param(True, True, id="seen before, where one's own line is"),
    ],
)
def test_a_correction_before_the_release_tells_nothing_early(
    event, crew, root, sign_in, own_first, seen
):
    opens = now() + timedelta(days=3)
    values = {**NAMED, "own_first": own_first, "opens_at": opens, "notice": ""}
    publishing.announce(event.competition, 0, values, OPERATOR, now())
    corrected(event, crew, Chen=89)
    page = sign_in(worker(event, "Chen", root)).get("/standing").text
    assert ("Your result was corrected." in page) is seen


def test_whoever_an_entry_is_hears_what_was_decided_about_it(event, crew, root, sign_in):
    entry = entry_of(event, "Chen")
    user = worker(event, "Chen", root)
    filing = Filing(AppealKind.QUERY, Subject.SCORE, "I had 89.")
    asked = appeals.file(entry, filing, None, user.as_actor(), now())
    panel = make.user("appeals_panel", root).as_actor()
    appeals.decide(asked, asked.version, Outcome.DISMISSED, "80 it is.", panel, now())
    page = sign_in(user).get("/standing").text
    assert "Decided: dismissed." in page
    assert f"/standing/results/{entry.id}" in page


def test_the_first_page_shows_three_and_the_way_to_all(event, crew, root, sign_in):
    user = worker(event, "Chen", root)
    for n in range(4):
        said = {user.person_id: say(N_("The results are out."))}
        services.tell(f"tests:{n}", event.competition, said, OPERATOR, now())
    phone = sign_in(user)
    page = phone.get("/standing").text
    assert page.count("Got it") == 3
    assert "Everything I was told" in page


def test_one_reason_tells_a_person_once(event, crew, root):
    person = entry_of(event, "Chen").person
    said = {person.id: say(N_("The results are out."))}
    services.tell("tests:1", event.competition, said, OPERATOR, MOMENT)
    with pytest.raises(IntegrityError):
        services.tell("tests:1", event.competition, said, OPERATOR, MOMENT)
    assert works.queries.applied_to(event) == []
