"""What is wrong with the structure tree of a file: what a reader is read, in which order and language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pikepdf

STANDARD = frozenset(
    {
        *(
            "Document",
            "Part",
            "Art",
            "Sect",
            "Div",
            "BlockQuote",
            "Caption",
            "TOC",
            "TOCI",
            "Index",
        ),
        *("NonStruct", "Private", "P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl"),
        *("LBody", "Table", "TR", "TH", "TD", "THead", "TBody", "TFoot", "Span", "Quote", "Note"),
        *("Reference", "BibEntry", "Code", "Link", "Annot", "Ruby", "RB", "RT", "RP", "Warichu"),
        *("WT", "WP", "Figure", "Formula", "Form"),
    }
)
SPOKEN = ("Figure", "Formula")  # what is no text needs words
HOLDS = {"/Widget": "/Form", "/Link": "/Link"}
NOTHING: Any = {}
MOST_DEEP = 100


def tree(file: pikepdf.Pdf) -> Iterator[str]:
    """List what is wrong with the structure tree, and what the catalog fails to say of it."""
    root = file.Root.get("/StructTreeRoot")
    if root is None or "/Marked" not in file.Root.get("/MarkInfo", NOTHING):
        yield "structure: the file is not tagged"
        return
    if not str(file.Root.get("/Lang", "")):
        yield "structure: no language"
    if not file.Root.get("/ViewerPreferences", NOTHING).get("/DisplayDocTitle"):
        yield "structure: a reader shows the name of the file, not the title"
    yield from _named(list(_elements(root)))
    yield from _marks(file, root)


def _named(elements: Sequence[Any]) -> Iterator[str]:
    """See that elements are standard, that pictures have words, and that headings step down one by one."""
    level = 0
    for element in elements:
        kind = str(element.get("/S", "/"))[1:]
        if kind not in STANDARD:
            yield f"structure: {kind} is no standard element"
        if kind in SPOKEN and not (element.get("/Alt") or element.get("/ActualText")):
            yield f"structure: a {kind} without words"
        if len(kind) == 2 and kind[0] == "H":
            if int(kind[1]) > level + 1:
                yield f"structure: {kind} behind H{level}"
            level = int(kind[1])


def _elements(element: Any, depth: int = 0) -> Iterator[Any]:
    for kid in kids(element) if depth < MOST_DEEP else ():
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from _elements(kid, depth + 1)


def kids(element: Any) -> list[Any]:
    """List the kids of an element."""
    held = element.get("/K", [])
    return list(held) if isinstance(held, pikepdf.Array) else [held]


def _marks(file: pikepdf.Pdf, root: Any) -> Iterator[str]:
    """See that the marks of every page lead to the elements that hold them, and those up to the root."""
    numbers = list(root.ParentTree.get("/Nums", []))
    rows = dict(zip((int(n) for n in numbers[::2]), numbers[1::2], strict=True))
    for n, page in enumerate(file.pages, 1):
        row = rows.get(int(page.obj.get("/StructParents", -1)))
        if not isinstance(row, pikepdf.Array):
            yield f"structure: page {n} is not in the tree"
            continue
        for mark, element in enumerate(row):
            if mark not in [kid for kid in kids(element) if isinstance(kid, int)]:
                yield f"structure: page {n}, mark {mark} leads to an element without it"
            elif not _reaches(element, root):
                yield f"structure: page {n}, mark {mark} leads out of the tree"
        for note in page.obj.get("/Annots", []):
            held = rows.get(int(note.get("/StructParent", -1)))
            wanted = HOLDS.get(str(note.Subtype), "/Annot")
            if held is None or str(held.get("/S")) != wanted:
                yield f"structure: an annotation of page {n} is not in a {wanted[1:]}"


def _reaches(element: Any, root: Any) -> bool:
    for _ in range(MOST_DEEP):
        if element.objgen == root.objgen:
            return True
        parent = element.get("/P")
        if parent is None or element.objgen not in [
            kid.objgen for kid in kids(parent) if isinstance(kid, pikepdf.Object)
        ]:
            return False
        element = parent
    return False
