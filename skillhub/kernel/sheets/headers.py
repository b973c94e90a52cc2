"""Where a table begins: the header row below titles, in one line or in two merged ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from skillhub.kernel.sheets.columns import Column, Header, Matching, propose
from skillhub.kernel.sheets.grid import Sheet, column_index

LOOKED_AT = 40


@dataclass(frozen=True, slots=True)
class Found:
    """A header and what it matches; the body begins at `body`, an index from 0."""

    matching: Matching
    body: int
    named: int = 0  # columns that its words alone would match, whatever a person chose

    @property
    def weight(self) -> int:
        """Count the columns that found their header."""
        return len(self.matching.columns)

    @property
    def rank(self) -> tuple[int, int]:
        """Order headers: a column chosen by its letter is found in any row, so its words decide between equals."""
        return self.weight, self.named


def find(
    sheet: Sheet,
    columns: Sequence[Column],
    mapping: Mapping[str, str] | None = None,
    header_row: str | None = None,
) -> Found:
    """Find the header row that matches most columns; without any match, the first that looks so."""
    if header_row and header_row.isdigit() and 0 < int(header_row) <= len(sheet.rows):
        return max(_at(sheet, int(header_row) - 1, columns, mapping), key=lambda f: f.weight)
    best: Found | None = None
    for i in range(min(LOOKED_AT, len(sheet.rows))):
        if sum(1 for cell in sheet.rows[i] if _text(cell)) == 0:
            continue
        for found in _at(sheet, i, columns, mapping):
            if best is None or found.rank > best.rank:
                best = found
    by_letter = all(
        column_index(choice) is not None for choice in (mapping or {}).values() if choice
    )
    if best is None or best.weight == 0 or (best.named == 0 and by_letter):
        return _at(sheet, _likely(sheet), columns, mapping)[-1]
    return best


def _at(
    sheet: Sheet, i: int, columns: Sequence[Column], mapping: Mapping[str, str] | None
) -> list[Found]:
    """Read row i as a header of one line, and with the row above as one of two."""
    single = _one_line(sheet.rows[i])
    readings = [single]
    if i and (double := _two_lines(sheet, i)):
        readings = [double, single] if _bands(sheet, i - 1) else [single, double]
    return [
        Found(propose(headers, columns, mapping), i + 1, len(propose(headers, columns).columns))
        for headers in readings
    ]


def _one_line(row: Sequence[Any]) -> list[Header]:
    return [Header(i, (text,) if (text := _text(cell)) else ()) for i, cell in enumerate(row)]


def _two_lines(sheet: Sheet, i: int) -> list[Header]:
    """Join a header row with the one above, its merged cells spread; [] when that is a title."""
    upper, lower = [_text(cell) for cell in sheet.rows[i - 1]], sheet.rows[i]
    if sum(1 for text in upper if text) < 2:
        return []
    upper += [""] * (len(lower) - len(upper))
    for left, right in _bands(sheet, i - 1):
        upper[left : right + 1] = [upper[left]] * (right - left + 1)
    if not sheet.merged:
        for k in range(1, len(upper)):
            upper[k] = upper[k] or upper[k - 1]
    parts = [(above, _text(below)) for above, below in zip(upper, lower, strict=False)]
    return [Header(k, tuple(text for text in pair if text)) for k, pair in enumerate(parts)]


def _bands(sheet: Sheet, i: int) -> list[tuple[int, int]]:
    """Find the cells of row i merged sideways, but not over the whole table: that is a title."""
    width = len(sheet.rows[i])
    return [
        (left, right)
        for top, left, bottom, right in sheet.merged
        if top == bottom == i and left < right and right - left + 1 < width
    ]


def _likely(sheet: Sheet) -> int:
    """Without names to go by, the header is the first row as full as the rows below it."""
    counts = [sum(1 for cell in row if _text(cell)) for row in sheet.rows[:LOOKED_AT]]
    fullest = max(counts, default=0)
    return next((i for i, n in enumerate(counts) if n and n >= 0.6 * fullest), 0)


def _text(cell: Any) -> str:
    return " ".join(str(cell).split()) if cell not in (None, "") else ""
