"""When the table asks "are you sure?": rarely for ordinary rows, nearly always for the slips that people make."""

import random
from dataclasses import replace
from decimal import Decimal

import pytest

from skillhub.doubts.rules import Column, Row, surprises, usual

PARTS = (
    Column("theory", "Theory", Decimal(100), record=Decimal(100)),
    Column("practice", "Practice", Decimal(100), record=Decimal(100)),
    Column("tools", "Tools", Decimal(40), record=Decimal(40)),
    Column("safety", "Safety", Decimal(25), record=Decimal(25)),
    Column("drawing", "Drawing", Decimal(60), record=Decimal(60)),
)
AROUND = 60  # rows before and after that are looked at, as the page does


def a_mark(chance, column, ability):
    """A mark of a person: what the person can do, and the day; in halves, never beyond the column."""
    share = 0.72 + 0.10 * ability + chance.gauss(0, 0.045)
    halves = round(2 * float(column.maximum) * min(max(share, 0), 1))
    return Decimal(halves) / 2


def ordinary(n, seed, columns=PARTS):
    """The paper sheets of n people: most were here before, one in a hundred is absent, two sheets come late."""
    chance = random.Random(seed)
    rows = []
    for number in range(1, n + 1):
        ability = chance.gauss(0, 1)
        marks = {c.key: a_mark(chance, c, ability) for c in columns}
        before = ability + chance.gauss(0, 0.2)
        years = {c.key: [a_mark(chance, c, before)] for c in columns}
        earlier = years if chance.random() < 0.7 else {}
        absent, late = chance.random() < 0.01, chance.random() < 0.002
        rows.append(Row(number, f"{number}", {} if absent or late else marks, earlier, not absent))
    return rows


def typing(paper, rows, order, columns=PARTS):
    """Type paper rows cell by cell; gives the cells at which a question was put."""
    asked, settled = [], set()  # whoever is asked about the row says that it is right
    rows = list(rows)
    for at in order:
        marks = dict(rows[at].marks)
        for key, value in paper[at].marks.items():
            marks[key] = value
            rows[at] = replace(rows[at], marks=dict(marks))
            first = max(0, at - AROUND)
            near = rows[first : at + AROUND]
            known, sure = usual(near, columns), rows[at].entry in settled
            said = surprises(near, at - first, columns, known, key, sure)
            settled |= {rows[at].entry} if said else set()
            asked += [(rows[at].entry, column, texts) for column, texts in said.items()]
    return list({(entry, column): texts for entry, column, texts in asked}.items())


def emptied(rows):
    return [replace(row, marks={}) for row in rows]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_thousand_ordinary_rows_bring_at_most_ten_questions(seed):
    paper = ordinary(1000, seed)
    asked = typing(paper, emptied(paper), range(1000))
    assert len(asked) <= 10


def swap_digits(chance, paper, at):
    """78 for 87: two different digits before the point."""
    key, value = pick(chance, paper[at], lambda text: len({*text[:2]}) == 2 and text[:2].isdigit())
    text = f"{value:f}"
    return {at: {**paper[at].marks, key: Decimal(text[1] + text[0] + text[2:])}}


def shift_point(chance, paper, at):
    """7.25 for 72.5: the other direction lies above the maximum and is refused in any case."""
    key, value = pick(chance, paper[at], lambda text: True)
    return {at: {**paper[at].marks, key: value / 10}}


def slip_a_row(chance, paper, at):
    """The eye is a row too low on the paper: three rows get the values of the row below theirs."""
    return {n: paper[n + 1].marks for n in range(at, at + 3)}


def skip_a_row(chance, paper, at):
    """The hand is a row too low on the screen: a row stays empty, three get the values of the row above."""
    return {at: {}} | {n: paper[n - 1].marks for n in range(at + 1, at + 4)}


def copy_the_neighbour(chance, paper, at):
    """The row above once more."""
    return {at: paper[at - 1].marks}


def other_discipline(chance, paper, at):
    """The sheet of another trade, whose parts have other maxima: 40, 25, 60, 100, 100."""
    other = PARTS[2:] + PARTS[:2]
    ability = chance.gauss(0, 1)
    typed = {c.key: a_mark(chance, o, ability) for c, o in zip(PARTS, other, strict=True)}
    return {at: {c.key: min(typed[c.key], c.maximum) for c in PARTS}}


def pick(chance, row, fits):
    """Choose a mark whose digits allow the slip."""
    cells = [(key, value) for key, value in sorted(row.marks.items()) if fits(f"{value:f}")]
    return chance.choice(cells)


SLIPS = {
    "digits swapped": [swap_digits] * 10,
    "decimal point shifted": [shift_point] * 10,
    "row shifted by one": [slip_a_row] * 5 + [skip_a_row] * 5,
    "copied from the neighbour": [copy_the_neighbour] * 10,
    "wrong discipline": [other_discipline] * 10,
}


def caught(seed):
    """Seed ten slips of each kind, far apart, in a list that is typed in order; count the rows asked about."""
    chance = random.Random(seed)
    found = dict.fromkeys(SLIPS, 0)
    for kind, slips in SLIPS.items():
        paper = ordinary(12 * 60, seed * 100 + len(kind))
        for n, slip in enumerate(slips):
            at = whole_place(paper, 60 * n + 30)
            wrong = list(paper)
            for row, marks in slip(chance, paper, at).items():
                wrong[row] = replace(paper[row], marks=marks)
            start = [*paper[: at - 1], *emptied(paper[at - 1 :])]  # typed rightly until here
            asked = typing(wrong, start, range(at - 1, at + 4))
            touched = {paper[n].entry for n in range(at, at + 4)}
            found[kind] += any(entry in touched for (entry, _), _ in asked)
    return found


def whole_place(paper, at):
    """Go on to where six sheets lie one after the other."""
    while not all(row.marks for row in paper[at - 7 : at + 5]):
        at += 1
    return at


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_of_fifty_slips_at_least_forty_five_are_asked_about(seed):
    found = caught(seed)
    assert sum(found.values()) >= 45, found
