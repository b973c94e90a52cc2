"""Files that a browser saves: a table of rows, and the name of any file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from flask import Response

from skillhub.kernel.sheets import Column, write_csv, write_xlsx
from skillhub.kernel.web import tr

KINDS = {
    "xlsx": (write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (write_csv, "text/csv; charset=utf-8"),
}


def sheet_file(
    kind: str, name: str, columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]
) -> Response:
    """Give rows as .xlsx or .csv under a name, with headers in the reader's language."""
    write, mime = KINDS[kind]
    answer = Response(write(columns, rows, [tr(column.label) for column in columns]), mimetype=mime)
    answer.headers["Content-Disposition"] = (
        f"attachment; filename*=UTF-8''{quote(name, safe='')}.{kind}"
    )
    return answer


def named(answer: Response, name: str, plain: str, inline: bool = False) -> Response:
    """Name a file: in full for browsers that can, and in plain letters for those that cannot."""
    how = "inline" if inline else "attachment"
    answer.headers["Content-Disposition"] = (
        f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
