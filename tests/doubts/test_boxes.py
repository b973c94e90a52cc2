"""Questions about judges' boxes: rare for ordinary sheets, nearly always for slips.

Measured over 1000 sheets of 13 boxes (five judges from 0 to 100, five from 0 to 10 by halves, three from 0 to 3).
"""

import random
from dataclasses import replace
from decimal import Decimal

import pytest

from skillhub.doubts.queries import AROUND, Box, asked_of
from skillhub.doubts.rules import Row, apart, usual_step
from skillhub.scoring.kinds import read_scheme
from skillhub.scoring.rules import Slot

SCHEME, _ = read_scheme(
    {
        "aspects": [
            {"code": "skill", "kind": "panel", "max": "60", "judges": 5, "step": "0.5"},
            {"code": "style", "kind": "panel", "max": "30", "judges": 5, "high": "10", "step": "0.5"},
            {"code": "order", "kind": "judgement", "max": "10", "judges": 3},
        ]
    }
)  # fmt: skip
BOXES = [
    Box(f"1:{a.code}:{slot.seat}:{slot.attempt}", f"{a.code} {slot.seat}", 1, a, slot)
    for a in SCHEME.aspects
    for slot in a.slots()
]
TOP = {"skill": 100, "style": 10, "order": 3}


def a_mark(chance, box, ability):
    """What one judge gives: what the person can do, how strict the judge is, and the moment; in halves or whole."""
    strict = (box.slot.seat - 2) * 0.008
    share = 0.72 + 0.09 * ability + strict + chance.gauss(0, 0.03)
    step = 1 if box.aspect.code == "order" else 2
    units = round(step * TOP[box.aspect.code] * min(max(share, 0), 1))
    return Decimal(units) / step


def ordinary(n, seed):
    chance = random.Random(seed)
    rows = []
    for number in range(1, n + 1):
        ability = chance.gauss(0, 1)
        rows.append(Row(number, f"{number}", {b.key: a_mark(chance, b, ability) for b in BOXES}))
    return [replace(row, marks={**row.marks, **agreed(row.marks)}) for row in rows]


def agreed(marks):
    """Judges who differ by more than one talk and vote again: what stands on paper is their second vote."""
    own = [b.key for b in BOXES if b.aspect.code == "order"]
    middle = sorted(marks[key] for key in own)[1]
    return {key: min(max(marks[key], middle), middle + 1) for key in own}


def typing(paper, rows, order):
    """Type rows box by box; gives the boxes at which a question was put."""
    asked, rows = [], list(rows)
    for at in order:
        marks = dict(rows[at].marks)
        for box in BOXES:
            if box.key not in paper[at].marks:
                continue
            marks[box.key] = paper[at].marks[box.key]
            rows[at] = replace(rows[at], marks=dict(marks))
            own = [one for one in BOXES if one.aspect.code == box.aspect.code]
            near = rows[max(0, at - AROUND) : at + AROUND]
            if said := asked_of(box, own, near, min(at, AROUND)):
                asked.append((rows[at].entry, box.key, said))
    return asked


@pytest.mark.parametrize("seed", [1, 2])
def test_a_thousand_ordinary_sheets_bring_at_most_ten_questions(seed):
    paper = ordinary(1000, seed)
    start = [replace(row, marks={}) for row in paper]
    asked = typing(paper, start, range(1000))
    print(f"questions in 1000 sheets of 13 boxes: {len(asked)}")
    assert len(asked) <= 10


def digits_swapped(chance, paper, at):
    boxes = [b.key for b in BOXES if b.aspect.code == "skill"]
    keys = [k for k in boxes if len({*f"{paper[at].marks[k]:f}"[:2]}) == 2]
    key = chance.choice(keys)
    text = f"{paper[at].marks[key]:f}"
    return {at: {**paper[at].marks, key: Decimal(text[1] + text[0] + text[2:])}}


def point_shifted(chance, paper, at):
    key = chance.choice([b.key for b in BOXES if b.aspect.code != "order"])
    return {at: {**paper[at].marks, key: paper[at].marks[key] / 10}}


