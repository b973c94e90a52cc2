"""The rows below a header: merged cells filled down, blank rows skipped, totals and footers left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.sheets.columns import fold
from skillhub.kernel.sheets.grid import Sheet

TOTALS = {
    "total", "totals", "grandtotal", "subtotal", "sum", "summe", "gesamt", "gesamtsumme",
    "合计", "总计", "小计", "共计", "汇总", "合計", "總計", "小計",
}  # fmt: skip


class Line(NamedTuple):
    """One row of the body: its number as the spreadsheet shows it, and its raw cells."""

    number: int
    cells: list[Any]


def body_of(
    sheet: Sheet, start: int, required: Sequence[int], matched: Sequence[int]
) -> tuple[list[Line], list[Problem]]:
    """Give the rows that mean something, and a notice for each one left out."""
    _fill_down(sheet, start)
    lines = [
        Line(i + 1, row)
        for i, row in enumerate(sheet.rows[start:], start)
        if (row and row[0] not in ("", None)) or not _blank(row)
    ]
    notices: list[Problem] = []
    _drop_footer(lines, matched or required, notices)
    if not required:
        return lines, notices
    kept = []
    for line in lines:
        if _open(line, required) and _gaps(line, required) * 2 > len(required) and _is_total(line):
            notices.append(_left_out(line))
        else:
            kept.append(line)
    return kept, notices


def _fill_down(sheet: Sheet, start: int) -> None:
    """A cell merged over several rows means its value in each of them."""
    for top, left, bottom, _ in sheet.merged:
        if top < start or top == bottom or bottom >= len(sheet.rows):
            continue
        value = sheet.rows[top][left]
        for i in range(top + 1, bottom + 1):
            sheet.rows[i][left] = value


def _blank(row: Sequence[Any]) -> bool:
    return not any(cell not in ("", None) and str(cell).strip() for cell in row)


def _open(line: Line, required: Sequence[int]) -> bool:
    """Say whether a required cell is empty: the quick look that nearly all rows get."""
    cells, width = line.cells, len(line.cells)
    return any(i >= width or cells[i] in ("", None) for i in required)


def _gaps(line: Line, needed: Sequence[int]) -> int:
    cells = line.cells
    return sum(
        1 for i in needed if i >= len(cells) or cells[i] in ("", None) or _names_total(cells[i])
    )


def _is_total(line: Line) -> bool:
    return any(_names_total(cell) for cell in line.cells)


def _names_total(cell: Any) -> bool:
    return type(cell) is str and fold(cell) in TOTALS


def _drop_footer(lines: list[Line], needed: Sequence[int], notices: list[Problem]) -> None:
    """Take totals off the end, and remarks of one cell that stand below a blank row or a total."""
    cut = len(lines)
    for k in range(len(lines) - 1, max(-1, len(lines) - 11), -1):
        line = lines[k]
        total = _is_total(line) and _gaps(line, needed) * 2 > len(needed)
        apart = k > 0 and (lines[k - 1].number < line.number - 1 or _is_total(lines[k - 1]))
        alone = sum(1 for cell in line.cells if cell not in ("", None)) == 1
        if not total and not (alone and apart and len(needed) > 1):
            break
        cut = k
    notices += [_left_out(line) for line in lines[cut:]]
    del lines[cut:]


def _left_out(line: Line) -> Problem:
    said = " ".join(str(cell).strip() for cell in line.cells if cell not in ("", None))
    kind = (
        N_("Row %(row)s was left out as a total: %(said)s.")
        if _is_total(line)
        else N_("Row %(row)s was left out as a remark below the table: %(said)s.")
    )
    return Problem(f"A{line.number}", say(kind, row=line.number, said=said[:80]), "notice")
