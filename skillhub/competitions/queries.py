"""Questions about competitions and their events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from skillhub.competitions.models import (
    STATE_LABELS,
    TIER_LABELS,
    Checking,
    Competition,
    ContestSeries,
    Event,
    Group,
    Tier,
    Weights,
)
from skillhub.competitions.rules import (
    PARTS,
    SETTINGS,
    Draft,
    EventState,
    component,
    day,
    moment,
    vouches,
)
from skillhub.kernel.access import Actor, Role
from skillhub.kernel.db import db
from skillhub.kernel.errors import NotFound
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.occupations import queries as occupations
from skillhub.organisations.models import Organisation
from skillhub.organisations.queries import below, steps

RULES = ("components", "ranking", "awards", "team_size", "group", "min_entries")
TEXTS = ("name", "name_en", "year", "place", "announcement", "announcement_en")
NUMBERS = ("filing", "registers", "blind", "notice_days", "appeal_hours")
CHOICES: dict[str, Any] = {"tier": Tier, "checking": Checking, "weights": Weights}
DAYS = ("starts_on", "ends_on")
MOMENTS = ("registration_opens_at", "registration_closes_at")
SEES = (
    *(Role.ORGANISER, Role.JUDGE, Role.CHIEF_JUDGE, Role.CODE_OFFICER, Role.CHECKER),
    *(Role.APPEALS_PANEL, Role.CERTIFICATE_STAFF, Role.AUDITOR),
)

# Asked on every page of a competition, so written once.
HOST = select(Organisation.path).join(Competition, Competition.host_id == Organisation.id)
HOST = HOST.where(Competition.id == bindparam("competition"))
HOST_OF_EVENT = HOST.join(Event).where(Event.id == bindparam("event"))
EVENT = (
    select(Event)
    .join(Event.competition)
    .where(Event.id == bindparam("event"), Competition.id == bindparam("competition"))
    .options(
        contains_eager(Event.competition).joinedload(Competition.host),
        joinedload(Event.occupation),
        joinedload(Event.components),
    )
)


def path_of(competition_id: int, event_id: int | None = None, **_: object) -> str:
    """Give the path of the organisation that hosts a competition; its event must be its own."""
    hosts = HOST if event_id is None else HOST_OF_EVENT
    path = db.session.scalar(hosts, {"competition": competition_id, "event": event_id})
    if path is None:
        raise NotFound
    return path


@dataclass(frozen=True, slots=True)
class Rights:
    """What a person may do in one competition; reading is what every one of them may."""

    organise: bool
    mark: bool
    check: bool
    again: bool  # enters marks a second time, blind of the first: nobody else may


def rights(actor: Actor, competition: Competition) -> Rights:
    """Say what an actor may do in a competition."""
    path = competition.host.path
    return Rights(
        actor.may(Role.ORGANISER, path),
        actor.may((Role.ORGANISER, Role.JUDGE), path),
        actor.may((Role.ORGANISER, Role.CHECKER), path),
        competition.checking is Checking.DOUBLE and actor.holds(Role.CHECKER, path),
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
    asked = {"competition": competition_id, "event": event_id}
    found = db.session.scalars(EVENT, asked).unique().first()
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


def series_by_code(code: str) -> ContestSeries | None:
    """Find a series by its code."""
    return db.session.scalar(select(ContestSeries).where(ContestSeries.code == code))


def series_for(actor: Actor) -> Sequence[ContestSeries]:
    """Give the series of which an organiser may hold an edition: those of the own tree, and of those above."""
    held = actor.paths(Role.ORGANISER)
    above = [step for path in held for step in steps(path)]
    chosen = (
        select(ContestSeries)
        .join(ContestSeries.organisation)
        .where(or_(below(held), Organisation.id.in_(above)))
        .order_by(ContestSeries.name, ContestSeries.code)
    )
    return db.session.scalars(chosen).all()


def facts(values: Mapping[str, Any], zone: str) -> dict[str, Any]:
    """Give the columns of a competition for the plain values that are there; a time without offset is of the zone."""
    return {
        **{name: values[name] for name in (*TEXTS, *NUMBERS) if name in values},
        **{name: kind(values[name]) for name, kind in CHOICES.items() if name in values},
        **{name: day(values[name]) for name in DAYS if name in values},
        **{name: moment(values[name], zone) for name in MOMENTS if name in values},
    }


def voucher(
    competition: Competition | None, host: Organisation, tier: Tier, actor: Actor
) -> str | None:
    """Say who vouches for the tier that an actor states; None while nobody does."""
    stands = competition.tier_by if competition and tier is competition.tier else None
    above = vouches(actor.paths(Role.ORGANISER), host.path)
    return stands or (actor.login if above else None)


def unvouched(
    competition: Competition | None, host: Organisation, said: Mapping[str, Any], actor: Actor
) -> list[Problem]:
    """Refuse a newly stated tier above “enterprise” for which nobody above the host can answer.

    One that is stated already may stay, without counting. A competition that is to be filed may wait for the word of
    whoever approves it from above.
    """
    tier = said.get("tier", competition.tier if competition else None)
    filing = said.get("filing", competition.filing if competition else False)
    waits = filing and not (competition and competition.approved_by)
    if tier in (Tier.ENTERPRISE, None) or waits or voucher(competition, host, tier, actor):
        return []
    if competition and tier is competition.tier:
        return []
    text = N_(
        "The tier “%(tier)s” needs the word of an organiser above %(host)s. Let it be filed, so that whoever approves"
        " it from above vouches for the tier; or choose “Enterprise”."
    )
    return [Problem("tier", say(text, tier=TIER_LABELS[tier], host=host.name))]


def settled(competition: Competition, changed: Mapping[str, Any]) -> list[Problem]:
    """Find the settings that can no longer change since an event has gone beyond them."""
    text = N_("event %(code)s is “%(state)s” already; this can no longer change")
    problems = []
    for name, value in changed.items():
        if name in SETTINGS and getattr(competition, name) != value:
            known = {*SETTINGS[name], EventState.CANCELLED}
            gone = [e for e in competition.events if (e.left_state or e.state) not in known]
            problems += [
                Problem(name, say(text, code=event.code, state=STATE_LABELS[event.state]))
                for event in gone[:1]
            ]
    return problems


def changes(event: Event, values: Mapping[str, Any]) -> set[str]:
    """Name what a plain table would change in an event."""
    return {name for name, value in event_values(values).items() if held(event, name) != value}


def refusals(
    competition: Competition | None, draft: Draft, host: Organisation, actor: Actor
) -> list[Problem]:
    """Find what a second loading may not change, a tier nobody vouches for, and occupations nobody knows."""
    said = facts(draft.competition, host.zone)
    problems = unvouched(competition, host, said, actor)
    problems += settled(competition, said) if competition else []
    problems = [Problem(f"competition.{p.where}", p.message) for p in problems]
    known = {event.code: event for event in competition.events} if competition else {}
    for n, values in enumerate(draft.events):
        event = known.get(values["code"])
        changed = changes(event, values) & set(RULES) if event else set()
        if event and changed and not event.rules_open:
            problems.append(Problem(f"event[{n}]", locked(event, changed)))
        occupation = values.get("occupation")
        if occupation and not occupations.by_code(occupation):
            unknown = say(N_("there is no occupation “%(code)s”"), code=occupation)
            problems.append(Problem(f"event[{n}].occupation", unknown))
    return problems


def locked(event: Event, changed: set[str]) -> Message:
    """Say that rules are locked, and which of them were to change."""
    return say(
        N_("the rules of event %(code)s are locked since marking began: %(changed)s cannot change"),
        code=event.code,
        changed=", ".join(sorted(changed & {*RULES, "checking"})),
    )


def event_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give a plain table in full: what is left out takes its usual value."""
    awards = values.get("awards", [])
    occupation = occupations.by_code(values["occupation"]) if values.get("occupation") else None
    return {
        "name": values["name"],
        "name_en": values.get("name_en", ""),
        "occupation_id": occupation.id if occupation else None,
        "group": Group(values.get("group", "open")),
        "team_size": values.get("team_size", 1),
        "min_entries": values.get("min_entries", 0),
        "held_on": day(values.get("held_on")),
        "ranking": dict(values.get("ranking", {"keys": ["total desc"]})),
        "awards": awards if isinstance(awards, list) else [awards],
        "components": [component(part) for part in values.get("components", [])],
    }


def held(event: Event, name: str) -> Any:
    """Give what an event holds of a plain table."""
    if name != "components":
        return getattr(event, name)
    return [tuple(getattr(part, column) for column in PARTS) for part in event.components]
