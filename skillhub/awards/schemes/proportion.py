"""Awards by share of the field."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate
from math import ceil, floor
from typing import ClassVar

from skillhub.awards.rules import Base, Contender, Field, Proposal, Scheme, Title
from skillhub.awards.schemes.counts import Tier, by_place
from skillhub.awards.schemes.threshold import Level, by_score
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.kernel.parameters import named


class Rounding(StrEnum):
    """How a part of a place is counted."""

    FLOOR, HALF_UP, CEIL = "floor", "half_up", "ceil"


class Mode(StrEnum):
    """Whether each share is rounded, or the sum of the shares so far."""

    PER_TIER, CUMULATIVE = "per_tier", "cumulative"


class CutBy(StrEnum):
    """Whether a share makes a number of places, or the score that at least or at most it reaches."""

    PLACES, AT_LEAST, AT_MOST = "places", "at_least", "at_most"


class Shares(StrEnum):
    """Whether shares are written for each title, or from the top down to it."""

    EACH, FROM_TOP = "each", "from_top"


@dataclass(frozen=True, slots=True)
class Share:
    """One title, its share, and its own way to cut where that differs from the scheme's."""

    title: Title
    share: Fraction
    cut: CutBy | None = None


@dataclass(frozen=True, kw_only=True)
class Proportion(Scheme):
    """So large a share of the field earns the first title, so large a share the next.

    `per_unit` counts, and awards, only the best so many of each unit, ties with the last included.
    A score cut is the largest score that at least the share reaches, or the smallest that at most
    the share reaches; everyone at or above it has earned the title, so no tie can lie over it.
    """

    code: ClassVar[str] = "proportion"
    label: ClassVar[str] = N_("By share of the field")
    source: ClassVar[str] = N_("National contest 2012: first prize 10 %, second 20 %, third 30 %")

    titles: tuple[Share, ...] = named(N_("Titles and shares"))
    base: Base = named(N_("Share of whom"), default=Base.STARTED)
    rounding: Rounding = named(N_("Rounding"), default=Rounding.FLOOR)
    mode: Mode = named(N_("What is rounded"), default=Mode.PER_TIER)
    min_first: int = named(N_("Least number of the first title"), default=1)
    per_unit: int | None = named(N_("Only the best so many of each unit"), default=None)
    cut: CutBy = named(N_("A share makes"), default=CutBy.PLACES)
    shares: Shares = named(N_("Shares are written"), default=Shares.EACH)

    def titles_given(self) -> tuple[Title, ...]:
        """List the titles it can give, best first."""
        return tuple(t.title for t in self.titles)

    def sense(self) -> list[tuple[str, Message]]:
        """Refuse shares above the whole, falling shares from the top, and mixed ways to cut."""
        wrong = []
        if self._from_top()[-1] > 1:
            wrong.append(("titles", say(N_("the shares are more than the whole"))))
        if any(own < 0 for own in self._own()):
            wrong.append(("titles", say(N_("each share from the top must be the larger one"))))
        if len({self._cut_of(t) is CutBy.PLACES for t in self.titles}) > 1:
            wrong.append(("titles", say(N_("cut all titles by places, or all by score"))))
        if self.per_unit == 0:
            wrong.append(("per_unit", say(N_("at least one of each unit"))))
        return wrong

    def decide(self, field: Field, earlier: Collection[int]) -> Proposal:
        """Award by places or by score."""
        outside = beyond_best(field, self.per_unit) if self.per_unit else {}
        inside = [c for c in field.ranked() if c.entry not in outside]
        n = len(inside) if self.per_unit else field.size(self.base)
        if self._cut_of(self.titles[0]) is not CutBy.PLACES:
            return by_score(self, field, self._levels(inside, n), outside)
        sizes = self._sizes(self.rounding, n)
        lifted = self._lifted(sizes, n)
        proposal = by_place(self, field, self._tiers(lifted, n), outside)
        proposal.problems.extend(self._warnings(sizes, lifted, n))
        return proposal

    def _cut_of(self, title: Share) -> CutBy:
        return title.cut or self.cut

    def _from_top(self) -> list[Fraction]:
        own = [t.share for t in self.titles]
        return own if self.shares is Shares.FROM_TOP else list(accumulate(own))

    def _own(self) -> list[Fraction]:
        top = self._from_top()
        return [end - start for start, end in zip([Fraction(0), *top], top, strict=False)]

    def _sizes(self, rounding: Rounding, n: int) -> list[int]:
        """Count the places of each title."""
        if self.mode is Mode.PER_TIER:
            return [_ROUND[rounding](own * n) for own in self._own()]
        ends = [_ROUND[rounding](top * n) for top in self._from_top()]
        return [end - start for start, end in zip([0, *ends], ends, strict=False)]

    def _lifted(self, sizes: Sequence[int], n: int) -> list[int]:
        """Lift the first title to its least number; shares of the sum give from the next ones."""
        lack = max(min(self.min_first, n) - sizes[0], 0)
        lifted = [sizes[0] + lack, *sizes[1:]]
        if self.mode is Mode.CUMULATIVE:
            for i in range(1, len(lifted)):
                taken = min(lack, lifted[i])
                lifted[i] -= taken
                lack -= taken
        return lifted

    def _tiers(self, lifted: Sequence[int], n: int) -> list[Tier]:
        other = {str(r): self._sizes(r, n) for r in Rounding}
        return [
            Tier(i, t.title, lifted[i], self._rule(i, n), {r: s[i] for r, s in other.items()})
            for i, t in enumerate(self.titles)
        ]

    def _rule(self, i: int, n: int) -> Message:
        """Write "10 % of 23 started, rounded down"."""
        cumulative = self.mode is Mode.CUMULATIVE
        return say(
            N_("%(share)s from the top, of %(base)s, %(rounding)s")
            if cumulative
            else N_("%(share)s of %(base)s, %(rounding)s"),
            share=percent((self._from_top() if cumulative else self._own())[i]),
            base=self._base(n),
            rounding=say(_ROUNDED[self.rounding]),
        )

    def _base(self, n: int) -> Message:
        if self.per_unit:
            return say(N_("%(n)s, the best %(k)s of each unit"), n=n, k=self.per_unit)
        return say(_OF[self.base], n=n)

    def _warnings(self, sizes: Sequence[int], lifted: Sequence[int], n: int) -> list[Problem]:
        """Show what the rounding does to small fields."""
        found = []
        if lifted[0] != sizes[0]:
            text = N_(
                "%(title)s: the rounding gives %(sizes)s, the least number makes it %(lifted)s."
            )
            title = str(self.titles[0].title)
            found.append(say(text, title=title, sizes=sizes[0], lifted=lifted[0]))
        meant, given = self._from_top()[-1], sum(lifted)
        if n and given > meant * n:
            text = N_("%(given)s of %(n)s are %(share)s: this exceeds %(meant)s.")
            share = percent(Fraction(given, n), rounded=True)
            found.append(say(text, given=given, n=n, share=share, meant=percent(meant)))
        return [Problem("awards", message, "warning") for message in found]

    def _levels(self, inside: Sequence[Contender], n: int) -> list[Level]:
        """Find the score of each cut among those who count."""
        scores = sorted((c.standing.total or Decimal(0) for c in inside), reverse=True)
        levels = []
        for i, (title, top) in enumerate(zip(self.titles, self._from_top(), strict=True)):
            found = {way: find(scores, top * n) for way, find in _FIND.items()}
            own = self._cut_of(title)
            rule = say(_CUT[own], share=percent(top), base=self._base(n))
            counts = {str(way): _reaching(scores, cut) for way, cut in found.items()}
            levels.append(Level(i, title.title, found[own], rule, counts))
        return levels


