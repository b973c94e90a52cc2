"""What a print job leaves: a file in the instance folder that may be fetched for some days."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import pikepdf

from skillhub.kernel.errors import Conflict
from skillhub.kernel.merging import Merged, Source
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


def join(sources: Iterable[Path | BinaryIO], target: Path) -> None:
    """Write the pages of several PDFs into one, and what they have in common once; raises Conflict for a lost page."""
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("wb") as out:
            whole = Merged(out)
            for one in sources:
                whole.add(_source(one.read_bytes() if isinstance(one, Path) else one.read()))
            whole.end()
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _source(data: bytes) -> Source:
    try:
        return Source(data)
    except ValueError:  # among them NotPlain
        return Source(_plain(data))


def _plain(data: bytes) -> bytes:
    """Write the pages of a file in the plain form."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as one, pikepdf.new() as plain:
        _without_fields(one)
        plain.pages.extend(one.pages)
        if len(plain.pages) != len(one.pages):
            raise Conflict(say(N_("A page got lost while the file was put together.")))
        plain.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable, deterministic_id=True)
    return out.getvalue()


def _without_fields(one: pikepdf.Pdf) -> None:
    """Take out the field of a signature: it holds for the single file, not for what is put together of many."""
    if "/AcroForm" not in one.Root:
        return
    del one.Root["/AcroForm"]
    for page in one.pages:
        kept = [note for note in page.obj.get("/Annots", []) if note.Subtype != pikepdf.Name.Widget]
        page.obj.Annots = pikepdf.Array(kept)
