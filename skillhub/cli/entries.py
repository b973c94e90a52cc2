"""Commands about entries."""

from __future__ import annotations

from pathlib import Path

import click

from skillhub.cli import files
from skillhub.cli.doors import ANSWER, DRY_RUN, EVENT, FORMAT, MAP, acting, in_app, show
from skillhub.competitions import queries as competitions
from skillhub.entries import queries, services, sheet
from skillhub.entries.rules import by_code


@click.group()
def entries() -> None:
    """Admit entries."""


@entries.command("import")
@click.argument("competition")
@files.FILE
@MAP
@ANSWER
@DRY_RUN
@click.option("--as", "login", metavar="LOGIN", help="Who acts.")
@in_app
def import_(
    competition: str,
    file: Path,
    pairs: tuple[str, ...],
    answers: tuple[str, ...],
    dry_run: bool,
    login: str | None,
) -> None:
    """Admit the entries of a spreadsheet, all of them or none."""
    row = competitions.named(competition)
    table, source = files.read(file, sheet.COLUMNS, pairs, answers)
    drafts = sheet.drafts(table.rows)
    del table  # its cells are in the drafts; a big one weighs much
    if dry_run:
        plan = queries.plan(row, drafts)
    else:
        plan = services.import_sheet(row, drafts, source, acting(login))
    if plan.new_organisations:
        click.echo(f"new organisations: {', '.join(plan.new_organisations)}", err=True)
    files.tell(plan.preview, dry_run)


@entries.command("list")
@click.argument("competition")
@EVENT
@FORMAT
@in_app
def list_(competition: str, event: str | None, form: str) -> None:
    """List the entries; while names are closed, how each came through is said under its code alone."""
    rows = [
        {
            "event": one.code,
            "entry": e.code,
            "name": e.name,
            "status": "" if by_code(one.competition.blind, one.state) else e.status,
            "guest": not e.official,
            "organisation": e.organisation.code if e.organisation else "",
            "members": "; ".join(member.name for member in e.members),
        }
        for one in competitions.events_of(competitions.named(competition), event)
        for e in queries.of(one)
    ]
    show(rows, ["event", "entry", "name", "organisation", "members", "status", "guest"], form)


COMMANDS = (entries,)
