"""Commands about what is public."""

from __future__ import annotations

import click

from skillhub.board import services as boards
from skillhub.cli.doors import AS, EVENT, acting, in_app
from skillhub.competitions import queries as competitions
from skillhub.kernel.clock import now
from skillhub.publishing import works


@click.group()
def publishing() -> None:
    """What strangers read."""


@publishing.command()
@click.argument("code")
@EVENT
@AS
@in_app
def publish(code: str, event: str | None, login: str) -> None:
    """Publish the events of competition CODE as they stand."""
    for one in competitions.events_of(competitions.named(code), event):
        made = works.publish(one, acting(login), now())
        click.echo(f"{one.code}: edition {made.number}, {made.lines} lines")


@publishing.command()
@in_app
def mend() -> None:
    """Make the published files and the database agree, after a crash or a restored backup."""
    mended = works.mend(now())
    boards.set_right()
    click.echo(f"{mended} mended")


COMMANDS = (publishing,)
