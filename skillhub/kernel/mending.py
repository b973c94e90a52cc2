"""The rows of a file that cannot be taken: left out so that the others are, and given back as a file to mend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import Response

from skillhub.kernel.downloads import sheet_file
from skillhub.kernel.import_state import Importer, State
from skillhub.kernel.messages import N_, Message
from skillhub.kernel.sheets import Change, Column, Preview, PreviewRow, Table, read, shown
from skillhub.kernel.web import tr

WRONG = Column("wrong", N_("What to mend"), width=60)


def without_bad(
    importer: Importer, table: Table, preview: Preview
) -> tuple[Preview, list[PreviewRow]]:
    """Compare a file without its bad rows, again as long as one is found; gives what is left to write, and the bad."""
    bad: list[PreviewRow] = []
    while found := [row for row in preview.rows if row.change is Change.PROBLEM]:
        bad += found
        out = {row.number for row in bad}
        rows = [row for row in table.rows if row.number not in out]
        preview = importer.compare(replace(table, rows=rows, problems=[], by_row={}))
    return preview, sorted(bad, key=lambda row: row.number)


def noted(bad: Sequence[PreviewRow]) -> dict[str, list[Any]]:
    """Write what is wrong with rows as an upload keeps it."""
    return {str(row.number): [p.message.as_json() for p in row.problems] for row in bad}


def left_of(state: State) -> dict[int, list[Message]]:
    """Give the rows to mend with what is wrong: those left out when the rest was applied, else those bad now."""
    if state.applied:
        kept: Mapping[str, list[Any]] = state.upload.answers.get("left", {})
        return {int(n): [Message.from_json(m) for m in said] for n, said in kept.items()}
    rows = state.preview.rows if state.preview else []
    bad = [row for row in rows if row.change is Change.PROBLEM]
    return {row.number: [p.message for p in row.problems] for row in bad}


def to_mend(state: State) -> Response:
    """Give the rows to mend as a spreadsheet: as they were written, with a column that says what is wrong."""
    heads, rows = _raw(state)
    columns = [*(Column(f"c{n}", head) for n, head in enumerate(heads)), WRONG]
    left = left_of(state)
    table = [
        {
            **{f"c{n}": _text(rows[number - 1], n) for n in range(len(heads))},
            "wrong": "; ".join(tr(message) for message in said),
        }
        for number, said in sorted(left.items())
        if number <= len(rows)
    ]
    name = state.upload.filename.rpartition(".")[0] or state.upload.filename
    return sheet_file("xlsx", f"{name}-to-mend", columns, table)


def _raw(state: State) -> tuple[list[str], list[list[Any]]]:
    """Read the sheet again as it was written: the words above its columns, and its rows."""
    grid = read(state.upload.content, state.upload.filename, state.upload.answers.get("answers"))
    wanted = state.upload.answers.get("sheet", state.table.sheet)
    sheet = next((s for s in grid.sheets if s.name == wanted), grid.sheets[0])
    top = state.upload.answers.get("heads") or [[h.index, h.text] for h in state.table.headers]
    known = {int(index): str(text) for index, text in top}
    return [known.get(n, "") for n in range(max(known, default=-1) + 1)], sheet.rows


def _text(row: Sequence[Any], n: int) -> str:
    value = row[n] if n < len(row) else None
    return "" if value is None else shown(value)
