"""Commands about competitions."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from skillhub.awards import services as awards
from skillhub.calendar import queries as calendar_queries
from skillhub.calendar import services as calendar_services
from skillhub.cli.doors import AS, EVENT, FORMAT, acting, in_app, show
from skillhub.competitions import queries
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now, today
from skillhub.kernel.db import transaction
from skillhub.kernel.errors import BadInput
from skillhub.kernel.messages import N_, say
from skillhub.kernel.settings import settings
from skillhub.life import services as life
from skillhub.life.rules import Verb


@click.group()
def competition() -> None:
    """Register competitions, lead them through their life, clone them into another year."""


@competition.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "login", metavar="LOGIN", help="Who acts.")
@in_app
def load(file: Path, login: str | None) -> None:
    """Register a competition from FILE.toml, or update it."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(say(N_("Save the file as UTF-8, then load it again."))) from None
    loaded = awards.load(text, acting(login))
    for notice in loaded.notices:
        click.echo(str(notice), err=True)
    row = loaded.competition
    click.echo(
        f"{row.code}: {row.name}, {len(row.events)} events"
        f" (added {len(loaded.added)}, changed {len(loaded.changed)}, same {len(loaded.same)})"
    )
    if row.checking == "off":
        click.echo(
            'Marks count without a second person: write checking = "look_over" under [competition] to require one.'
        )


@competition.command("list")
@FORMAT
@in_app
def list_(form: str) -> None:
    """List the competitions."""
    rows = [
        {"code": c.code, "name": c.name, "year": c.year, "tier": c.tier, "events": len(c.events)}
        for c in queries.newest_first(OPERATOR)
    ]
    show(rows, ["code", "name", "year", "tier", "events"], form)


@competition.command()
@click.argument("code")
@click.argument("step", type=click.Choice(["file", "approve", *(verb.value for verb in Verb)]))
@EVENT
@click.option("--why", default="", help="The reason; suspending and cancelling need one.")
@AS
@in_app
def move(code: str, step: str, event: str | None, why: str, login: str) -> None:
    """Take a STEP in the life of a competition's events, or refuse with what it still needs."""
    row, actor, moment = queries.named(code), acting(login), now()
    if step == "file":
        life.file(row, row.version, actor, moment)
    elif step == "approve":
        life.approve(row, row.version, actor, moment)
    else:
        with transaction():  # all of them, or none
            for one in queries.events_of(row, event):
                life.take(one, Verb(step), one.version, actor, moment, why)
    for one in queries.events_of(row, event):
        click.echo(f"{one.code}: {one.state.value}")


@competition.command()
@click.argument("code")
@click.argument("new_code")
@click.option("--year", type=int, help="Its year; the next one unless told.")
@AS
@in_app
def clone(code: str, new_code: str, year: int | None, login: str) -> None:
    """Announce NEW_CODE as CODE was: its events, rules and settings, a year on."""
    source = queries.named(code)
    edition = calendar_services.clone(source, new_code, year or source.year + 1, acting(login))
    click.echo(f"{edition.code}: {edition.name}, {len(edition.events)} events")


@competition.command()
@click.option("--year", type=int, help="This year unless told.")
@FORMAT
@in_app
def calendar(year: int | None, form: str) -> None:
    """List what of the public competitions is held when."""
    chosen = year or today(settings.zone).year
    rows = [
        {
            "day": one.on,
            "until": one.until,
            "what": "cancelled" if one.cancelled else one.kind.value,
            "code": one.competition.code,
            "name": one.competition.name,
        }
        for one in calendar_queries.occasions(date(chosen, 1, 1), date(chosen, 12, 31))
    ]
    show(rows, ["day", "until", "what", "code", "name"], form)


COMMANDS = (competition,)
