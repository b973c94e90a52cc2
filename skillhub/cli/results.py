"""Commands about results."""

from __future__ import annotations

from typing import Any

import click

from skillhub.awards import queries as awards
from skillhub.cli.doors import AS, EVENT, FORMAT, acting, complain, in_app, show
from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Event
from skillhub.doctor import queries as doctor
from skillhub.doctor import services as doctor_services
from skillhub.kernel.access import Actor, Role
from skillhub.kernel.clock import now, today
from skillhub.kernel.db import transaction
from skillhub.kernel.errors import Conflict, NotAllowed
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.settings import settings
from skillhub.panels import queries as panels
from skillhub.results import queries, services

COLUMNS = ("event", "entry", "name", "organisation", "total", "rank", "award", "because", "state")


@click.group()
def results() -> None:
    """Rank entries and make results final."""


@results.command("show")
@click.argument("competition")
@EVENT
@FORMAT
@in_app
def show_(competition: str, event: str | None, form: str) -> None:
    """Print the ranking with the award of each line and why."""
    events = competitions.events_of(competitions.named(competition), event)
    show([line for one in events for line in _lines(one)], COLUMNS, form)


@results.command()
@click.argument("competition")
@EVENT
@AS
@in_app
def freeze(competition: str, event: str | None, login: str) -> None:
    """Freeze rankings: provisional, closed to marks until they are final or taken back."""
    row, actor = competitions.named(competition), _organising(competition, login)
    events = [e for e in competitions.events_of(row, event) if event or e.markable]
    with transaction():
        for one in events:
            services.freeze(one, actor, now())
    click.echo(f"{row.code}: {len(events)} rankings frozen by {actor.name or actor.login}")


@results.command()
@click.argument("competition")
@EVENT
@AS
@in_app
def carry(competition: str, event: str | None, login: str) -> None:
    """Put down the points that people bring along from an earlier event."""
    row, actor = competitions.named(competition), _organising(competition, login)
    events = [
        e
        for e in competitions.events_of(row, event)
        if event or (e.markable and any(part.kind == "carried" for part in e.components))
    ]
    with transaction():
        holes = [hole for one in events for hole in services.carry(one, actor, now())]
    complain(holes)
    click.echo(f"{row.code}: points carried over in {len(events)} events, {len(holes)} holes")


@results.command()
@click.argument("competition")
@EVENT
@AS
@click.option("--because", metavar="TEXT", help="Answer every open warning of the doctor so.")
@in_app
def finalise(competition: str, event: str | None, login: str, because: str | None) -> None:
    """Sign the results; refused with the list of all that is still open."""
    row, actor = competitions.named(competition), _organising(competition, login)
    events = [e for e in competitions.events_of(row, event) if event or not e.closed]
    with transaction():
        if because:
            _answer(events, because, actor)
        _refuse_open(events)
        for one in events:
            doctor_services.finalise(one, actor.name or actor.login, actor, now())
    click.echo(f"{row.code}: {len(events)} events final, signed by {actor.name or actor.login}")


def _organising(competition: str, login: str) -> Actor:
    """Give who acts, an organiser over the host of the competition."""
    row, actor = competitions.named(competition), acting(login)
    if not actor.may(Role.ORGANISER, row.host.path):
        raise NotAllowed(say(N_("%(login)s may not make results of this host final."), login=login))
    return actor


def _answer(events: list[Event], because: str, actor: Actor) -> None:
    for looked in doctor.look(events, today(settings.zone)):
        for told in looked.told:
            if told.finding.severity == "warning" and told.answer is None:
                doctor_services.answer(looked.event, told.finding.key, because, actor, now())


def _refuse_open(events: list[Event]) -> None:
    """Refuse with the blockers of every event at once."""
    problems = [
        Problem(f"event {one.code}{', ' if problem.where else ''}{problem.where}", problem.message)
        for one in events
        for problem in doctor.open_points(one, now(), today(settings.zone))
    ]
    if problems:
        complain(problems)
        raise Conflict(say(N_("%(n)s things are open; nothing was made final."), n=len(problems)))


def _lines(event: Event) -> list[dict[str, Any]]:
    """Give the ranking of an event with what each line is awarded."""
    ranked = queries.computed(event)
    outcome = awards.propose(event, ranked)
    decided = {line.entry: line for line in outcome.lines}
    lines, names = [], panels.names(event)
    for standing in ranked.standings:
        entry, line = names.one(ranked.entries[standing.entry]), decided[standing.entry]
        if entry is None:
            continue
        titles = [d.title.text for d in (line.award, *line.on_top) if d]
        lines.append(
            {
                "event": event.code,
                "entry": entry.code,
                "name": entry.name,
                "rank": standing.rank,
                "organisation": entry.organisation.code if entry.organisation else "",
                "total": standing.total,
                "award": "; ".join(titles),
                "because": " ".join(str(message) for message in line.because),
                "status": standing.status,
                "state": "final" if event.closed else "provisional",
            }
        )
    return lines


COMMANDS = (results,)