def beyond_best(field: Field, k: int) -> dict[int, Message]:
    """Name the ranked entries that are not among the best k of their unit; ties with the k-th are.

    An entry without a unit stands for itself.
    """
    better: dict[int | str, list[int]] = {}
    outside = {}
    text = N_("Place %(place)s, but not among the best %(k)s of its unit.")
    for c in field.ranked():
        unit, place = c.traits.unit, c.standing.rank or 0
        if unit is None:
            continue
        places = better.setdefault(unit, [])
        if len(places) >= k and place > places[k - 1]:
            outside[c.entry] = say(text, place=place, k=k)
        places.append(place)
    return outside


def percent(share: Fraction, *, rounded: bool = False) -> str:
    """Write a share: 10 %, 12.5 %, or 1/12 where percents would not end."""
    tenths = share * 1000
    if rounded or tenths.denominator == 1:
        whole, tenth = divmod(_half_up(tenths), 10)
        return f"{whole}.{tenth} %" if tenth else f"{whole} %"
    return f"{share.numerator}/{share.denominator}"


def _half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


def _at_least(scores: Sequence[Decimal], wanted: Fraction) -> Decimal | None:
    """Find the largest score that at least so many reach."""
    k = ceil(wanted)
    return scores[k - 1] if 0 < k <= len(scores) else None


def _at_most(scores: Sequence[Decimal], allowed: Fraction) -> Decimal | None:
    """Find the smallest score that at most so many reach."""
    k = floor(allowed)
    if k >= len(scores):
        return scores[-1] if scores else None
    return next((s for s in reversed(scores[:k]) if s > scores[k]), None)


def _reaching(scores: Sequence[Decimal], cut: Decimal | None) -> int:
    return 0 if cut is None else sum(s >= cut for s in scores)


_FIND: Mapping[CutBy, Callable[[Sequence[Decimal], Fraction], Decimal | None]] = {
    CutBy.AT_LEAST: _at_least,
    CutBy.AT_MOST: _at_most,
}
_CUT = {
    CutBy.AT_LEAST: N_("the largest score that at least %(share)s of %(base)s reach"),
    CutBy.AT_MOST: N_("the smallest score that at most %(share)s of %(base)s reach"),
}
_ROUND: Mapping[Rounding, Callable[[Fraction], int]] = {
    Rounding.FLOOR: floor,
    Rounding.HALF_UP: _half_up,
    Rounding.CEIL: ceil,
}
_ROUNDED = {
    Rounding.FLOOR: N_("rounded down"),
    Rounding.HALF_UP: N_("rounded half up"),
    Rounding.CEIL: N_("rounded up"),
}
_OF = {
    Base.STARTED: N_("%(n)s started"),
    Base.REGISTERED: N_("%(n)s registered"),
    Base.RANKED: N_("%(n)s ranked"),
}
