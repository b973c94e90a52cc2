"""Policies adopted, their versions by date, and their answers through the database."""

import tomllib
from datetime import UTC, date, datetime

import pytest

from skillhub.awards import services as awards
from skillhub.eligibility import services as eligibility
from skillhub.incentives import queries, services
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.db import db
from skillhub.kernel.errors import BadInput, Conflict, NotFound
from skillhub.kernel.settings import ROOT
from tests import make

SAMPLES = ROOT / "skillhub" / "sample" / "policies"
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
DAY = date(2026, 11, 20)


def sample(code):
    return tomllib.loads((SAMPLES / f"{code}.toml").read_text(encoding="utf-8"))


def employed_only(since="2024-01-01", until=None, **values):
    """The smallest policy: be employed."""
    return make.wording(since=since, until=until, **values)


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.toml")), ids=lambda p: p.stem)
def test_every_sample_is_adopted_and_read_back_the_same(path, root, operator):
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    version = services.adopt(root, document, operator, NOON)

    again = queries.read(version)
    assert again.code == document["policy"]
    assert services.adopt(root, document, operator, NOON).id == version.id


def test_answers_for_somebody_with_nothing(root, operator):
    person = make.person()
    services.adopt(root, employed_only(), operator, NOON)
    [(policy, outcome)] = queries.outcomes_of(person.id, DAY)
    assert (policy.code, outcome.verdict.answer) == ("at_work", "waiting")


def test_what_does_not_do_as_its_cases_say_is_not_adopted(root, operator):
    document = employed_only()
    document["cases"][0]["expect"]["answer"] = "waiting"
    with pytest.raises(BadInput) as refused:
        services.adopt(root, document, operator, NOON)
    assert "cases[0]" in [p.where for p in refused.value.problems]
    assert queries.coded("at_work") is None


@pytest.mark.parametrize(
    ("text", "where"),
    [
        pytest.param("policy = ", "text", id="broken TOML"),
        pytest.param('{"policy": ', "text", id="broken JSON"),
        pytest.param('policy = "x"\nrequier = 1', "requier", id="an unknown name"),
        pytest.param("[" * 100_000, "text", id="nested without end"),
    ],
)
def test_a_text_that_is_no_policy_is_refused_with_its_place(text, where, root, operator):
    with pytest.raises(BadInput) as refused:
        services.adopt_text(root, text, operator, NOON)
    assert where in [p.where for p in refused.value.problems]


def test_a_later_version_ends_the_one_without_end(root, operator):
    first = services.adopt(root, employed_only("2024-01-01"), operator, NOON)
    second = services.adopt(root, employed_only("2026-03-01"), operator, NOON)
    assert first.effective_to == date(2026, 2, 28)
    assert first.document["effective"] == {"from": "2024-01-01"}  # the wording stays as adopted
    assert second.effective_to is None


@pytest.mark.parametrize(
    ("since", "until"),
    [
        pytest.param("2024-01-01", None, id="the same first day"),
        pytest.param("2023-01-01", None, id="before it, without end"),
        pytest.param("2023-01-01", "2024-01-01", id="ends on its first day"),
    ],
)
def test_versions_do_not_overlap(since, until, root, operator):
    services.adopt(root, employed_only("2024-01-01"), operator, NOON)
    with pytest.raises(BadInput) as refused:
        services.adopt(root, employed_only(since, until, source="House order 2"), operator, NOON)
    assert "effective" in [p.where for p in refused.value.problems]


def test_a_version_before_it_may_end_the_day_before(root, operator):
    services.adopt(root, employed_only("2024-01-01"), operator, NOON)
    services.adopt(root, employed_only("2023-01-01", "2023-12-31"), operator, NOON)
    assert len(queries.coded("at_work").versions) == 2


def test_a_code_belongs_to_one_owner(root, operator):
    services.adopt(root, employed_only(), operator, NOON)
    other = make.organisation(parent=root)
    with pytest.raises(Conflict, match="Choose another code"):
        services.adopt(other, employed_only("2026-01-01"), operator, NOON)


