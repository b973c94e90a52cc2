"""What a print job leaves: a file in the instance folder that may be fetched for some days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf

from skillhub.kernel.errors import Conflict
from skillhub.kernel.messages import N_, say
from skillhub.kernel.settings import settings

LASTS = 7 * 24 * 3600  # seconds a printed file may be fetched


def printed_file(job_id: int, ending: str) -> Path:
    """Give the place of the file that a print job makes."""
    return settings.instance / "prints" / f"{job_id}.{ending}"


def kept_until(path: Path) -> datetime:
    """Say until when a printed file may be fetched."""
    return datetime.fromtimestamp(path.stat().st_mtime + LASTS, UTC)


def clear_old(at: float) -> None:
    """Remove printed files that have had their time."""
    folder = settings.instance / "prints"
    for path in folder.glob("*.*") if folder.is_dir() else ():
        if path.is_file() and path.stat().st_mtime < at - LASTS:
            path.unlink(missing_ok=True)


def join(sources: Sequence[Any], target: Path) -> None:
    """Write the pages of several PDFs into one; raises Conflict when a page got lost."""
    with pikepdf.new() as whole:
        opened = [pikepdf.open(source) for source in sources]
        for one in opened:
            _without_fields(one)
            whole.pages.extend(one.pages)
        if len(whole.pages) != sum(len(one.pages) for one in opened):
            raise Conflict(say(N_("A page got lost while the file was put together.")))
        whole.save(target, deterministic_id=True)
        for one in opened:
            one.close()


def _without_fields(one: pikepdf.Pdf) -> None:
    """Take out the field of a signature: it holds for the single file, not for what is put together of many."""
    if "/AcroForm" not in one.Root:
        return
    del one.Root["/AcroForm"]
    for page in one.pages:
        kept = [note for note in page.obj.get("/Annots", []) if note.Subtype != pikepdf.Name.Widget]
        page.obj.Annots = pikepdf.Array(kept)
