"""Announcing competitions, setting the rules of their events, and locking them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from skillhub.competitions import queries
from skillhub.competitions.models import (
    STATE_LABELS,
    Checking,
    Competition,
    Component,
    Event,
    Group,
    Tier,
)
from skillhub.competitions.rules import Draft, EventState, component, day, may_follow
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, same_version, transaction
from skillhub.kernel.errors import BadInput, Conflict, Locked
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.occupations import queries as occupations
from skillhub.organisations.models import Organisation

FACTS = ("name", "name_en", "year", "tier", "starts_on", "ends_on", "place", "checking")
RULES = ("components", "ranking", "awards", "team_size", "group")


@dataclass(slots=True)
class Loaded:
    """What loading a file did."""

    competition: Competition
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    notices: list[Message] = field(default_factory=list)


@transaction()
def announce(host: Organisation, code: str, values: Mapping[str, Any], actor: Actor) -> Competition:
    """Register a competition: name, year and tier, and more where it is known."""
    if queries.by_code(code):
        raise Conflict(
            say(N_("There is a competition with the code “%(code)s” already."), code=code)
        )

    competition = Competition(code=code, host=host, **_facts(values))
    db.session.add(competition)
    act(actor, "competitions.announce", competition)
    return competition


@transaction()
def edit(competition: Competition, version: int, values: Mapping[str, Any], actor: Actor) -> None:
    """Change what is said about a competition; its code stays."""
    same_version(competition, version)
    _keep_checking(competition, values)

    for name, value in _facts(values).items():
        setattr(competition, name, value)
    act(actor, "competitions.edit", competition)


@transaction()
def plan_event(competition: Competition, values: Mapping[str, Any], actor: Actor) -> Event:
    """Add an event with its rules: a plain table as in the competition file."""
    if any(event.code == values["code"] for event in competition.events):
        raise Conflict(say(N_("There is an event “%(code)s” already."), code=values["code"]))

    event = Event(code=values["code"])
    _set(event, values)
    competition.events.append(event)
    act(actor, "competitions.plan_event", event)
    return event


@transaction()
def revise_event(event: Event, version: int, values: Mapping[str, Any], actor: Actor) -> None:
    """Change an event; once its rules are locked only its name and day may change."""
    same_version(event, version)
    changed = _changes(event, values)
    if changed & set(RULES) and not event.rules_open:
        raise Locked(_locked(event, changed))

    _set(event, values)
    act(actor, "competitions.revise_event", event)


@transaction()
def lock(event: Event, actor: Actor, moment: datetime) -> None:
    """Close the rules of an event to change, so that marking may begin."""
    if not event.rules_open:
        raise Conflict(say(N_("The rules of event %(code)s are locked already."), code=event.code))
    if not event.components or not event.ranking or not event.awards:
        raise Conflict(
            say(N_("Event %(code)s needs components, ranking and awards first."), code=event.code)
        )

    event.locked_at, event.locked_by = moment, actor.login
    move(event, EventState.PREPARED, actor)
    act(actor, "competitions.lock", event)


@transaction()
def unlock(event: Event, why: str, actor: Actor) -> None:
    """Open the rules again; whoever calls makes sure that nothing is marked yet."""
    if event.state is not EventState.PREPARED:
        raise Conflict(say(N_("The rules of event %(code)s are not locked."), code=event.code))

    event.locked_at = event.locked_by = None
    move(event, EventState.DRAFT, actor, why)
    act(actor, "competitions.unlock", event, why=why)


@transaction()
def move(event: Event, step: EventState, actor: Actor, why: str = "") -> None:
    """Take one step in the life of an event; whoever calls has made sure that its guard is met."""
    if not may_follow(event.state, step, event.left_state):
        text = N_("Event %(code)s is “%(state)s” and cannot become “%(step)s”.")
        raise Conflict(
            say(text, code=event.code, state=STATE_LABELS[event.state], step=STATE_LABELS[step])
        )

    event.left_state = event.state if step is EventState.SUSPENDED else None
    event.state = step
    act(actor, "competitions.move", event, why=why, note={"to": step.value})


@transaction()
def close(event: Event, actor: Actor) -> None:
    """Mark an event as final; called by the floor that signs its results."""
    move(event, EventState.FINAL, actor)
    act(actor, "competitions.close", event)


@transaction()
def reopen(event: Event, why: str, actor: Actor) -> None:
    """Take "final" back; called by the floor that takes results back."""
    move(event, EventState.SCORING, actor, why)
    act(actor, "competitions.reopen", event, why=why)


@transaction()
def let_share(event: Event, why: str, actor: Actor) -> None:
    """Let entries that nothing separates share a place after all; called by the floor that found the tie."""
    event.ranking = {**event.ranking, "remaining_tie": "share"}
    act(actor, "competitions.let_share", event, why=why)


@transaction()
def load(draft: Draft, host: Organisation, actor: Actor) -> Loaded:
    """Register or update a competition from its file, or refuse with every reason at once."""
    competition = queries.by_code(draft.competition["code"])
    problems = _refusals(competition, draft)
    if problems:
        raise BadInput(say(N_("The file was not loaded.")), [draft.locate(p) for p in problems])

    was = competition.checking if competition else Checking.OFF
    values = {"checking": was, **draft.competition}
    if competition:
        _keep_checking(competition, values)
    else:
        competition = Competition(code=values["code"], host=host, **_facts(values))
        db.session.add(competition)
    for name, value in _facts(values).items():
        if getattr(competition, name) != value:
            setattr(competition, name, value)
    for name, value in _from_file(draft).items():
        if getattr(competition, name) != value:
            setattr(competition, name, value)
    loaded = _load_events(competition, draft.events)
    db.session.flush()
    act(
        actor,
        "competitions.load",
        competition,
        note={"added": loaded.added, "changed": loaded.changed},
    )
    return loaded


def _changes(event: Event, values: Mapping[str, Any]) -> set[str]:
    """Name what a plain table would change in an event."""
    return {name for name, value in _event_values(values).items() if _of(event, name) != value}


def _load_events(competition: Competition, events: Sequence[Mapping[str, Any]]) -> Loaded:
    loaded = Loaded(competition)
    known = {event.code: event for event in competition.events}
    for values in events:
        event = known.pop(values["code"], None)
        if event is None:
            event = Event(code=values["code"])
            loaded.added.append(event.code)
        elif _changes(event, values):
            loaded.changed.append(event.code)
        else:
            loaded.same.append(event.code)
            continue
        _set(event, values)
        if event not in competition.events:
            competition.events.append(event)
    if known and not competition.events_from_sheet:
        text = N_("Not in the file any more, but kept: %(codes)s.")
        loaded.notices.append(say(text, codes=", ".join(known)))
    return loaded


def _refusals(competition: Competition | None, draft: Draft) -> list[Problem]:
    """Find what a second loading may not change, and occupations nobody knows."""
    known = {event.code: event for event in competition.events} if competition else {}
    problems = []
    for n, values in enumerate(draft.events):
        event = known.get(values["code"])
        changed = _changes(event, values) & set(RULES) if event else set()
        if event and changed and not event.rules_open:
            problems.append(Problem(f"event[{n}]", _locked(event, changed)))
        occupation = values.get("occupation")
        if occupation and not occupations.by_code(occupation):
            unknown = say(N_("there is no occupation “%(code)s”"), code=occupation)
            problems.append(Problem(f"event[{n}].occupation", unknown))
    return problems


def _keep_checking(competition: Competition, values: Mapping[str, Any]) -> None:
    """Refuse to do without the second person once rules are locked: marks may wait for it."""
    locked = [e for e in competition.events if not e.rules_open]
    if locked and competition.checking is not Checking.OFF and values.get("checking") == "off":
        raise Locked(_locked(locked[0], {"checking"}))


def _locked(event: Event, changed: set[str]) -> Message:
    return say(
        N_("the rules of event %(code)s are locked since marking began: %(changed)s cannot change"),
        code=event.code,
        changed=", ".join(sorted(changed & {*RULES, "checking"})),
    )


def _from_file(draft: Draft) -> dict[str, Any]:
    return {
        "events_from_sheet": draft.competition.get("events") == "from_sheet",
        "organisation_ranking": draft.organisations,
        "defaults": draft.defaults,
    }


def _facts(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give the columns of a competition for the plain values that are there."""
    kinds: dict[str, Any] = {"tier": Tier, "checking": Checking, "starts_on": day, "ends_on": day}
    return {
        name: kinds[name](values[name]) if name in kinds and values[name] else values[name] or None
        for name in FACTS
        if name in values
    } | {name: values[name] for name in ("name_en", "place") if name in values}


