"""How many judges a marking scheme asks for, and which of its boxes are whose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from skillhub.scoring.rules import TABLE, Aspect, Given, Scheme, Slot


def seats_needed(scheme: Scheme | None) -> int:
    """Give the number of seats that the aspects of a scheme ask for; 0 where no judge marks."""
    slots = (slot for aspect in scheme.aspects for slot in aspect.slots()) if scheme else ()
    return max((slot.seat for slot in slots), default=TABLE)


def boxes_of(scheme: Scheme, seat: int) -> list[tuple[Aspect, list[Slot]]]:
    """Give the aspects that one seat marks, each with its boxes; seat 0 is what the panel measures together."""
    own = [(a, [slot for slot in a.slots() if slot.seat == seat]) for a in scheme.aspects]
    return [(aspect, slots) for aspect, slots in own if slots]


def whole(
    boxes: Iterable[tuple[Aspect, Iterable[Slot]]], given: Mapping[str, Mapping[Slot, Given]]
) -> bool:
    """Tell whether every box is filled."""
    return all(given.get(a.code, {}).get(slot) for a, slots in boxes for slot in slots)
