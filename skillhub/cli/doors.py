"""What every command shares: the instance it works on, who acts, how it prints, and how it fails."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import wraps
from typing import Any, TypeVar, cast

import click
from flask import Flask

from skillhub.accounts import queries as accounts
from skillhub.app import create_app
from skillhub.cli.founding import found
from skillhub.kernel.access import OPERATOR, Actor
from skillhub.kernel.errors import HouseError
from skillhub.kernel.messages import Problem
from skillhub.kernel.schema import bring_up

C = TypeVar("C", bound=Callable[..., Any])

FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="How to print.",
)
EVENT = click.option("--event", metavar="CODE", help="Only this event.")
AS = click.option("--as", "login", metavar="LOGIN", required=True, help="Who acts.")
MAP = click.option(
    "--map",
    "pairs",
    multiple=True,
    metavar="NAME=COLUMN",
    help="Which column of the file is meant: its header, letter or number.",
)
ANSWER = click.option(
    "--answer",
    "answers",
    multiple=True,
    metavar="KEY=VALUE",
    help="What the file cannot tell, such as charset=gb18030.",
)
DRY_RUN = click.option("--dry-run", is_flag=True, help="Show what would change and change nothing.")


def opened() -> Flask:
    """Open the instance; a new one gets its schema and its first organisation."""
    app = create_app()
    bring_up(app)
    with app.app_context():
        found()
    return app


def in_app(command: C) -> C:
    """Run a command inside the app; a refusal goes to standard error, one problem a line, with status 1."""
    return _inside(command, opened)


def in_new_app(command: C) -> C:
    """The same before the instance has a database."""
    return _inside(command, create_app)


def _inside(command: C, app: Callable[[], Flask]) -> C:
    @wraps(command)
    def run(*given: Any, **named: Any) -> Any:
        try:
            with app().app_context():
                return command(*given, **named)
        except HouseError as refusal:
            complain(refusal.problems)
            raise click.ClickException(str(refusal.message)) from None

    return cast(C, run)


def complain(problems: Iterable[Problem]) -> None:
    """Print problems to standard error, one a line."""
    for problem in problems:
        click.echo(str(problem).replace("\n", " "), err=True)


def acting(login: str | None) -> Actor:
    """Give who acts: the account named, or the operator of this machine."""
    return accounts.actor_of(login) if login else OPERATOR


def chosen(pairs: Sequence[str]) -> dict[str, str]:
    """Read NAME=VALUE pairs."""
    read = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not name.strip():
            raise click.BadParameter(f"{pair!r} is not NAME=VALUE")
        read[name.strip()] = value.strip()
    return read


def show(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], form: str) -> None:
    """Print rows as an aligned table, CSV or JSON; the named columns come first."""
    if form == "json":
        click.echo(json.dumps([_plain(row) for row in rows], ensure_ascii=False, indent=2))
        return
    cells = [[_cell(row.get(name)) for name in columns] for row in rows]
    if form == "csv":
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([list(columns), *cells])
        sys.stdout.write(out.getvalue())
        return
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    for line in [list(columns), *cells]:
        click.echo("  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip())


def show_one(row: Mapping[str, Any]) -> None:
    """Print one thing with its parts as JSON."""
    click.echo(json.dumps(_plain(row), ensure_ascii=False, indent=2))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int):
        return value
    return value.isoformat() if isinstance(value, date | datetime) else _cell(value)