@pytest.mark.parametrize(
    ("day", "answer", "rule"),
    [
        pytest.param(date(2023, 12, 31), "not_met", None, id="before the first version"),
        pytest.param(date(2024, 1, 1), "met", date(2024, 1, 1), id="first day of the first"),
        pytest.param(date(2024, 6, 30), "met", date(2024, 1, 1), id="last day of the first"),
        pytest.param(date(2024, 7, 1), "not_met", None, id="first day of the gap"),
        pytest.param(date(2024, 12, 31), "not_met", None, id="last day of the gap"),
        pytest.param(date(2025, 1, 1), "met", date(2025, 1, 1), id="first day of the second"),
    ],
)
def test_in_a_gap_no_rule_is_in_force(day, answer, rule, root, operator):
    services.adopt(root, employed_only("2024-01-01", "2024-06-30"), operator, NOON)
    services.adopt(root, employed_only("2025-01-01"), operator, NOON)
    person = make.person(employer=root)
    [(_, outcome)] = queries.outcomes_of(person.id, day)
    assert outcome.verdict.answer == answer
    assert (outcome.policy.effective.since if outcome.policy else None) == rule
    if rule is None:
        assert "No rule is in force" in str(outcome.verdict.because)


def test_may1_goes_from_waiting_to_met_and_back(root, operator):
    """One person on the sample policy: unknown waits, an attestation settles it, a revoked award undoes it."""
    services.adopt(root, sample("may1_recommend"), operator, NOON)
    person = make.person(employer=root)
    cup = make.competition(root, tier="city")
    award = make.award(make.entry(make.event(cup), person=person), place=3)
    assert _may1(person) == ("waiting", (3, 4))

    eligibility.attest(person, "no_violation", True, date(2026, 11, 1), "", operator)
    assert _may1(person) == ("met", (4, 4))
    eligibility.attest(person, "no_violation", False, date(2026, 11, 2), "fined", operator)
    assert _may1(person) == ("not_met", (3, 4))
    eligibility.attest(person, "no_violation", True, date(2026, 11, 3), "cleared", operator)
    awards.revoke(award, "wrong tool", operator, NOON)
    assert _may1(person) == ("not_met", (3, 4))


def test_a_policy_reaches_those_below_its_owner(root, operator):
    here, there = make.organisation(parent=root), make.organisation(parent=root)
    services.adopt(here, employed_only(), operator, NOON)
    inside, outside = make.person(employer=here), make.person(employer=there)
    assert len(queries.outcomes_of(inside.id, DAY)) == 1
    assert queries.outcomes_of(outside.id, DAY) == []
    policy = queries.named("at_work")
    reached = db.session.scalars(queries.subjects(policy, OPERATOR, DAY)).all()
    assert [person.id for person in reached] == [inside.id]


def test_one_answer_is_the_answer_among_many(root, operator):
    for path in SAMPLES.glob("*.toml"):
        services.adopt(root, tomllib.loads(path.read_text(encoding="utf-8")), operator, NOON)
    trade = make.occupation("welder")
    people = [make.person(employer=root if n % 2 else None) for n in range(8)]
    for n, person in enumerate(people):
        if n % 3 == 0:
            make.qualification(person, occupation=trade, issued_on=date(2026, 3, n + 1))
    for policy in queries.visible_to(OPERATOR):
        together = queries.population(policy, DAY, [p.id for p in people])
        alone = {p.id: queries.population(policy, DAY, [p.id])[p.id] for p in people}
        assert together == alone


def test_an_unknown_policy_names_those_there_are(root, operator):
    services.adopt(root, employed_only(), operator, NOON)
    with pytest.raises(NotFound, match="at_work"):
        queries.named("may2")


def _may1(person):
    [(_, outcome)] = queries.outcomes_of(person.id, DAY)
    return outcome.verdict.answer.value, queries.progress(outcome.verdict)


def test_a_document_made_to_keep_the_reader_busy_is_refused():
    with pytest.raises(BadInput, match="a key of more than 40 parts"):
        queries.parsed("a" + ".a" * 16_000 + " = 1")
