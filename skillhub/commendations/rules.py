"""The score of an excellent organiser: what each measure earns, and why; and who is among the commended.

Domain 4.6: weighted, from facts we hold (participation, completeness, deadlines, hosting), plus the committee's points.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import groupby

from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.rounding import rounded

WHOLE = 100


class Measure(StrEnum):
    """What a unit is measured by."""

    PARTICIPATION = "participation"
    COMPLETENESS = "completeness"
    DEADLINES = "deadlines"
    HOSTING = "hosting"
    COMMITTEE = "committee"


LABELS = {
    Measure.PARTICIPATION: N_("Participation"),
    Measure.COMPLETENESS: N_("Completeness"),
    Measure.DEADLINES: N_("Deadlines"),
    Measure.HOSTING: N_("Hosting"),
    Measure.COMMITTEE: N_("Committee"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """How much each measure weighs (100 together), and how many are commended.

    `full_rate` is the percentage of a unit's workers that earns all of participation. With `beside` units that hold an
    award of the table of units are not commended as well.
    """

    participation: int = 30
    completeness: int = 20
    deadlines: int = 20
    hosting: int = 10
    committee: int = 20
    full_rate: int = 5
    places: int = 10
    beside: bool = True

    def weight(self, measure: Measure) -> int:
        """Give the weight of one measure."""
        return int(getattr(self, measure.value))


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one unit in one competition; None is unknown."""

    unit: Hashable
    workers: int | None = None
    entrants: int = 0
    handed_in: int = 0
    started: int = 0
    due: int = 0
    in_time: int = 0
    hosted: int = 0
    committee: Decimal | None = None  # of 100


@dataclass(frozen=True, slots=True)
class Part:
    """What one measure earns: its weight, its share (None: not measured), its points, and the reason."""

    measure: Measure
    weight: int
    share: Fraction | None
    points: Fraction
    because: Message


@dataclass(frozen=True, slots=True)
class Score:
    """One unit's score with its parts; `rank` 0 while it is not ranked."""

    unit: Hashable
    total: Decimal
    parts: tuple[Part, ...]
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One unit in the table: its score, whether it is commended, and why or why not."""

    score: Score
    commended: bool
    because: Message


def score(facts: Facts, rule: Rule) -> Score:
    """Score one unit out of 100. What could not be measured is left out, and the rest weighs accordingly.

    What is unknown, though it could be known, earns nothing.
    """
    found = [(m, *MEASURES[m](facts, rule)) for m in Measure if rule.weight(m)]
    measured = sum(rule.weight(m) for m, share, _ in found if share is not None)
    parts = []
    for measure, share, because in found:
        weight = rule.weight(measure)
        points = Fraction(weight * WHOLE, measured) * share if share is not None else Fraction(0)
        parts.append(Part(measure, weight, share, points, because))
    return Score(facts.unit, rounded(sum((p.points for p in parts), Fraction(0)), 2), tuple(parts))


def table(units: Sequence[Facts], rule: Rule, awarded: Collection[Hashable] = ()) -> list[Line]:
    """Rank units by score, equal scores sharing a place, and say who is commended.

    Who shares the last place is commended with it. A unit of the table of units' awards (`awarded`) takes no place
    where the rule says so; nobody is commended for nothing.
    """
    scores = sorted((score(f, rule) for f in units), key=lambda s: (-s.total, str(s.unit)))
    lines: list[Line] = []
    taken = rank = 0
    for _, group in groupby(scores, key=lambda s: s.total):
        same = list(group)
        rank, before = len(lines) + 1, taken
        for one in same:
            why_not = _kept_out(one, rule, awarded, before)
            taken += why_not is None
            text = N_("place %(rank)s of those who count, among the first %(n)s")
            because = why_not or say(text, rank=before + 1, n=rule.places)
            lines.append(
                Line(Score(one.unit, one.total, one.parts, rank), why_not is None, because)
            )
    return lines


def wrong_weights(rule: Rule) -> Message | None:
    """Say that the weights do not make a whole; None when they do."""
    total = sum(rule.weight(m) for m in Measure)
    if total == WHOLE:
        return None
    return say(N_("The weights add up to %(sum)s, not to 100."), sum=total)


def _kept_out(one: Score, rule: Rule, awarded: Collection[Hashable], before: int) -> Message | None:
    if rule.beside and one.unit in awarded:
        return say(N_("holds an award of the table of units already"))
    if not one.total:
        return say(N_("nothing earned"))
    if before >= rule.places:
        return say(N_("behind the %(n)s places"), n=rule.places)
    return None


Measured = tuple[Fraction | None, Message]


def _participation(facts: Facts, rule: Rule) -> Measured:
    if not facts.workers:
        text = N_("how many work there is not known: bring in the roster")
        return Fraction(0), say(text)
    rate = Fraction(facts.entrants, facts.workers)
    text = N_("%(n)s of %(all)s workers took part; %(rate)s%% earn all of it")
    share = min(rate * WHOLE / rule.full_rate, Fraction(1))
    return share, say(text, n=facts.entrants, all=facts.workers, rate=rule.full_rate)


def _completeness(facts: Facts, rule: Rule) -> Measured:
    if not facts.handed_in:
        return None, say(N_("nobody was entered"))
    text = N_("%(n)s of %(all)s entered came to the start")
    share = Fraction(min(facts.started, facts.handed_in), facts.handed_in)
    return share, say(text, n=facts.started, all=facts.handed_in)


def _deadlines(facts: Facts, rule: Rule) -> Measured:
    if not facts.due:
        return None, say(N_("nothing was due"))
    text = N_("%(n)s of %(all)s registrations and offered seats were answered in time")
    return Fraction(facts.in_time, facts.due), say(text, n=facts.in_time, all=facts.due)


def _hosting(facts: Facts, rule: Rule) -> Measured:
    if not facts.hosted:
        return Fraction(0), say(N_("held no contest this year"))
    return Fraction(1), say(N_("held %(n)s contests this year"), n=facts.hosted)


def _committee(facts: Facts, rule: Rule) -> Measured:
    if facts.committee is None:
        return Fraction(0), say(N_("the committee has given no points yet"))
    text = N_("%(n)s of 100 points from the committee")
    return Fraction(facts.committee) / WHOLE, say(text, n=facts.committee)


MEASURES: dict[Measure, Callable[[Facts, Rule], Measured]] = {
    Measure.PARTICIPATION: _participation,
    Measure.COMPLETENESS: _completeness,
    Measure.DEADLINES: _deadlines,
    Measure.HOSTING: _hosting,
    Measure.COMMITTEE: _committee,
}
