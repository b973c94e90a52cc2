"""Admitting entries, one or a whole sheet, and saying how they came through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from skillhub.competitions import services as competitions
from skillhub.competitions.models import Competition, Event, EventState
from skillhub.entries import queries
from skillhub.entries.models import Entry, EntryStatus, TeamMember
from skillhub.entries.queries import EDIT, Plan, Planned
from skillhub.entries.rules import Draft
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, same_version, transaction
from skillhub.kernel.errors import BadInput, Conflict, Locked
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, say
from skillhub.kernel.sheets import Change
from skillhub.organisations import queries as organisations
from skillhub.organisations import services as organisation_services
from skillhub.organisations.models import Organisation
from skillhub.people.models import Employment, Person


@transaction()
def admit(event: Event, values: Mapping[str, Any], actor: Actor) -> Entry:
    """Admit one entry: code, name, and where known person, organisation, members and guest."""
    _refuse_final(event)
    code, person = values["code"], values.get("person")
    if any(entry.code.casefold() == code.casefold() for entry in queries.of(event)):
        raise Conflict(say(N_("There is an entry %(code)s in this event already."), code=code))
    if person:
        _refuse_twice(event, person)

    entry = Entry(
        event=event,
        code=code,
        name=values.get("name") or (person.name if person else code),
        person=person,
        organisation=values.get("organisation") or _employer(person, event.held_on),
        official=values.get("official", True),
    )
    entry.members = _team(values.get("members", ()))
    db.session.add(entry)
    act(actor, "entries.admit", entry)
    return entry


@transaction()
def edit(entry: Entry, version: int, values: Mapping[str, Any], actor: Actor) -> None:
    """Change the name, organisation, members or guest flag of an entry."""
    same_version(entry, version)
    _refuse_final(entry.event)
    person = values.get("person")
    if person and person.id != entry.person_id:
        _refuse_twice(entry.event, person)

    for name in ("name", "organisation", "official", "person"):
        if name in values:
            setattr(entry, name, values[name])
    if "members" in values and [m.name for m in entry.members] != list(values["members"]):
        entry.members.clear()
        db.session.flush()
        entry.members = _team(values["members"])
    act(actor, "entries.edit", entry)


@transaction()
def rule(entry: Entry, version: int, status: EntryStatus, why: str, actor: Actor) -> None:
    """Say how an entry came through: OK, absent, stopped, disqualified, annulled; the last three need a reason."""
    same_version(entry, version)
    _refuse_final(entry.event)
    if status not in (EntryStatus.OK, EntryStatus.DNS) and not why.strip():
        raise BadInput(
            say(N_("Say why: a disqualified, stopped or annulled entry needs a reason."))
        )

    entry.status, entry.status_reason = status, why.strip()
    act(actor, "entries.rule", entry, why=why)


@transaction()
def import_sheet(
    competition: Competition, drafts: Sequence[Draft], source: str, actor: Actor, mode: str = EDIT
) -> Plan:
    """Admit and change the entries of a whole sheet, all of it or none of it."""
    plan = queries.plan(competition, drafts, mode)
    if plan.preview.problems:
        raise BadInput(say(N_("Nothing was imported.")), plan.preview.problems)

    apply(plan, source, actor)
    return plan


@transaction()
def apply(plan: Plan, source: str, actor: Actor) -> None:
    """Write what a plan says; nothing at all when it changes nothing."""
    changes = plan.preview.counts
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
    units = organisations.by_codes({row.values.get("organisation") or "" for row in plan.rows})
    _add([row for row in plan.rows if row.change is Change.NEW], events, units)
    for row in plan.rows:
        if row.change is Change.CHANGED and row.entry_id is not None:
            _change(db.session.get_one(Entry, row.entry_id), row.values, units, source)
    note = {"source": source, **{change.value: n for change, n in changes.items()}}
    act(actor, "entries.import_sheet", plan.competition, note=note)


def _add(
    rows: Sequence[Planned], events: Mapping[str, Event], units: Mapping[str, Organisation]
) -> None:
    """Write new entries in bulk; the journal keeps their number and their file."""
    if not rows:
        return
    names = _names_of({row.values["person_id"] for row in rows if row.values.get("person_id")})
    db.session.execute(insert(Entry), [_columns(row, events, units, names) for row in rows])
    teams = [row for row in rows if row.values.get("members")]
    if not teams:
        return
    wanted = {events[row.event].id for row in teams}
    found = db.session.execute(
        select(Entry.event_id, Entry.code, Entry.id).where(Entry.event_id.in_(wanted))
    )
    ids = {(event, code): key for event, code, key in found}
    db.session.execute(
        insert(TeamMember),
        [
            {
                "entry_id": ids[events[row.event].id, row.code],
                "position": n,
                "name": name,
                "reserve": False,
            }
            for row in teams
            for n, name in enumerate(row.values["members"], 1)
        ],
    )


def _columns(
    row: Planned,
    events: Mapping[str, Event],
    units: Mapping[str, Organisation],
    names: Mapping[int, tuple[str, int | None]],
) -> dict[str, Any]:
    values = row.values
    unit = units.get(values.get("organisation") or "")
    name, employer = names.get(values.get("person_id") or 0, ("", None))
    return {
        "event_id": events[row.event].id,
        "code": row.code,
        "name": values.get("name") or name or (unit.name if unit else row.code),
        "person_id": values.get("person_id"),
        "organisation_id": unit.id if unit else employer,
        "official": values.get("official", True),
        "status": EntryStatus(values.get("status", "OK")),
        "status_reason": ""
        if values.get("status", "OK") in ("OK", "DNS")
        else "stated in the entry sheet",
        "version": 1,
    }


def _names_of(people: set[int]) -> dict[int, tuple[str, int | None]]:
    """Give the name and the present employer of people."""
    current = (
        (Employment.person_id == Person.id) & Employment.until.is_(None) & Employment.is_primary
    )
    found = db.session.execute(
        select(Person.id, Person.name, Employment.organisation_id)
        .join(Employment, current, isouter=True)
        .where(Person.id.in_(people))
    )
    return {key: (name, employer) for key, name, employer in found}


def _change(
    entry: Entry, values: Mapping[str, Any], units: Mapping[str, Organisation], source: str
) -> None:
    for name, value in values.items():
        if name == "organisation":
            entry.organisation = units[value]
        elif name == "members":
            entry.members.clear()
            db.session.flush()
            entry.members = _team(value)
        elif name == "status":
            entry.status = EntryStatus(value)
            entry.status_reason = "" if value in ("OK", "DNS") else source
        else:
            setattr(entry, name, value)


def _team(names: Sequence[str]) -> list[TeamMember]:
    return [TeamMember(position=n, name=name) for n, name in enumerate(names, 1)]


def _employer(person: Person | None, day: date | None) -> Organisation | None:
    """Give the primary employer on the day of the event, or now; the entry keeps it."""
    if person is None:
        return None
    primary = select(Employment).where(Employment.person_id == person.id, Employment.is_primary)
    spans = list(db.session.scalars(primary.order_by(Employment.since.desc())))
    fits = [e for e in spans if day and e.since <= day and (e.until is None or e.until >= day)]
    chosen = fits or [e for e in spans if e.until is None]
    return chosen[0].organisation if chosen else None


def _refuse_final(event: Event) -> None:
    if event.state is EventState.FINAL:
        raise Locked(
            say(N_("Event %(code)s is final; its entries can no longer change."), code=event.code)
        )


def _refuse_twice(event: Event, person: Person) -> None:
    for entry in queries.of_person(person.id):
        if entry.event_id == event.id:
            raise Conflict(
                say(
                    N_("%(name)s is in this event already, as entry %(code)s."),
                    name=person.name,
                    code=entry.code,
                )
            )
