"""Every step from every state, as domain 4.1 says; and each guard: the last that fails, the first that passes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from skillhub.competitions.rules import EventState as S
from skillhub.competitions.rules import comes_first, may_follow, opened_again
from skillhub.kernel.messages import N_, say
from skillhub.life import rules
from skillhub.life.rules import GUARDS, Facts, Verb, mended, next_of, offered, unmet, way

NOON = datetime(2026, 5, 20, 4, tzinfo=UTC)
CHANGED = (say("the venue"), say("the last day"))
# Domain 4.1, a line for each state. After the bar: steps of the short way, for a competition whose settings leave out
# filing, registration or notice, steps back that have their own page and reason, corrections before it is final.
ALLOWED = """
draft               > filed cancelled                            | registration_open prepared
filed               > registration_open cancelled                | draft prepared
registration_open   > registration_closed suspended cancelled    |
registration_closed > prepared registration_open cancelled       |
prepared            > running cancelled suspended                | draft filed registration_open registration_closed
prepared            >                                            | scoring provisional final
running             > scoring suspended                          | provisional final cancelled
scoring             > provisional                                | final cancelled
provisional         > public_notice scoring                      | final cancelled correcting
public_notice       > final under_review                         | scoring cancelled correcting
under_review        > public_notice final                        | scoring cancelled correcting
final               > archived correcting                        | scoring
correcting          > public_notice final                        | provisional
archived            >                                            | correcting
cancelled           >                                            |
"""


def table():
    rows = {}
    for line in ALLOWED.strip().splitlines():
        state, _, steps = line.partition(">")
        allowed = {S(step) for step in steps.replace("|", " ").split()}
        rows.setdefault(S(state.strip()), set()).update(allowed)
    return rows


@pytest.mark.parametrize("step", S)
@pytest.mark.parametrize("state", [s for s in S if s is not S.SUSPENDED])
def test_every_step_from_every_state(state, step):
    assert may_follow(state, step) is (step in table()[state])


@pytest.mark.parametrize("step", S)
@pytest.mark.parametrize("left", [S.REGISTRATION_OPEN, S.PREPARED, S.RUNNING])
def test_what_is_suspended_returns_to_where_it_stopped_or_is_cancelled(left, step):
    assert may_follow(S.SUSPENDED, step, left) is (step in {left, S.CANCELLED})


FULL = {"filing": True, "registers": True, "notice_days": 5}
NONE = {"filing": False, "registers": False, "notice_days": 0}


@pytest.mark.parametrize(
    ("state", "step", "settings", "first"),
    [
        (S.DRAFT, S.REGISTRATION_OPEN, FULL, S.FILED),
        (S.DRAFT, S.PREPARED, FULL, S.FILED),
        (S.FILED, S.PREPARED, FULL, S.REGISTRATION_CLOSED),
        (S.FILED, S.REGISTRATION_OPEN, FULL, None),
        (S.REGISTRATION_CLOSED, S.PREPARED, FULL, None),
        (S.SCORING, S.FINAL, FULL, S.PUBLIC_NOTICE),
        (S.PROVISIONAL, S.FINAL, FULL, S.PUBLIC_NOTICE),
        (S.PREPARED, S.FINAL, FULL, S.PUBLIC_NOTICE),
        (S.PUBLIC_NOTICE, S.FINAL, FULL, None),
        (S.UNDER_REVIEW, S.FINAL, FULL, None),
        (S.CORRECTING, S.FINAL, FULL, None),
        (S.DRAFT, S.PREPARED, NONE, None),
        (S.PREPARED, S.FINAL, NONE, None),
        (S.PROVISIONAL, S.FINAL, NONE, None),
        (S.DRAFT, S.REGISTRATION_OPEN, NONE, None),
        (S.DRAFT, S.PREPARED, {**NONE, "registers": True}, S.REGISTRATION_CLOSED),
        (S.DRAFT, S.CANCELLED, FULL, None),
    ],
)
def test_no_state_is_skipped_that_the_settings_ask_for(state, step, settings, first):
    assert comes_first(state, step, **settings) is first


@pytest.mark.parametrize(
    ("filing", "registers", "state"),
    [
        (False, False, S.DRAFT),
        (True, False, S.FILED),
        (True, True, S.REGISTRATION_CLOSED),
        (False, True, S.REGISTRATION_CLOSED),
    ],
)
def test_rules_opened_again_return_to_the_state_before(filing, registers, state):
    assert opened_again(filing=filing, registers=registers) is state


def fit(**values):
    """An event for which nothing is missing at any step."""
    usual = {
        "announcement": True, "days": True, "filed": True, "approved": True, "filing": True, "registers": True,
        "opens_at": NOON - timedelta(days=2), "closes_at": NOON + timedelta(days=2), "arrived": 1,
        "entries": 4, "entered": 4,
    }  # fmt: skip
    return Facts(**{"state": S.DRAFT, "moment": NOON, **usual, **values})


@pytest.mark.parametrize(
    ("step", "name", "fails", "passes"),
    [
        pytest.param(S.FILED, "announcement", {"announcement": False}, {}, id="the announcement is written"),
        pytest.param(S.FILED, "days", {"days": False}, {}, id="the days are set"),
        pytest.param(S.FILED, "filed", {"filed": False}, {}, id="it is filed"),
        pytest.param(S.FILED, "approved", {"approved": False}, {}, id="a second person approved it"),
        pytest.param(S.REGISTRATION_OPEN, "as_approved", {"changed": CHANGED}, {}, id="it opens as it was approved"),
        pytest.param(S.PREPARED, "as_approved", {"changed": CHANGED}, {}, id="its rules lock as they were approved"),
        pytest.param(S.RUNNING, "as_approved", {"changed": CHANGED}, {}, id="it begins as it was approved"),
        pytest.param(S.REGISTRATION_OPEN, "registers", {"registers": False}, {}, id="people may register"),
        pytest.param(S.REGISTRATION_OPEN, "window", {"closes_at": None}, {}, id="both ends of registration are set"),
        pytest.param(
            S.REGISTRATION_OPEN, "opens", {"opens_at": NOON + timedelta(seconds=1)}, {"opens_at": NOON},
            id="now is not before the opening",
        ),
        pytest.param(
            S.REGISTRATION_OPEN, "closes", {"closes_at": NOON}, {"closes_at": NOON + timedelta(seconds=1)},
            id="now is before the deadline",
        ),
        pytest.param(S.PREPARED, "whole", {"whole": False}, {}, id="components, ranking, awards"),
        pytest.param(
            S.PREPARED, "weights", {"weights": Decimal("99.9999")}, {"weights": Decimal(100)},
            id="percent weights add up to 100, one below",
        ),
        pytest.param(
            S.PREPARED, "weights", {"weights": Decimal("100.0001")}, {"weights": None},
            id="percent weights add up to 100, one above; free weights may be anything",
        ),
        pytest.param(
            S.PREPARED, "field", {"min_entries": 5}, {"min_entries": 4}, id="the smallest field is met"
        ),
        pytest.param(
            S.PREPARED, "field", {"min_entries": 5}, {"min_entries": 5, "waived": True}, id="or it was waived"
        ),
        pytest.param(
            S.PREPARED, "asked", {"asked": ((say(N_("Say why.")), "rules"),)}, {}, id="what other floors ask"
        ),
        pytest.param(S.PREPARED, "codes", {"uncoded": 1}, {"uncoded": 0}, id="every entry has its code"),
        pytest.param(S.RUNNING, "codes", {"uncoded": 1}, {"uncoded": 0}, id="also who came late"),
        pytest.param(S.RUNNING, "arrived", {"arrived": 0}, {"arrived": 1}, id="the first entry is there"),
        *[
            pytest.param(step, name, {name: bad}, {name: good}, id=f"{step.value}: {name}")
            for step in (S.PROVISIONAL, S.PUBLIC_NOTICE, S.FINAL)
            for name, bad, good in (("entered", 0, 1), ("missing", 1, 0), ("to_check", 1, 0))
        ],
        pytest.param(S.PUBLIC_NOTICE, "readable", {"readable": False}, {}, id="strangers can read what is laid open"),
        pytest.param(S.FINAL, "notice", {"state": S.UNDER_REVIEW}, {"state": S.PROVISIONAL}, id="the notice is over"),
        pytest.param(S.ARCHIVED, "conferred", {"conferred": False}, {}, id="its awards are conferred"),
    ],
)  # fmt: skip
def test_each_guard_fails_at_its_last_and_passes_at_its_first(step, name, fails, passes):
    assert [one.name for one in unmet(step, fit(**fails))] == [name]
    assert unmet(step, fit(**passes)) == []


def test_every_guard_has_its_row():
    rows = test_each_guard_fails_at_its_last_and_passes_at_its_first.pytestmark[0].args[1]
    assert {(row.values[0], row.values[1]) for row in rows} >= {
        (step, guard.name) for step, guards in GUARDS.items() for guard in guards
    }


def test_every_sentence_says_its_figures():
    (need,) = unmet(S.PREPARED, fit(min_entries=5))
    assert str(need.message).startswith("It is held with 5 entries at least; there are 4.")
    assert mended([need], waived=True) == []
    assert mended([need], waived=False) == [need]


@pytest.mark.parametrize(
    ("state", "settings", "verbs"),
    [
        (S.DRAFT, NONE, "prepare cancel"),
        (S.DRAFT, FULL, "cancel"),
        (S.DRAFT, {**NONE, "registers": True}, "open cancel"),
        (S.FILED, FULL, "open cancel"),
        (S.FILED, {**NONE, "filing": True}, "prepare cancel"),
        (S.REGISTRATION_OPEN, FULL, "close suspend cancel"),
        (S.REGISTRATION_CLOSED, FULL, "prepare cancel"),
        (S.PREPARED, NONE, "begin suspend cancel"),
        (S.RUNNING, FULL, "end suspend cancel"),
        (S.SCORING, FULL, "cancel"),
        (S.PROVISIONAL, FULL, "cancel"),
        (S.PUBLIC_NOTICE, FULL, "cancel"),
        (S.UNDER_REVIEW, FULL, "cancel"),
        (S.FINAL, NONE, "archive"),
        (S.CORRECTING, FULL, ""),
        (S.ARCHIVED, FULL, ""),
        (S.CANCELLED, FULL, ""),
    ],
)
def test_the_verbs_of_each_state(state, settings, verbs):
    assert " ".join(offered(fit(state=state, **settings))) == verbs


def test_a_suspended_event_goes_on_or_is_cancelled():
    facts = fit(state=S.SUSPENDED, left_state=S.RUNNING)
    assert offered(facts) == [Verb.RESUME, Verb.CANCEL]
    assert rules.stands_at(facts) is S.RUNNING
    assert next_of(facts) is None


def test_the_way_follows_the_settings():
    assert way(fit(**NONE)) == [S.DRAFT, S.PREPARED, S.FINAL, S.ARCHIVED]
    assert way(fit(**FULL)) == [
        S.DRAFT, S.FILED, S.REGISTRATION_OPEN, S.REGISTRATION_CLOSED, S.PREPARED, S.RUNNING, S.SCORING, S.PROVISIONAL,
        S.PUBLIC_NOTICE, S.FINAL, S.ARCHIVED,
    ]  # fmt: skip
    assert way(fit(state=S.RUNNING, **NONE)) == [
        S.DRAFT,
        S.PREPARED,
        S.RUNNING,
        S.FINAL,
        S.ARCHIVED,
    ]


@pytest.mark.parametrize(
    "settings", [FULL, NONE, {**NONE, "filing": True}, {**NONE, "registers": True}]
)
def test_whoever_follows_what_comes_next_arrives_at_the_archive(settings):
    facts, seen = fit(**settings), []
    while (ahead := next_of(facts)) is not None:
        assert may_follow(facts.state, ahead)
        assert comes_first(facts.state, ahead, **settings) is None
        seen.append(ahead)
        facts = replace(facts, state=ahead)
    assert seen[-1] is S.ARCHIVED