def row_skipped(chance, paper, at):
    """The hand is a row too low: one stays empty, three get the sheet of the row above."""
    return {at: {}} | {n: paper[n - 1].marks for n in range(at + 1, at + 4)}


def copied(chance, paper, at):
    return {at: paper[at - 1].marks}


def other_scale(chance, paper, at):
    """A judge gives marks of ten where a hundred is the most."""
    key = chance.choice([b.key for b in BOXES if b.aspect.code == "skill"])
    return {at: {**paper[at].marks, key: round(paper[at].marks[key] / 5) / Decimal(2)}}


def judge_away(chance, paper, at):
    """A digit beside the right one: a score two or more away from another judge's."""
    key = chance.choice([b.key for b in BOXES if b.aspect.code == "order"])
    return {at: {**paper[at].marks, key: Decimal(0)}}


SLIPS = (digits_swapped, point_shifted, row_skipped, copied, other_scale, judge_away)


@pytest.mark.parametrize("seed", [1, 2])
def test_of_sixty_slips_at_least_fifty_four_are_asked_about(seed):
    chance, found = random.Random(seed), {}
    for kind in SLIPS:
        paper = ordinary(10 * 30 + 40, seed * 100 + len(kind.__name__))
        caught = 0
        for n in range(10):
            at = 30 * n + 30
            wrong = list(paper)
            for row, marks in kind(chance, paper, at).items():
                wrong[row] = replace(paper[row], marks=marks)
            rest = [replace(row, marks={}) for row in paper[at - 1 :]]
            asked = typing(wrong, [*paper[: at - 1], *rest], range(at - 1, at + 4))
            caught += any(at < entry <= at + 4 for entry, _, _ in asked)
        found[kind.__name__] = caught
    print(found)
    assert sum(found.values()) >= 54
    assert min(found.values()) >= 7


@pytest.mark.parametrize(
    ("values", "step"),
    [
        pytest.param(["7", "7.5", "8"] * 6, "0.5", id="halves"),
        pytest.param(["70", "75", "85"] * 6, "5", id="fives"),
        pytest.param(["7.1", "7.25", "8"] * 6, "0.05", id="whatever fits all"),
        pytest.param(["7", "7.5", "8"] * 5, "0", id="too few to tell"),
        pytest.param(["7", "8"] * 20, "0", id="too alike to tell"),
    ],
)
def test_the_step_in_which_marks_are_given(values, step):
    assert usual_step([Decimal(v) for v in values]) == Decimal(step)


@pytest.mark.parametrize(
    ("value", "others", "spread", "asked"),
    [
        pytest.param("2", ["3", "3"], 1, False, id="one away is allowed"),
        pytest.param("1", ["3", "2"], 1, True, id="two away is not"),
        pytest.param("1", ["3", "2"], 2, False, id="where the scheme allows two"),
        pytest.param("0", [], 1, False, id="the first judge"),
    ],
)
def test_a_judgement_beside_the_others(value, others, spread, asked):
    said = apart(Decimal(value), [Decimal(o) for o in others], spread)
    assert bool(said) is asked


def test_an_unusual_step_is_named():
    box = BOXES[0]
    rows = [Row(n, str(n), {box.key: Decimal(60 + n % 9)}) for n in range(30)]
    rows[9] = replace(rows[9], marks={box.key: Decimal("64.5")})
    (said,) = asked_of(box, [box], rows, 9)
    assert str(said) == "64.5: every other mark here is given in steps of 1"


def test_what_takes_few_figures_is_not_asked_about():
    scheme, _ = read_scheme({"aspects": [{"code": "fit", "kind": "measurement", "max": "2"}]})
    box = Box("1:fit:0:1", "fit", 1, scheme.aspects[0], Slot())
    rows = [Row(n, str(n), {box.key: Decimal(2)}) for n in range(30)]
    rows[9] = replace(rows[9], marks={box.key: Decimal(0)})
    assert asked_of(box, [box], rows, 9) == []
