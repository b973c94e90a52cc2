"""Sending papers to a printer: the file is made first, then written down; nobody gets one without the other."""

from __future__ import annotations

import io
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pikepdf

from skillhub.certificates import queries as certificates
from skillhub.copies.models import Sending
from skillhub.copies.queries import Paper
from skillhub.kernel import prints
from skillhub.kernel.access import Actor
from skillhub.kernel.errors import Conflict
from skillhub.kernel.paper import load_template
from skillhub.kernel.pdf import Press
from skillhub.kernel.settings import ROOT
from skillhub.sending import queries, services
from skillhub.sending.services import Order
from skillhub.stock import works as stock

MARK = ROOT / "templates" / "sending" / "mark"
A4 = (210 * 72 / 25.4, 297 * 72 / 25.4)  # points


def send(order: Order, actor: Actor, moment: datetime) -> tuple[Sending, Path]:
    """Make the file for a printer and write its sheets down; with the same key again it is the same file."""
    if known := queries.asked_before(order.key, order.certificates):
        return known, queries.kept_file(known)
    try:
        papers = services.planned(order)
    except Conflict:
        if known := queries.asked_before(order.key, order.certificates):  # meanwhile
            return known, queries.kept_file(known)
        raise
    numbers = {paper.certificate.id: paper.next_number for paper in papers}
    path = queries.file_of(order.key)
    draft = path.with_name(f".{path.name}.{uuid4().hex}")
    path.parent.mkdir(parents=True, exist_ok=True)
    prints.clear_old(time.time())
    try:
        sheets = printed(order, papers, draft)
        draft.replace(path)
        return services.send(order, numbers, sheets, actor, moment), path
    except BaseException:
        draft.unlink(missing_ok=True)
        if queries.by_key(order.key) is None:
            path.unlink(missing_ok=True)
        raise


def printed(order: Order, papers: Sequence[Paper], target: Path) -> list[tuple[int, ...]]:
    """Write the file for a printer; gives which certificates are on each of its sheets."""
    keys = [paper.certificate.id for paper in papers]
    wanted = {p.certificate.id: p.next_number for p in papers if order.marked and p.sheets}
    marks = _marks({*wanted.values()}) if wanted else {}

    def finish(key: int, page: bytes) -> bytes:
        return _stamped(page, marks[wanted[key]]) if key in wanted else page

    if order.paper is None:
        kept = [finish(key, certificates.pdf_of(key)) for key in keys]
        prints.join([io.BytesIO(page) for page in kept], target)
        return [(key,) for key in keys]
    work = stock.PrintFile(keys, order.paper, order.printer, target, order.stacked, finish)
    for _ in work.steps():
        pass
    return work.sheets


def _marks(numbers: Iterable[int]) -> dict[int, bytes]:
    """Print the small lines that say which copy a sheet is."""
    template = load_template(MARK)
    with Press() as press:
        return {n: press.render(template, {"number": str(n)}) for n in numbers}


def _stamped(page: bytes, mark: bytes) -> bytes:
    """Lay a mark over a page, from the lower left corner on; the kept file stays as it is."""
    result = io.BytesIO()
    with pikepdf.open(io.BytesIO(page)) as whole, pikepdf.open(io.BytesIO(mark)) as over:
        for one in whole.pages:
            left, low = float(one.mediabox[0]), float(one.mediabox[1])
            corner = pikepdf.Rectangle(left, low, left + A4[0], low + A4[1])
            one.add_overlay(over.pages[0], corner)
        whole.save(result)
    return result.getvalue()
