"""The hand that keeps what is public as it should be: publishes what changed, tells people, and mends after a crash."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from skillhub.competitions.models import Competition, Event
from skillhub.entries import queries as entries
from skillhub.entries.models import Entry
from skillhub.kernel import shelf
from skillhub.kernel.access import OPERATOR, Actor
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.errors import HouseError
from skillhub.kernel.journal import JournalLine
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.workers import watch
from skillhub.people.models import Person
from skillhub.publishing import queries, rules, services
from skillhub.publishing.models import Edition, EditionState, Release

log = logging.getLogger(__name__)

TRIES = 3  # drawings outside the write unit, before one inside
PAUSE = 1.0  # seconds between two looks
TAKEN_BACK = "The result was taken back."


def publish(event: Event, actor: Actor, moment: datetime) -> Edition:
    """Publish an event; its files are drawn before anybody has to wait, and anew if something changed meanwhile."""
    for _ in range(TRIES):
        ahead = services.Ahead.draw(event, actor, moment)
        try:
            return services.publish(event, actor, moment, ahead)
        except rules.Outrun:
            log.info("drawn anew: event %s", event.code)
        finally:
            if ahead:
                ahead.drop()
    return services.publish(event, actor, moment)


def withhold(
    entry: Entry, person: Person, actor: Actor, moment: datetime, again: bool = False
) -> None:
    """Keep a name out of what is public, or let it stand there again; drawn before anybody has to wait for it."""
    event, own = entry.event, {(entry.id, person.id)}
    release = queries.release_of(event.competition)

    def shown() -> queries.Shown | None:
        """Read anew who is silent, once it is known what the edition rests on: another may ask meanwhile."""
        known = queries.withheld([one.id for one in entries.of(event)])
        hidden = known - own if again else known | own
        return release and rules.Showing(release.names, release.agreed, hidden)

    changes = ((entry.id, person.id) in queries.withheld([entry.id])) is again
    _ahead(
        [event] if changes else [],
        lambda one: services.Ahead.draw(one, actor, moment, shown),
        lambda drawn: services.withhold(entry, person, actor, moment, again=again, ahead=drawn),
    )


def announce(
    competition: Competition,
    version: int,
    values: Mapping[str, Any],
    actor: Actor,
    moment: datetime,
) -> None:
    """Say how results are public; where other names or fields are, the editions are drawn ahead."""
    release = queries.release_of(competition)
    known = release and rules.Showing(release.names, [*release.agreed])
    shown = release and rules.Showing(
        rules.Names(values.get("names", release.names)), [*values.get("agreed", release.agreed)]
    )
    _ahead(
        competition.events if shown != known else [],
        lambda one: services.Ahead.draw(one, actor, moment, lambda: shown),
        lambda drawn: services.announce(competition, version, values, actor, moment, drawn),
    )


def _ahead(
    events: Sequence[Event],
    draw: Callable[[Event], services.Ahead | None],
    do: Callable[[services.Drawn], object],
) -> None:
    """Draw the editions that an act replaces, then do it; anew if something changed meanwhile."""
    for _ in range(TRIES):
        drawn = {one.id: own for one in events if queries.current(one) and (own := draw(one))}
        try:
            do(drawn)
        except rules.Outrun:
            log.info("drawn anew: %s events", len(drawn))
        else:
            return
        finally:
            for own in drawn.values():
                own.drop()
    do({})


def follow(event: Event, actor: Actor, moment: datetime) -> None:
    """Publish what became of an event that is public; where that fails, `keep_up` tries it again."""
    if queries.release_of(event.competition):
        _tried(partial(publish, event, actor, moment))


def keep_up(moment: datetime) -> int:
    """Publish every event whose edition is outdated, and withdraw what rests on nothing; gives how many changed."""
    changed, gone = outdated()
    done = 0
    for event in changed:
        done += _tried(partial(publish, event, OPERATOR, moment))
    for event in gone:
        done += _tried(partial(services.withdraw, event, TAKEN_BACK, OPERATOR))
    return done


def outdated() -> tuple[list[Event], list[Event]]:
    """List the events to publish anew, and those whose edition rests on a ranking that no longer stands."""
    wanted = queries.bases()
    kept = select(Edition).where(Edition.state == EditionState.CURRENT)
    present = {edition.event_id: edition.basis for edition in db.session.scalars(kept)}
    changed = [key for key, basis in wanted.items() if present.get(key) != basis]
    gone = [key for key in present if key not in wanted]
    rows = {e.id: e for e in db.session.scalars(select(Event).where(Event.id.in_(changed + gone)))}
    return [rows[key] for key in changed], [rows[key] for key in gone]


def tell(moment: datetime) -> int:
    """Tell the participants of every release whose instant has come; gives how many were told."""
    return sum(services.open_due(one, OPERATOR, moment) for one in queries.due(moment))


def mend(moment: datetime) -> int:
    """Make files and rows agree after a crash or a restored backup; gives how much there was to mend."""
    done = 0
    for release in db.session.scalars(select(Release)).all():
        done += shelf.sweep(queries.folder_of(release.competition))
        for event in release.competition.events:
            edition = queries.current(event)
            if edition and not _stands(edition):
                done += _tried(partial(publish, event, OPERATOR, moment))
        services.set_right(release)
    return done


def problems() -> Iterator[Problem]:
    """Find editions whose files or whose note do not say what their row says."""
    kept = select(Edition).where(Edition.state == EditionState.CURRENT)
    for edition in db.session.scalars(kept):
        event = edition.event
        where = f"{event.competition.code}/{event.code}"
        folder = queries.folder_of(event.competition, event)
        if not _stands(edition):
            text = N_("The files of edition %(n)s are lost. Run: skillhub publishing mend")
            yield Problem(where, say(text, n=edition.number))
        elif (shelf.noted(folder / "current.json") or {}).get("edition") != edition.mark:
            text = N_("Readers do not get edition %(n)s. Run: skillhub publishing mend")
            yield Problem(where, say(text, n=edition.number))


def start_watch(app: Flask, stop: threading.Event) -> threading.Thread:
    """Mend what a crash left, then look every second, in a thread of this process, until told to stop."""
    return watch(app, stop, "publishing", PAUSE, _look)


def _look(seen: int) -> int:
    """Work when the journal has grown since the last look, and when a release is due; gives the last line."""
    if seen < 0:
        mend(now())
    last = db.session.scalar(select(func.max(JournalLine.id))) or 0
    if last != seen:
        keep_up(now())
    tell(now())
    return last


def _tried(work: Callable[[], object]) -> int:
    try:
        work()
    except HouseError as refusal:
        log.warning("not published: %s", refusal.message)
        return 0
    return 1


def _stands(edition: Edition) -> bool:
    folder = queries.folder_of(edition.event.competition, edition.event) / edition.mark
    lines = folder / "lines.json"
    return lines.is_file() and f'"{edition.mark}"'.encode() in lines.read_bytes()
