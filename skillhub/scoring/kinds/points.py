"""Points that are written down as they are."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from skillhub.kernel.messages import N_, Message
from skillhub.kernel.parameters import named
from skillhub.scoring.rules import Aspect, Slot, outside


@dataclass(frozen=True, kw_only=True)
class Points(Aspect):
    """A number from 0 to the maximum, perhaps in steps."""

    kind: ClassVar[str] = "points"
    label: ClassVar[str] = N_("Points")

    step: Decimal | None = named(N_("Steps of"), default=None)

    def wrong(self, value: Decimal, slot: Slot) -> Message | None:
        """Refuse what is outside or between two steps."""
        return outside(value, Decimal(0), self.max, self.step)
