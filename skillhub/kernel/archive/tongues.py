"""Which language each text of a page is in, said in the structure tree: the engine says it of the whole only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.pdf import pydyf


def name_languages(document: Any, pdf: Any) -> None:
    """Give every text in another language than the document's its own; called before the file is written.

    The engine makes one element for each text, in the order of its boxes.
    """
    own = document.metadata.lang
    spoken = [tongue for page in document.pages for tongue in _spoken(page._page_box)]
    leaves = [thing for thing in pdf.objects if _is_leaf(thing)]
    if len(spoken) != len(leaves):
        raise ValueError(f"{len(spoken)} texts, {len(leaves)} elements")
    for tongue, leaf in zip(spoken, leaves, strict=True):
        if tongue and tongue != own:
            leaf["Lang"] = pydyf.String(tongue)


def _is_leaf(thing: Any) -> bool:
    is_element = isinstance(thing, pydyf.Dictionary) and thing.get("Type") == "/StructElem"
    return is_element and any(isinstance(kid, int) for kid in thing["K"])


def _spoken(box: Any) -> Iterator[str | None]:
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    if isinstance(box, (boxes.TextBox, boxes.ReplacedBox)):
        yield box.style["lang"]
        return
    for child in box.children:
        yield from _spoken(child)
