"""Read .xlsx, .xls and .ods through the child process, and say why when it refuses."""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

from skillhub.kernel.errors import BadInput
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.quiet import quiet
from skillhub.kernel.sheets.grid import Grid, Sheet
from skillhub.kernel.sheets.limits import LIMITS, Limits

CHILD = Path(__file__).with_name("child.py")


def read_workbook(content: bytes, filename: str, limits: Limits = LIMITS) -> Grid:
    """Parse a workbook's visible sheets. The caller has looked at its size and directory.

    Raises BadInput when the workbook is damaged, locked or too large.
    """
    answer = _ask_child(content, limits)
    if "error" in answer:
        raise _refusal(answer["error"], limits)
    sheets = tuple(_sheet(*parts) for parts in answer["sheets"])
    grid = Grid(filename, "workbook", sheets, epoch_1904=answer["epoch_1904"])
    grid.notices += [
        Problem("", say(N_("The hidden sheet “%(name)s” was not read."), name=name), "notice")
        for name in answer["hidden"]
    ]
    return grid


def _ask_child(content: bytes, limits: Limits) -> dict[str, Any]:
    sizes = (limits.memory, limits.cpu, limits.rows, limits.columns)
    command = [sys.executable, "-I", str(CHILD), *map(str, sizes)]
    try:
        done = subprocess.run(  # noqa: S603  (our own script, fixed arguments)
            command,
            input=content,
            capture_output=True,
            timeout=limits.seconds,
            check=False,
            env={"PATH": os.environ.get("PATH", ""), "RUST_BACKTRACE": "0"},
        )
    except subprocess.TimeoutExpired:
        return {"error": "Timeout"}
    if done.returncode != 0 or not done.stdout:
        return {"error": "Killed"}
    with quiet():
        answer: dict[str, Any] = marshal.loads(done.stdout)  # noqa: S302  (our own child wrote it)
    return answer


def _refusal(error: str, limits: Limits) -> BadInput:
    if error == "PasswordError":
        return BadInput(say(N_("This workbook is locked by a password. Save it without one.")))
    if error in ("TooLarge", "Timeout", "Killed", "MemoryError"):
        return BadInput(
            say(
                N_(
                    "This workbook is too large: at most %(rows)s rows and %(columns)s columns are"
                    " read. Look for a stray cell far below or far right, or split the file."
                ),
                rows=limits.rows,
                columns=limits.columns,
            )
        )
    return BadInput(say(N_("This workbook is damaged and cannot be read. Save it again.")))


def _sheet(
    name: str,
    rows: list[list[Any]],
    merged: tuple[tuple[int, int, int, int], ...],
    hidden_rows: tuple[int, ...],
    hidden_columns: tuple[int, ...],
) -> Sheet:
    for row in rows:
        for i, value in enumerate(row):
            if type(value) is tuple:
                row[i] = _date(*value)
    return Sheet(name, rows, merged, hidden_rows, hidden_columns)


def _date(kind: str, iso: str) -> date:
    return datetime.fromisoformat(iso) if kind == "datetime" else date.fromisoformat(iso)
