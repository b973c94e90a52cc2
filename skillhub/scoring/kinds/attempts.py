"""Several attempts at the same thing: the best, the mean, the sum, or the average without best and worst."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.parameters import named
from skillhub.kernel.rounding import rounded
from skillhub.scoring.rules import BLANK, CUT, DNF, DNS, TABLE, Aspect, Boxes, Given, Outcome, Slot

COMBINE = {
    "best": N_("the best"),
    "mean": N_("the mean of all"),
    "middle": N_("the average without best and worst"),
    "sum": N_("the sum of all"),
}


@dataclass(frozen=True, kw_only=True)
class Attempts(Aspect):
    """An attempt that failed (DNF) or was not made (DNS) is the worst of all.

    The best needs one attempt that counts, the average without best and worst all but one, mean and sum every one.
    With a cut-off the attempts after the first few are only made by who was better than it.
    """

    kind: ClassVar[str] = "attempts"
    label: ClassVar[str] = N_("Attempts")
    tokens: ClassVar[tuple[str, ...]] = (DNF, DNS)

    attempts: int = named(N_("Attempts"), default=3, low=1, high=99)
    combine: str = named(N_("What counts"), default="best", choices=COMBINE)
    lower_wins: bool = named(N_("Less is better, as with times"), default=False)
    factor: Decimal = named(N_("Factor"), default=Decimal(1))
    decimals: int | None = named(N_("Decimals (empty: exact)"), default=None, high=4)
    dnf: Decimal | None = named(N_("A number that means DNF"), default=None)
    dns: Decimal | None = named(N_("A number that means DNS"), default=None)
    cutoff_after: int | None = named(N_("Cut-off after attempts"), default=None, low=1, high=98)
    cutoff: Decimal | None = named(N_("Cut-off: go on only if better than"), default=None)

    def sense(self) -> Iterator[tuple[str, Message]]:
        """Refuse half a cut-off, and an average of too few."""
        if (self.cutoff is None) != (self.cutoff_after is None):
            yield "cutoff", say(N_("a cut-off needs a number of attempts and a figure"))
        if self.combine == "middle" and self.attempts < 3:
            yield "attempts", say(N_("an average without best and worst needs three attempts"))

    @property
    def most(self) -> Fraction | None:
        """Give the most it can earn; none where less is better."""
        if self.max is None or self.lower_wins:
            return None
        return Fraction(self.max) * Fraction(self.factor) * (self.attempts if self._adds else 1)

    @property
    def _adds(self) -> bool:
        return self.combine == "sum"

    def slots(self) -> tuple[Slot, ...]:
        """Give each attempt a box."""
        return tuple(Slot(TABLE, n) for n in range(1, self.attempts + 1))

    def word_for(self, value: Decimal, slot: Slot) -> str:
        """Read the numbers that stand for an attempt without a figure."""
        return {self.dnf: DNF, self.dns: DNS}.get(value, "")

    def score(self, boxes: Boxes, out: Collection[int]) -> Outcome:
        """Combine what was made."""
        slots = self.slots()
        given = [boxes.get(slot, BLANK) for slot in slots]
        cut = self._cut(given)
        asked = slots[: self.cutoff_after] if cut else slots
        missing = tuple(slot for slot in asked if not boxes.get(slot))
        if missing:
            return Outcome(missing=missing)
        made = sorted((g.value for g in given if g.value is not None), reverse=not self.lower_wins)
        value = None if cut and self.combine != "best" else self._combined(made)
        if value is not None:
            value *= Fraction(self.factor)
            exact = value if self.decimals is None else Fraction(rounded(value, self.decimals))
            return Outcome(exact, how=say(N_("%(n)s attempts count"), n=len(made)))
        never = all(g.token == DNS for g in given if g)
        return self.nothing(DNS if never else CUT if cut and made else DNF)

    def _cut(self, given: Sequence[Given]) -> bool:
        """Tell whether the first attempts were not good enough to go on."""
        if self.cutoff is None:
            return False
        first = [g.value for g in given[: self.cutoff_after] if g.value is not None]
        better = min(first, default=None) if self.lower_wins else max(first, default=None)
        if better is None:
            return True
        return better >= self.cutoff if self.lower_wins else better <= self.cutoff

    def _combined(self, made: Sequence[Decimal]) -> Fraction | None:
        """Combine the attempts that count, the best first; None where there are too few."""
        failed = self.attempts - len(made)
        least = {"best": 1, "middle": self.attempts - 1}.get(self.combine, self.attempts)
        if len(made) < least:
            return None
        if self.combine == "best":
            return Fraction(made[0])
        rest = made[1:] if failed else made[1:-1]
        kept = rest if self.combine == "middle" else made
        total = sum(map(Fraction, kept), Fraction())
        return total if self._adds else total / len(kept)
