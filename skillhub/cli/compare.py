"""Two tables compared cell by cell, such as a result before and after a correction."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from skillhub.kernel.errors import HouseError
from skillhub.kernel.messages import N_, say
from skillhub.kernel.sheets import read

Rows = Mapping[str, Mapping[str, str]]  # by key, then by column


@click.command("compare")
@click.argument("first", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("second", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", default="", help="The column that names a row; the first one, if not said.")
def compare(first: Path, second: Path, key: str) -> None:
    """Compare two tables: print each cell that differs; exit 0 when none does, else 1."""
    try:
        differing = list(differences(rows_of(first, key), rows_of(second, key)))
    except HouseError as refusal:
        raise click.ClickException(str(refusal)) from refusal
    for line in differing:
        click.echo(line)
    sys.exit(1 if differing else 0)


def rows_of(path: Path, key: str) -> Rows:
    """Read a table by the column that names its rows; two rows of one name are numbered."""
    grid = read(path.read_bytes(), path.name)
    if grid.questions:
        raise HouseError(grid.questions[0].message)
    sheet = grid.sheets[0].rows if grid.sheets else []
    cells = [["" if cell is None else str(cell).strip() for cell in row] for row in sheet]
    head, body = (cells[0], cells[1:]) if cells else ([], [])
    if key and key not in head:
        known = ", ".join(head)
        raise HouseError(
            say(
                N_("%(file)s has no column “%(key)s”. It has: %(known)s."),
                file=path.name,
                key=key,
                known=known,
            )
        )
    place = head.index(key) if key else 0
    rows: dict[str, dict[str, str]] = {}
    for row in body:
        if not any(row):
            continue
        name, n = row[place], 1
        while name in rows:
            n += 1
            name = f"{row[place]} ({n})"
        rows[name] = dict(zip(head, row, strict=False))
    return rows


def differences(first: Rows, second: Rows) -> Iterator[str]:
    """Say of each cell that differs where it is and what stands on either side."""
    for name in dict.fromkeys([*first, *second]):
        if name not in second:
            yield f"{name}: only in the first"
        elif name not in first:
            yield f"{name}: only in the second"
        else:
            mine, theirs = first[name], second[name]
            for column in dict.fromkeys([*mine, *theirs]):
                old, new = mine.get(column, ""), theirs.get(column, "")
                if old != new:
                    yield f"{name}, {column}: {old or '–'} → {new or '–'}"


COMMANDS = (compare,)
