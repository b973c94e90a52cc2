"""A deduction: points taken off, up to a most."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

from skillhub.kernel.messages import N_, Message
from skillhub.kernel.parameters import named
from skillhub.scoring.rules import Aspect, Slot, outside


@dataclass(frozen=True, kw_only=True)
class Deduction(Aspect):
    """So many faults times what each costs, never more than the maximum; 0 is none, a blank is not looked at."""

    kind: ClassVar[str] = "deduction"
    label: ClassVar[str] = N_("Deduction")
    letter: ClassVar[str] = "D"

    max: Decimal | None = named(N_("Most that is taken off"), default=None)
    each: Decimal = named(N_("Points for each fault"), default=Decimal(1))

    @property
    def most(self) -> Fraction | None:
        """Earn nothing."""
        return Fraction(0)

    def range(self, slot: Slot) -> tuple[Decimal, Decimal | None]:
        """Take any number of faults."""
        return Decimal(0), None

    def wrong(self, value: Decimal, slot: Slot) -> Message | None:
        """Refuse a sign: what is taken off is written without it."""
        return outside(value, Decimal(0), None, None)

    def points(self, value: Decimal) -> Fraction:
        """Take off, up to the most."""
        off = Fraction(value) * Fraction(self.each)
        return -min(off, Fraction(self.max)) if self.max is not None else -off
