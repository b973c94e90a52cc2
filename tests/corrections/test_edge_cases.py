"""Edge cases of the trade that meet a correction: a unit absorbed, a person retired, in between."""

from datetime import date, timedelta

import pytest

from skillhub.awards import queries as awards
from skillhub.awards import services as award_services
from skillhub.eligibility import queries as eligibility
from skillhub.eligibility.conditions.employed import EmployedAt
from skillhub.eligibility.rules import Answer
from skillhub.entries import queries as entries
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.db import db, transaction
from skillhub.kernel.journal import act
from skillhub.people.models import Employment, PersonStatus
from skillhub.results import services as results
from tests import make
from tests.corrections import events
from tests.corrections.events import DAY, MOMENT, approve, entry_of, marked, proposed


@pytest.fixture
def crew(root):
    return {login: user.as_actor() for login, user in events.people(root).items()}


def corrected(event, crew, **points):
    row = proposed(marked(event, crew["proposer"], **points), crew["proposer"])
    return approve(row, crew["approver"])


@pytest.fixture
def absorbed(root, crew):
    """Plant sent Chen and Ortiz; after the contest the yard absorbed it."""
    event = events.final(root, papers=False)
    plant, yard = (make.organisation(name, parent=root) for name in ("plant", "yard"))
    with transaction():
        for name in ("Chen", "Ortiz"):
            entry_of(event, name).organisation = plant
        plant.successor = yard
        act(OPERATOR, "test.absorb", plant)
    return event


@pytest.mark.parametrize(
    ("chosen", "unit"),
    [
        pytest.param({}, "plant", id="29 points remain with the unit of that day"),
        pytest.param({"by_successor": True}, "yard", id="29 rolled up by successor on request"),
    ],
)
def test_a_correction_after_a_unit_was_absorbed(absorbed, crew, chosen, unit):
    def medals():
        league = awards.league_of(absorbed.competition, **chosen)
        return {one.code: line.medals for one, line in awards.units_of([absorbed], league)}

    before = medals()
    assert {unit, "yard", "plant"} & before.keys() == {unit}
    corrected(absorbed, crew, Chen=91)
    after = medals()
    assert after.keys() == before.keys()
    assert (before[unit], after[unit]) == ((0, 1, 1), (1, 0, 1))
    assert {entry.organisation.code for entry in entries.of(absorbed) if entry.name == "Chen"} == {
        "plant"
    }


AWARDS = {"scheme": "counts", "titles": [["Gold", 1], ["Silver", 1], ["Bronze", 1]]}


def retire(person, last):
    with transaction():
        person.status = PersonStatus.RETIRED
        db.session.query(Employment).filter_by(person_id=person.id).one().until = last
        act(OPERATOR, "test.retire", person)


def held(event):
    return {a.entry.name: a.title for a in awards.of(event.competition, event)}


def test_37_retired_between_contest_and_conferral_the_award_stands(root, crew):
    clerk, checker = (
        db.session.query(make.User).filter_by(username=n).one() for n in ("clerk", "checker")
    )
    event = make.event(make.competition(root), awards=[AWARDS])
    for n, (name, points) in enumerate((("Zhao", 90), ("Chen", 80)), 1):
        person = make.person(name, employer=root, birth_date=date(1966, 1, 1))
        make.entry(event, f"{n}", name=name, person=person, organisation=root,
                   marks={"score": points}, entered_by=clerk, checked_by=checker)  # fmt: skip
    retire(entry_of(event, "Chen").person, DAY - timedelta(days=1))
    results.finalise(event, OPERATOR.name, OPERATOR, MOMENT)
    award_services.confer(event, OPERATOR, MOMENT, DAY)
    assert held(event) == {"Zhao": "Gold", "Chen": "Silver"}
    corrected(event, crew, Chen=95)
    assert held(event) == {"Chen": "Gold", "Zhao": "Silver"}, "retired as she is, it is due to her"


def test_37_what_asks_for_a_post_fails_from_the_day_after_the_last_one(root, crew):
    event = events.final(root, papers=False)
    person = entry_of(event, "Chen").person
    last = DAY - timedelta(days=1)
    retire(person, last)
    record = eligibility.record_of(person.id)
    assert EmployedAt().check(record, last).answer is Answer.MET
    assert EmployedAt().check(record, DAY).answer is Answer.NOT_MET
    corrected(event, crew, Chen=89)
    assert EmployedAt().check(eligibility.record_of(person.id), DAY).answer is Answer.NOT_MET


def test_37_retired_without_a_last_day_is_not_taken_to_be_in_post(root, crew):
    person = make.person("Wu", employer=root)
    retire(person, None)
    verdict = EmployedAt().check(eligibility.record_of(person.id), DAY)
    assert verdict.answer is Answer.WAITING
    assert "your last day at" in str(verdict.because)
