"""A plan: what the printing process tells of a shape, so that its papers can be stamped outside."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import astuple
from functools import lru_cache
from typing import Any, NamedTuple

from skillhub.kernel.paper import Facts
from skillhub.kernel.press.setting import Setting


class Slot(NamedTuple):
    """Where one text of a fact stands: `left`, `width` and `baseline` in CSS pixels, `align` 0 left to 1 right."""

    name: str
    nth: int  # of the texts of a list
    left: float
    width: float
    align: float
    baseline: float
    setting: Setting


class CodeSlot(NamedTuple):
    """Where the code of a fact stands, and how many modules are on its side."""

    name: str
    modules: int


class Plate(NamedTuple):
    """The content of a page in pieces, with a slot between each two."""

    pieces: tuple[bytes, ...]
    slots: tuple[Slot | CodeSlot, ...]


class Block(NamedTuple):
    """The bytes that are alike, and what the tail of a file needs to know of them.

    `places` maps objects to where they begin. `page` to `seal` are objects that the tail writes: the page, what is
    said about the file twice (`info`, `claims`), the attached facts, and the signature with `room` for so many bytes
    (0: none). `words` are the page's dictionary up to its fonts, `fonts` those of the block by the glyphs they hold.
    """

    data: bytes
    places: Mapping[int, int]
    page: int
    info: int
    claims: int
    facts: int
    seal: int
    root: int
    room: int
    words: bytes
    fonts: Mapping[str, tuple[int, str, frozenset[int]]]  # name on the page: object, face, glyphs


@lru_cache(maxsize=100)
def _hashed(data: bytes) -> Any:
    return hashlib.sha256(data)


def begun(data: bytes) -> Any:
    """Give a SHA-256 that has read a block already; what follows on it is for the caller to add."""
    return _hashed(data).copy()


class Plan(NamedTuple):
    """The plate, the block, and what is said about the file, with marks where the facts stand."""

    plate: Plate
    block: Block
    said: Mapping[str, str]


MARKED = re.compile("\ue000(\\w+)\ue001")
NUMBERS = ("page", "info", "claims", "facts", "seal", "root", "room")


def packed(plan: Plan) -> tuple[dict[str, Any], bytes]:
    """Write a plan as plain values and bytes."""
    block, pieces = plan.block, plan.plate.pieces
    words = {
        "slots": [_slot(slot) for slot in plan.plate.slots],
        "pieces": [len(piece) for piece in pieces],
        "places": list(block.places.items()),
        "numbers": [getattr(block, name) for name in NUMBERS],
        "words": len(block.words),
        "fonts": [[n, number, face, sorted(g)] for n, (number, face, g) in block.fonts.items()],
        "said": dict(plan.said),
    }
    return words, b"".join([*pieces, block.words, block.data])


def _slot(slot: Slot | CodeSlot) -> list[Any]:
    if isinstance(slot, CodeSlot):
        return list(slot)
    setting = slot.setting
    return [*slot[:-1], [list(setting.chain), *astuple(setting)[1:]]]


def unpacked(words: Mapping[str, Any], tail: bytes) -> Plan:
    """Read a plan again."""
    pieces, at = [], 0
    for length in [*words["pieces"], words["words"]]:
        pieces.append(tail[at : at + length])
        at += length
    block = Block(
        data=tail[at:],
        places=dict(words["places"]),
        **dict(zip(NUMBERS, words["numbers"], strict=True)),
        words=pieces.pop(),
        fonts={name: (number, face, frozenset(g)) for name, number, face, g in words["fonts"]},
    )
    slots = tuple(_read(slot) for slot in words["slots"])
    return Plan(Plate(tuple(pieces), slots), block, words["said"])


def _read(row: list[Any]) -> Slot | CodeSlot:
    if len(row) == len(CodeSlot._fields):
        return CodeSlot(*row)
    chain, *rest = row[-1]
    name, nth, left, width, align, baseline = row[:-1]
    setting = Setting(tuple(chain), *rest)
    return Slot(name, nth, left, width, align, baseline, setting)


def mark(name: str) -> str:
    """Give the mark that stands for a fact in what is said about a file."""
    return f"\ue000{name}\ue001"


def filled(text: str, given: Facts) -> str:
    """Put facts in the place of their marks."""
    return MARKED.sub(lambda found: str(given.get(found[1], found[0])), text)
