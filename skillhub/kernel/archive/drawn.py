"""What is wrong with what a file draws: fonts not inside, glyphs without text, marks on the page nobody named."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf
from fontTools.ttLib import TTFont
from pikepdf import Name

PAINTING = frozenset(
    {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do", "Tj", "TJ", "'", '"', "EI"}
)
CHARACTER = re.compile(rb"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]+)>")
NEVER = (0, 0xFEFF, 0xFFFE)  # no text, PDF/A says
OFF = 1.0  # thousandths of an em that a width may differ


def drawn(file: pikepdf.Pdf) -> Iterator[str]:
    """List what is wrong with the fonts and the contents of the pages."""
    for thing in file.objects:
        is_font = isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == Name.Font
        if is_font and "/DescendantFonts" in thing:
            yield from _font(thing)
        elif is_font and thing.get("/Subtype") in (Name.Type1, Name.TrueType, Name.MMType1):
            yield f"font {thing.get('/BaseFont')}: a simple font of another program"
    for n, page in enumerate(file.pages, 1):
        yield from _content(n, page)


def _font(font: Any) -> Iterator[str]:
    name, inner = str(font.BaseFont), font.DescendantFonts[0]
    held = inner.get("/FontDescriptor", {})
    file = next((held[k] for k in ("/FontFile2", "/FontFile3") if k in held), None)
    if file is None:
        yield f"font {name}: not inside the file"
        return
    if inner.get("/Subtype") == Name.CIDFontType2 and "/CIDToGIDMap" not in inner:
        yield f"font {name}: does not say which glyph is which"
    if "/ToUnicode" not in font:
        yield f"font {name}: does not say what its glyphs mean"
        return
    said = dict(CHARACTER.findall(bytes(font.ToUnicode.read_bytes())))
    if any(int(text[:4], 16) in NEVER for text in said.values()):
        yield f"font {name}: a glyph means nothing"
    yield from _widths(name, inner, bytes(file.read_bytes()))


def _widths(name: str, inner: Any, data: bytes) -> Iterator[str]:
    """See that the widths in the file are those in the font."""
    with TTFont(io.BytesIO(data), lazy=True) as program:
        per_em, order = program["head"].unitsPerEm, program.getGlyphOrder()
        real = program["hmtx"].metrics
        for glyph, width in _stated(inner):
            if glyph >= len(order):
                yield f"font {name}: glyph {glyph} is not there"
            elif abs(real[order[glyph]][0] * 1000 / per_em - width) > OFF:
                yield f"font {name}: glyph {glyph} is not as wide as the file says"


def _stated(inner: Any) -> Iterator[tuple[int, float]]:
    row = list(inner.get("/W", []))
    for first, widths in zip(row[::2], row[1::2], strict=True):
        yield from enumerate(map(float, widths), int(first))


def _content(n: int, page: Any) -> Iterator[str]:
    """See that all that is painted stands in a marked element or is said to be decoration."""
    inside: list[bool] = []
    numbers = []
    for step in pikepdf.parse_content_stream(page):
        operands, word = step.operands, str(step.operator)
        if word in ("BDC", "BMC"):
            mark = operands[1].get("/MCID") if word == "BDC" and len(operands) > 1 else None
            if mark is not None:
                numbers.append(int(mark))
            inside.append(mark is not None or operands[0] == Name.Artifact)
        elif word == "EMC":
            inside.pop()
        elif word in PAINTING and not any(inside):
            yield f"page {n}: something is drawn ({word}) that is neither text nor decoration"
            return
    if len(set(numbers)) != len(numbers):
        yield f"page {n}: a mark is used twice"
    if inside:
        yield f"page {n}: an element does not end"
