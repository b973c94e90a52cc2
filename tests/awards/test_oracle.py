"""Awards by a second calculator that seats people on chairs: written apart from the first, it must always agree."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.awards.events import candidate, outcome

PLAIN_TITLES = ("G", "S", "B")

# Few different totals, so that ties lie over every cut; guests, blanks and all ways to end.
entrants = st.lists(
    st.tuples(
        st.sampled_from(["OK"] * 14 + ["DNS", "DNF", "DSQ", "NC"]),
        st.sampled_from([True] * 6 + [False]),
        st.one_of(st.sampled_from([0, 59, 60, 60, 75, 75, 75, 90]), st.integers(0, 100), st.none()),
    ),
    max_size=30,
)
ties = st.sampled_from(["promote_shrink", "promote_extend", "demote"])
slots = st.sampled_from(["pass_down", "stays_empty"])
small = st.sampled_from([None, "W-27"])
sizes = st.lists(st.integers(0, 5), min_size=1, max_size=3)
shares = st.lists(
    st.sampled_from([5, 10, 15, 25, 30, 7]), min_size=1, max_size=3
)  # halves are the rule
roundings = st.sampled_from(["floor", "half_up", "ceil"])
modes = st.sampled_from(["per_tier", "cumulative"])
bases = st.sampled_from(["started", "registered", "ranked"])


def rows_in_order(field):
    """List (n, total) of those with a place, in groups of equal totals, the best first."""
    there = [
        (n, t)
        for n, (s, official, t) in enumerate(field)
        if s == "OK" and official and t is not None
    ]
    return [
        [n for n, t in there if t == total] for total in sorted({t for _, t in there}, reverse=True)
    ]


def chairs_left_for(field, chairs, small_field, titles=PLAIN_TITLES):
    """Take away the chairs that a small field does not have (Moscow 2018, rule 10.1)."""
    started = sum(official and status != "DNS" for status, official, _ in field)
    if small_field is None or started >= 6:
        return chairs
    allowed = {5: 2, 4: 1}.get(started, 0)
    return [c for c in chairs if c is None or titles.index(c) < allowed]


def seated(field, chairs, way, slot):
    """Let group after group walk up to a row of chairs; who may not be awarded takes one only if chairs stay empty."""
    got, row = {}, list(chairs)
    for group in rows_in_order(field):
        free = [n for n in group if field[n][2] > 0]
        walking = group if slot == "stays_empty" else free
        if not walking:
            continue
        if not row:
            break
        chair = (
            row[0]
            if way != "demote"
            else (row[len(walking) - 1] if len(walking) <= len(row) else None)
        )
        got |= dict.fromkeys(free, chair or "")
        if way == "promote_extend":  # the next titles keep all their chairs
            own = sum(c == row[0] for c in row)
            row = row[min(own, len(walking)) :]
        else:
            row = row[len(walking) :]
    return [got.get(n, "") for n in range(len(field))]


def asked(document, field, way, slot, small_field):
    """Ask the program."""
    gates = {"cut_tie": way, "slots": slot} | ({"small_field": small_field} if small_field else {})
    entries = [
        candidate(n, None if total is None else str(total), status, official)
        for n, (status, official, total) in enumerate(field)
    ]
    found = outcome([{**document, "gates": gates}], entries)
    lines = sorted(found.lines, key=lambda line: line.entry)
    assert all(line.because for line in lines), "a decision without its reason"
    return [str(line.award.title) if line.award else "" for line in lines]


def counts(field, places, way, slot, small_field):
    document = {
        "scheme": "counts",
        "titles": [list(x) for x in zip(PLAIN_TITLES, places, strict=False)],
    }
    chairs = [t for t, n in zip(PLAIN_TITLES, places, strict=False) for _ in range(n)]
    chairs = chairs_left_for(field, chairs, small_field)
    assert asked(document, field, way, slot, small_field) == seated(field, chairs, way, slot)


def parts_of(n, percents, rounding, mode, least):
    """Count the chairs of each title in hundredths, with whole numbers only."""
    extra = {"floor": 0, "half_up": 50, "ceil": 99}[rounding]
    if mode == "per_tier":
        chairs = [(n * p + extra) // 100 for p in percents]
        return [max(chairs[0], min(least, n)), *chairs[1:]]
    ends = [(n * sum(percents[: k + 1]) + extra) // 100 for k in range(len(percents))]
    ends = [max(end, min(least, n)) for end in ends]
    return [end - before for before, end in zip([0, *ends], ends, strict=False)]


def proportion(field, percents, rounding, mode, base, least, way, slot, small_field):
    document = {
        "scheme": "proportion",
        "titles": [[t, f"{p}%"] for t, p in zip(PLAIN_TITLES, percents, strict=False)],
        "rounding": rounding,
        "mode": mode,
        "base": base,
        "min_first": least,
    }
    held = [(s, t) for s, official, t in field if official]
    n = {
        "registered": len(held),
        "started": sum(s != "DNS" for s, _ in held),
        "ranked": sum(s == "OK" and t is not None for s, t in held),
    }[base]
    sized = parts_of(n, percents, rounding, mode, least)
    chairs = [t for t, k in zip(PLAIN_TITLES, sized, strict=False) for _ in range(k)]
    chairs = chairs_left_for(field, chairs, small_field)
    assert asked(document, field, way, slot, small_field) == seated(field, chairs, way, slot)


def half(field, after, way, slot):
    started = sum(official and status != "DNS" for status, official, _ in field)
    chairs = [None] * after + ["H"] * max(started // 2 - after, 0)
    document = {"scheme": "half_field", "title": "H", "after": after}
    assert asked(document, field, way, slot, None) == seated(field, chairs, way, slot)


def often(n):
    """Run a property n times; the many belong to the slow suite."""
    if n < 1000:
        return settings(max_examples=n, deadline=None, derandomize=True)
    return settings(max_examples=n, deadline=None, suppress_health_check=list(HealthCheck))


def test_the_worked_table_of_small_fields():
    """Domain 4.5: 10/20/30 for N = 5, 7, 15, 25, 280, floor, half up each, half up together."""
    table = {
        5: ((0, 1, 1), (1, 1, 2), (1, 1, 1)),
        7: ((0, 1, 2), (1, 1, 2), (1, 1, 2)),
        15: ((1, 3, 4), (2, 3, 5), (2, 3, 4)),
        25: ((2, 5, 7), (3, 5, 8), (3, 5, 7)),
        280: ((28, 56, 84),) * 3,
    }
    ways = (("floor", "per_tier"), ("half_up", "per_tier"), ("half_up", "cumulative"))
    for n, wanted in table.items():
        assert tuple(tuple(parts_of(n, (10, 20, 30), *way, 0)) for way in ways) == wanted


@often(200)
@given(st.tuples(entrants, sizes, ties, slots, small))
def test_places_agree(event):
    counts(*event)


@often(200)
@given(st.tuples(entrants, shares, roundings, modes, bases, st.integers(0, 2), ties, slots, small))
def test_shares_agree(event):
    proportion(*event)


@often(100)
@given(st.tuples(entrants, st.integers(0, 4), ties, slots))
def test_the_better_half_agrees(event):
    half(*event)


@pytest.mark.slow
@often(10_000)
@given(st.tuples(entrants, sizes, ties, slots, small))
def test_places_agree_on_ten_thousand_events(event):
    counts(*event)


@pytest.mark.slow
@often(10_000)
@given(st.tuples(entrants, shares, roundings, modes, bases, st.integers(0, 2), ties, slots, small))
def test_shares_agree_on_ten_thousand_events(event):
    proportion(*event)


@pytest.mark.slow
@often(5_000)
@given(st.tuples(entrants, st.integers(0, 4), ties, slots))
def test_the_better_half_agrees_on_five_thousand_events(event):
    half(*event)


@often(100)
@given(entrants, shares, ties, st.randoms(use_true_random=False))
def test_the_order_of_rows_decides_nothing(field, percents, way, random):
    document = {
        "scheme": "proportion",
        "titles": [[t, f"{p}%"] for t, p in zip(PLAIN_TITLES, percents, strict=False)],
    }
    entries = [
        candidate(n, None if t is None else Decimal(t), s, o) for n, (s, o, t) in enumerate(field)
    ]
    shuffled = random.sample(entries, len(entries))

    def given_titles(rows):
        found = outcome([{**document, "gates": {"cut_tie": way}}], rows)
        return {(d.entry, str(d.title)) for d in found.decisions}

    assert given_titles(entries) == given_titles(shuffled)
