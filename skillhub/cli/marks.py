"""Commands about marks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from skillhub.cli import files
from skillhub.cli.doors import ANSWER, AS, DRY_RUN, EVENT, MAP, acting, in_app
from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Competition
from skillhub.kernel.access import Actor
from skillhub.kernel.clock import now
from skillhub.kernel.errors import BadInput
from skillhub.kernel.messages import N_, Problem, say
from skillhub.marking import queries, services, sheet
from skillhub.panels import queries as panels
from skillhub.scoring import sheet as boxes
from skillhub.scoring import works


@click.group()
def marks() -> None:
    """Enter and confirm marks."""


@marks.command("import")
@click.argument("competition")
@files.FILE
@MAP
@ANSWER
@click.option("--create-entries", is_flag=True, help="Add entries that are missing.")
@click.option("--judges", is_flag=True, help="The sheet holds marks of judges on aspects.")
@DRY_RUN
@click.option("--as", "login", metavar="LOGIN", help="Who acts.")
@in_app
def import_(
    competition: str,
    file: Path,
    pairs: tuple[str, ...],
    answers: tuple[str, ...],
    create_entries: bool,
    judges: bool,
    dry_run: bool,
    login: str | None,
) -> None:
    """Store the marks of a spreadsheet, all of them or none.

    With --judges a row holds one mark (entry, aspect, seat, attempt, value), or an aspect with a column for each box.
    While names are closed the rows name the entries by the codes that were drawn.
    """
    row = competitions.named(competition)
    if judges:
        _import_judges(row, file, (pairs, answers), create_entries, dry_run, acting(login))
        return
    table, source = files.read(file, sheet.columns(row), pairs, answers)
    drafts = sheet.drafts(table.rows, sheet.components(row))
    del table  # its cells are in the drafts; a big one weighs much
    if lots := panels.lots_of(row.events):
        drafts, unknown = sheet.inward(drafts, lots)
        _refuse(unknown)
    if dry_run:
        plan = queries.plan(row, drafts, create_entries)
    else:
        plan = services.import_sheet(row, drafts, source, acting(login), now(), create_entries)
    if plan.entries.new_organisations and create_entries:
        click.echo(f"new organisations: {', '.join(plan.entries.new_organisations)}", err=True)
    files.tell(plan.preview, dry_run)


def _import_judges(
    row: Competition,
    file: Path,
    given: tuple[Sequence[str], Sequence[str]],
    create: bool,
    dry_run: bool,
    actor: Actor,
) -> None:
    """Store the marks of judges, all of them or none."""
    table, source = files.read(file, boxes.columns(row), *given)
    stated = boxes.stated(table.rows)
    del table
    if lots := panels.lots_of(row.events):
        stated, unknown = boxes.inward(stated, lots)
        _refuse(unknown)
    if dry_run:
        plan = works.plan(row, stated, create)
    else:
        plan = works.take_in(row, stated, source, actor, now(), create)
    files.tell(plan.preview, dry_run)


def _refuse(unknown: Sequence[Problem]) -> None:
    """Refuse a sheet that names entries by what is no code."""
    if unknown:
        raise BadInput(say(N_("Nothing was imported.")), unknown)


@marks.command()
@click.argument("competition")
@EVENT
@AS
@in_app
def confirm(competition: str, event: str | None, login: str) -> None:
    """Confirm, as a second person, the marks that wait for it."""
    for one in competitions.events_of(competitions.named(competition), event):
        waiting = queries.to_check(one)
        if waiting:
            seen = {mark.id: mark.version for mark in waiting}
            n = services.confirm(one, seen, acting(login), now())
            click.echo(f"event {one.code}: {n} marks confirmed")


COMMANDS = (marks,)