def _event_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give a plain table in full: what is left out takes its usual value."""
    awards = values.get("awards", [])
    occupation = occupations.by_code(values["occupation"]) if values.get("occupation") else None
    return {
        "name": values["name"],
        "name_en": values.get("name_en", ""),
        "occupation_id": occupation.id if occupation else None,
        "group": Group(values.get("group", "open")),
        "team_size": values.get("team_size", 1),
        "held_on": day(values.get("held_on")),
        "ranking": dict(values.get("ranking", {"keys": ["total desc"]})),
        "awards": awards if isinstance(awards, list) else [awards],
        "components": [component(part) for part in values.get("components", [])],
    }


def _of(event: Event, name: str) -> Any:
    if name != "components":
        return getattr(event, name)
    return [(c.code, c.name, c.maximum, c.weight, c.pass_mark, c.kind) for c in event.components]


def _set(event: Event, values: Mapping[str, Any]) -> None:
    for name, value in _event_values(values).items():
        if name != "components":
            setattr(event, name, value)
        elif _of(event, name) != value:
            names = ("code", "name", "maximum", "weight", "pass_mark", "kind")
            if event.components:
                event.components.clear()
                db.session.flush()
            event.components.extend(
                Component(position=n, **dict(zip(names, part, strict=True)))
                for n, part in enumerate(value, 1)
            )
