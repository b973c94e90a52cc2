"""Split text into rows of cells: which separator, which quotes, whichever line ends."""

from __future__ import annotations

import csv
import io
from collections import Counter
from itertools import islice

from skillhub.kernel.errors import BadInput
from skillhub.kernel.messages import N_, say
from skillhub.kernel.sheets.limits import LIMITS, Limits

SEPARATORS = ("\t", ";", ",", "|")
LONGEST_CELL = 32_767
LOOKED_AT = 60


def split(text: str, separator: str | None = None, limits: Limits = LIMITS) -> list[list[str]]:
    """Split text into rows; CRLF, LF and bare CR end a row, except inside quotes.

    Raises BadInput for too many rows or columns, an endless cell or an unclosed quotation mark.
    """
    rows: list[list[str]] = []
    widest = 0
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator or separator_of(text))
    try:
        rows = list(islice(reader, limits.rows + 1))
        widest = max(map(len, rows), default=0)
    except csv.Error:
        raise _endless(len(rows) or reader.line_num) from None
    if len(rows) > limits.rows or widest > limits.columns:
        raise BadInput(
            say(
                N_("At most %(rows)s rows and %(columns)s columns are read. Split the file."),
                rows=limits.rows,
                columns=limits.columns,
            )
        )
    if text.count('"') % 2 and any("\n" in cell or "\r" in cell for cell in rows[-1]):
        raise _endless(len(rows))
    return rows


def separator_of(text: str) -> str:
    """Find the separator that gives the first rows the same, largest width."""
    first, _, _ = text.partition("\n")
    if first.strip().lower()[:4] == "sep=" and len(first.strip()) == 5:
        return first.strip()[4]
    weights = {sign: _weight(text, sign) for sign in SEPARATORS if sign in text[:200_000]}
    return max(weights, key=lambda sign: weights[sign], default=",")


def _weight(text: str, separator: str) -> tuple[bool, int, float]:
    """A good separator gives nearly all rows one width: (nearly all, the width, the share)."""
    reader = csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=separator)
    try:
        widths = [len(row) for row in islice(reader, LOOKED_AT) if any(row)]
    except csv.Error:
        return (False, 0, 0.0)
    width, times = Counter(widths).most_common(1)[0] if widths else (0, 0)
    share = times / len(widths) if widths else 0.0
    return (width > 1 and share >= 0.7, width, share)


def _endless(row: int) -> BadInput:
    return BadInput(
        say(
            N_(
                "In row %(row)s a cell does not end: it is longer than %(most)s signs, or a"
                " quotation mark is opened and never closed. Close or double it."
            ),
            row=row,
            most=LONGEST_CELL,
        )
    )
