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
    ContestSeries,
    Event,
    Weights,
)
from skillhub.competitions.queries import RULES, changes, facts, held, locked, refusals
from skillhub.competitions.rules import (
    PARTS,
    Draft,
    EventState,
    comes_first,
    may_follow,
    opened_again,
    percent,
)
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, same_version, transaction
from skillhub.kernel.errors import BadInput, Conflict, Locked
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.organisations.models import Organisation


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

    problems = queries.unvouched(None, host, facts(values, host.zone), actor)
    if problems:
        raise BadInput(problems[0].message, problems)

    competition = Competition(code=code, host=host, announced_by=actor.login)
    _state(competition, values, actor)
    db.session.add(competition)
    act(actor, "competitions.announce", competition)
    return competition


@transaction()
def edit(competition: Competition, version: int, values: Mapping[str, Any], actor: Actor) -> None:
    """Change what is said about a competition; its code stays."""
    same_version(competition, version)
    _keep_checking(competition, values)
    said = facts(values, competition.host.zone)
    if problems := queries.settled(competition, said):
        raise Locked(problems[0].message, problems)
    if problems := queries.unvouched(competition, competition.host, said, actor):
        raise BadInput(problems[0].message, problems)

    _state(competition, values, actor)
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
    changed = changes(event, values)
    if changed & set(RULES) and not event.rules_open:
        raise Locked(locked(event, changed))

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
    if event.competition.weights is Weights.PERCENT and percent(event.components) != 100:
        text = N_("Its weights are percentages and add up to %(sum)s, not to 100.")
        raise Conflict(say(text, sum=percent(event.components)))
    _refuse_wrong_step(event, EventState.PREPARED)

    event.locked_at, event.locked_by = moment, actor.login
    move(event, EventState.PREPARED, actor)
    act(actor, "competitions.lock", event)


@transaction()
def unlock(event: Event, why: str, actor: Actor) -> None:
    """Open the rules again; whoever calls makes sure that nothing is marked yet."""
    if event.state is not EventState.PREPARED:
        raise Conflict(say(N_("The rules of event %(code)s are not locked."), code=event.code))

    cup = event.competition
    event.locked_at = event.locked_by = None
    move(event, opened_again(filing=cup.filing, registers=cup.registers), actor, why)
    act(actor, "competitions.unlock", event, why=why)


@transaction()
def move(event: Event, step: EventState, actor: Actor, why: str = "") -> None:
    """Take one step in the life of an event; whoever calls has made sure that its guard is met.

    No state is skipped that the settings of its competition ask for.
    """
    _refuse_wrong_step(event, step)

    event.left_state = event.state if step is EventState.SUSPENDED else None
    event.state = step
    if step in (EventState.SUSPENDED, EventState.CANCELLED):
        event.stopped_why = why
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
    problems = refusals(competition, draft, host, actor)
    if problems:
        raise BadInput(say(N_("The file was not loaded.")), [draft.locate(p) for p in problems])

    values: dict[str, Any] = {**draft.competition}
    if competition:
        _keep_checking(competition, values)
    else:
        competition = Competition(code=values["code"], host=host, announced_by=actor.login)
        values = {"checking": Checking.OFF, **values}
    _state(competition, values, actor)
    db.session.add(competition)
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


def _refuse_wrong_step(event: Event, step: EventState) -> None:
    """Refuse a step that does not follow, or that skips a state which the settings ask for."""
    cup = event.competition
    if not may_follow(event.state, step, event.left_state):
        text = N_("Event %(code)s is “%(state)s” and cannot become “%(step)s”.")
        raise Conflict(
            say(text, code=event.code, state=STATE_LABELS[event.state], step=STATE_LABELS[step])
        )
    if first := comes_first(
        *(event.state, step),
        filing=cup.filing,
        registers=cup.registers,
        notice_days=cup.notice_days,
    ):
        text = N_("Event %(code)s comes to “%(first)s” first, as its competition is set.")
        raise Conflict(say(text, code=event.code, first=STATE_LABELS[first]))


def _load_events(competition: Competition, events: Sequence[Mapping[str, Any]]) -> Loaded:
    loaded = Loaded(competition)
    known = {event.code: event for event in competition.events}
    for values in events:
        event = known.pop(values["code"], None)
        if event is None:
            event = Event(code=values["code"])
            loaded.added.append(event.code)
        elif changes(event, values):
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


def _keep_checking(competition: Competition, values: Mapping[str, Any]) -> None:
    """Refuse to do without the second person once rules are locked: marks may wait for it."""
    shut = [e for e in competition.events if not e.rules_open]
    if shut and competition.checking is not Checking.OFF and values.get("checking") == "off":
        raise Locked(locked(shut[0], {"checking"}))


def _from_file(draft: Draft) -> dict[str, Any]:
    return {
        "events_from_sheet": draft.competition.get("events") == "from_sheet",
        "organisation_ranking": draft.organisations,
        "defaults": draft.defaults,
    }


def _state(competition: Competition, values: Mapping[str, Any], actor: Actor) -> None:
    """Set what is said about a competition, and who vouches for its tier."""
    said = facts(values, competition.host.zone)
    tier = said.get("tier", competition.tier)
    said["tier_by"] = queries.voucher(competition, competition.host, tier, actor)
    for name, value in said.items():
        if getattr(competition, name) != value:
            setattr(competition, name, value)
    if "series" in values:
        competition.series = _series_of(values["series"], competition.host)


def _series_of(stated: Any, host: Organisation) -> ContestSeries | None:
    """Find the series that is named, or found the one a file describes; it belongs to the host or one above it."""
    told = {"code": stated} if isinstance(stated, str) or stated is None else stated
    known = queries.series_by_code(told["code"]) if told["code"] else None
    if known is None and (len(told) > 1 or not told["code"]):
        return ContestSeries(organisation=host, **told) if told["code"] else None
    if known is None or not host.path.startswith(known.organisation.path):
        text = N_("There is no series “%(code)s” of which %(host)s could hold an edition.")
        wrong = say(text, code=told["code"], host=host.name)
        raise BadInput(wrong, [Problem("series", wrong)])
    return known


def _set(event: Event, values: Mapping[str, Any]) -> None:
    for name, value in queries.event_values(values).items():
        if name != "components":
            setattr(event, name, value)
        elif held(event, name) != value:
            if event.components:
                event.components.clear()
                db.session.flush()
            event.components.extend(
                Component(position=n, **dict(zip(PARTS, part, strict=True)))
                for n, part in enumerate(value, 1)
            )
