"""Letting in: giving places, keeping the waiting list in order, deciding as the host, withdrawing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from skillhub.admissions import queries as admissions
from skillhub.competitions.models import Event
from skillhub.entries import services as entries
from skillhub.entries.models import EntryStatus
from skillhub.kernel.access import Actor, refuse_oneself
from skillhub.kernel.db import db, same_version, transaction
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.registrations import queries
from skillhub.registrations import services as registrations
from skillhub.registrations.models import EntryRule, Registration
from skillhub.registrations.queries import Asking
from skillhub.registrations.rules import LIVE, RegistrationState, next_in_line, no_room, no_step

_S = RegistrationState
TAKEN_BACK = "taken back with all that were admitted at once"  # the reason in the journal


@transaction()
def register(
    event: Event, asking: Sequence[Asking], road: str, actor: Actor, moment: datetime
) -> list[Registration]:
    """Register people or teams and give places to those who may enter, where that needs nobody's click."""
    rows = registrations.register(event, asking, road, actor, moment)
    settle(event, actor)
    return rows


@transaction()
def settle(event: Event, actor: Actor) -> None:
    """Give places to all who may enter and have none, in the order they registered, if the event lets in at once."""
    rule = queries.rule_of(event)
    if rule.at_once:
        _place(event, rule, queries.in_state(event, _S.ELIGIBLE), actor)
        act(actor, "admissions.settle", event)


@transaction()
def call_up(event: Event, actor: Actor, why: str = "") -> int:
    """Promote from the waiting list while there is room, in order; gives how many were called."""
    rule, before = queries.rule_of(event), len(queries.waiting(event))
    if rule.at_once and event.rules_open:
        _follow(event, rule, actor)
    called = before - len(queries.waiting(event))
    if called:
        act(actor, "admissions.call_up", event, why=why, note={"called": called})
    return called


@transaction()
def release(event: Event, why: str, actor: Actor) -> int:
    """Withdraw what still waits in an event that is cancelled; who was admitted stays as it was. Gives how many."""
    rows = [row for row in queries.in_event(event) if row.state in LIVE - {_S.ADMITTED}]
    for row in rows:
        row.why, row.queue = why, None
        _move(row, _S.WITHDRAWN)
    if rows:
        act(actor, "admissions.release", event, why=why, note={"withdrawn": len(rows)})
    return len(rows)


@transaction()
def endorse(event: Event, chosen: Sequence[Registration], actor: Actor, moment: datetime) -> None:
    """Agree as the unit; whoever may enter is given a place, where that needs nobody's click."""
    registrations.endorse(event, chosen, actor, moment)
    settle(event, actor)


@transaction()
def review(event: Event, actor: Actor, moment: datetime) -> int:
    """Look again at those who waited for evidence; gives how many are decided now."""
    decided = registrations.review(event, actor, moment)
    settle(event, actor)
    return decided


@transaction()
def admit(event: Event, chosen: Sequence[Registration], actor: Actor, moment: datetime) -> None:
    """Admit those who may enter, in the order they registered, as far as there is room; the rest waits in line."""
    _refuse(queries.prepared(event))
    rows = sorted((r for r in chosen if r.state is _S.ELIGIBLE), key=lambda r: r.id)

    _place(event, queries.rule_of(event), rows, actor)
    for row in rows:
        row.decided_by, row.decided_at = actor.login, moment
    act(actor, "admissions.admit", event, note={"references": [r.reference for r in rows]})


@transaction()
def take_back(event: Event, at: str, actor: Actor, moment: datetime) -> int:
    """Take back what the actor admitted last at once: all of it may enter and waits for the host again; gives how many.

    Entries and places in line go with it. What was withdrawn or decided by itself since stays as it is.
    """
    _refuse(queries.prepared(event))
    done = admissions.last_admitted(event, actor, moment)
    if done is None or done.at.isoformat() != at:
        raise Conflict(say(N_("This was taken back already, or something followed it.")))

    struck = [row.entry for row in done.rows if row.entry]
    for row in done.rows:
        row.state, row.entry, row.queue, row.refusal = _S.ELIGIBLE, None, None, None
        row.decided_by = row.decided_at = None
    db.session.flush()
    for entry in struck:
        entries.strike(entry, TAKEN_BACK, actor)
    act(actor, "admissions.take_back", event, note={"references": [r.reference for r in done.rows]})
    return len(done.rows)


