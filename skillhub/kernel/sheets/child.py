"""Parse one workbook in a process of its own: bytes on stdin, marshalled sheets on stdout.

Run as a script by `workbooks.py`, isolated and under memory and processor limits; it imports nothing
of ours so that it starts fast and can leak nothing.
"""

from __future__ import annotations

import gc
import io
import marshal
import re
import resource
import sys
import zipfile
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

PLAIN = (str, int)
LARGEST_SCAN = 64 * 1024 * 1024

Look = tuple[tuple[int, ...], tuple[int, ...], int]  # hidden rows, hidden columns, last row
NO_LOOKS: Look = ((), (), 0)


def main() -> None:
    """Limit this process, parse, answer."""
    gc.disable()
    memory, cpu, rows, columns = (int(text) for text in sys.argv[1:5])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    content = sys.stdin.buffer.read()
    try:
        answer = parse(content, rows, columns)
    except Exception as error:  # noqa: BLE001  (any failure of the parser is one answer: refused)
        answer = {"error": type(error).__name__, "detail": str(error)[:200]}
    sys.stdout.buffer.write(marshal.dumps(answer))


def parse(content: bytes, most_rows: int, most_columns: int) -> dict[str, Any]:
    """Read the visible sheets of a workbook as lists of plain values."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets, hidden = [], []
    looks = looks_of(content)
    if any(look[2] > most_rows for look in looks.values()):
        return {"error": "TooLarge", "detail": "a cell far below"}
    for index, about in enumerate(book.sheets_metadata):
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        if about.visible != SheetVisibleEnum.Visible:
            hidden.append(about.name)
            continue
        sheet = book.get_sheet_by_index(index)
        height, width = sheet.end or (0, 0)
        if height >= most_rows or width >= most_columns:
            return {"error": "TooLarge", "detail": f"{about.name}: {height + 1} x {width + 1}"}
        sheets.append(one_sheet(about.name, sheet, looks.get(about.name, NO_LOOKS)))
    epoch = "" in looks
    return {"sheets": sheets, "hidden": hidden, "epoch_1904": epoch}


def one_sheet(name: str, sheet: CalamineSheet, look: Look) -> tuple[Any, ...]:
    """Give name, rows, merged ranges, hidden rows and hidden columns of one sheet."""
    rows = [
        [v if type(v) in PLAIN else plain(v) for v in row]
        for row in sheet.to_python(skip_empty_area=False)
    ]
    merged = tuple((t, left, b, right) for (t, left), (b, right) in sheet.merged_cell_ranges or ())
    return (name, rows, merged, look[0], look[1])


def plain(value: Any) -> Any:
    """Make a number whole where it is, dates ISO text in a tuple, truth what the sheet shows."""
    if type(value) is float:
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if isinstance(value, datetime):
        return ("datetime", value.isoformat())
    if isinstance(value, date):
        return ("date", value.isoformat())
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return "" if value is None else str(value)


def looks_of(content: bytes) -> dict[str, Look]:
    """Find hidden rows and columns and the last row by sheet name, and the 1904 epoch under the empty name."""
    if not content.startswith(b"PK"):
        return {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
        if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
            return {}
        book = archive.read("xl/workbook.xml")
        found: dict[str, Look] = {}
        if re.search(rb'date1904="(?:1|true)"', book):
            found[""] = NO_LOOKS
        for name, path in sheet_paths(book, archive.read("xl/_rels/workbook.xml.rels")):
            if path in names and archive.getinfo(path).file_size <= LARGEST_SCAN:
                xml = archive.read(path)
                found[name] = (*hidden_in(xml), last_row(xml))
        return found


def sheet_paths(book: bytes, relations: bytes) -> list[tuple[str, str]]:
    """Pair the names of the sheets with their files."""
    targets = {}
    for tag in re.findall(r"<Relationship\b[^>]*>", relations.decode()):
        marks = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        targets[marks.get("Id", "")] = marks.get("Target", "")
    pairs = []
    for tag in re.findall(r"<sheet\b[^>]*>", book.decode()):
        marks = dict(re.findall(r'([\w:]+)="([^"]*)"', tag))
        target = targets.get(marks.get("r:id", ""), "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        pairs.append((marks.get("name", ""), path))
    return pairs


def last_row(xml: bytes) -> int:
    """Find the largest row number, so that one stray cell does not lay out a million rows."""
    looked_at = xml if len(xml) <= 2**20 else xml[-(2**16) :]
    far = re.findall(rb'r="[A-Z]{0,3}(\d{5,9})"', looked_at)
    return max(map(int, far), default=0)


def hidden_in(xml: bytes) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Find the numbers of hidden rows and the indexes of hidden columns."""
    if b"hidden=" not in xml:
        return (), ()
    tags = re.findall(rb'<(row|col)\b([^>]*\bhidden="(?:1|true)"[^>]*)>', xml)
    rows: list[int] = []
    columns: list[int] = []
    for tag, marks in tags:
        values = dict(re.findall(rb'(\w+)="(\d+)"', marks))
        if tag == b"row" and b"r" in values:
            rows.append(int(values[b"r"]))
        elif tag == b"col" and int(values.get(b"max", 0)) <= 256:
            columns.extend(range(int(values[b"min"]) - 1, int(values[b"max"])))
    return tuple(rows[:1000]), tuple(columns)


if __name__ == "__main__":
    main()
