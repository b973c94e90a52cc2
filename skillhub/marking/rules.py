"""What a mark may be."""

from __future__ import annotations

from decimal import Decimal

from skillhub.kernel.messages import N_, Message, say


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
