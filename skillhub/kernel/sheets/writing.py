"""Write a table of rows as .xlsx or .csv, so that reading it again changes nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter

from skillhub.kernel.sheets.columns import Column
from skillhub.kernel.sheets.neutral import neutral

LAST_ROW = 1_048_575
LONGEST_LIST = 255
_EXACT = 10**11
BOOK = {
    "constant_memory": True,
    "in_memory": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_xlsx(
    columns: Sequence[Column],
    rows: Iterable[Mapping[str, Any]],
    labels: Sequence[str] | None = None,
    sheet: str = "Sheet1",
) -> bytes:
    """Write rows below a frozen header; ids are text cells, choices have a list to choose from.

    `labels` are the translated header words, in the order of the columns.
    """
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, BOOK) as book:
        page = book.add_worksheet(sheet[:31])
        formats = {kind: book.add_format({"num_format": n}) for kind, n in _FORMATS.items()}
        head = book.add_format({"bold": True, "bottom": 1, "num_format": "@"})
        page.freeze_panes(1, 0)
        for k, column in enumerate(columns):
            page.set_column(k, k, column.width, formats[column.kind])
            if column.choices and len(",".join(column.choices)) <= LONGEST_LIST:
                rule = {"validate": "list", "source": list(column.choices), "error_type": "warning"}
                page.data_validation(1, k, LAST_ROW, k, rule)
            page.write_string(0, k, neutral((labels or _labels(columns))[k]), head)
        names = [(k, column.name, formats[column.kind]) for k, column in enumerate(columns)]
        for i, row in enumerate(rows, 1):
            for k, name, style in names:
                _write(page, i, k, row.get(name), style)
    return stream.getvalue()


def write_csv(
    columns: Sequence[Column],
    rows: Iterable[Mapping[str, Any]],
    labels: Sequence[str] | None = None,
) -> bytes:
    """Write rows as UTF-8 with a byte order mark, which spreadsheets need to read it right."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([neutral(label) for label in labels or _labels(columns)])
    names = [column.name for column in columns]
    writer.writerows([_plain(row.get(name)) for name in names] for row in rows)
    return text.getvalue().encode("utf-8-sig")


_FORMATS = {
    "text": "@",
    "code": "@",
    "name": "@",
    "choice": "@",
    "number": "General",
    "date": "yyyy-mm-dd",
}


def _labels(columns: Sequence[Column]) -> list[str]:
    return [column.label for column in columns]


def _write(page: xlsxwriter.worksheet.Worksheet, i: int, k: int, value: Any, style: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, Decimal | int) and -_EXACT < value < _EXACT:
        page.write_number(i, k, value, style)
    elif isinstance(value, date):
        page.write_datetime(i, k, value, style)
    else:
        page.write_string(i, k, _plain(value), style)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return neutral(value) if isinstance(value, str) else str(value)
