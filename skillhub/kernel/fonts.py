"""The faces we print with: which characters they hold, how wide a text runs, and no other face."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import uharfbuzz
from fontTools.ttLib import TTFont

from skillhub.kernel.messages import N_

FOLDER = Path(__file__).resolve().parents[2] / "static" / "fonts"
STANDARD_SELECTORS = range(0xFE00, 0xFE10)  # FE00-FE0F ask for a look we may decline
SCRIPTS = {
    N_("Latin"): "AZazÉéüñç",
    N_("Latin of all Europe"): "ŁőğșßÞŒ",
    N_("Greek"): "ΑΩαω",
    N_("Cyrillic"): "АЯаяЁё",
    N_("Chinese"): "一龥䶵㐀〇，。",
    N_("rare Chinese"): "𠀀𡈼𠮷",
    N_("Japanese"): "あんアン",
    N_("Korean"): "가힣",
    N_("Tibetan"): "ཀཧཱུ",
    N_("Mongolian"): "ᠠᠮᠶ",
    N_("Arabic, Uyghur"): "ابيەۇۋې",
}
FAMILY_NAMES = (16, 1)  # the typographic family first, then the plain one


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One font file: its family, its weight, the code points it draws."""

    path: Path
    family: str
    weight: int
    italic: bool
    points: Any  # a set of HarfBuzz: a tenth of the memory of Python's
    upem: int
    font: Any

    def advance(self, text: str) -> float:
        """Measure a run of text, in em."""
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        uharfbuzz.shape(self.font, buffer, {"lnum": True})
        total = sum(position.x_advance for position in buffer.glyph_positions)
        return float(total) / self.upem


@cache
def faces(folder: Path = FOLDER) -> tuple[Face, ...]:
    """Read every bundled font file once."""
    files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in {".ttf", ".otf"})
    return tuple(_read(path) for path in files)


def families(folder: Path = FOLDER) -> set[str]:
    """Name the families that are bundled."""
    return {face.family for face in faces(folder)}


def missing_glyphs(text: str, chain: Sequence[str] = (), folder: Path = FOLDER) -> list[int]:
    """Find the code points of a text that no bundled face of these families can draw.

    The text is composed first (NFC). Private-use, unassigned and invisible control code points count
    as missing even where a font has something for them: what they would show is anybody's guess.
    """
    held = _held(tuple(chain), folder)
    return sorted({ord(c) for c in unicodedata.normalize("NFC", text) if not _drawn(c, held)})


def spelled(text: str) -> str:
    """Write what no bundled face draws as its code point, 陈[U+31350]宇, so that a list can be printed."""
    lost = set(missing_glyphs(text))
    if not lost:
        return text
    whole = unicodedata.normalize("NFC", text)
    return "".join(f"[U+{ord(sign):04X}]" if ord(sign) in lost else sign for sign in whole)


def legible(facts: Mapping[str, str | list[str]]) -> dict[str, str | list[str]]:
    """Spell what cannot be drawn in the facts of a list; a certificate is refused instead."""
    return {
        name: spelled(given) if isinstance(given, str) else [spelled(one) for one in given]
        for name, given in facts.items()
    }


def scripts(chain: Sequence[str], folder: Path = FOLDER) -> list[tuple[str, str]]:
    """Say which scripts these families write, each with the first that holds all its samples."""
    found = []
    for script, samples in SCRIPTS.items():
        able = [one for one in chain if not missing_glyphs(samples, (one,), folder)]
        found += [(script, able[0])] if able else []
    return found


def advance(text: str, chain: Sequence[str], weight: int = 400, folder: Path = FOLDER) -> float:
    """Measure a line of text in em, each character in the first family that holds it."""
    return sum(face.advance(run) for face, run in runs(text, tuple(chain), weight, folder))


def configuration(cache_folder: Path, folder: Path = FOLDER) -> str:
    """Write the fontconfig file that knows the bundled faces and no others."""
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
        f"<dir>{escape(str(folder))}</dir><cachedir>{escape(str(cache_folder))}</cachedir>"
        "<config><rescan><int>0</int></rescan></config></fontconfig>"
    )


def _read(path: Path) -> Face:
    blob = uharfbuzz.Blob.from_file_path(str(path))
    shape = uharfbuzz.Face(blob)
    with TTFont(path, lazy=True) as font:
        names = [font["name"].getDebugName(number) for number in FAMILY_NAMES]
        weight = int(font["OS/2"].usWeightClass)
        italic = bool(font["OS/2"].fsSelection & 1)
    family = next((name for name in names if name), path.stem)
    return Face(path, family, weight, italic, shape.unicodes, shape.upem, uharfbuzz.Font(shape))


@cache
def _held(chain: tuple[str, ...], folder: Path) -> Any:
    """Join what the faces of these families hold (of all, when none is named)."""
    held = uharfbuzz.Set()
    for face in faces(folder):
        if not chain or face.family in chain:
            held.update(face.points)
    return held


def _drawn(character: str, held: Any) -> bool:
    if ord(character) in STANDARD_SELECTORS:
        return True
    return ord(character) in held and unicodedata.category(character)[0] != "C"


def runs(
    text: str, chain: tuple[str, ...], weight: int, folder: Path, italic: bool = False
) -> Iterator[tuple[Face, str]]:
    """Cut a text where the face changes."""
    choice = _choice(chain, weight, folder, italic)
    face, start = None, 0
    for at, character in enumerate(text):
        found = choice[character]
        if found is face or (face and unicodedata.combining(character)):
            continue
        if face:
            yield face, text[start:at]
        face, start = found, at
    if face:
        yield face, text[start:]


class _Choice(dict[str, Face]):
    """Which face draws a character, found out once for each."""

    def __init__(
        self, known: Sequence[Face], chain: tuple[str, ...], weight: int, italic: bool
    ) -> None:
        self.known, self.chain, self.weight, self.italic = known, chain, weight, italic

    def __missing__(self, character: str) -> Face:
        face = self[character] = self._face(ord(character))
        return face

    def _face(self, point: int) -> Face:
        for family in (*self.chain, None):
            fitting = [f for f in self.known if family in (f.family, None) and point in f.points]
            leaning = [f for f in fitting if f.italic is self.italic]
            if fitting:
                return min(leaning or fitting, key=lambda f: abs(f.weight - self.weight))
        return self.known[0]


@lru_cache(maxsize=500)
def _choice(chain: tuple[str, ...], weight: int, folder: Path, italic: bool) -> _Choice:
    return _Choice(faces(folder), chain, weight, italic)
