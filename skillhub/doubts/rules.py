"""When a typed value makes one ask "are you sure?": it is possible, but not likely for this person in this place."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations
from statistics import fmean, median

from skillhub.kernel.messages import N_, Message, say

FAR = 4.2  # standard deviations that no ordinary row is away
SLIP, FITS = 3.1, 1.0  # away as typed, and near once the slip is undone
STRANGE_ROW = 3.2  # a whole row away from its person, and near the neighbour's
ENOUGH = 8  # rows from which one may learn what is usual
STEPS = tuple(map(Decimal, ("10", "5", "1", "0.5", "0.25", "0.1", "0.05", "0.01")))
SEQUENCE = 5  # rows filled one after the other: the clerk goes down the list
RARE, RARE_ROW = (
    0.0005,
    0.002,
)  # chances of equal parts, and of a whole equal row, that speak for a copy

FAR_OFF = N_(
    "%(value)s is far from this person's other parts and earlier years, which speak for about %(about)s"
)
UNUSUAL = N_("%(value)s is far from what the others have in %(part)s, about %(about)s")
POINT_SLIPPED = N_("%(value)s: did the decimal point slip? %(guess)s would be usual")
DIGITS_SWAPPED = N_("%(value)s: are two digits swapped? %(guess)s would be usual")
OTHER_PART = N_("%(value)s looks like a value for %(other)s")
OFF_STEP = N_("%(value)s: every other mark here is given in steps of %(step)s")
APART = N_("%(value)s is %(away)s away from what another judge gave: %(others)s")
BEATS = N_("%(value)s beats the record of %(record)s")
COPIED = N_("the same %(n)s values as %(who)s")
SKIPPED = N_("%(who)s above is still empty: is this the right row?")
SHIFTED = N_("this row fits %(who)s better than this person's earlier years: is it the right row?")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table as seen here; for a time less is better."""

    key: str
    name: str
    maximum: Decimal
    kind: str = "points"
    record: Decimal | None = None
    step: Decimal = Decimal(0)  # in which all others were given; 0 where there is none


@dataclass(frozen=True, slots=True)
class Row:
    """One person: what is typed by column, and the same columns in earlier years, brought to today's maximum."""

    entry: int
    who: str
    marks: Mapping[str, Decimal]
    earlier: Mapping[str, Sequence[Decimal]] = field(default_factory=dict)
    takes: bool = True  # marks may be typed: neither absent nor disqualified


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual in each column, and how much of the spread lies between persons rather than within one."""

    centre: Mapping[str, float]
    spread: Mapping[str, float]
    between: float
    same: Mapping[str, float] = field(default_factory=dict)  # how often two rows agree by chance

    @property
    def within(self) -> float:
        """Give the share of the spread that one person's own parts show."""
        return 1 - self.between

    def score(self, key: str, value: Decimal | float) -> float:
        """Say how many spreads a value lies above the centre of its column."""
        return (float(value) - self.centre[key]) / self.spread[key]

    def expect(self, evidence: Sequence[float]) -> tuple[float, float]:
        """Give the score to expect after some scores of the same person, and its standard deviation."""
        if not evidence:
            return 0.0, 1.0
        own = self.within / len(evidence)
        share = self.between / (self.between + own)
        return share * fmean(evidence), math.sqrt(self.within + share * own)


def usual(rows: Sequence[Row], columns: Sequence[Column]) -> Usual:
    """Learn from the rows what is usual; medians, so that a slip among them does no harm."""
    centre, spread = {}, {}
    for column in columns:
        found = [float(row.marks[column.key]) for row in rows if column.key in row.marks]
        if len(found) < ENOUGH:
            centre[column.key], spread[column.key] = _guess(column)
            continue
        middle = median(found)
        away = 1.4826 * median(abs(value - middle) for value in found)
        centre[column.key] = middle
        spread[column.key] = max(away, float(column.maximum) / 100, float(column.step))
    first = Usual(centre, spread, 0.5)
    scores = ([first.score(key, value) for key, value in row.marks.items()] for row in rows)
    inner = [abs(a - b) for row in scores for a, b in combinations(row, 2)]
    within = (1.4826 * median(inner)) ** 2 / 2 if len(inner) >= ENOUGH else 0.5
    same = {column.key: _agree(rows, column.key) for column in columns}
    return Usual(centre, spread, min(max(1 - within, 0.05), 0.95), same)


def surprises(
    rows: Sequence[Row],
    at: int,
    columns: Sequence[Column],
    known: Usual,
    typed: str,
    settled: bool = False,
) -> dict[str, list[Message]]:
    """Say what is surprising in the row at a place of the list after `typed` was typed: sentences by column.

    `rows` stand as on paper. A part typed earlier may be named too: only now it stands against others. Where the
    clerk has said that it is the right row, it is `settled`.
    """
    row = rows[at]
    told = {
        column.key: [
            *_beaten(column, row),
            *_off_step(column, row),
            *_unlikely(column, row, columns, known),
        ]
        for column in columns
        if column.key in row.marks
    }
    if typed in row.marks and not settled:
        told[typed] += [
            *_copied(rows, at, known),
            *_skipped(rows, at),
            *_shifted(rows, at, known, len(columns)),
        ]
    return {key: said for key, said in told.items() if said}


def usual_step(values: Sequence[Decimal]) -> Decimal:
    """Find the step in which values were given, the coarsest that fits all; 0 for none, or too few to tell."""
    if len(values) < 2 * ENOUGH or len(set(values)) < 3:
        return Decimal(0)
    return next((step for step in STEPS if not any(value % step for value in values)), Decimal(0))


