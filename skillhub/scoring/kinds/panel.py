"""A panel: each judge gives a number, the highest and the lowest are dropped, the rest is averaged or added."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.parameters import named
from skillhub.kernel.rounding import rounded
from skillhub.scoring.kinds.judgement import voices
from skillhub.scoring.rules import ABSENT, BLANK, TABLE, Aspect, Boxes, Outcome, Slot, outside

COMBINE = {"mean": N_("the mean of the rest"), "sum": N_("the sum of the rest")}


@dataclass(frozen=True, kw_only=True)
class Panel(Aspect):
    """C-27 and domain 4.3: drop one instance of each extreme, not all that are equal to it.

    From `trim_from` valid judges on the extremes are dropped; fewer make a plain mean with a flag; fewer than `least`
    are no panel. A sum over fewer judges is put on the scale of the full panel, so that nobody gains by a missing
    voice. The result counts times the factor, and times what the table writes for the entry where there is a multiplier
    (a degree of difficulty). With a maximum instead of a factor the range is spread over it.
    """

    kind: ClassVar[str] = "panel"
    label: ClassVar[str] = N_("Panel with trimming")
    letter: ClassVar[str] = "J"
    tokens: ClassVar[tuple[str, ...]] = (ABSENT,)
    judged: ClassVar[bool] = True

    judges: int = named(N_("Judges"), default=5, low=1, high=99)
    low: Decimal = named(N_("Lowest score"), default=Decimal(0))
    high: Decimal = named(N_("Highest score"), default=Decimal(100))
    step: Decimal | None = named(N_("Steps of"), default=None)
    drop_high: int = named(N_("Highest scores dropped"), default=1, high=20)
    drop_low: int = named(N_("Lowest scores dropped"), default=1, high=20)
    trim_from: int = named(N_("Dropped from this many judges on"), default=5, low=1, high=99)
    least: int = named(N_("Judges needed"), default=3, low=1, high=99)
    combine: str = named(N_("What counts"), default="mean", choices=COMBINE)
    decimals: int | None = named(N_("Decimals of the mean (empty: exact)"), default=None, high=4)
    factor: Decimal | None = named(N_("Factor"), default=None)
    multiplier: bool = named(N_("A multiplier for each entry, such as a difficulty"), default=False)
    absent: Decimal | None = named(N_("A score that means: did not mark"), default=None)

    def sense(self) -> Iterator[tuple[str, Message]]:
        """Refuse a panel that cannot be reckoned."""
        if self.max is not None and self.factor is not None:
            yield "factor", say(N_("give a maximum or a factor, not both"))
        if self.high <= self.low:
            yield "high", say(N_("the highest score must be above the lowest"))
        if self.least > self.judges:
            yield "least", say(N_("more judges are needed than there are"))
        if self.trim_from <= self.drop_high + self.drop_low:
            yield "trim_from", say(N_("dropping would leave nobody: begin with more judges"))

    @property
    def most(self) -> Fraction | None:
        """Give the most it can earn; a multiplier knows no limit."""
        if self.multiplier:
            return None
        return Fraction(self.max) if self.max is not None else Fraction(self.high) * self._weight

    def slots(self) -> tuple[Slot, ...]:
        """Give each judge a box, and the table one for the multiplier."""
        seats = tuple(Slot(seat) for seat in range(1, self.judges + 1))
        return (*seats, Slot(TABLE)) if self.multiplier else seats

    def range(self, slot: Slot) -> tuple[Decimal, Decimal | None]:
        """Take the range of the judges; the multiplier is any number."""
        return (Decimal(0), None) if slot.seat == TABLE else (self.low, self.high)

    def wrong(self, value: Decimal, slot: Slot) -> Message | None:
        """Refuse what is outside or between two steps."""
        if slot.seat == TABLE:
            return outside(value, Decimal(0), None, None)
        return outside(value, self.low, self.high, self.step)

    def word_for(self, value: Decimal, slot: Slot) -> str:
        """Read the score that stands for a judge who did not mark."""
        return ABSENT if slot.seat != TABLE and value == self.absent else ""

    def score(self, boxes: Boxes, out: Collection[int]) -> Outcome:
        """Drop, combine, and weigh."""
        seats = [slot for slot in self.slots() if slot.seat != TABLE]
        given, missing = voices(seats, boxes, out)
        valid = sorted(given)
        times = boxes.get(Slot(TABLE), BLANK).value if self.multiplier else Decimal(1)
        missing += (Slot(TABLE),) if times is None else ()
        if missing or times is None:
            return Outcome(missing=missing)
        if len(valid) < self.least:
            text = N_("only %(n)s judges marked it, %(least)s are needed: seat another")
            return Outcome(dispute=say(text, n=len(valid), least=self.least))
        trims = len(valid) >= self.trim_from
        kept = valid[self.drop_low : len(valid) - self.drop_high] if trims else valid
        mean = sum(map(Fraction, kept), Fraction()) / len(kept)
        if self.decimals is not None:
            mean = Fraction(rounded(mean, self.decimals))
        text = N_("mean %(mean)s of %(kept)s, out of %(n)s judges")
        told = ", ".join(f"{v:f}" for v in kept)
        how = say(text, mean=f"{rounded(mean, 4).normalize():f}", kept=told, n=len(valid))
        plain = (
            None if trims or not self._drops else say(_PLAIN, n=len(valid), least=self.trim_from)
        )
        return Outcome(mean * self._weight * Fraction(times), flag=plain, how=how)

    @property
    def _drops(self) -> int:
        return self.drop_high + self.drop_low

    @property
    def _weight(self) -> Fraction:
        """Say what one point of the mean counts."""
        if self.max is not None:
            return Fraction(self.max) / Fraction(self.high)
        full = self.judges - self._drops if self.judges >= self.trim_from else self.judges
        return Fraction(1 if self.factor is None else self.factor) * (
            full if self.combine == "sum" else 1
        )


_PLAIN = N_("only %(n)s judges: a plain mean, since nothing is dropped below %(least)s")
