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
    """One glyph: its number in its face, and the shift before and the pull after it as the engine writes them."""

    number: int
    shift: str
    pull: str


class Run(NamedTuple):
    """Glyphs of one face, and where the text of each begins in `text`."""

    face: Face
    glyphs: tuple[Glyph, ...]
    text: str
    starts: tuple[int, ...]

    def text_of(self, nth: int) -> str:
        """Give the text that a glyph stands for."""
        end = self.starts[nth + 1] if nth + 1 < len(self.starts) else len(self.text)
        return self.text[self.starts[nth] : end]


class Line(NamedTuple):
    """A text that is set: its runs, its width in CSS pixels, and whether the engine sets it so for certain."""

    runs: tuple[Run, ...]
    width: float
    certain: bool


def set_line(text: str, setting: Setting) -> Line:
    """Shape a text on one line, each character in the first family that holds it."""
    cut = list(fonts.runs(text, setting.chain, setting.weight, fonts.FOLDER, setting.italic))
    kept = [_glyphs(face, setting.size, setting.spacing) for face, _ in cut]
    shaped = [
        _shaped(glyphs, piece, setting.language)
        for glyphs, (_, piece) in zip(kept, cut, strict=True)
    ]
    last = sum(len(placed) for placed, _ in shaped) - 1
    space = int(setting.spacing * UNITS)
    runs, total, n = [], -space, 0
    for glyphs, (face, piece), (placed, starts) in zip(kept, cut, shaped, strict=True):
        # Half of the space stands on either side of a letter, but not at the ends of the line.
        set_here = [
            glyphs[number, advance, n + at > 0, n + at < last]
            for at, (number, advance) in enumerate(placed)
        ]
        total += sum(advance for _, advance in placed) + space * len(placed)
        n += len(placed)
        runs.append(Run(face, tuple(set_here), piece, starts))
    first = (setting.chain[0], setting.italic)
    certain = all((face.family, face.italic) == first for face, _ in cut) and all(map(_plain, text))
    return Line(tuple(runs), total / UNITS + setting.spacing, certain)


@lru_cache(maxsize=20_000)
def _plain(sign: str) -> bool:
    """Say whether a sign stands alone on the line, from left to right; marks and shapes of scripts take the engine."""
    return (
        unicodedata.category(sign)[0] not in "CM"
        and unicodedata.bidirectional(sign) not in RIGHT_TO_LEFT
    )


def _shaped(
    glyphs: _Glyphs, piece: str, language: str
) -> tuple[list[tuple[int, int]], tuple[int, ...]]:
    """Give number and advance, in Pango's units, of the glyphs of a run, and where the text of each begins."""
    buffer = uharfbuzz.Buffer()
    buffer.add_str(piece)
    buffer.guess_segment_properties()
    if language:
        buffer.language = language
    uharfbuzz.shape(glyphs.font, buffer, SPACED if glyphs.space else FEATURES)
    infos = buffer.glyph_infos
    placed = [
        (info.codepoint, place.x_advance)
        for info, place in zip(infos, buffer.glyph_positions, strict=True)
    ]
    return placed, tuple([info.cluster for info in infos])


class _Glyphs(dict[tuple[int, int, bool, bool], Glyph]):
    """The glyphs of a face at a size and a spacing, by number, advance, and whether others stand before and after."""

    def __init__(self, face: Face, size: float, space: int) -> None:
        self.size, self.space = size, space
        self.font = uharfbuzz.Font(face.font.face)
        self.font.scale = (round(size * UNITS), round(size * UNITS))

    def __missing__(self, key: tuple[int, int, bool, bool]) -> Glyph:
        number, advance, before, after = key
        own = round(self.font.get_glyph_h_advance(number) * 1000 / UNITS / self.size)
        left = self.space // 2 if before else 0
        right = self.space - self.space // 2 if after else 0
        shift = left / self.size
        pull = int(own + shift - (advance + left + right) * 1000 / UNITS / self.size)
        glyph = self[key] = Glyph(number, f" {-shift}" if shift else "", str(pull) if pull else "")
        return glyph


@lru_cache(maxsize=200)
def _glyphs(face: Face, size: float, spacing: float) -> _Glyphs:
    return _Glyphs(face, int(size * UNITS) / UNITS, int(spacing * UNITS))


@lru_cache(maxsize=50_000)
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
