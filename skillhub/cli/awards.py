"""Commands about awards."""

from __future__ import annotations

import click

from skillhub.awards import queries, services
from skillhub.cli.doors import AS, EVENT, FORMAT, acting, in_app, show
from skillhub.competitions import queries as competitions
from skillhub.kernel.access import Role
from skillhub.kernel.clock import now, today
from skillhub.kernel.db import transaction
from skillhub.kernel.errors import Conflict, NotAllowed
from skillhub.kernel.messages import N_, Message, say


@click.group()
def awards() -> None:
    """Confer awards."""


@awards.command()
@click.argument("competition")
@EVENT
@AS
@in_app
def confer(competition: str, event: str | None, login: str) -> None:
    """Confer the awards of what is final."""
    row, actor = competitions.named(competition), acting(login)
    if not actor.may(Role.ORGANISER, row.host.path):
        raise NotAllowed(say(N_("%(login)s may not confer awards of this host."), login=login))
    events = [
        e
        for e in competitions.events_of(row, event)
        if event or (e.closed and not queries.of(row, e))
    ]
    if not events:
        raise Conflict(say(N_("Nothing is final and waits for its awards.")))
    with transaction():
        conferred = [
            award
            for one in events
            for award in services.confer(one, actor, now(), today(row.host.zone))
        ]
        n = len(conferred)
    click.echo(f"{row.code}: {n} awards conferred in {len(events)} events")


@awards.command("list")
@click.argument("competition")
@EVENT
@FORMAT
@in_app
def list_(competition: str, event: str | None, form: str) -> None:
    """List what is conferred."""
    row = competitions.named(competition)
    one = competitions.events_of(row, event)[0] if event else None
    rows = [
        {
            "event": a.event.code,
            "entry": a.entry.code,
            "name": a.entry.name,
            "place": a.place,
            "award": a.title,
            "because": str(Message.from_json(a.because)),
            "organisation": a.entry.organisation.code if a.entry.organisation else "",
        }
        for a in queries.of(row, one)
    ]
    show(rows, ["event", "entry", "name", "organisation", "award", "place", "because"], form)


COMMANDS = (awards,)
