"""Questions about competitions and their events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from skillhub.competitions.models import Competition, Event
from skillhub.kernel.access import Actor, Role
from skillhub.kernel.db import db
from skillhub.kernel.errors import NotFound
from skillhub.kernel.messages import N_, say
from skillhub.organisations.models import Organisation
from skillhub.organisations.queries import below

SEES = (Role.ORGANISER, Role.JUDGE, Role.CHECKER, Role.CERTIFICATE_STAFF, Role.AUDITOR)


def path_of(competition_id: int, event_id: int | None = None, **_: object) -> str:
    """Give the path of the organisation that hosts a competition; its event must be its own."""
    hosts = (
        select(Organisation.path)
        .join(Competition, Competition.host_id == Organisation.id)
        .where(Competition.id == competition_id)
    )
    if event_id is not None:
        hosts = hosts.join(Event).where(Event.id == event_id)
    path = db.session.scalar(hosts)
    if path is None:
        raise NotFound
    return path


@dataclass(frozen=True, slots=True)
class Rights:
    """What a person may do in one competition; reading is what every one of them may."""

    organise: bool
    mark: bool
    check: bool


def rights(actor: Actor, competition: Competition) -> Rights:
    """Say what an actor may do in a competition."""
    path = competition.host.path
    return Rights(
        actor.may(Role.ORGANISER, path),
        actor.may((Role.ORGANISER, Role.JUDGE), path),
        actor.may((Role.ORGANISER, Role.CHECKER), path),
    )


def with_events(competition_id: int) -> Competition:
    """Give a competition with its host, events and components."""
    chosen = (
        select(Competition)
        .where(Competition.id == competition_id)
        .options(
            joinedload(Competition.host),
            joinedload(Competition.events).joinedload(Event.components),
        )
    )
    found = db.session.scalars(chosen).unique().first()
    if found is None:
        raise NotFound
    return found


def event_of(competition_id: int, event_id: int) -> Event:
    """Give an event of a competition with its components; raises NotFound for another's."""
    chosen = (
        select(Event)
        .join(Event.competition)
        .where(Event.id == event_id, Event.competition_id == competition_id)
        .options(
            contains_eager(Event.competition).joinedload(Competition.host),
            joinedload(Event.occupation),
            joinedload(Event.components),
        )
    )
    found = db.session.scalars(chosen).unique().first()
    if found is None:
        raise NotFound
    return found


def newest_first(actor: Actor, most: int = 200) -> Sequence[Competition]:
    """Give the competitions hosted in the actor's part of the tree, the latest year first."""
    chosen = (
        select(Competition)
        .join(Competition.host)
        .where(below(actor.paths(SEES)))
        .options(selectinload(Competition.events), selectinload(Competition.host))
        .order_by(Competition.year.desc(), Competition.starts_on.desc(), Competition.id.desc())
        .limit(most)
    )
    return db.session.scalars(chosen).all()


def by_code(code: str) -> Competition | None:
    """Find a competition by its code."""
    return db.session.scalar(select(Competition).where(Competition.code == code))


def named(code: str) -> Competition:
    """Find a competition by its code, or refuse with the codes there are."""
    found = by_code(code)
    if found is None:
        known = db.session.scalars(select(Competition.code).order_by(Competition.code).limit(20))
        raise NotFound(
            say(
                N_("There is no competition “%(code)s”. There are: %(known)s."),
                code=code,
                known=", ".join(known) or "–",
            )
        )
    return found


def events_of(competition: Competition, code: str | None = None) -> list[Event]:
    """Give the events of a competition by code, or the one asked for."""
    if code is None:
        return list(competition.events)
    found = [event for event in competition.events if event.code == code]
    if not found:
        known = ", ".join(event.code for event in competition.events) or "–"
        raise NotFound(
            say(N_("There is no event “%(code)s”. There are: %(known)s."), code=code, known=known)
        )
    return found
