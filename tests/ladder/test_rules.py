"""Who goes up, who stands in reserve, who follows: a table over the rules of the ladder."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillhub.ladder.rules import (
    Held,
    Rule,
    Runner,
    SeatState,
    Selection,
    Standby,
    TieAtN,
    choose,
    consequences,
    next_reserve,
)


def field(*lines):
    """Runners from "rank unit total keys": entry numbers count from 1; rank 0 stands for none."""
    runners = []
    for n, line in enumerate(lines, 1):
        words = line.split()
        unit = words[1] if len(words) > 1 else "A"
        total, *keys = [Decimal(word) for word in words[2:]] or [Decimal(90)]
        runners.append(Runner(n, int(words[0]) or None, total, unit, tuple(keys), f"#{n}"))
    return runners


ROWS = [
    # id, runners, rule, free places of the target, seats, reserves, words of the problems
    ("nobody competed", (), {"top_n": 3}, None, [], [], []),
    ("the first two go", ("1", "2", "3"), {"top_n": 2}, None, [1, 2], [], []),
    ("fewer than seats", ("1", "2"), {"top_n": 5}, None, [1, 2], [], []),
    ("reserves follow in order", ("1", "2", "3", "4"), {"top_n": 1, "reserves": 2}, None, [1], [2, 3], []),
    ("no place, no seat", ("0", "1"), {"top_n": 2, "reserves": 1}, None, [2], [], []),
    ("a unit sends one", ("1 A", "2 A", "3 B"), {"top_n": 2, "per_org_cap": 1}, None, [1, 3], [], []),
    ("its second stands in reserve", ("1 A", "2 A", "3 B"), {"top_n": 2, "per_org_cap": 1, "reserves": 1}, None,
     [1, 3], [2], []),
    ("a cap leaves seats empty", ("1 A", "2 A", "3 A"), {"top_n": 3, "per_org_cap": 2}, None, [1, 2], [], []),
    ("a cap of two", ("1 A", "2 A", "3 A", "4 B"), {"top_n": 3, "per_org_cap": 2}, None, [1, 2, 4], [], []),
    ("exactly the least total", ("1 A 60", "2 A 59.99"), {"top_n": 2, "min_total": Decimal(60)}, None, [1], [], []),
    ("nobody reaches the least", ("1 A 50",), {"top_n": 1, "min_total": Decimal(60), "reserves": 1}, None,
     [], [], []),
    ("the least counts for reserves", ("1 A 90", "2 A 50"), {"top_n": 1, "min_total": Decimal(60), "reserves": 1},
     None, [1], [], []),
    ("all tied at the last go", ("1", "2", "2"), {"top_n": 2, "consent": True}, None, [1, 2, 3], [], []),
    ("not without consent", ("1", "2", "2"), {"top_n": 2}, None, [1], [], ["must agree"]),
    ("a tie that fits needs no consent", ("1", "1", "3"), {"top_n": 2}, None, [1, 2], [], []),
    ("a tie within asks nothing", ("1", "1", "1", "4"), {"top_n": 4}, None, [1, 2, 3, 4], [], []),
    ("three tied at the first of one", ("1", "1", "1"), {"top_n": 1, "consent": True}, None, [1, 2, 3], [], []),
    ("none of the tied goes", ("1", "2", "2"), {"top_n": 2, "tie_at_n": TieAtN.NONE}, None, [1], [], []),
    ("none goes, they lead the reserves", ("1", "2", "2", "4"), {"top_n": 2, "tie_at_n": TieAtN.NONE, "reserves": 3},
     None, [1], [2, 3, 4], []),
    ("the key decides", ("1 A 90 0", "2 A 80 70", "2 A 80 75"), {"top_n": 2, "tie_at_n": TieAtN.KEY}, None,
     [1, 3], [], []),
    ("the key orders the reserve", ("1 A 90 0", "2 A 80 70", "2 A 80 75"),
     {"top_n": 2, "tie_at_n": TieAtN.KEY, "reserves": 1}, None, [1, 3], [2], []),
    ("the key is equal too", ("1 A 90 0", "2 A 80 70", "2 A 80 70"), {"top_n": 2, "tie_at_n": TieAtN.KEY}, None,
     [1, 2], [], ["draw lots"]),
    ("lots were drawn", ("1 A 90 0", "2 A 80 70", "2 A 80 70"),
     {"top_n": 2, "tie_at_n": TieAtN.KEY, "lots": (3, 2)}, None, [1, 3], [], []),
    ("the target has one place", ("1", "2", "3"), {"top_n": 3, "reserves": 1}, 1, [1], [2], []),
    ("the target is full", ("1", "2"), {"top_n": 2, "reserves": 2}, 0, [], [1, 2], []),
    ("the target is more than full", ("1",), {"top_n": 1}, -2, [], [], []),
    ("a tie over the target's last place", ("1", "2", "2"), {"top_n": 3}, 2, [1], [], ["must agree"]),
    ("the same with its consent", ("1", "2", "2"), {"top_n": 3, "consent": True}, 2, [1, 2, 3], [], []),
    ("consent lets only the tied in", ("1", "2", "2", "4"), {"top_n": 2, "consent": True}, None, [1, 2, 3], [], []),
    ("a tie broken by the cap", ("1 A", "2 A", "2 B"), {"top_n": 2, "per_org_cap": 1}, None, [1, 3], [], []),
    ("two of a unit tied at its cap", ("1 A 90 5", "1 A 90 7", "3 B"), {"top_n": 2, "per_org_cap": 1}, None,
     [2, 3], [], []),
    ("nothing separates them at the cap", ("1 A", "1 A", "3 B"), {"top_n": 2, "per_org_cap": 1}, None,
     [1, 3], [], ["draw lots"]),
    ("who has no unit is not capped", ("1 -", "2 -"), {"top_n": 2, "per_org_cap": 1}, None, [1, 2], [], []),
    ("qualifying round: thirty and all tied at thirty", tuple(str(min(n, 29)) for n in range(1, 33)),
     {"top_n": 30, "consent": True}, None, list(range(1, 33)), [], []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("runners", "rule", "free", "seats", "reserves", "problems"),
    [pytest.param(*row, id=name) for name, *row in ROWS],
)
def test_who_goes_up(runners, rule, free, seats, reserves, problems):
    known = [r if r.unit != "-" else Runner(r.entry, r.rank, r.total) for r in field(*runners)]
    chosen = choose(known, Rule(**rule), free)
    assert [p.entry for p in chosen.seats] == seats
    assert [p.entry for p in chosen.reserves] == reserves
    assert len(chosen.problems) == len(problems)
    for problem, words in zip(chosen.problems, problems, strict=True):
        assert words in str(problem)


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault of the rule
@given(
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from("ABC"), st.integers(0, 3)), max_size=12),
    st.integers(0, 6),
    st.none() | st.integers(1, 3),
    st.sampled_from(list(TieAtN)),
    st.booleans(),
    st.none() | st.integers(0, 6),
)
def test_seats_never_exceed_what_was_given(drawn, top_n, cap, tie, consent, free):
    """Only the recorded tie rule goes beyond the quota, everybody stands in exactly one list, no cap is broken."""
    runners = [
        Runner(n, rank or None, Decimal(50), unit, (Decimal(key),))
        for n, (rank, unit, key) in enumerate(drawn)
    ]
    rule = Rule(top_n, cap, tie_at_n=tie, reserves=2, consent=consent)
    chosen = choose(runners, rule, free)
    quota = top_n if free is None else min(top_n, free)
    if not (tie is TieAtN.ALL and consent):
        assert len(chosen.seats) <= quota
    elif len(chosen.seats) > quota:
        ranks = [runners[p.entry].rank for p in chosen.seats]
        assert sum(rank < max(ranks) for rank in ranks) < quota
    everybody = [p.entry for p in (*chosen.seats, *chosen.reserves, *chosen.left)]
    assert sorted(everybody) == [r.entry for r in runners]
    if cap:
        for unit in "ABC":
            assert sum(runners[p.entry].unit == unit for p in chosen.seats) <= cap


S = SeatState


@pytest.mark.parametrize(
    ("line", "quota", "cap", "expected"),
    [
        pytest.param([("A", S.DECLINED), ("B", S.RESERVE)], 1, None, 2, id="the first reserve follows"),
        pytest.param([("A", S.ACCEPTED), ("B", S.RESERVE)], 1, None, None, id="no seat is free"),
        pytest.param([("A", S.DECLINED)], 1, None, None, id="nobody is left"),
        pytest.param(
            [("A", S.OFFERED), ("B", S.DECLINED), ("A", S.RESERVE), ("C", S.RESERVE)], 2, 1, 4,
            id="a reserve whose unit sends enough is passed over",
        ),
        pytest.param(
            [("A", S.DECLINED), ("B", S.ACCEPTED), ("A", S.RESERVE)], 2, 1, 3,
            id="a colleague follows within the cap",
        ),
        pytest.param(
            [("A", S.OFFERED), ("B", S.OFFERED), ("C", S.DECLINED), ("D", S.RESERVE)], 2, None, None,
            id="a seat that came from a tie goes with it",
        ),
        pytest.param([("A", S.EXPIRED), ("B", S.EXPIRED), ("C", S.RESERVE)], 1, None, 3, id="after two that ran out"),
    ],
)  # fmt: skip
def test_who_follows(line, quota, cap, expected):
    seats = [Standby(n, n, unit, state) for n, (unit, state) in enumerate(line, 1)]
    assert next_reserve(seats, quota, cap) == expected


@pytest.mark.parametrize(
    ("held", "runners", "quota", "keep", "expected"),
    [
        pytest.param({1: S.ACCEPTED}, ("1", "2"), 1, True, [], id="nothing changed"),
        pytest.param({1: S.ACCEPTED, 2: S.RESERVE}, ("2", "1"), 1, True, [(1, "keep")], id="who advanced stays"),
        pytest.param(
            {1: S.ACCEPTED, 2: S.RESERVE}, ("2", "1"), 1, False, [(1, "take"), (2, "offer")],
            id="or gives way, where the rule says so",
        ),
        pytest.param(
            {1: S.OFFERED, 2: S.RESERVE}, ("0", "1"), 1, True, [(1, "take"), (2, "offer")],
            id="the disqualified lose the seat in any case",
        ),
        pytest.param(
            {1: S.DECLINED, 2: S.ACCEPTED}, ("1", "2"), 1, True, [(2, "keep")], id="who declined is not asked again"
        ),
        pytest.param({1: S.OFFERED}, ("2", "1", "3"), 2, True, [(2, "offer")], id="a new winner takes the free seat"),
    ],
)  # fmt: skip
def test_what_a_correction_does(held, runners, quota, keep, expected):
    known = field(*runners)
    chosen: Selection = choose(known, Rule(quota))
    ranked = {r.entry: r.rank for r in known}
    rows = [Held(entry, state) for entry, state in held.items()]
    steps = consequences(rows, chosen, ranked, quota, keep)
    assert [(s.entry, s.act) for s in steps] == expected
