"""Sending papers to a printer: the file is made first, then written down; nobody gets one without the other."""

from __future__ import annotations

import io
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pikepdf

from skillhub.certificates import queries as certificates
from skillhub.copies.models import Sending
from skillhub.copies.queries import Paper
from skillhub.kernel import prints
from skillhub.kernel.access import Actor
from skillhub.kernel.paper import load_template
from skillhub.kernel.pdf import Press
from skillhub.kernel.settings import ROOT
from skillhub.sending import queries, services
from skillhub.sending.services import Order

MARK = ROOT / "templates" / "sending" / "mark"
A4 = (210 * 72 / 25.4, 297 * 72 / 25.4)  # points


def send(order: Order, actor: Actor, moment: datetime) -> tuple[Sending, Path]:
    """Make the file for a printer and write its sheets down; with the same key again it is the same file."""
    if known := queries.by_key(order.key):
        return known, queries.kept_file(known)
    papers = services.planned(order)
    numbers = {paper.certificate.id: paper.next_number for paper in papers}
    path = queries.file_of(order.key)
    draft = path.with_name(f".{path.name}.{uuid4().hex}")
    path.parent.mkdir(parents=True, exist_ok=True)
    prints.clear_old(time.time())
    try:
        prints.join(pages(papers, order.marked), draft)
        draft.replace(path)
        return services.send(order, numbers, actor, moment), path
    except BaseException:
        draft.unlink(missing_ok=True)
        if queries.by_key(order.key) is None:
            path.unlink(missing_ok=True)
        raise


def pages(papers: Sequence[Paper], marked: bool) -> list[Any]:
    """Give the kept papers as they go to the printer; those printed again may say in the margin which copy they are."""
    wanted = {paper.next_number for paper in papers if marked and paper.sheets}
    marks = _marks(wanted) if wanted else {}
    return [
        _stamped(certificates.pdf_of(paper.certificate.id), marks.get(paper.next_number))
        for paper in papers
    ]


def _marks(numbers: Iterable[int]) -> dict[int, bytes]:
    """Print the small lines that say which copy a sheet is."""
    template = load_template(MARK)
    with Press() as press:
        return {n: press.render(template, {"number": str(n)}) for n in numbers}


def _stamped(pdf: bytes, mark: bytes | None) -> io.BytesIO:
    """Lay a mark over the pages of a file, from the lower left corner on; the kept file stays as it is."""
    if mark is None:
        return io.BytesIO(pdf)
    result = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as whole, pikepdf.open(io.BytesIO(mark)) as over:
        for page in whole.pages:
            left, low = float(page.mediabox[0]), float(page.mediabox[1])
            corner = pikepdf.Rectangle(left, low, left + A4[0], low + A4[1])
            page.add_overlay(over.pages[0], corner)
        whole.save(result)
    result.seek(0)
    return result
