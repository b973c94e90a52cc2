"""The document of a design: what it may hold, read exactly, with every problem at once, each with its remedy.

Lengths are whole tenths of a millimetre from the top left corner, sizes of type whole tenths of a point, leading is
percent, letters stand percent of an em apart.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from skillhub.kernel.about import Typeface
from skillhub.kernel.composing import LANGUAGES, named, writable
from skillhub.kernel.messages import N_, Message, Problem, say

FORMAT = 1
POINT = 254 / 72 / 10  # a tenth of a point in tenths of a millimetre
SMALLEST_CODE = 150
MOST_FIELDS, MOST_ART, MOST_WORDS = 60, 6, 600
MOST_BYTES = 60_000  # of a document
ID = re.compile(r"[a-z][a-z0-9_]{0,29}")
CODE = re.compile(r"[a-z][a-z0-9-]{1,39}")  # of a design
COLOUR = re.compile(r"#[0-9a-f]{6}")
FILE = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}\.(svg|png|jpg)")
REST = ("HanaMinA", "HanaMinB", "NanumMyeongjo", "Noto Serif Tibetan", "Noto Sans Mongolian")
FACES = {
    "display": Typeface(
        ("Cormorant Garamond", "Noto Serif SC", *REST, "Noto Naskh Arabic"),
        ("Noto Serif SC", *REST, "Noto Naskh Arabic"),
    ),
    "serif": Typeface(*[("Noto Serif SC", *REST, "Noto Naskh Arabic")] * 2),
    "sans": Typeface(*[("Noto Sans SC", *REST, "Noto Naskh Arabic")] * 2),
}
NEEDED = ("holder_name", "number")
TEXTUAL = ("fact", "text")


class VersionState(StrEnum):
    """Where a version stands: being drawn, waiting for the second look, or offered for printing."""

    DRAFT = "draft"
    SENT = "sent"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Art:
    """A picture beneath everything, and where it lies."""

    file: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Field:
    """One thing in its frame; which of these a kind has, KEYS says."""

    id: str
    kind: str
    x: int
    y: int
    width: int
    height: int
    locked: bool = False
    fact: str = ""
    nth: int = 0  # of a list, from 1; 0 is the whole list
    before: str = ""
    after: str = ""
    text: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    face: str = "serif"
    weight: int = 400
    size: int = 0
    least: int = 0
    lines: int = 1
    leading: int = 130
    spacing: int = 0
    align: Literal["left", "center", "right"] = "left"
    valign: Literal["top", "middle", "bottom"] = "top"
    colour: str = "#000000"
    policy: Literal["shrink", "wrap", "refuse"] = "shrink"
    empty: Literal["hide", "placeholder", "block"] = "hide"
    placeholder: str = ""

    @property
    def facts(self) -> list[str]:
        """Name the facts that are printed here."""
        own = [self.fact] if self.kind == "fact" else []
        return own + [name for words in self.text.values() for name in named(words)]

    @property
    def needs(self) -> float:
        """Give the height that what is printed here may take."""
        least = self.least or self.size
        full = self.size if self.policy != "shrink" else least
        tallest = max(full * self.lines, self.size)
        return tallest * POINT * self.leading / 100


@dataclass(frozen=True, slots=True)
class Document:
    """A design as it was drawn."""

    title: Mapping[str, str]
    width: int
    height: int
    margin: int
    art: tuple[Art, ...]
    fields: tuple[Field, ...]
    required: tuple[str, ...]

    @property
    def files(self) -> list[str]:
        """Name the pictures it asks for."""
        asked = [one.file for one in self.art] + [f.file for f in self.fields if f.file]
        return list(dict.fromkeys(asked))

    @property
    def languages(self) -> list[str]:
        """Say which languages its own words speak."""
        words = [f.text for f in self.fields if f.kind == "text"]
        return [one for one in LANGUAGES if any(text.get(one) for text in words)]


_PLACE = ("id", "kind", "x", "y", "width", "height", "locked")
_TYPE = (
    *("face", "weight", "size", "least", "lines", "leading", "spacing"),
    *("align", "valign", "colour", "policy", "empty", "placeholder"),
)
KEYS = {
    "fact": (*_PLACE, "fact", "nth", "before", "after", *_TYPE),
    "text": (*_PLACE, "text", *_TYPE),
    "image": (*_PLACE, "file"),
    "code": (*_PLACE, "colour"),
}
BOUNDS = {
    **dict.fromkeys(("x", "y"), (0, 12000)),
    **dict.fromkeys(("width", "height"), (10, 12000)),
    **dict.fromkeys(("size", "least"), (30, 2000)),
    "margin": (0, 1000),
    "lines": (1, 20),
    "leading": (100, 300),
    "spacing": (0, 100),
    "nth": (1, 30),
}
CHOICES: dict[str, tuple[Any, ...]] = {
    "face": tuple(FACES),
    "weight": (400, 700),
    "align": ("left", "center", "right"),
    "valign": ("top", "middle", "bottom"),
    "policy": ("shrink", "wrap", "refuse"),
    "empty": ("hide", "placeholder", "block"),
    "kind": tuple(KEYS),
}
SHAPES = {"id": ID, "colour": COLOUR, "file": FILE, "fact": ID}
NOT_A_DOCUMENT = N_(
    "This is no document of a design. Begin from a start, or bring in a file that was exported."
)


def read(raw: Any) -> tuple[Document | None, list[Problem]]:
    """Read a document; None with every problem when it is not well made. Whether it makes sense, `wrong` says."""
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        return None, [Problem("", say(NOT_A_DOCUMENT))]
    found = list(_misshapen(raw))
    if found:
        return None, found
    page = raw["page"]
    document = Document(
        title=_words(raw["title"]),
        width=page["width"],
        height=page["height"],
        margin=raw.get("margin", 0),
        art=tuple(Art(**one) for one in raw.get("art", ())),
        fields=tuple(_field(one) for one in raw["fields"]),
        required=tuple(raw.get("required", ())),
    )
    return document, []


def _field(raw: Mapping[str, Any]) -> Field:
    given = dict(raw)
    if "text" in given:
        given["text"] = _words(given["text"])
    return Field(**given)


def _words(raw: Mapping[str, str]) -> dict[str, str]:
    return {one: raw.get(one, "").strip() for one in LANGUAGES}


def _misshapen(raw: Mapping[str, Any]) -> Iterator[Problem]:
    known = {"format", "title", "page", "margin", "art", "fields", "required"}
    yield from _unknown("", raw, known)
    if not _is_words(raw.get("title")):
        yield Problem("title", say(N_("Give the design a title in Chinese, in English or both.")))
    page = raw.get("page")
    if not isinstance(page, dict) or set(page) != {"width", "height"}:
        yield Problem("page", say(N_("Say how wide and how high the page is.")))
    else:
        yield from _numbers("page", page)
    yield from _numbers("page", {"margin": raw.get("margin", 0)})
    yield from _listed("art", raw.get("art", []), MOST_ART, _wrong_art)
    yield from _listed("fields", raw.get("fields"), MOST_FIELDS, _wrong_field)
    required = raw.get("required", [])
    if not isinstance(required, list) or not all(isinstance(one, str) for one in required):
        yield Problem("required", say(N_("Name the facts without which nothing is printed.")))


def _listed(where: str, rows: Any, most: int, look: Any) -> Iterator[Problem]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        yield Problem("", say(NOT_A_DOCUMENT))
    elif len(rows) > most:
        text = N_("There are %(n)s parts here; a page holds at most %(most)s. Remove some.")
        yield Problem(where, say(text, n=len(rows), most=most))
    else:
        for row in rows:
            yield from look(row)


def _wrong_art(row: Mapping[str, Any]) -> Iterator[Problem]:
    keys = ("file", "x", "y", "width", "height")
    yield from _keys("art", row, keys, keys)


def _wrong_field(row: Mapping[str, Any]) -> Iterator[Problem]:
    where = row.get("id") if isinstance(row.get("id"), str) else ""
    kind = row.get("kind")
    if kind not in KEYS:
        yield Problem(str(where), _choice("kind", kind))
        return
    needed = [*_PLACE[:6], *(["size"] if kind in TEXTUAL else [])]
    needed += {"fact": ["fact"], "text": ["text"], "image": ["file"]}.get(kind, [])
    yield from _keys(str(where), row, KEYS[kind], needed)


def _keys(
    where: str, row: Mapping[str, Any], known: Collection[str], needed: Collection[str]
) -> Iterator[Problem]:
    yield from _unknown(where, row, known)
    for key in needed:
        if key not in row:
            yield Problem(where, say(N_("“%(key)s” is missing. Give it."), key=key))
    yield from _numbers(where, row)
    for key, value in row.items():
        if key in CHOICES and value not in CHOICES[key]:
            yield Problem(where, _choice(key, value))
        elif key in SHAPES and not (isinstance(value, str) and SHAPES[key].fullmatch(value)):
            text = N_("“%(key)s” cannot be “%(value)s”. Use small letters, digits and _.")
            yield Problem(where, say(text, key=key, value=str(value)[:60]))
        elif not _fits(key, value):
            text = N_("“%(key)s” holds too much or something else than words. Shorten it.")
            yield Problem(where, say(text, key=key))


def _fits(key: str, value: Any) -> bool:
    """Tell whether what is no number, choice or name has the right kind."""
    if key in ("before", "after", "placeholder"):
        return isinstance(value, str) and len(value) <= MOST_WORDS and writable(value)
    if key == "text":
        return isinstance(value, dict) and _is_words(value, empty=True)
    return key != "locked" or isinstance(value, bool)


def _is_words(value: Any, empty: bool = False) -> bool:
    if not isinstance(value, dict) or set(value) - set(LANGUAGES):
        return False
    words = list(value.values())
    right = all(isinstance(one, str) and len(one) <= MOST_WORDS and writable(one) for one in words)
    return right and (empty or any(one.strip() for one in words))


def _numbers(where: str, row: Mapping[str, Any]) -> Iterator[Problem]:
    for key, value in row.items():
        if key not in BOUNDS:
            continue
        low, high = BOUNDS[key]
        if type(value) is not int or not low <= value <= high:
            text = N_("“%(key)s” is %(value)s. Give a whole number from %(low)s to %(high)s.")
            shown = str(value)[:30] if value is not None else "–"
            yield Problem(where, say(text, key=key, value=shown, low=low, high=high))


def _unknown(where: str, row: Mapping[str, Any], known: Collection[str]) -> Iterator[Problem]:
    for key in row:
        if key not in known:
            text = N_("“%(key)s” is not known here. Remove it.")
            yield Problem(where, say(text, key=str(key)[:60]))


def _choice(key: str, value: Any) -> Message:
    text = N_("“%(key)s” cannot be “%(value)s”. There are: %(known)s.")
    known = ", ".join(str(one) for one in CHOICES[key])
    return say(text, key=key, value=str(value)[:60], known=known)
