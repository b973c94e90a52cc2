"""Text set as the engine sets it: glyphs from HarfBuzz, advances in Pango's units, faces cut to what a page needs."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple

import uharfbuzz

from skillhub.kernel import fonts
from skillhub.kernel.fonts import Face

RIGHT_TO_LEFT = {"R", "AL", "AN"}
FEATURES = {"lnum": True}
SPACED = FEATURES | {
    "liga": False,
    "clig": False,
    "dlig": False,
}  # letters apart join in no ligature
UNITS = 1024  # Pango's units in a CSS pixel
DROPPED = [
    int.from_bytes(tag.encode(), "big")
    for tag in (
        *("BASE", "DSIG", "GDEF", "GPOS", "GSUB", "MATH", "OS/2", "STAT", "VORG", "cmap", "gasp"),
        *("kern", "meta", "name", "post", "vhea", "vmtx"),
    )
]


@dataclass(frozen=True, slots=True)
class Setting:
    """How a text is set: families in order, weight, size in CSS pixels, letters `spacing` px apart, language, slant."""

    chain: tuple[str, ...]
    weight: int
    size: float
    spacing: float
    language: str
    italic: bool = False


class Glyph(NamedTuple):
    """One glyph: its number in its face, the shift before and pull after it as the engine writes them, its text."""

    number: int
    shift: float
    pull: int
    text: str


class Run(NamedTuple):
    """Glyphs of one face."""

    face: Face
    glyphs: tuple[Glyph, ...]


class Line(NamedTuple):
    """A text that is set: its runs, its width in CSS pixels, and whether the engine sets it so for certain."""

    runs: tuple[Run, ...]
    width: float
    certain: bool


@lru_cache(maxsize=1000)
def set_line(text: str, setting: Setting) -> Line:
    """Shape a text on one line, each character in the first family that holds it."""
    size = int(setting.size * UNITS) / UNITS
    space = int(setting.spacing * UNITS)
    cut = list(fonts.runs(text, setting.chain, setting.weight, fonts.FOLDER, setting.italic))
    shaped = [
        (face, _shaped(face, piece, size, setting.language, bool(space))) for face, piece in cut
    ]
    last = sum(len(glyphs) for _, glyphs in shaped) - 1
    runs, total, n = [], -space, 0
    for face, glyphs in shaped:
        placed = []
        for number, advance, own, stands in glyphs:
            # Half of the space stands on either side of a letter, but not at the ends of the line.
            left, right = (space // 2 if n else 0), (space - space // 2 if n < last else 0)
            shift = left / size
            pull = int(own + shift - (advance + left + right) * 1000 / UNITS / size)
            placed.append(Glyph(number, shift, pull, stands))
            total += advance + space
            n += 1
        runs.append(Run(face, tuple(placed)))
    first = (setting.chain[0], setting.italic)
    certain = all((face.family, face.italic) == first for face, _ in cut) and all(map(_plain, text))
    return Line(tuple(runs), total / UNITS + setting.spacing, certain)


def _plain(sign: str) -> bool:
    """Say whether a sign stands alone on the line, from left to right; marks and shapes of scripts take the engine."""
    return (
        unicodedata.category(sign)[0] not in "CM"
        and unicodedata.bidirectional(sign) not in RIGHT_TO_LEFT
    )


@lru_cache(maxsize=1000)
def _shaped(
    face: Face, piece: str, size: float, language: str, spaced: bool
) -> tuple[tuple[int, int, int, str], ...]:
    """Give the glyphs of a run: number, advance in Pango's units, own width in thousandths of an em, text."""
    font = _scaled(face, size)
    buffer = uharfbuzz.Buffer()
    buffer.add_str(piece)
    buffer.guess_segment_properties()
    if language:
        buffer.language = language
    uharfbuzz.shape(font, buffer, SPACED if spaced else FEATURES)
    infos, places = buffer.glyph_infos, buffer.glyph_positions
    starts = [info.cluster for info in infos]
    return tuple(
        (info.codepoint, place.x_advance, _own(face, size, info.codepoint), piece[start:end])
        for info, place, start, end in zip(
            infos, places, starts, [*starts[1:], len(piece)], strict=True
        )
    )


@cache
def _scaled(face: Face, size: float) -> Any:
    font = uharfbuzz.Font(face.font.face)
    font.scale = (round(size * UNITS), round(size * UNITS))
    return font


@lru_cache(maxsize=20_000)
def _own(face: Face, size: float, number: int) -> int:
    advance: int = _scaled(face, size).get_glyph_h_advance(number)
    return round(advance * 1000 / UNITS / size)


def width_of(face: Face, number: int) -> int:
    """Give the width of a glyph in thousandths of an em, as the font of a PDF states it."""
    advance: int = face.font.get_glyph_h_advance(number)
    return round(advance * 1000 / face.upem)


def cut_to(face: Face, numbers: frozenset[int]) -> tuple[bytes, dict[int, int]]:
    """Cut a face to these glyphs: the font's bytes, and the new number of each glyph."""
    wanted = uharfbuzz.SubsetInput()
    wanted.glyph_set.update(numbers)
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.DESUBROUTINIZE
    wanted.drop_table_tag_set.update(DROPPED)
    plan = uharfbuzz.SubsetPlan(_prepared(face), wanted)
    new = plan.old_to_new_glyph_mapping
    return plan.execute().blob.data, {number: new[number] for number in numbers}


@cache
def _prepared(face: Face) -> Any:
    return uharfbuzz.subset_preprocess(face.font.face)


def name_of(face: Face) -> str:
    """Name a face as the engine names its font."""
    bold, italic = "-Bold" if face.weight >= 600 else "", "-Italic" if face.italic else ""
    return f"{face.family.replace(' ', '-')}{bold}{italic}"
