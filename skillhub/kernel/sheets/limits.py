"""What a file may be before anything parses it: its size, its kind, and its ZIP directory."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

from skillhub.kernel.errors import BadInput
from skillhub.kernel.messages import N_, Message, say

MEBI = 1024 * 1024
TEXT = (".csv", ".tsv", ".txt")
ZIPPED = (".xlsx", ".ods")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Limits:
    """The most a file may be; seconds are wall time of the parser."""

    content: int = 32 * MEBI
    unpacked: int = 384 * MEBI
    ratio: int = 150
    entries: int = 500
    rows: int = 200_000
    columns: int = 256
    memory: int = 1024 * MEBI
    seconds: int = 20
    cpu: int = 15


LIMITS = Limits()


def kind_of(content: bytes, filename: str, limits: Limits = LIMITS) -> str:
    """Say whether a file is "text" or a "workbook"; refuse what is neither, or not what it says.

    Raises BadInput with the one sentence that says what to do.
    """
    suffix = PurePosixPath(filename.lower()).suffix
    if not content.strip(b"\0 \t\r\n"):
        raise BadInput(say(N_("This file is empty.")))
    if len(content) > limits.content:
        raise BadInput(
            say(N_("This file is larger than %(mebi)s MB. Split it."), mebi=limits.content // MEBI)
        )
    if suffix in TEXT:
        _refuse(_wrong_text(content))
        return "text"
    if suffix in ZIPPED:
        _refuse(_wrong_zip(content, suffix) or _wrong_directory(content, limits))
        return "workbook"
    if suffix == ".xls":
        _refuse(_wrong_xls(content))
        return "workbook"
    raise BadInput(
        say(
            N_("Files ending in “%(suffix)s” cannot be read. Save it as .xlsx, .ods or .csv."),
            suffix=suffix,
        )
    )


def _refuse(message: Message | None) -> None:
    if message:
        raise BadInput(message)


def _wrong_text(content: bytes) -> Message | None:
    if content.startswith((b"PK\x03\x04", OLE)):
        return say(N_("This file is a workbook with the wrong ending. Rename it to .xlsx or .xls."))
    if _is_html(content):
        return say(N_("This file is a web page, not a table. Save it as .xlsx or .csv."))
    if content.startswith((b"%PDF", b"\x7fELF", b"MZ", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        return say(N_("This file is not text. Save the table as .xlsx or .csv."))
    return None


def _wrong_xls(content: bytes) -> Message | None:
    if content.startswith(OLE):
        return None
    if content.startswith(b"PK\x03\x04"):
        return say(N_("This file is a newer workbook with the wrong ending. Rename it to .xlsx."))
    if _is_html(content):
        return say(N_("This file is a web page, not a workbook. Save it as .xlsx or .csv."))
    return say(N_("This file is not an .xls workbook. Open it in a spreadsheet, save as .xlsx."))


def _wrong_zip(content: bytes, suffix: str) -> Message | None:
    if content.startswith(OLE):
        return say(
            N_(
                "This workbook is protected by a password or is an old .xls. Save it as plain .xlsx."
            )
        )
    if _is_html(content):
        return say(N_("This file is a web page, not a workbook. Save it as .xlsx or .csv."))
    if not content.startswith(b"PK"):
        return say(N_("This file is not a workbook (%(suffix)s). Save it again."), suffix=suffix)
    return None


def _is_html(content: bytes) -> bool:
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<script"))


def _wrong_directory(content: bytes, limits: Limits) -> Message | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, OverflowError):
        return say(N_("This workbook is damaged: its end is missing. Save it again."))
    return _wrong_sizes(entries, len(content), limits) or _wrong_names(entries)


def _wrong_sizes(entries: list[zipfile.ZipInfo], size: int, limits: Limits) -> Message | None:
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > limits.entries:
        return say(N_("This workbook has too many parts. Save only the sheet that is needed."))
    if unpacked > limits.unpacked or unpacked > max(limits.ratio * size, 4 * MEBI):
        return say(
            N_("This workbook unpacks to %(mebi)s MB, which is too much. Save only the table."),
            mebi=unpacked // MEBI,
        )
    starts = [entry.header_offset for entry in entries]
    if len(set(starts)) != len(starts) or any(entry.flag_bits & 1 for entry in entries):
        return say(N_("This workbook is damaged or locked. Save it again without a password."))
    return None


def _wrong_names(entries: list[zipfile.ZipInfo]) -> Message | None:
    names = [entry.filename for entry in entries]
    if len({name.lower() for name in names}) != len(names):
        return say(N_("This workbook is damaged: a part is there twice. Save it again."))
    if any(_strange(name) for name in names):
        return say(N_("This workbook has parts with strange names. Save it again."))
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return say(N_("This workbook carries macros. Save it as plain .xlsx without them."))
    if not {"xl/workbook.xml", "content.xml"} & {name.lower() for name in names}:
        return say(N_("This file is an archive, not a workbook. Save the table as .xlsx."))
    return None


def _strange(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    nested = name.lower().endswith((".zip", ".xlsx", ".xls", ".exe", ".jar"))
    return name.startswith("/") or ".." in parts or ":" in name or nested
