"""Questions about who is let in: the list of an event with its units, and what a unit or a worker may enter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select

from skillhub.competitions.models import Event
from skillhub.competitions.rules import RULES_OPEN
from skillhub.kernel.access import Actor
from skillhub.kernel.bulk import UNDONE_WITHIN
from skillhub.kernel.db import db
from skillhub.kernel.exact import day_of
from skillhub.organisations import queries as organisations
from skillhub.organisations.models import Organisation
from skillhub.people import queries as people
from skillhub.people.models import Employment, Person
from skillhub.people.rules import sought_words
from skillhub.registrations import queries as registrations
from skillhub.registrations.models import EntryRule, Registration
from skillhub.registrations.queries import Finding, Room
from skillhub.registrations.rules import LIVE, RegistrationState, next_in_line

_S = RegistrationState
# In the order in which somebody has to do something.
ORDER = (
    *(_S.ELIGIBLE, _S.SUBMITTED, _S.UNIT_ENDORSED, _S.WAITLISTED, _S.ADMITTED, _S.DRAFT),
    *(_S.INELIGIBLE, _S.SUBSTITUTED, _S.WITHDRAWN),
)


MOST = 300  # people of a roster on one page


@dataclass(frozen=True, slots=True)
class UnitLine:
    """What one unit sends to an event: admitted, in line, and all that live."""

    unit: Organisation | None
    admitted: int
    waiting: int
    live: int


@dataclass(frozen=True, slots=True)
class Listed:
    """The registrations of an event as its pages show them."""

    rule: EntryRule
    room: Room
    rows: list[Registration]
    units: list[UnitLine]
    counts: Counter[str]
    namesakes: set[str]


class Admitted(NamedTuple):
    """What somebody admitted by one act, as far as it still stands."""

    at: datetime
    rows: Sequence[Registration]


def last_admitted(event: Event, actor: Actor, moment: datetime) -> Admitted | None:
    """Give what somebody admitted last, if it was more than one at once and not long ago: it can be taken back."""
    own = select(Registration).where(
        Registration.event_id == event.id,
        Registration.state.in_((_S.ADMITTED, _S.WAITLISTED)),
        Registration.decided_by == actor.login,
        Registration.decided_at > moment - UNDONE_WITHIN,
    )
    latest = db.session.scalar(own.with_only_columns(func.max(Registration.decided_at)))
    chosen = own.where(Registration.decided_at == latest).order_by(Registration.id)
    rows = db.session.scalars(chosen).all() if latest and event.rules_open else []
    return Admitted(latest, rows) if latest and len(rows) > 1 else None


def listed(event: Event, *paths: str) -> Listed:
    """Give the registrations of an event, those first that wait for somebody, with what each unit sends."""
    rule = registrations.rule_of(event)
    rows = sorted(
        registrations.in_event(event, *paths),
        key=lambda r: (ORDER.index(r.state), r.queue or 0, r.id),
    )
    by_unit: dict[int | None, list[Registration]] = {}
    for row in rows:
        by_unit.setdefault(row.unit_id, []).append(row)
    units = [_line(own) for own in by_unit.values()]
    names = Counter(p.person.name for r in rows if r.state in LIVE for p in r.people)
    return Listed(
        rule,
        registrations.room_of(event, rule),
        rows,
        sorted(units, key=lambda u: (-u.admitted, u.unit.name if u.unit else "")),
        Counter(r.state.value for r in rows),
        {name for name, n in names.items() if n > 1},
    )


def roster(unit: Organisation, day: date, word: str = "", most: int = 10_000) -> Sequence[Person]:
    """List who works in a unit, or below it, on a day; with a word, those whose name or number has it."""
    chosen = (
        select(Person)
        .join(Employment, Employment.person_id == Person.id)
        .join(Organisation, Employment.organisation_id == Organisation.id)
        .where(organisations.below([unit.path]), Employment.is_primary, people.covers(day))
        .order_by(Person.sought, Person.id)
        .limit(most)
    )
    names = [Person.sought.contains(part, autoescape=True) for part in sought_words(word)]
    if names:
        chosen = chosen.where(or_(and_(*names), Person.number == word.strip()))
    return db.session.scalars(chosen).unique().all()


@dataclass(frozen=True, slots=True)
class Pick:
    """One person of a roster: whether they may enter, and under what they stand in the event already."""

    person: Person
    finding: Finding
    taken: str


def picks(unit: Organisation, event: Event, moment: datetime, word: str = "") -> list[Pick]:
    """List whom a unit may register for an event, those who may enter first; of a long roster the first hundreds."""
    day = day_of(moment, event.competition.host.zone)
    staff = roster(unit, day, word, MOST)
    keys = [p.id for p in staff]
    found, taken = (
        registrations.findings(event, keys, moment),
        registrations.taken_by(event, set(keys)),
    )
    rows = [Pick(p, found[p.id], taken.get(p.id, "")) for p in staff]
    return sorted(rows, key=lambda p: (bool(p.taken), p.finding.refusal is not None))


def events_for(unit_paths: Sequence[str], moment: datetime) -> list[tuple[Event, Room]]:
    """List the events that units may register for, each with how full it is."""
    found = registrations.open_events(unit_paths, moment)
    return [(e, registrations.room_of(e, registrations.rule_of(e))) for e in found]


def with_a_place() -> list[Event]:
    """List the events that let in at once and have a place for somebody who waits in line."""
    waits = select(Registration.event_id).where(Registration.state == _S.WAITLISTED)
    chosen = select(Event).where(Event.state.in_(RULES_OPEN), Event.id.in_(waits))
    return [event for event in db.session.scalars(chosen.order_by(Event.id)) if next_of(event)]


def next_of(event: Event) -> int | None:
    """Name the registration that is let in next without anybody's click; None while there is no place."""
    rule = registrations.rule_of(event)
    room = registrations.room_of(event, rule)
    line = registrations.waiting(event) if rule.at_once else []
    return next_in_line(line, room.limits, room.taken, room.sent)


def unit_paths(person_id: int, moment: datetime, zone: str) -> list[str]:
    """Give the path of a worker's employer today; none for whoever has no employer."""
    found = people.employers_on([person_id], day_of(moment, zone))
    return [employer.path for employer in found.values()]


def _line(own: Sequence[Registration]) -> UnitLine:
    states = Counter(r.state for r in own)
    live = sum(n for state, n in states.items() if state in LIVE)
    return UnitLine(own[0].unit, states[_S.ADMITTED], states[_S.WAITLISTED], live)
