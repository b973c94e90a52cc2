"""What a mark may be, and what a row of a mark sheet states."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from skillhub.entries import rules as entries
from skillhub.kernel.messages import N_, Message, say


@dataclass(frozen=True, slots=True)
class Draft:
    """One row of a mark sheet: the entry it speaks of, its points by component, and its status if it has one."""

    entry: entries.Draft
    points: dict[str, Decimal]
    status: str | None = None  # OK, DNS, DNF, DSQ or NC


def wrong_points(points: Decimal, maximum: Decimal, name: str) -> Message | None:
    """Say what is wrong with the points for a component, if anything is."""
    if points < 0:
        return say(N_("%(points)s is below 0 for %(name)s"), points=points, name=name)
    if points > maximum:
        return say(
            N_("%(points)s is above the maximum %(maximum)s for %(name)s"),
            points=points,
            maximum=maximum,
            name=name,
        )
    return None


def cell(entry: int, part: int) -> str:
    """Name the mark of an entry for a component, as forms and problems do."""
    return f"m-{entry}-{part}"
