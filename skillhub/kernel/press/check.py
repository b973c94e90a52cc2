"""What the engine does not tell: pages too many, texts out of their boxes, words that did not arrive."""

from __future__ import annotations

import io
import math
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

import pypdfium2
import weasyprint
from PIL import ImageChops

from skillhub.kernel.archive.tongues import leftward
from skillhub.kernel.paper import About, Facts, items
from skillhub.kernel.preflight import Fit

HALF_PIXEL = 0.5
PIXELS = 96 / 25.4  # a millimetre
RESOLUTION, MOST_DIFFERENCE = 120, 64  # dots per inch; of 255
BRACKETS = ("Ps", "Pe", "Pi", "Pf")


class Refused(Exception):
    """The page is not printed; `code` names why."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail


def layout(document: weasyprint.Document, about: About, chosen: Mapping[str, Fit | None]) -> None:
    """Refuse a page too many, a text that left its box, and parts that overlap."""
    if about.pages and len(document.pages) != about.pages:  # 0: as many as it takes
        raise Refused("pages", f"{len(document.pages)} for {about.pages}")
    for page in document.pages:
        boxes = list(_boxes(page._page_box))
        for name, fit in chosen.items():
            if fit:
                _check_box(boxes, name, fit)
        rooms = {id(box.element): box for box in reversed(boxes) if _is(box, "room")}
        _check_rooms(list(rooms.values()))


def _check_box(boxes: list[Any], name: str, fit: Fit) -> None:
    for box in boxes:
        if not _is(box, f"f-{name}"):
            continue
        lines = [b for b in _boxes(box) if type(b).__name__ == "LineBox"]
        wide = max((_ink(line) for line in lines), default=0)
        room = min(fit.width * PIXELS, getattr(box, "width", math.inf))
        if len(lines) > fit.lines or wide > room + HALF_PIXEL:
            raise Refused("overflow", name)


def _ink(line: Any) -> float:
    return float(sum(child.margin_width() for child in line.children))


def _check_rooms(rooms: list[Any]) -> None:
    """Refuse when one part of the page grows into another."""
    for one, other in combinations(rooms, 2):
        across = _overlap(
            one.border_box_x(), one.border_width(), other.border_box_x(), other.border_width()
        )
        down = _overlap(
            one.border_box_y(), one.border_height(), other.border_box_y(), other.border_height()
        )
        if min(across, down) > HALF_PIXEL:
            raise Refused("overflow", f"{_class(one)} / {_class(other)} ({down / PIXELS:.1f} mm)")


def _overlap(start: float, length: float, other: float, far: float) -> float:
    return min(start + length, other + far) - max(start, other)


def _class(box: Any) -> str:
    return f"{box.element.tag}.{box.element.get('class', '')}"


def _is(box: Any, name: str) -> bool:
    if box.element is None or type(box).__name__ in ("LineBox", "TextBox"):
        return False
    return name in box.element.get("class", "").split()


def _boxes(box: Any) -> Iterator[Any]:
    yield box
    for child in getattr(box, "children", ()):
        yield from _boxes(child)


def text(pdf: bytes, about: About, given: Facts) -> None:
    """Read the page back: the facts that prove it must stand on it."""
    with_text = pypdfium2.PdfDocument(pdf)
    printed = "".join(page.get_textpage().get_text_bounded() for page in with_text)
    with_text.close()
    squeezed = _squeeze(printed)
    for name in about.prove:
        for stated in items(given[name]):
            if not _stands(_squeeze(stated), squeezed):
                raise Refused("text", f"{name}: {stated}"[:200])


def _stands(stated: str, printed: str) -> bool:
    """Tell whether a text arrived: a reader takes a script from right to left apart, so its letters are counted."""
    if stated in printed:
        return True
    return leftward(stated) and not Counter(_plain(stated)) - Counter(_plain(printed))


def _plain(text: str) -> str:
    """Write joined letters apart, and brackets without a side: a reader turns them."""
    signs = _squeeze(unicodedata.normalize("NFKC", text))
    return "".join("|" if unicodedata.category(sign) in BRACKETS else sign for sign in signs)


def alike(one: bytes, other: bytes) -> None:
    """Refuse when two files do not look the same: no pixel may differ by more than the edges of letters do."""
    pictures = [_picture(pdf) for pdf in (one, other)]
    if pictures[0].size != pictures[1].size:
        raise Refused("stamp", "size")
    differing = ImageChops.difference(*pictures)
    if differing.point(lambda difference: max(0, difference - MOST_DIFFERENCE)).getbbox():
        raise Refused("stamp", str(differing.getbbox()))


def _picture(pdf: bytes) -> Any:
    with pypdfium2.PdfDocument(pdf) as document:
        return document[0].render(scale=RESOLUTION / 72).to_pil().convert("RGB")


def drawn(pdf: bytes, edge: int) -> bytes:
    """Draw the first page as a PNG with so many dots on its long edge."""
    with pypdfium2.PdfDocument(pdf) as document:
        page, out = document[0], io.BytesIO()
        page.render(scale=edge / max(page.get_size())).to_pil().convert("RGB").save(out, "PNG")
    return out.getvalue()


def _squeeze(words: str) -> str:
    return "".join(words.split())
