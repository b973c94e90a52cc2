"""What the about.toml of a template says: its page, its faces, its facts and the boxes they stand in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from skillhub.kernel.composing import HAN, LANGUAGES, silent

Facts = Mapping[str, str | list[str]]
Policy = Literal["shrink", "wrap", "refuse"]


@dataclass(frozen=True, slots=True)
class Typeface:
    """Families in order of preference: for a text with Chinese characters in it, and for one without."""

    latin: tuple[str, ...] = ()
    han: tuple[str, ...] = ()

    def chain(self, text: str) -> tuple[str, ...]:
        """Choose the order for a text."""
        return self.han if HAN.search(text) else self.latin


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact a template prints, the box it stands in (mm), its type (pt), and what to do when it is long."""

    name: str
    label: Mapping[str, str] = field(default_factory=dict, hash=False)
    required: bool = False
    before: str = ""  # words of the template that share the box
    after: str = ""
    many: int = 0  # most items of a list; 0 is a plain text
    face: str = ""
    weight: int = 400
    size: float = 0
    least: float = 0
    width: float = 0
    lines: int = 1
    leading: float = 1.3
    spacing: float = 0  # em between letters
    policy: Policy = "shrink"
    personal: bool = False  # differs from one person to the next; the others are alike for a batch
    speaks: str = (
        ""  # zh, en, or both (Chinese · English): what a paper in one language does with it
    )
    en: str = ""  # what takes its place on a paper in English alone
    says: Mapping[str, str] = field(default_factory=dict, hash=False)  # made of other facts, in {}
    instead: str = ""  # what such a text says where a fact it is made of is not known

    def silent(self, language: str) -> bool:
        """Tell whether a paper in this one language has nothing to say here."""
        apart = self.speaks in LANGUAGES and self.speaks != language
        return bool(language and apart) or silent(self.says, language)


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture of the art beneath the text, and where it lies (mm)."""

    file: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class About:
    """What about.toml says."""

    title: Mapping[str, str]
    pages: int
    size: str
    under: str
    prove: tuple[str, ...]
    faces: Mapping[str, Typeface]
    facts: Mapping[str, Fact]
    example: Facts
    language: str = ""  # the one language of the paper; nothing: both
    languages: tuple[str, ...] = LANGUAGES  # in which alone it can be had
    placed: tuple[Placed, ...] = ()  # the art beneath the text, where it is not one whole page


def read(written: Mapping[str, Any]) -> About:
    """Read what is written; raises ValueError, KeyError or TypeError for what cannot be used."""
    other = dict(written.get(written.get("way", ""), {}))
    boxes = other.pop("facts", {})
    stated = {**written, **other}
    rows = {name: {**row, **boxes.get(name, {})} for name, row in stated["facts"].items()}
    faces = {
        name: Typeface(tuple(row["latin"]), tuple(row["han"]))
        for name, row in stated.get("faces", {}).items()
    }
    return About(
        title=stated["title"],
        pages=stated.get("pages", 1),
        size=stated.get("size", "A4"),
        under="" if stated.get("bare") else stated.get("under", ""),
        prove=tuple(stated.get("prove", ())),
        faces=faces,
        facts={name: _fact(name, row, faces) for name, row in rows.items()},
        example=stated.get("example", {}),
        language=stated.get("language", ""),
        languages=tuple(stated.get("languages", LANGUAGES)),
        placed=tuple(Placed(**row) for row in stated.get("art", ())),
    )


def _fact(name: str, row: Mapping[str, Any], faces: Mapping[str, Typeface]) -> Fact:
    known = {f.name for f in fields(Fact)}
    if unknown := set(row) - known:
        raise ValueError(f"{name}: unknown {', '.join(sorted(unknown))}")
    fact = Fact(name=name, **row)
    if not name.isidentifier() or (fact.size and fact.face not in faces):
        raise ValueError(f"{name}: not a name, or a face nobody declared")
    return fact
