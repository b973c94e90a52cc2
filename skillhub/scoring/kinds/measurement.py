"""Measurement: the full mark or zero, points from a table, or points by the deviation from a nominal value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.parameters import named
from skillhub.scoring.rules import Aspect, Slot


@dataclass(frozen=True, slots=True)
class Band:
    """From this value on, or up to this deviation, so many points."""

    at: Decimal
    points: Decimal


@dataclass(frozen=True, kw_only=True)
class Measurement(Aspect):
    """W-08: full mark or zero, or a predefined tolerance table giving part marks.

    Without a table the box takes 1 or the maximum (met) and 0 (not met). `allowed` lists the part marks that may be
    given. `bands` give the points of the highest row that the measured value reaches; with `nominal` they give the
    points of the narrowest row that holds the deviation. Whatever no row holds is 0.
    """

    kind: ClassVar[str] = "measurement"
    label: ClassVar[str] = N_("Measurement")

    allowed: tuple[Decimal, ...] = named(N_("Part marks that may be given"), default=())
    bands: tuple[Band, ...] = named(
        N_("Table of bands"), default=(), help=N_("One row a line: measured value = points")
    )
    nominal: Decimal | None = named(
        N_("Nominal value"), default=None, help=N_("With it the table gives deviations from it.")
    )
    least: Decimal = named(N_("Least value that is measured"), default=Decimal(-1_000_000))

    def sense(self) -> Iterator[tuple[str, Message]]:
        """Refuse two ways at once, and rows above the maximum."""
        yield from super().sense()
        if self.allowed and self.bands:
            yield "bands", say(N_("give part marks or a table, not both"))
        if self.nominal is not None and not self.bands:
            yield "bands", say(N_("a nominal value needs a table of deviations"))
        rows = [("allowed", p) for p in self.allowed] + [("bands", b.points) for b in self.bands]
        for where, points in rows:
            if self.max is not None and not 0 <= points <= self.max:
                yield where, say(N_("%(points)s is not from 0 to the maximum"), points=points)

    def range(self, slot: Slot) -> tuple[Decimal, Decimal | None]:
        """Take any measured value where there is a table."""
        return (self.least, None) if self.bands else (Decimal(0), self.max)

    def wrong(self, value: Decimal, slot: Slot) -> Message | None:
        """Refuse what is neither met nor not met, or no listed part mark."""
        if self.bands:
            return super().wrong(value, slot)
        allowed = self.allowed or (Decimal(0), Decimal(1), self.max or Decimal(1))
        if value in allowed:
            return None
        known = ", ".join(f"{one:f}" for one in dict.fromkeys(allowed))
        return say(N_("%(value)s is none of %(known)s"), value=value, known=known)

    def points(self, value: Decimal) -> Fraction:
        """Read the table, or give all or nothing."""
        if self.nominal is not None:
            away = abs(value - self.nominal)
            fits = [b for b in self.bands if away <= b.at]
            return Fraction(min(fits, key=lambda b: b.at).points) if fits else Fraction(0)
        if self.bands:
            reached = [b for b in self.bands if value >= b.at]
            return Fraction(max(reached, key=lambda b: b.at).points) if reached else Fraction(0)
        if self.allowed:
            return Fraction(value)
        return Fraction(self.max or 0) if value else Fraction(0)