def apart(value: Decimal, others: Sequence[Decimal], spread: int) -> list[Message]:
    """Say that a judge's score is further from the other judges' than it may be: a slip, or a vote to talk about."""
    away = max((abs(value - other) for other in others), default=Decimal(0))
    told = ", ".join(f"{other:f}" for other in others)
    return [say(APART, value=value, others=told, away=away)] if away > spread else []


def _agree(rows: Sequence[Row], key: str) -> float:
    """Say how often two rows have the same mark; one in twenty-five until there are rows to learn from."""
    found = Counter(row.marks[key] for row in rows if key in row.marks)
    n = found.total()
    pairs = sum(k * (k - 1) for k in found.values()) / (n * (n - 1)) if n >= ENOUGH else 0.04
    return max(pairs, 0.01)


def _guess(column: Column) -> tuple[float, float]:
    """Take for usual what is usual anywhere, until there are rows to learn from."""
    most = float(column.maximum)
    return 0.7 * most, 0.2 * most


def _beaten(column: Column, row: Row) -> Iterator[Message]:
    value, record = row.marks[column.key], column.record
    if record is not None and (value < record if column.kind == "time" else value > record):
        yield say(BEATS, value=value, record=record)


def _off_step(column: Column, row: Row) -> Iterator[Message]:
    value = row.marks[column.key]
    if column.step and value % column.step:
        yield say(OFF_STEP, value=value, step=column.step)


def _unlikely(
    column: Column, row: Row, columns: Sequence[Column], known: Usual
) -> Iterator[Message]:
    """Compare a value with the person's other parts and earlier years; name the slip that would explain it."""
    value, key = row.marks[column.key], column.key
    evidence = [known.score(k, v) for k, v in row.marks.items() if k != key]
    evidence += _earlier(row, known)
    expected, deviation = known.expect(evidence)

    def off(number: Decimal) -> float:
        return abs(known.score(key, number) - expected) / deviation

    away = off(value)
    if away < SLIP:
        return
    for text, guesses in ((POINT_SLIPPED, _shifted_points(value)), (DIGITS_SWAPPED, _swaps(value))):
        fitting = [g for g in guesses if 0 <= g <= column.maximum and off(g) < FITS]
        if fitting:
            yield say(text, value=value, guess=min(fitting, key=off))
            return
    if away < FAR:
        return
    about = known.centre[key] + expected * known.spread[key]
    other = [c for c in columns if c.key != key and abs(known.score(c.key, value)) < 1.5]
    if other and abs(known.score(key, value)) > FAR:
        yield say(OTHER_PART, value=value, other=other[0].name)
    elif evidence:
        yield say(FAR_OFF, value=value, about=_round(about, column))
    else:
        yield say(UNUSUAL, value=value, part=column.name, about=_round(about, column))


def _earlier(row: Row, known: Usual) -> list[float]:
    return [known.score(k, v) for k, found in row.earlier.items() for v in found]


def _round(about: float, column: Column) -> Decimal:
    return Decimal(round(min(max(about, 0.0), float(column.maximum))))


def _shifted_points(value: Decimal) -> tuple[Decimal, ...]:
    return value * 10, value / 10


def _swaps(value: Decimal) -> Iterator[Decimal]:
    """Give the numbers with two neighbouring digits before the point exchanged."""
    whole, point, rest = f"{value:f}".partition(".")
    for n in range(len(whole) - 1):
        if whole[n] != whole[n + 1]:
            yield Decimal(f"{whole[:n]}{whole[n + 1]}{whole[n]}{whole[n + 2 :]}{point}{rest}")


def _copied(rows: Sequence[Row], at: int, known: Usual) -> Iterator[Message]:
    """The row equals its neighbour's in more than chance would explain."""
    own = rows[at].marks
    for other in _neighbours(rows, at):
        shared = [key for key in own if key in other.marks]
        chance = math.prod(known.same[key] for key in shared)
        rare = RARE_ROW if len(shared) == len(known.same) else RARE
        if len(shared) > 1 and chance < rare and all(own[k] == other.marks[k] for k in shared):
            yield say(COPIED, n=len(shared), who=other.who)


def _neighbours(rows: Sequence[Row], at: int) -> list[Row]:
    return [rows[n] for n in (at - 1, at + 1) if 0 <= n < len(rows)]


def _skipped(rows: Sequence[Row], at: int) -> Iterator[Message]:
    """A row was left empty by one who goes down the list row by row."""
    if len(rows[at].marks) > 1 or at < SEQUENCE + 1:
        return  # asked at the first value of a row
    above, before = rows[at - 1], rows[at - 1 - SEQUENCE : at - 1]
    is_hole = above.takes and not above.marks
    goes_down = all(row.marks or not row.takes for row in before)
    is_front = not any(row.marks for row in rows[at + 1 : at + 1 + SEQUENCE])
    if is_hole and goes_down and is_front:
        yield say(SKIPPED, who=above.who)


def _shifted(rows: Sequence[Row], at: int, known: Usual, parts: int) -> Iterator[Message]:
    """The whole row lies away from its person's earlier years, and fits the neighbour's."""
    row = rows[at]
    if len(row.marks) < max(2, parts) or not row.earlier:
        return
    own = fmean(known.score(key, value) for key, value in row.marks.items())

    def off(whose: Row) -> float:
        evidence = _earlier(whose, known)
        expected, _ = known.expect(evidence)
        noise = known.within / len(row.marks) + known.within / len(evidence)
        return abs(own - expected) / math.sqrt(noise + 0.03)  # people change from year to year

    if off(row) < STRANGE_ROW:
        return
    for other in _neighbours(rows, at):
        if other.earlier and off(other) < FITS:
            yield say(SHIFTED, who=other.who)
            return
