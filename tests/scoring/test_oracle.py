"""Judges' marks to places by a second calculator, in whole numbers and by counting; it must always agree."""

from decimal import Decimal
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillhub.results.rules import Candidate, Part, rank, read_ranking
from skillhub.scoring.kinds.attempts import Attempts
from skillhub.scoring.kinds.judgement import Judgement
from skillhub.scoring.kinds.panel import Panel
from skillhub.scoring.rules import (
    BLANK,
    Criterion,
    Given,
    Rounding,
    Scheme,
    Slot,
    Sub,
    score,
)

# Halves and few different values: equal extremes and equal totals are the rule.
halves = st.integers(8, 20)  # a judge's score from 4 to 10, in halves
votes = st.sampled_from(
    [(1, 1, 1), (2, 2, 3), (3, 2, 2), (0, 1, 1), (3, 3, 3), (1, 3, 2), (0, 2, 1)]
)
runs = st.lists(st.one_of(st.integers(900, 1300), st.none()), min_size=5, max_size=5)
entry = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["OK"] * 9 + ["DSQ", "DNS"]),
        "official": st.sampled_from([True] * 6 + [False]),
        "panel": st.lists(halves, min_size=7, max_size=7),
        "votes": votes,
        "runs": runs,
        "carried": st.sampled_from([None, 5000, 5000, 5025, 6150]),  # hundredths from the heat
        "out": st.sampled_from([(), (), (), (1,), (2, 5), (1, 2, 3, 4, 5)]),
    }
)
events = st.tuples(
    st.integers(1, 7),
    st.lists(entry, max_size=14),
    st.sampled_from(list(Rounding)),
    st.integers(0, 3),
)


def scheme_of(judges, rounding, decimals):
    aspects = (
        Panel(
            code="P",
            judges=judges,
            low=Decimal(4),
            high=Decimal(10),
            step=Decimal("0.5"),
            max=Decimal(60),
        ),
        Judgement(code="J", max=Decimal("1.50")),
    )
    return Scheme((Criterion("A", "", (Sub("A1", "", aspects),)),), rounding, decimals)


def half_up(top, bottom, decimals):
    """Round a fraction of whole numbers."""
    scaled, rest = divmod(top * 10**decimals, bottom)
    return Decimal(scaled + (2 * rest >= bottom)).scaleb(-decimals)


def plain_part(one, judges, rounding, decimals):
    """The points of the judged part, or None: by trying every way to drop one high and one low."""
    scores = [s for seat, s in enumerate(one["panel"][:judges], 1) if seat not in one["out"]]
    said = [v for seat, v in enumerate(one["votes"], 1) if seat not in one["out"]]
    if len(scores) < 3 or len(said) < 2 or max(said) - min(said) > 1:
        return None
    sums = [sum(scores)], len(scores)
    if len(scores) >= 5:
        dropped = [
            sum(scores) - scores[a] - scores[b]
            for a, b in permutations(range(len(scores)), 2)
            if scores[a] == max(scores) and scores[b] == min(scores)
        ]
        sums = dropped, len(scores) - 2
    assert len(set(sums[0])) == 1  # whichever of the equal ones is dropped
    panel = Fraction(60 * sums[0][0], 2 * 10 * sums[1])
    voted = Fraction(3 * sum(said), 2 * 3 * len(said))
    if rounding is Rounding.ASPECT:
        panel, voted = (
            Fraction(half_up(x.numerator, x.denominator, decimals)) for x in (panel, voted)
        )
    total = panel + voted
    return (
        total
        if rounding is Rounding.END
        else Fraction(half_up(total.numerator, total.denominator, decimals))
    )


def plain_average(times):
    """The average of five without best and worst, in hundredths; a failed run is the worst, two are none."""
    made = [t for t in times if t is not None]
    if len(made) < 4:
        return None
    middle = sum(made) - min(made) - (max(made) if len(made) == 5 else 0)
    return half_up(middle, 300, 2)


def check(event):
    judges, field, rounding, decimals = event
    scheme = scheme_of(judges, rounding, decimals)
    timing = Attempts(code="T", attempts=5, combine="middle", lower_wins=True, decimals=2)
    parts = (
        Part("judged", "Judged", Decimal(100), Decimal("0.7")),
        Part("heat", "Heat", Decimal(100), Decimal("0.3")),
        Part("t", "Time", Decimal(0), Decimal(0), None, "time"),
    )
    candidates, wanted = [], {}
    for n, one in enumerate(field):
        boxes = {
            "P": {
                Slot(seat): Given(Decimal(s) / 2) for seat, s in enumerate(one["panel"][:judges], 1)
            },
            "J": {Slot(seat): Given(Decimal(v)) for seat, v in enumerate(one["votes"], 1)},
        }
        scored = score(scheme, boxes, one["out"], Decimal(100))
        expected = plain_part(one, judges, rounding, decimals)
        assert scored.value == expected
        tries = {
            Slot(0, k): Given(None, "DNF") if t is None else Given(Decimal(t) / 100)
            for k, t in enumerate(one["runs"], 1)
        }
        timed = timing.score(tries, ())
        average = plain_average(one["runs"])
        assert timed.value == (None if average is None else Fraction(average))
        carried = None if one["carried"] is None else Decimal(one["carried"]) / 100
        marks = {"judged": scored.points, "heat": carried, "t": average}
        exact = {} if scored.value is None else {"judged": scored.value}
        candidates.append(Candidate(n, one["status"], one["official"], marks, exact))
        if one["status"] == "OK" and expected is not None and carried is not None:
            total = expected * 7 / 10 + Fraction(carried) * 3 / 10
            wanted[n] = (half_up(total.numerator, total.denominator, 2), average, one["official"])
    ranking, problems = read_ranking({"keys": ["total desc", "t asc"], "decimals": 2}, parts)
    assert not problems
    standings = {s.entry: s for s in rank(candidates, parts, ranking)}

    def before(a, b):
        return a[0] > b[0] or (a[0] == b[0] and a[1] is not None and (b[1] is None or a[1] < b[1]))

    for n in range(len(field)):
        if n not in wanted:
            assert standings[n].total is None
            continue
        place = 1 + sum(x[2] and before(x, wanted[n]) for x in wanted.values())
        s = standings[n]
        assert (s.total, s.rank or s.would_be) == (wanted[n][0], place)
        assert (s.rank is None) == (not wanted[n][2])


@settings(max_examples=200, deadline=None, derandomize=True)
@given(events)
def test_two_calculators_agree_from_judges_to_places(event):
    check(event)


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(events)
def test_two_calculators_agree_on_ten_thousand_judged_events(event):
    check(event)


def test_blank_is_never_nought():
    scheme = scheme_of(5, Rounding.END, 2)
    boxes = {
        "P": dict.fromkeys([Slot(n) for n in range(1, 6)], Given(Decimal(4))),
        "J": {Slot(1): BLANK},
    }
    assert score(scheme, boxes).value is None
    assert score(scheme, boxes).missing == ("J",)