@transaction()
def decide(
    row: Registration, version: int, may_enter: bool, why: str, actor: Actor, moment: datetime
) -> None:
    """Decide as the host, against what the conditions say or while they wait; the reason is kept."""
    same_version(row, version)
    _refuse(queries.prepared(row.event))
    for registrant in row.people:
        refuse_oneself(actor, registrant.person_id)
    if not why.strip():
        raise BadInput(say(N_("Say why.")), [Problem("why", say(N_("Say why.")))])

    event, rule = row.event, queries.rule_of(row.event)
    row.why, row.decided_by, row.decided_at = why.strip(), actor.login, moment
    if may_enter:
        if row.state in (_S.SUBMITTED, _S.UNIT_ENDORSED):
            row.state = _S.ELIGIBLE
        elif row.state is not _S.ELIGIBLE:
            _refuse(queries.twice(event, [Asking(tuple(p.person for p in row.people))]))
            _move(row, _S.ELIGIBLE)
        _place(event, rule, [row], actor)
    else:
        _leave(row, _S.INELIGIBLE, why, actor)
        row.refusal = say(N_("Decided by the host: %(why)s"), why=why.strip()).as_json()
        _follow(event, rule, actor)
    act(actor, "admissions.decide", row, why=why)


@transaction()
def promote(row: Registration, version: int, why: str, actor: Actor, moment: datetime) -> None:
    """Promote from the waiting list: the first in line, or somebody else with a reason."""
    same_version(row, version)
    _refuse(queries.prepared(row.event))
    rule = queries.rule_of(row.event)
    room, line = queries.room_of(row.event, rule), queries.waiting(row.event)
    for registrant in row.people:
        refuse_oneself(actor, registrant.person_id)
    full = no_room(room.limits, room.taken, room.sent.get(row.unit_id, 0))
    if row.state is not _S.WAITLISTED or full:
        raise Conflict(full or say(N_("This registration is not on the waiting list.")))
    if next_in_line(line, room.limits, room.taken, room.sent) != row.id and not why.strip():
        text = say(N_("Somebody else is first in line. Say why this one goes before."))
        raise BadInput(text, [Problem("why", text)])

    row.why, row.decided_by, row.decided_at = why.strip(), actor.login, moment
    _place(row.event, rule, [row], actor)
    act(actor, "admissions.promote", row, why=why)


@transaction()
def withdraw(row: Registration, version: int, why: str, actor: Actor) -> None:
    """Withdraw; before the event is prepared the next on the waiting list takes the place."""
    same_version(row, version)
    _leave(row, _S.WITHDRAWN, why, actor)

    if row.event.rules_open:
        _follow(row.event, queries.rule_of(row.event), actor)
    act(actor, "admissions.withdraw", row, why=why)


def _place(event: Event, rule: EntryRule, rows: Sequence[Registration], actor: Actor) -> None:
    """Give places in order as far as there is room; who finds none stands on the waiting list."""
    room, line = queries.room_of(event, rule), queries.waiting(event)
    taken, sent = room.taken, Counter(room.sent)
    last = max((w.queue for w in line), default=0)
    admitted = []
    for row in rows:
        full = no_room(room.limits, taken, sent[row.unit_id])
        if full is None:
            admitted.append(row)
            taken += 1
            sent.update([row.unit_id] if row.unit_id else [])
        elif not rule.waiting_list:
            raise Conflict(say(N_("%(name)s: %(why)s"), name=row.name, why=full))
        elif row.queue is None:
            last += 1
            row.queue, row.refusal = last, full.as_json()
            _move(row, _S.WAITLISTED)
    drawn = [(r.name, [p.person for p in r.people], r.organisation) for r in admitted]
    made = entries.admit_many(event, drawn, actor) if admitted else []
    for row, entry in zip(admitted, made, strict=True):
        row.entry, row.queue, row.refusal = entry, None, None
        _move(row, _S.ADMITTED)


def _follow(event: Event, rule: EntryRule, actor: Actor) -> None:
    """Promote from the waiting list, strictly in order, as long as there is room."""
    db.session.flush()
    while True:
        room = queries.room_of(event, rule)
        key = next_in_line(queries.waiting(event), room.limits, room.taken, room.sent)
        if key is None:
            return
        _place(event, rule, [queries.registration_of(event, key)], actor)
        db.session.flush()


def _leave(row: Registration, state: RegistrationState, why: str, actor: Actor) -> None:
    """Take a registration out, and its entry with it as far as that still goes."""
    entry, row.entry = row.entry, row.entry if not row.event.rules_open else None
    row.why, row.queue = why.strip() or row.why, None
    _move(row, state)
    db.session.flush()
    if entry is not None and row.event.rules_open:
        entries.strike(entry, why, actor)
    elif entry is not None:
        entries.rule(entry, entry.version, EntryStatus.DNS, why, actor)


def _move(row: Registration, state: RegistrationState) -> None:
    _refuse(no_step(row.reference, row.state, state))
    row.state = state
    for registrant in row.people:
        registrant.live = state in LIVE


def _refuse(why: Message | None) -> None:
    if why:
        raise Conflict(why)
