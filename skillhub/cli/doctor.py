"""The doctor at the command line: what looks wrong in an event, a competition, or the whole archive."""

from __future__ import annotations

from typing import Any

import click
from sqlalchemy import ColumnElement

from skillhub.cli.doors import EVENT, FORMAT, in_app, show
from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Event
from skillhub.doctor import queries
from skillhub.doctor.queries import Looked
from skillhub.kernel.clock import today
from skillhub.kernel.settings import settings

COLUMNS = ("competition", "event", "severity", "check", "finding", "answer", "page")


@click.command()
@click.argument("competition", required=False)
@EVENT
@click.option("--all", "hidden", is_flag=True, help="What an exception hides, too.")
@FORMAT
@in_app
def doctor(competition: str | None, event: str | None, form: str, hidden: bool) -> None:
    """Say what looks wrong; without a competition, in the whole archive. Ends with 1 if something blocks."""
    rows: list[dict[str, Any]] = []
    blocking = events = 0
    for looked in queries.sweep(*_where(competition, event), today=today(settings.zone)):
        rows += _rows(looked, hidden)
        blocking += sum(told.blocks for told in looked.told)
        events += 1
    if rows or form != "table":
        show(rows, COLUMNS, form)
    for row in queries.ending(None, today(settings.zone)):
        where = f"{row.event.competition.code}/{row.event.code}"
        click.echo(f"{where}: an exception ends on {row.until}: {row.reason}", err=True)
    if blocking:
        raise click.ClickException(f"{blocking} findings in {events} events want an answer.")
    if form == "table":
        click.echo(f"{events} events looked at: {len(rows)} notices or answered findings")


def _where(competition: str | None, event: str | None) -> list[ColumnElement[bool]]:
    if competition is None:
        return []
    row = competitions.named(competition)
    keys = [one.id for one in competitions.events_of(row, event)]
    return [Event.id.in_(keys)]


def _rows(looked: Looked, hidden: bool) -> list[dict[str, Any]]:
    return [
        {
            "competition": looked.event.competition.code,
            "event": looked.event.code,
            "severity": told.finding.severity,
            "check": told.finding.check,
            "finding": str(told.finding.message),
            "answer": told.answer.reason if told.answer else "",
            "page": told.finding.page,
        }
        for told in looked.told
        if hidden or not told.excepted
    ]


COMMANDS = (doctor,)
