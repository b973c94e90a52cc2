"""Where two readings of one marking sheet differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from skillhub.scoring.rules import BLANK, Given, Slot

Place = tuple[str, Slot]  # aspect and box


class Apart(NamedTuple):
    """One box that two people read differently; a blank is no 0, and 2 is 2.0."""

    aspect: str
    slot: Slot
    first: Given
    second: Given


def apart(
    places: Iterable[Place],
    first: Mapping[str, Mapping[Slot, Given]],
    second: Mapping[Place, Given],
) -> Iterator[Apart]:
    """Give exactly the boxes in which the second reading says something else: equal sums hide nothing."""
    for aspect, slot in places:
        was, now = first.get(aspect, {}).get(slot) or BLANK, second.get((aspect, slot)) or BLANK
        if was != now:
            yield Apart(aspect, slot, was, now)
