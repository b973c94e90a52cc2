"""Admitting entries, one or a whole sheet, and saying how they came through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from skillhub.competitions import services as competitions
from skillhub.competitions.models import Competition, Event
from skillhub.entries import queries
from skillhub.entries.models import Entry, EntryStatus, TeamMember
from skillhub.entries.queries import EDIT, SOME, Plan, Planned
from skillhub.entries.rules import Draft, member_of, next_codes, shut
from skillhub.kernel.access import Actor, refuse_oneself
from skillhub.kernel.db import batched, db, insert_many, same_version, transaction
from skillhub.kernel.errors import BadInput, Conflict, Locked
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.quiet import quiet
from skillhub.kernel.sheets import Change
from skillhub.organisations import queries as organisations
from skillhub.organisations import services as organisation_services
from skillhub.organisations.models import Organisation
from skillhub.people import queries as people
from skillhub.people.models import Employment, Person

Span = tuple[date, date | None, int]  # since, until, organisation: one employment
SPAN = (Employment.since, Employment.until, Employment.organisation_id)


@transaction()
def admit(event: Event, values: Mapping[str, Any], actor: Actor) -> Entry:
    """Admit one entry: code, name, and where known person, organisation, members and guest."""
    _refuse_shut(event)
    code, person = values["code"], values.get("person")
    if any(entry.code.casefold() == code.casefold() for entry in queries.of(event)):
        raise Conflict(say(N_("There is an entry %(code)s in this event already."), code=code))
    if person:
        _refuse_twice(event, person.id)

    entry = Entry(
        event=event,
        code=code,
        name=values.get("name") or (person.name if person else code),
        person=person,
        organisation=values.get("organisation") or _employer(person, event.held_on),
        official=values.get("official", True),
    )
    entry.members = _team(values.get("members", ()), entry)
    db.session.add(entry)
    act(actor, "entries.admit", entry)
    return entry


@transaction()
def admit_many(
    event: Event, drawn: Sequence[tuple[str, Sequence[Person], Organisation | None]], actor: Actor
) -> list[Entry]:
    """Admit people and teams (name, people, unit) under the next numbers; the caller knows that each may enter."""
    _refuse_shut(event)
    entries = []
    codes = next_codes([entry.code for entry in queries.of(event)], len(drawn))
    for code, (name, team, unit) in zip(codes, drawn, strict=True):
        alone = team[0] if len(team) == 1 and event.team_size == 1 else None
        entry = Entry(event=event, code=code, name=name, person=alone, organisation=unit)
        if alone is None:
            entry.members = [
                TeamMember(position=n, name=p.name, person=p, reserve=n > event.team_size)
                for n, p in enumerate(team, 1)
            ]
        entries.append(entry)
    db.session.add_all(entries)
    act(actor, "entries.admit_many", event, note={"codes": codes})
    return entries


@transaction()
def strike(entry: Entry, why: str, actor: Actor) -> None:
    """Take an entry out again before its event is prepared; later it can only be said that it did not start."""
    if not entry.event.rules_open:
        text = N_("event %(code)s is prepared; say that entry %(entry)s did not start instead")
        raise Locked(say(text, code=entry.event.code, entry=entry.code))

    act(actor, "entries.strike", entry, why=why)
    db.session.delete(entry)
    db.session.flush()


@transaction()
def edit(entry: Entry, version: int, values: Mapping[str, Any], actor: Actor) -> None:
    """Change the name, organisation, members or guest flag of an entry."""
    same_version(entry, version)
    _refuse_shut(entry.event)
    person = values.get("person")
    if person and person.id != entry.person_id:
        _refuse_twice(entry.event, person.id, entry)

    for name in ("name", "organisation", "official", "person"):
        if name in values:
            setattr(entry, name, values[name])
    if "members" in values and queries.team_of(entry) != list(values["members"]):
        entry.members.clear()
        db.session.flush()
        entry.members = _team(values["members"], entry)
    act(actor, "entries.edit", entry)


@transaction()
def rule(entry: Entry, version: int, status: EntryStatus, why: str, actor: Actor) -> None:
    """Say how an entry came through: OK, absent, stopped, disqualified, annulled; the last three need a reason."""
    same_version(entry, version)
    _refuse_shut(entry.event)
    if status is not EntryStatus.DNS:  # anybody may stay away
        refuse_oneself(actor, entry.person_id)
    if status not in (EntryStatus.OK, EntryStatus.DNS) and not why.strip():
        raise BadInput(
            say(N_("Say why: a disqualified, stopped or annulled entry needs a reason."))
        )

    entry.status, entry.status_reason = status, why.strip()
    act(actor, "entries.rule", entry, why=why)


@transaction()
@quiet()
def import_sheet(
    competition: Competition, drafts: Sequence[Draft], source: str, actor: Actor, mode: str = EDIT
) -> Plan:
    """Admit and change the entries of a whole sheet, all of it or none of it."""
    plan = queries.plan(competition, drafts, mode)
    if plan.preview.problems:
        said = [*plan.preview.notices, *plan.preview.problems]
        raise BadInput(say(N_("Nothing was imported.")), said)

    apply(plan, source, actor)
    return plan


@transaction()
def apply(plan: Plan, source: str, actor: Actor) -> None:
    """Write what a plan says; nothing at all when it changes nothing."""
    changes = Counter(row.change for row in plan.rows)
    if not changes[Change.NEW] and not changes[Change.CHANGED]:
        return
    host = plan.competition.host
    organisation_services.admit_codes(host, {c: c for c in plan.new_organisations}, actor)
    for code in plan.new_events:
        competitions.plan_event(
            plan.competition, {**plan.competition.defaults, "code": code, "name": code}, actor
        )
    db.session.flush()

    events = {event.code: event for event in plan.competition.events}
    units = organisations.by_codes(
        sorted({row.values.get("organisation", "") for row in plan.rows})
    )
    _add([row for row in plan.rows if row.change is Change.NEW], events, units, source)
    for row in plan.rows:
        if row.change is Change.CHANGED and row.entry_id is not None:
            _change(db.session.get_one(Entry, row.entry_id), row.values, units, source)
    note = {"source": source, **{change.value: n for change, n in changes.items()}}
    act(actor, "entries.import_sheet", plan.competition, note=note)


def _add(
    rows: Sequence[Planned],
    events: Mapping[str, Event],
    units: Mapping[str, Organisation],
    source: str,
) -> None:
    """Write new entries in bulk; the journal keeps their number and their file."""
    if not rows:
        return
    whom = _people({row.values.get("person_id") for row in rows})
    insert_many(Entry, (_columns(row, events[row.event], units, whom, source) for row in rows))
    teams = [row for row in rows if row.values.get("members")]
    if not teams:
        return
    wanted = {events[row.event].id for row in teams}
    found = db.session.execute(
        select(Entry.event_id, Entry.code, Entry.id).where(Entry.event_id.in_(wanted))
    )
    ids = {(event, code): key for event, code, key in found}
    known = people.ids_by_number(n for row in teams for n in row.draft.workers)
    insert_many(
        TeamMember,
        (
            {"entry_id": ids[events[row.event].id, row.code], "reserve": False, **member}
            for row in teams
            for member in _members(row.values["members"], known)
        ),
    )


def _columns(
    row: Planned,
    event: Event,
    units: Mapping[str, Organisation],
    whom: Mapping[int | None, tuple[str, list[Span]]],
    source: str,
) -> dict[str, Any]:
    values = row.values
    unit = units.get(values.get("organisation", ""))
    person, spans = whom.get(values.get("person_id"), ("", []))
    status = values.get("status", EntryStatus.OK)
    return {
        "event_id": event.id,
        "code": row.code,
        "name": values.get("name") or person or (unit.name if unit else row.code),
        "person_id": values.get("person_id"),
        "organisation_id": unit.id if unit else _employer_on(spans, event.held_on),
        "official": values.get("official", True),
        "status": EntryStatus(status) if type(status) is str else status,
        "status_reason": "" if status in ("OK", "DNS") else source,
        "version": 1,
    }


def _people(wanted: Iterable[int | None]) -> dict[int | None, tuple[str, list[Span]]]:
    """Give the name of people, and by whom they were and are employed."""
    found: dict[int | None, tuple[str, list[Span]]] = {}
    for some in batched(filter(None, wanted), SOME):
        names = select(Person.id, Person.name).where(Person.id.in_(some))
        found.update({key: (name, []) for key, name in db.session.execute(names)})
        spans = db.session.execute(
            select(*SPAN, Employment.person_id)
            .where(Employment.person_id.in_(some), Employment.is_primary)
            .order_by(Employment.since.desc())
        )
        for since, until, organisation, key in spans:
            found[key][1].append((since, until, organisation))
    return found


def _change(
    entry: Entry, values: Mapping[str, Any], units: Mapping[str, Organisation], source: str
) -> None:
    for name, value in values.items():
        if name == "organisation":
            entry.organisation = units[value]
        elif name == "members":
            entry.members.clear()
            db.session.flush()
            entry.members = _team(value, entry)
        elif name == "status":
            entry.status = EntryStatus(value)
            entry.status_reason = "" if value in ("OK", "DNS") else source
        else:
            setattr(entry, name, value)


def _team(members: Sequence[str], entry: Entry) -> list[TeamMember]:
    """Make the members of a team, each tied to the worker whose number is written with the name."""
    numbers = [number for _, number in map(member_of, members) if number]
    known = people.ids_by_number(numbers)
    unknown = [number for number in numbers if number not in known]
    if unknown:
        problems = [Problem("members", say(queries.NO_WORKER, number=number)) for number in unknown]
        raise BadInput(say(N_("The entry was not saved.")), problems)
    for key in known.values():
        _refuse_twice(entry.event, key, entry)
    return [TeamMember(**member) for member in _members(members, known)]


def _members(members: Sequence[str], known: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    for n, (name, number) in enumerate(map(member_of, members), 1):
        yield {"position": n, "name": name, "person_id": known.get(number)}


def _employer(person: Person | None, day: date | None) -> Organisation | None:
    """Give the primary employer on the day of the event, or now; the entry keeps it."""
    if person is None:
        return None
    _, spans = _people([person.id])[person.id]
    employer = _employer_on(spans, day)
    return db.session.get(Organisation, employer) if employer else None


def _employer_on(spans: Sequence[Span], day: date | None) -> int | None:
    """Choose the employer of a day, or the present one when the day has none; the latest first."""
    fits = [s for s in spans if day and s[0] <= day and (s[1] is None or s[1] >= day)]
    chosen = fits or [s for s in spans if s[1] is None]
    return chosen[0][2] if chosen else None


def _refuse_shut(event: Event) -> None:
    if why := shut(event.code, event.state):
        raise Locked(why)


def _refuse_twice(event: Event, person_id: int, own: Entry | None = None) -> None:
    for entry in queries.of_person(person_id):
        if entry.event_id == event.id and entry is not own:
            text = N_("this worker is in event %(event)s already, as entry %(code)s")
            raise Conflict(say(text, event=event.code, code=entry.code))
