"""A table of rows as a file that a browser saves."""

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
