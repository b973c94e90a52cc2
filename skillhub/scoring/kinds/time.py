"""A time in seconds: as it is, by a table, or so many points less for each second over the limit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import ClassVar

from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.parameters import named
from skillhub.scoring.kinds.measurement import Band
from skillhub.scoring.rules import DNF, Aspect, Slot


@dataclass(frozen=True, kw_only=True)
class Time(Aspect):
    """Where there is a maximum it earns points: all of them within the limit, or those of the row that holds it.

    Each second over the limit that was begun costs `per_second`. Without a maximum it is the time itself, for a
    component that is a time.
    """

    kind: ClassVar[str] = "time"
    label: ClassVar[str] = N_("Time")
    tokens: ClassVar[tuple[str, ...]] = (DNF,)

    limit: Decimal | None = named(N_("Full points within (seconds)"), default=None)
    per_second: Decimal = named(N_("Points off for each second over"), default=Decimal(0))
    bands: tuple[Band, ...] = named(
        N_("Table of times"),
        default=(),
        help=N_("One row a line: at most so many seconds = points"),
    )

    def sense(self) -> Iterator[tuple[str, Message]]:
        """Refuse points without a rule for them."""
        if self.max is not None and not self.bands and self.limit is None:
            yield "limit", say(N_("say within which time it earns its points"))
        if self.max is None and (self.bands or self.limit is not None):
            yield "max", say(N_("write the most points it can earn"))

    def range(self, slot: Slot) -> tuple[Decimal, Decimal | None]:
        """Take any time."""
        return Decimal(0), None

    def points(self, value: Decimal) -> Fraction:
        """Read the table, or take off for each second begun over the limit."""
        if self.max is None:
            return Fraction(value)
        if self.bands:
            fits = [b for b in self.bands if value <= b.at]
            return Fraction(min(fits, key=lambda b: b.at).points) if fits else Fraction(0)
        over = max(ceil(value - (self.limit or 0)), 0)
        return max(Fraction(self.max) - over * Fraction(self.per_second), Fraction(0))
