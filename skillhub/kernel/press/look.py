"""Looking at a page as it is printed: the file, and where each text of a fact was drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weasyprint.formatting_structure import boxes

from skillhub.kernel.paper import Facts, Template, complete
from skillhub.kernel.preflight import fits
from skillhub.kernel.press import check
from skillhub.kernel.press.check import PIXELS
from skillhub.kernel.press.page import Printer


def looked(
    printer: Printer, template: Template, facts: Facts
) -> tuple[bytes, list[dict[str, Any]]]:
    """Print a page on the way every page takes, and list its boxes; raises Refused."""
    given = complete(template.about, facts)
    chosen = fits(template.about, given)
    document, pdf = printer.laid_out(template, given, chosen)
    pdf = printer.kept(template, given, pdf)
    check.text(pdf, template.about, given)
    found = [one for page in document.pages for one in _drawn(page._page_box)]
    sizes = {name: fit.size for name, fit in chosen.items() if fit}
    return pdf, [one | {"size": sizes[one["fact"]]} for one in found if one["fact"] in sizes]


def _drawn(box: Any) -> Iterator[dict[str, Any]]:
    """Find the blocks of facts, with the place of their letters in mm."""
    name = next((c for c in _classes(box) if c.startswith("f-")), "")
    lines = [one for one in _inside(box) if isinstance(one, boxes.LineBox)] if name else []
    if lines:
        texts = [one for line in lines for one in _inside(line) if isinstance(one, boxes.TextBox)]
        left = min((one.position_x for one in texts), default=box.position_x)
        right = max((one.position_x + one.width for one in texts), default=left)
        top, bottom = lines[0].position_y, lines[-1].position_y + lines[-1].height
        measures = {"x": left, "y": top, "width": right - left, "height": bottom - top}
        placed = {key: round(value / PIXELS, 2) for key, value in measures.items()}
        yield {"fact": name.removeprefix("f-"), "lines": len(lines), **placed}
        return
    for child in getattr(box, "children", ()):
        yield from _drawn(child)


def _classes(box: Any) -> list[str]:
    if not isinstance(box, boxes.BlockBox) or box.element is None:
        return []
    return str(box.element.get("class") or "").split()


def _inside(box: Any) -> Iterator[Any]:
    yield box
    for child in getattr(box, "children", ()):
        yield from _inside(child)
