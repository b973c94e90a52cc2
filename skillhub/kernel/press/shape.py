"""Shapes: what two people's papers must share to come from one plate."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from skillhub.kernel.composing import HAN
from skillhub.kernel.paper import About, Fact, Facts, items
from skillhub.kernel.preflight import Fit, fit

Frozen = str | tuple[str, ...]
Key = tuple[int, ...]

WHOLE = -1  # the number of what is not stamped
MOST_TEXTS = 20_000
WORDS, SIGNS = "Name", "姓名"
ADDRESS = "https://"


class Shape(NamedTuple):
    """The texts that are alike for a batch with stand-ins for the personal ones, and how every text is set."""

    facts: dict[str, str | list[str]]
    chosen: dict[str, Fit]

    @classmethod
    def read(cls, words: Mapping[str, Any]) -> Shape:
        """Read a shape as it was sent."""
        sizes = words["chosen"].items()
        return cls(
            words["facts"], {name: Fit(tuple(chain), *rest) for name, (chain, *rest) in sizes}
        )

    def as_json(self) -> dict[str, list[Any]]:
        """Give the sizes as plain values."""
        return {
            n: [list(f.chain), f.size, f.lines, f.width, f.spacing] for n, f in self.chosen.items()
        }


class Shapes:
    """The shapes of one template: what each text that was met comes to is found out once."""

    def __init__(self, about: About, folder: Path) -> None:
        self._about, self._folder = about, folder
        self._known: dict[tuple[str, Frozen], int] = {}
        self._parts: dict[tuple[str, Frozen, Fit | None], int] = {}

    def key(self, given: Facts) -> Key | None:
        """Give one name to all papers of a shape; None where it takes the engine to set a text."""
        known = self._known
        parts = []
        for name, value in given.items():
            stated = name, value if isinstance(value, str) else tuple(value)
            part = known.get(stated)
            if part is None:
                if len(known) >= MOST_TEXTS:
                    known.clear()
                part = known[stated] = self._part(name, value)
            parts.append(part)
        return None if WHOLE in parts else tuple(parts)

    def shape(self, key: Key) -> Shape | None:
        """Give the shape of a name; None where nothing is personal."""
        all_parts = list(self._parts)
        parts = [all_parts[part] for part in key]
        if not any(self._about.facts[name].personal and value for name, value, _ in parts):
            return None
        facts = {n: value if isinstance(value, str) else list(value) for n, value, _ in parts}
        return Shape(facts, {name: room for name, _, room in parts if room})

    def _part(self, name: str, value: str | list[str]) -> int:
        """Number what a text comes to: itself or its stand-in, and its size; texts of one number share a shape."""
        fact, texts = self._about.facts[name], items(value)
        room = fit(self._about, fact, texts, self._folder) if fact.size and texts else None
        if fact.size and texts and room is None:
            return WHOLE
        if fact.personal and texts:
            if room and room.lines != 1:
                return WHOLE
            value = _stand_ins(self._about, fact, value, room)
        part = name, value if isinstance(value, str) else tuple(value), room
        return self._parts.setdefault(part, len(self._parts))


def _stand_ins(
    about: About, fact: Fact, value: str | list[str], room: Fit | None
) -> str | list[str]:
    if isinstance(value, list):
        return [_stand_in(about, fact, text, room) for text in value]
    return _stand_in(about, fact, value, room)


def _stand_in(about: About, fact: Fact, text: str, room: Fit | None) -> str:
    """Give a text for the same families that fits too: the example, since its glyphs are those others need.

    An address is narrow and keeps its length, since its code is drawn.
    """
    if text.startswith("http"):
        return (ADDRESS + "il" * len(text))[: len(text)]
    usual = "".join(items(about.example.get(fact.name, ""))[:1])
    if usual and bool(HAN.search(usual)) == bool(HAN.search(text)):
        if room is None:  # it stands in no box of its own: other texts are made of it
            return usual
        own = fit(about, fact, [usual])
        if own and own.lines == 1 and own.size >= room.size:
            return usual
    return SIGNS if HAN.search(text) else WORDS
