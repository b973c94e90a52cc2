"""Shapes: what two people's papers must share to come from one plate."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple

from skillhub.kernel.composing import HAN
from skillhub.kernel.paper import About, Fact, Facts, Template, items
from skillhub.kernel.preflight import Fit, fit

WORDS, SIGNS = "Name", "姓名"
ADDRESS = "https://"


class Shape(NamedTuple):
    """The texts that are alike for a batch with stand-ins for the personal ones, and how every text is set."""

    facts: dict[str, str | list[str]]
    chosen: dict[str, Fit]

    def key(self, template: Template) -> Hashable:
        """Give one name to all papers of this shape."""
        facts = (tuple(v) if isinstance(v, list) else v for v in self.facts.values())
        return template.sha256, *facts, *self.chosen.items()

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


def shape_of(about: About, given: Facts, chosen: Mapping[str, Fit | None]) -> Shape | None:
    """Give the shape of a paper; None where a personal text takes more than a line, or nothing is personal."""
    stand_ins: dict[str, str | list[str]] = {}
    for name, value in given.items():
        fact, room = about.facts[name], chosen.get(name)
        if not fact.personal or not items(value):
            stand_ins[name] = value
        elif not fact.size:  # it stands in no box of its own: other texts are made of it
            stand_ins[name] = _stand_ins(about, fact, value, room)
        elif room is None or room.lines != 1:
            return None
        else:
            stand_ins[name] = _stand_ins(about, fact, value, room)
    if stand_ins == given:
        return None
    return Shape(stand_ins, {name: found for name, found in chosen.items() if found})


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
        if room is None:
            return usual
        own = fit(about, fact, [usual])
        if own and own.lines == 1 and own.size >= room.size:
            return usual
    return SIGNS if HAN.search(text) else WORDS
