"""How conditions are laid out for their reader."""

from datetime import date
from types import SimpleNamespace

import pytest

from skillhub.eligibility.rules import Answer, Verdict, all_of, at_least, not_
from skillhub.kernel.messages import say
from skillhub.portal import rules
from skillhub.portal.rules import Words

MET, NOT_MET = Answer.MET, Answer.NOT_MET


def verdict(answer, code="won_award"):
    return Verdict(answer, say(code), code=code)


def laid_out(whole):
    return rules.incentive(1, Words("奖"), Words("会"), whole, date(2026, 1, 1)).needs


def test_a_condition_made_of_others_shows_them_and_what_each_needs():
    whole = all_of([verdict(MET), at_least(2, [verdict(NOT_MET), verdict(MET, "has_title")])])
    met, joined = laid_out(whole)
    assert not met.parts
    assert joined.step is None
    assert [(str(p.because), p.answer) for p in joined.parts] == [
        ("has_title", MET),
        ("won_award", NOT_MET),
    ]
    assert str(joined.parts[1].step).startswith("Enter a competition")


def test_what_stands_against_somebody_is_not_turned_round_again():
    (need,) = laid_out(all_of([not_(verdict(MET))]))
    assert need.parts == ()
    assert "stands against it" in str(need.step)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        pytest.param([], None, id="nothing at all"),
        pytest.param(["marking", "entered"], 0, id="nothing final yet: the newest"),
        pytest.param(
            ["marking", "final", "final"], 1, id="the newest final one, not what is marked"
        ),
    ],
)
def test_the_latest_result(states, expected):
    results = [SimpleNamespace(state=state) for state in states]
    assert rules.latest_of(results) is (None if expected is None else results[expected])
