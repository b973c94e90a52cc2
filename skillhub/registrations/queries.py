"""Questions about registrations: who asks to enter what, who may, and how much room there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from skillhub.competitions.models import Competition, Event
from skillhub.competitions.rules import EventState
from skillhub.eligibility import queries as eligibility
from skillhub.eligibility.conditions import read
from skillhub.eligibility.rules import Answer, Requirement, Verdict, all_of
from skillhub.entries import queries as entries
from skillhub.entries.models import Entry
from skillhub.kernel.db import db, get_or_404
from skillhub.kernel.errors import NotFound
from skillhub.kernel.exact import day_of
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.organisations import queries as organisations
from skillhub.organisations.models import Organisation
from skillhub.people import queries as people
from skillhub.people.models import Employment, Person
from skillhub.registrations.models import EntryRule, Registrant, Registration
from skillhub.registrations.rules import (
    LIVE,
    AsOf,
    Limits,
    RegistrationState,
    Waiting,
    closed,
    day_asked,
    first_met,
    refusal,
)

STOPPED = {
    EventState.SUSPENDED: N_("Event %(code)s is suspended; this waits until it goes on."),
    EventState.CANCELLED: N_("Event %(code)s is cancelled."),
}
FREE = Verdict(Answer.MET, say(N_("No conditions are set for this event.")))
WHOLE = (
    joinedload(Registration.unit),
    joinedload(Registration.entry),
    selectinload(Registration.people).joinedload(Registrant.person),
)


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks to enter: one person, or the people of a team under its name; `external` is the key of a sheet."""

    people: tuple[Person, ...]
    name: str = ""
    external: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether somebody may enter: the verdict, the day it is of, and if not, the sentence that says why."""

    verdict: Verdict
    as_of: date
    refusal: Message | None


@dataclass(frozen=True, slots=True)
class Room:
    """How full an event is: entries and offered seats, and what each unit sends."""

    limits: Limits
    taken: int
    sent: Mapping[int | None, int]

    @property
    def left(self) -> int | None:
        """Give how many places are left, None where there is no limit."""
        return None if self.limits.capacity is None else max(self.limits.capacity - self.taken, 0)


def path_of(registration_id: int, **_: Any) -> str:
    """Give the path of the unit that a registration counts for, or of the host where there is none."""
    row = get_or_404(Registration, registration_id)
    return row.unit.path if row.unit else row.event.competition.host.path


def rule_of(event: Event) -> EntryRule:
    """Give how an event takes entrants: as set, or the usual way without a limit."""
    found = db.session.scalar(select(EntryRule).where(EntryRule.event_id == event.id))
    usual = {"waiting_list": True, "endorse": True, "at_once": True, "held": 0, "version": 0}
    return found or EntryRule(event_id=event.id, requirement={}, as_of=AsOf.DEADLINE, **usual)


def requirement_of(rule: EntryRule) -> Requirement | None:
    """Read the conditions of an event; None where there are none."""
    found: list[Problem] = []
    return read(rule.requirement, "require", found) if rule.requirement else None


def in_event(event: Event, *paths: str) -> Sequence[Registration]:
    """Give the registrations of an event in the order they came, perhaps only those of some parts of the tree."""
    chosen = select(Registration).where(Registration.event_id == event.id).options(*WHOLE)
    if paths:
        chosen = chosen.join(Registration.unit).where(organisations.below(paths))
    return db.session.scalars(chosen.order_by(Registration.id)).all()


def of_person(person_id: int) -> Sequence[Registration]:
    """Give the registrations of a person, alone or in a team, the latest first."""
    chosen = (
        select(Registration)
        .join(Registration.people)
        .where(Registrant.person_id == person_id)
        .options(joinedload(Registration.event).joinedload(Event.competition), *WHOLE)
        .order_by(Registration.id.desc())
    )
    return db.session.scalars(chosen).unique().all()


def in_state(event: Event, state: RegistrationState) -> list[Registration]:
    """Give the registrations of an event in one state, in the order they came."""
    return [row for row in in_event(event) if row.state is state]


def own(event: Event, person_id: int) -> Registration | None:
    """Find the registration of a person for an event: the one that lives, else the latest."""
    mine = [r for r in of_person(person_id) if r.event_id == event.id]
    return next((r for r in mine if r.state in LIVE), mine[0] if mine else None)


def open_events(units: Collection[str], moment: datetime) -> list[Event]:
    """List the events that people of some units (by path) may register for now, the first to close first."""
    chosen = (
        select(Event)
        .join(Event.competition)
        .join(Competition.host)
        .where(Event.state == EventState.REGISTRATION_OPEN, Competition.registers)
        .options(contains_eager(Event.competition).contains_eager(Competition.host))
        .order_by(Competition.registration_closes_at, Competition.name, Event.code)
    )
    return [
        event
        for event in db.session.scalars(chosen)
        if reaches(event, units) and shut(event, moment) is None
    ]


def reaches(event: Event, units: Collection[str]) -> bool:
    """Tell whether an event is held for one of these units: its host stands over it."""
    return any(path.startswith(event.competition.host.path) for path in units)


def shut(event: Event, moment: datetime) -> Message | None:
    """Say why nobody may register for an event at a moment."""
    if event.state in STOPPED:
        return say(STOPPED[event.state], code=event.code)
    c = event.competition
    is_open = c.registers and event.state is EventState.REGISTRATION_OPEN
    return closed(is_open, c.registration_opens_at, c.registration_closes_at, moment)


def room_of(event: Event, rule: EntryRule) -> Room:
    """Count how full an event is; registrations that were withdrawn count nowhere."""
    official = (
        select(func.count()).select_from(Entry).where(Entry.event_id == event.id, Entry.official)
    )
    sent = db.session.execute(
        select(Registration.unit_id, func.count())
        .where(Registration.event_id == event.id, Registration.state == RegistrationState.ADMITTED)
        .group_by(Registration.unit_id)
    )
    taken = db.session.scalar(official) or 0
    limits = Limits(rule.capacity, rule.unit_quota)
    return Room(limits, taken + rule.held, Counter({unit: n for unit, n in sent if unit}))


def waiting(event: Event) -> list[Waiting]:
    """Give the waiting list of an event, in order."""
    rows = db.session.execute(
        select(Registration.id, Registration.queue, Registration.unit_id)
        .where(
            Registration.event_id == event.id, Registration.state == RegistrationState.WAITLISTED
        )
        .order_by(Registration.queue)
    )
    return [Waiting(key, queue or 0, unit) for key, queue, unit in rows]


def taken_by(event: Event, person_ids: Collection[int]) -> dict[int, str]:
    """Name, for people who stand in an event already, the reference of their registration or entry."""
    rows = db.session.execute(
        select(Registrant.person_id, Registration.reference)
        .join(Registrant.registration)
        .where(
            Registrant.event_id == event.id, Registrant.live, Registrant.person_id.in_(person_ids)
        )
    )
    found = {person: reference for person, reference in rows}  # noqa: C416  (rows are no pairs to mypy)
    for entry in entries.in_events([event]):
        for person in (entry.person_id, *(m.person_id for m in entry.members if not m.reserve)):
            if person in person_ids and person is not None:
                found.setdefault(person, entry.code)
    return found


def twice(event: Event, asking: Sequence[Asking]) -> Message | None:
    """Say who stands in an event already, alone or in a team, with the reference of the first."""
    asked = [(p, one) for one in asking for p in one.people]
    known = taken_by(event, {p.id for p, _ in asked})
    for person, one in asked:
        if person.id in known:
            text = N_("%(name)s is in event %(event)s already, under %(reference)s.")
            return say(text, name=person.name, event=event.code, reference=known[person.id])
        known[person.id] = one.name or person.name
    return None


def prepared(event: Event) -> Message | None:
    """Say why who takes part cannot change: the event is prepared, suspended or cancelled."""
    if event.rules_open:
        return None
    text = STOPPED.get(
        event.state, N_("Event %(code)s is prepared; who takes part can no longer change.")
    )
    return say(text, code=event.code)


def employed_by(unit: Organisation, person_ids: Sequence[int], day: date) -> bool:
    """Tell whether one of these people works for a unit on a day, as the main employer or beside it."""
    chosen = select(Employment.id).where(
        Employment.person_id.in_(person_ids),
        Employment.organisation_id == unit.id,
        people.covers(day),
    )
    return db.session.scalar(chosen.limit(1)) is not None


def findings(
    event: Event,
    person_ids: Sequence[int],
    moment: datetime,
    names: Mapping[str, str] | None = None,
) -> dict[int, Finding]:
    """Answer whether people may enter an event, as of the day that its rules name."""
    rule = rule_of(event)
    day = asked_on(event, rule, moment)
    asked = requirement_of(rule)
    if asked is None:
        return {key: Finding(FREE, day, None) for key in person_ids}
    found = {}
    for key, record in eligibility.records_of(list(person_ids), names).items():
        verdict = asked.check(record, day)
        late = verdict.answer is not Answer.MET
        no = verdict.answer is Answer.NOT_MET
        from_day = first_met(asked, record, day) if no else None
        found[key] = Finding(verdict, day, refusal(verdict, from_day, day) if late else None)
    return found


def together(found: Sequence[tuple[str, Finding]]) -> Finding:
    """Join the findings about the members of a team: all must be met; the first refusal is told with the name."""
    if len(found) == 1:
        return found[0][1]
    why = next(((name, f.refusal) for name, f in found if f.refusal), None)
    said = say(N_("%(name)s: %(why)s"), name=why[0], why=why[1]) if why else None
    return Finding(all_of([f.verdict for _, f in found]), found[0][1].as_of, said)


def asked_on(event: Event, rule: EntryRule, moment: datetime) -> date:
    """Give the day on which the conditions of an event count."""
    zone, closes = event.competition.host.zone, event.competition.registration_closes_at
    deadline = day_of(closes, zone) if closes else None
    held_on = event.held_on or event.competition.starts_on
    return day_asked(rule.as_of, rule.as_of_on, deadline, held_on, day_of(moment, zone))


def registration_of(event: Event, registration_id: int) -> Registration:
    """Give a registration of an event; raises NotFound for another's."""
    row = db.session.get(Registration, registration_id)
    if row is None or row.event_id != event.id:
        raise NotFound
    return row
