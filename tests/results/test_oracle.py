"""A second, slower and simpler calculator, written apart from the first, must always agree."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillhub.results.rules import Candidate, Part, rank, read_ranking
from tests.awards.events import titles

PARTS = (
    Part("a", "A", Decimal(100), Decimal("0.3"), Decimal(40)),
    Part("b", "B", Decimal(100), Decimal("0.7")),
    Part("t", "Time", Decimal(0), Decimal(0), None, "time"),
)

# Few different marks, so that ties and half units are the rule and not the exception.
mark = st.one_of(
    st.none(),
    st.sampled_from([Decimal(0), Decimal(40), Decimal("39.99"), Decimal("50.05"), Decimal(90)]),
    st.integers(-50, 10_000).map(lambda n: Decimal(n).scaleb(-2)),
)
entry = st.tuples(
    st.sampled_from(["OK"] * 12 + ["DNS", "DNF", "DSQ", "NC"]),
    st.sampled_from([True] * 7 + [False]),
    mark,
    mark,
    mark,
)
events = st.lists(entry, max_size=24)
orders = st.lists(
    st.sampled_from(["a desc", "b desc", "t asc", "a asc"]), max_size=3, unique_by=lambda k: k[0]
)


def plain_total(a, b, decimals):
    exact = Fraction(a) * 3 / 10 + Fraction(b) * 7 / 10
    return (Decimal(exact.numerator) / exact.denominator).quantize(
        Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP
    )


def beats(one, two, keys):
    """Say whether one entry stands before another, by reading the keys from left to right."""
    for key in keys:
        name, way = key.split()
        x, y = one[name], two[name]
        if x == y:
            continue
        if x is None or y is None:
            return y is None
        return x > y if way == "desc" else x < y
    return False


def plain(rows, keys, decimals, rank_dnf):
    """Rank by counting for each entry how many stand before it."""
    held = {}
    for n, (status, official, a, b, t) in enumerate(rows):
        if status == "OK" and a is not None and b is not None:
            held[n] = {"total": plain_total(a, b, decimals), "a": a, "b": b, "t": t}
        if status == "DNF" and rank_dnf and (a, b, t) != (None, None, None):
            total = plain_total(a or 0, b or 0, decimals)
            held[n] = {"total": total, "a": a, "b": b, "t": t}
        if n in held:
            held[n]["official"] = official
    found = {}
    for n in range(len(rows)):
        before = sum(x["official"] and beats(x, held[n], keys) for x in held.values() if n in held)
        found[n] = (held[n]["total"], before + 1, held[n]["official"]) if n in held else None
    return found


def compare(rows, more_keys, decimals, rank_dnf):
    keys = ["total desc", *more_keys]
    candidates = [
        Candidate(n, status, official, {"a": a, "b": b, "t": t})
        for n, (status, official, a, b, t) in enumerate(rows)
    ]
    document = {"keys": keys, "decimals": decimals, "rank_dnf": rank_dnf}
    ranking, _ = read_ranking(document, PARTS)
    standings = {s.entry: s for s in rank(candidates, PARTS, ranking)}
    expected = plain(rows, keys, decimals, rank_dnf)
    for n, wanted in expected.items():
        s = standings[n]
        mine = None if s.total is None else (s.total, s.rank or s.would_be, s.rank is not None)
        assert mine == wanted
    compare_awards(rows, candidates, expected, document)


def compare_awards(rows, candidates, expected, ranking):
    """Check the awards of three schemes by definitions that know no loop over places."""
    eligible = {
        n: (total, place)
        for n, (total, place, official) in ((n, e) for n, e in expected.items() if e)
        if official and rows[n][0] == "OK" and total > 0 and rows[n][2] >= 40
    }

    def ahead(n):
        return sum(place < eligible[n][1] for _, place in eligible.values())

    started = sum(official and status != "DNS" for status, official, *_ in rows)
    first = max(started // 10, 1 if started else 0)
    second = started // 5
    counted = {n: "G" if ahead(n) < 2 else "S" if ahead(n) < 5 else "" for n in eligible}
    shared = {
        n: "G" if ahead(n) < first else "S" if ahead(n) < first + second else "" for n in eligible
    }
    levels = {n: "G" if t >= 60 else "S" if t >= 45 else "" for n, (t, _) in eligible.items()}
    medals = plain_scale({n: t for n, (t, _) in eligible.items()})
    schemes = [
        ({"scheme": "counts", "titles": [["G", 2], ["S", 3]]}, counted),
        ({"scheme": "proportion", "titles": [["G", "10%"], ["S", "20%"]]}, shared),
        ({"scheme": "threshold", "titles": [["G", "60"], ["S", "45"]]}, levels),
        ({"scheme": "scale", "centre": "40", "titles": list("GSBM")}, medals),
    ]
    for document, wanted in schemes:
        found = titles(document, candidates, PARTS, ranking)
        assert found == [wanted.get(n, "") for n in range(len(rows))]


def plain_scale(scores):
    """Walk down from the best score, as the regulation tells it."""
    best = sorted(scores.values(), reverse=True)
    medal = {}
    for n, score in scores.items():
        golds = sum(s >= best[0] - 2 for s in best)
        if score >= best[0] - 2:
            medal[n] = "G"
        elif golds == 1 and score >= best[1] - 2:
            medal[n] = "S"
        elif len(best) > 2 and score >= best[2] - 2:
            medal[n] = "B"
        else:
            medal[n] = "M" if score >= 40 else ""
    return medal


@settings(max_examples=250, deadline=None, derandomize=True)
@given(events, orders, st.integers(0, 4), st.booleans())
def test_two_calculators_agree(rows, keys, decimals, rank_dnf):
    compare(rows, keys, decimals, rank_dnf)


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(events, orders, st.integers(0, 4), st.booleans())
def test_two_calculators_agree_on_ten_thousand_events(rows, keys, decimals, rank_dnf):
    compare(rows, keys, decimals, rank_dnf)
