"""Policies adopted, their versions by date, and their answers through the database."""

import tomllib
from datetime import UTC, date, datetime

import pytest

from skillhub.incentives import queries, services
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
    effective = {"from": since} | ({"to": until} if until else {})
    yes = {"employment": [{"since": "2019-01-01"}]}
    no = {"employment": [{"since": "2019-01-01", "until": "2019-12-31"}]}
    return {
        "policy": "at_work",
        "title": {"en": "At work", "zh": "在岗"},
        "source": "House order 1",
        "effective": effective,
        "basis": "application_date",
        "require": {"employed": {}},
        "benefit": {"kind": "priority"},
        "cases": [
            {"name": "works", "as_of": since, "expect": {"answer": "met"}, "has": yes},
            {"name": "left", "as_of": since, "expect": {"answer": "not_met"}, "has": no},
        ],
        **values,
    }


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
