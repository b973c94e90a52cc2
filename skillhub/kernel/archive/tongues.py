"""What a reader of a page is told: the language of each text, and the words of what runs from right to left.

The engine names one language for the whole, and one text for each glyph. A script whose letters share the glyph of
their dots could not be read back: such a text carries its own words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.pdf import pydyf


def tell(document: Any, pdf: Any) -> None:
    """Tell a reader the language of every text that is not the document's own, and the words of every leftward one.

    Called before the file is written. The engine makes one element for each text, in the order of its boxes.
    """
    own = document.metadata.lang
    told = [box for page in document.pages for box in _told(page._page_box)]
    leaves = [thing for thing in pdf.objects if _is_leaf(thing)]
    if len(told) != len(leaves):
        raise ValueError(f"{len(told)} texts, {len(leaves)} elements")
    for box, leaf in zip(told, leaves, strict=True):
        tongue, text = box.style["lang"], getattr(box, "text", "")
        if tongue and tongue != own:
            leaf["Lang"] = pydyf.String(tongue)
        if leftward(text):
            _marked(pdf, leaf)["ActualText"] = pydyf.String(text)


def _marked(pdf: Any, leaf: Any) -> Any:
    """Find what marks the glyphs of an element on its page."""
    known = {thing.reference: thing for thing in pdf.objects if thing.number}
    contents = known[known[leaf["Pg"]]["Contents"]]
    marks = (part for part in contents.stream if isinstance(part, pydyf.Dictionary))
    return next(mark for mark in marks if mark.get("MCID") in leaf["K"])


def leftward(text: str) -> bool:
    """Tell whether a text holds letters that run from right to left."""
    return any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text)


def _is_leaf(thing: Any) -> bool:
    is_element = isinstance(thing, pydyf.Dictionary) and thing.get("Type") == "/StructElem"
    return is_element and any(isinstance(kid, int) for kid in thing["K"])


def _told(box: Any) -> Iterator[Any]:
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    if isinstance(box, (boxes.TextBox, boxes.ReplacedBox)):
        yield box
        return
    for child in box.children:
        yield from _told(child)
