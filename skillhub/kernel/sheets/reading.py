"""From the bytes of a file, or pasted text, to a grid of raw cells."""

from __future__ import annotations

from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.sheets.charsets import decode
from skillhub.kernel.sheets.delimited import separator_of, split
from skillhub.kernel.sheets.grid import Answers, Grid, Question, Sheet
from skillhub.kernel.sheets.limits import LIMITS, Limits, kind_of
from skillhub.kernel.sheets.workbooks import read_workbook


def read(
    content: bytes, filename: str, answers: Answers | None = None, limits: Limits = LIMITS
) -> Grid:
    """Read a spreadsheet file. A grid with `questions` and no sheets wants an answer first.

    `answers` may hold "charset" and "separator". Raises BadInput, with one sentence that says what
    to do, for every file that is hostile, damaged, too large or no table at all.
    """
    if kind_of(content, filename, limits) == "workbook":
        return read_workbook(content, filename, limits)
    decoded = decode(content, (answers or {}).get("charset"))
    if isinstance(decoded, Question):
        return Grid(filename, "text", questions=[decoded])
    grid = paste(decoded.text, filename, answers, limits)
    grid.charset = decoded.charset
    if decoded.charset in ("cp1252", "gb18030", "big5"):
        read_as = say(N_("The file was read as %(charset)s."), charset=decoded.charset.upper())
        grid.notices.append(Problem("", read_as, "notice"))
    return grid


def paste(
    text: str, filename: str = "", answers: Answers | None = None, limits: Limits = LIMITS
) -> Grid:
    """Read pasted text, such as cells copied from a spreadsheet."""
    separator = (answers or {}).get("separator") or separator_of(text)
    rows: list[list[str]] = split(text, separator, limits)
    return Grid(filename, "text", (Sheet("", rows),), separator=separator)
