"""Commands about organisations."""

from __future__ import annotations

import click

from skillhub.awards import queries as awards
from skillhub.cli.doors import AS, EVENT, FORMAT, acting, in_app, show
from skillhub.competitions import queries as competitions
from skillhub.kernel.access import OPERATOR
from skillhub.organisations import queries as organisations_
from skillhub.organisations import services


@click.group()
def organisations() -> None:
    """The tree of organisations, and their ranking in a competition."""


@organisations.command()
@click.argument("competition")
@click.option("--by", type=click.Choice(["medals", "points", "totals"]), help="What counts.")
@click.option("--best", type=int, help="Only the best so many count.")
@EVENT
@FORMAT
@in_app
def rank(competition: str, by: str | None, best: int | None, event: str | None, form: str) -> None:
    """Rank the units or countries of a competition."""
    row = competitions.named(competition)
    league = awards.league_of(row, by=by, best=best)
    rows = [
        {
            "rank": line.rank,
            "organisation": unit.code,
            "name": unit.name,
            "entries": line.entries,
            **dict(zip(league.titles, line.medals, strict=True)),
            "points": line.points,
            "total": line.total,
            "because": str(line.separated) if line.separated else "",
        }
        for unit, line in awards.units_of(competitions.events_of(row, event), league)
    ]
    columns = [
        "rank",
        "organisation",
        "name",
        *league.titles,
        "points",
        "total",
        "entries",
        "because",
    ]
    show(rows, columns, form)


@organisations.command("list")
@FORMAT
@in_app
def list_(form: str) -> None:
    """List the organisations, the tree from the top."""
    rows = [
        {"code": o.code, "name": o.name, "kind": o.kind, "path": o.path}
        for o in organisations_.visible_to(OPERATOR)
    ]
    show(rows, ["code", "name", "kind", "path"], form)


@organisations.command()
@click.argument("code")
@click.argument("name")
@click.option("--below", metavar="CODE", default="root", show_default=True, help="Its parent.")
@click.option("--kind", default="enterprise", show_default=True)
@AS
@in_app
def add(code: str, name: str, below: str, kind: str, login: str) -> None:
    """Add an organisation to the tree."""
    values = {"code": code, "name": name, "kind": kind}
    row = services.found(organisations_.find(below), values, acting(login))
    click.echo(f"{row.code}: {row.name} below {below}")


COMMANDS = (organisations,)
