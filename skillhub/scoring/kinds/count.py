"""A count: so many right answers or pieces, each with its points."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

from skillhub.kernel.messages import N_, Message
from skillhub.kernel.parameters import named
from skillhub.scoring.rules import Aspect, Slot, outside


@dataclass(frozen=True, kw_only=True)
class Count(Aspect):
    """A whole number times what each one earns, never more than the maximum."""

    kind: ClassVar[str] = "count"
    label: ClassVar[str] = N_("Count")

    each: Decimal = named(N_("Points for each"), default=Decimal(1))

    def range(self, slot: Slot) -> tuple[Decimal, Decimal | None]:
        """Take any number."""
        return Decimal(0), None

    def wrong(self, value: Decimal, slot: Slot) -> Message | None:
        """Refuse a part of one."""
        return outside(value, Decimal(0), None, Decimal(1))

    def points(self, value: Decimal) -> Fraction:
        """Multiply, up to the maximum."""
        earned = Fraction(value) * Fraction(self.each)
        return earned if self.max is None else min(earned, Fraction(self.max))
