"""What is gathered about people: everything, nobody else's, and the same for one as for many."""

import random
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event as sql_event

from skillhub.eligibility import queries, services
from skillhub.eligibility.conditions.won_award import WonAwardOf
from skillhub.entries.models import TeamMember
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.db import db
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.people.models import InsuredSpan
from tests import make

DAY = make.DAY


@pytest.fixture
def final(root):
    """A city event in welding, held at the root's place in Shanghai."""
    trade = make.occupation("welder", name="Welder", name_zh="焊工")
    cup = make.competition(root, tier="city", name="City final")
    return make.event(cup, occupation=trade, name="Welding")


@pytest.fixture
def statements(app):
    """What the database is asked, one text each."""
    seen = []

    def note(connection, cursor, statement, *rest):
        seen.append(statement)

    sql_event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    sql_event.remove(db.engine, "before_cursor_execute", note)


def test_nothing_is_known_of_somebody_new(root):
    record = queries.record_of(make.person().id)
    assert (record.qualifications, record.awards, record.titles) == ((), (), ())
    assert (record.insured, record.employments, record.attestations) == ((), (), ())


def test_every_kind_of_fact_is_gathered(final):
    person = make.person(employer=final.competition.host)
    make.award(make.entry(final, person=person))
    make.qualification(person)
    span = {"kind": "unemployment", "since": date(2020, 1, 1), "known_to": DAY}
    make.keep(InsuredSpan(person_id=person.id, **span))
    services.attest(person, "no_violation", answer=True, day=DAY, reason="", actor=OPERATOR)
    record = queries.record_of(person.id)
    assert [f.name for f in fields(record) if getattr(record, f.name) == ()] == []


def test_an_award_is_also_a_title_with_its_tier_and_occupation(final):
    person = make.person()
    make.award(make.entry(final, person=person), title="金牌", title_en="Gold", place=1)
    record = queries.record_of(person.id)
    [won] = record.awards
    assert (won.tier, won.occupation, won.place, won.title_en) == ("city", "welder", 1, "Gold")
    [title] = record.titles
    assert (title.title, title.conferred_on) == ("金牌", DAY)


def test_a_team_wins_for_its_members_and_not_for_its_reserves(final):
    one, other, reserve = make.person("One"), make.person("Other"), make.person("Reserve")
    team = make.entry(final, name="Team")
    for n, person in enumerate((one, other, reserve), 1):
        seat = {"entry_id": team.id, "position": n, "reserve": person is reserve}
        make.keep(TeamMember(name=person.name, person_id=person.id, **seat))
    make.award(team)
    records = queries.records_of([one.id, other.id, reserve.id])
    assert [len(r.awards) for r in records.values()] == [1, 1, 0]


@pytest.mark.parametrize(
    ("revoked", "day", "met"),
    [
        pytest.param(
            datetime(2026, 6, 1, 15, 59, tzinfo=UTC), date(2026, 5, 31), "met", id="the day before"
        ),
        pytest.param(
            datetime(2026, 6, 1, 15, 59, tzinfo=UTC), date(2026, 6, 1), "not_met", id="that day"
        ),
        pytest.param(
            datetime(2026, 6, 1, 16, 1, tzinfo=UTC),
            date(2026, 6, 1),
            "met",
            id="past midnight there, not yet in UTC",
        ),
    ],
)
def test_a_revoked_award_is_gone_from_its_local_day(final, revoked, day, met):
    person = make.person()
    make.award(
        make.entry(final, person=person),
        state="revoked",
        revoked_at=revoked,
        revoked_why="wrong tool",
    )
    verdict = WonAwardOf(tier=("city",)).check(queries.record_of(person.id), day)
    assert verdict.answer == met


def test_numbers_are_veiled_and_names_follow_the_reader(final):
    person = make.person()
    make.qualification(person, number="Y000123000001193000042", occupation=final.occupation)
    english = queries.record_of(person.id)
    [held] = english.qualifications
    assert held.number == "…0042"
    assert english.names["welder"] == "Welder"
    assert english.names["skill_level"] == "Skill level certificate"
    assert queries.names_for("zh")["welder"] == "焊工"


def test_past_employments_count_as_past(root):
    unit = make.organisation(parent=root, kind="school")
    person = make.person(employer=unit, since=date(2019, 1, 1))
    [job] = queries.record_of(person.id).employments
    assert (job.organisation_kind, job.since, job.until) == ("school", date(2019, 1, 1), None)


def test_a_workshop_belongs_to_its_employer(root):
    yard = make.organisation(parent=root, kind="enterprise", name="Yard")
    hall = make.organisation(parent=yard, kind="workshop")
    loose = make.organisation(parent=root, kind="workshop", name="Loose")
    [job] = queries.record_of(make.person(employer=hall).id).employments
    assert (job.organisation, job.organisation_name, job.organisation_kind) == (
        yard.id,
        "Yard",
        "enterprise",
    )
    [job] = queries.record_of(make.person(employer=loose).id).employments
    assert (job.organisation_name, job.organisation_kind) == ("Loose", "workshop")


def test_many_are_gathered_as_one_by_one(final, root):
    chance = random.Random(7)
    people = [_somebody(chance, final, root) for _ in range(40)]
    ids = [person.id for person in people]
    names = queries.names_for()
    together = queries.records_of(ids, names)
    assert together == {key: queries.record_of(key, names) for key in ids}


def test_many_take_as_few_statements_as_one(final, root, statements):
    chance = random.Random(8)
    ids = [_somebody(chance, final, root).id for _ in range(30)]
    statements.clear()
    queries.record_of(ids[0])
    alone = len(statements)
    queries.records_of(ids)
    assert alone <= 7
    assert len(statements) - alone == alone


def test_attest_and_answer_again_later(root):
    person = make.person()
    first = services.attest(person, "no_violation", True, DAY, "", OPERATOR)
    assert services.attest(person, "no_violation", True, DAY, "", OPERATOR).id == first.id
    services.attest(person, "no_violation", False, DAY + timedelta(days=1), "fined", OPERATOR)
    assert [a.answer for a in queries.record_of(person.id).attestations] == [True, False]


@pytest.mark.parametrize(
    ("item", "answer", "refusal"),
    [
        pytest.param(" ", True, BadInput, id="nothing in particular"),
        pytest.param("attendance", False, BadInput, id="a no without its reason"),
        pytest.param("no_violation", False, Conflict, id="another answer for the same day"),
    ],
)
def test_what_cannot_be_attested(root, item, answer, refusal):
    person = make.person()
    services.attest(person, "no_violation", True, DAY, "", OPERATOR)
    reason = "fined" if refusal is Conflict else ""
    with pytest.raises(refusal):
        services.attest(person, item, answer, DAY, reason, OPERATOR)


def _somebody(chance, final, root):
    """A person with a bit of everything, by a seeded chance."""
    person = make.person(
        f"Person {chance.random()}", employer=root if chance.random() < 0.6 else None
    )
    for _ in range(chance.randrange(3)):
        make.qualification(person, occupation=final.occupation if chance.random() < 0.5 else None)
    if chance.random() < 0.5:
        make.award(make.entry(final, person=person), title=chance.choice(["Gold", "Silver"]))
    if chance.random() < 0.5:
        since = date(2020 + chance.randrange(5), 1, 1)
        make.keep(
            InsuredSpan(person_id=person.id, kind="pension", since=since, known_to=date(2026, 5, 1))
        )
    if chance.random() < 0.5:
        services.attest(person, "no_violation", chance.random() < 0.5, DAY, "seen", OPERATOR)
    return person
