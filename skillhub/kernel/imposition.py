"""Pages put on sheets of paper for one printer: one or two on a sheet, moved by what the printer is told.

Nothing is laid out again: every page is drawn as it was kept, whole, at its place on a larger or equal sheet. What
pages share, such as the art beneath them, is in the new file as often as in the old one: once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pikepdf

from skillhub.kernel.areas import Area
from skillhub.kernel.errors import Conflict
from skillhub.kernel.messages import N_, say

POINT = Decimal(72) / Decimal("25.4")  # to a millimetre
STROKE = Decimal(4) * POINT  # how far a cut mark reaches in from the edge
CUT = b"q 0 0 0 1 K 0.2 w [] 0 d %b S Q\n"
NAMES = {"long_edge": "/DuplexFlipLongEdge", "short_edge": "/DuplexFlipShortEdge"}


class Shift(NamedTuple):
    """How far right and down (mm), and how large (per cent), from the top left corner of the sheet."""

    x: Decimal = Decimal(0)
    y: Decimal = Decimal(0)
    scale: Decimal = Decimal(100)

    def on(self, sheet: Area) -> list[Decimal]:
        """Give the matrix that moves what is drawn on a sheet."""
        large = self.scale / 100
        down = sheet.height * (1 - large) - self.y  # a PDF counts from the bottom
        return [large, Decimal(0), Decimal(0), large, self.x * POINT, down * POINT]


def impose(
    source: Path,
    target: Path,
    sheet: Area | None,
    order: Sequence[tuple[int, ...]],
    shift: Shift | None = None,
    duplex: str = "",
) -> None:
    """Write the pages of a file onto sheets: `order` names the pages (from 0) of each sheet, one or two.

    Without a sheet every page keeps its own size. Two stand side by side, or one above the other where they are
    wider than high, with marks where the sheet is cut. Raises Conflict when a page would be lost or printed twice.
    """
    with pikepdf.open(source) as pdf:
        pages = list(pdf.pages)
        if sorted(page for some in order for page in some) != list(range(len(pages))):
            raise Conflict(say(N_("A page got lost while the file was put together.")))
        each = max(map(len, order))
        for some in order:
            size = sheet or area_of(pages[some[0]])
            pdf.pages.append(_sheet(pdf, [pages[n] for n in some], size, each, shift or Shift()))
        del pdf.pages[: len(pages)]
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(
            PrintScaling=pikepdf.Name("/None"), Duplex=pikepdf.Name(NAMES.get(duplex, "/Simplex"))
        )
        pdf.save(target, deterministic_id=True)


def area_of(page: pikepdf.Page) -> Area:
    """Give the size of a page in mm."""
    left, bottom, right, top = map(Decimal, map(str, page.mediabox))
    return Area((right - left) / POINT, (top - bottom) / POINT)


def _sheet(
    pdf: pikepdf.Pdf, pages: Sequence[pikepdf.Page], sheet: Area, each: int, shift: Shift
) -> pikepdf.Page:
    """Draw one or two pages on a sheet."""
    forms, drawn = pikepdf.Dictionary(), []
    sizes = [area_of(page) for page in pages]
    beside = each == 2 and sizes[0].width <= sizes[0].height
    for nth, (page, size) in enumerate(zip(pages, sizes, strict=True)):
        left, top = _corner(sheet, size, nth, each, beside)
        low = (sheet.height - top - size.height) * POINT
        forms[f"/P{nth}"] = page.as_form_xobject()
        at = _numbers([Decimal(1), Decimal(0), Decimal(0), Decimal(1), left * POINT, low])
        drawn.append(b"q %b cm /P%d Do Q\n" % (at, nth))
    if each == 2:
        drawn.append(CUT % b" ".join(_marks(sheet, beside)))
    content = b"q %b cm\n%bQ\n" % (_numbers(shift.on(sheet)), b"".join(drawn))
    box = [Decimal(0), Decimal(0), sheet.width * POINT, sheet.height * POINT]
    return pikepdf.Page(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Page,
            MediaBox=pikepdf.Array([round(side, 6) for side in box]),
            Resources=pikepdf.Dictionary(XObject=forms),
            Contents=pdf.make_stream(content),
        )
    )


def _corner(sheet: Area, page: Area, nth: int, each: int, beside: bool) -> tuple[Decimal, Decimal]:
    """Say where a page begins, from the left and from the top: in the middle of its share of the sheet."""
    wide = sheet.width / 2 if beside else sheet.width
    high = sheet.height / 2 if each == 2 and not beside else sheet.height
    left, top = (nth * wide, Decimal(0)) if beside else (Decimal(0), nth * high)
    return left + (wide - page.width) / 2, top + (high - page.height) / 2


def _marks(sheet: Area, beside: bool) -> Iterator[bytes]:
    """Draw the strokes at both ends of the line along which the sheet is cut."""
    width, height = sheet.width * POINT, sheet.height * POINT
    along, across = (height, width / 2) if beside else (width, height / 2)
    for start, end in ((Decimal(0), STROKE), (along - STROKE, along)):
        ends = [(across, start), (across, end)] if beside else [(start, across), (end, across)]
        yield b"%b m %b l" % (_numbers(ends[0]), _numbers(ends[1]))


def _numbers(some: Sequence[Decimal]) -> bytes:
    return b" ".join(f"{number:.6f}".encode() for number in some)
