"""Questions about entries, and what an entry sheet would change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from skillhub.competitions.models import Competition, Event
from skillhub.entries.models import Entry, TeamMember
from skillhub.entries.rules import CODED, Draft, by_code, founded, shut, spelling, written
from skillhub.kernel.db import db
from skillhub.kernel.errors import NotFound
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.kernel.sheets import Change, Preview, PreviewRow, match_code
from skillhub.organisations.models import Organisation
from skillhub.people import queries as people
from skillhub.people.models import Person

EDIT, CREATE, MATCH = "edit", "create", "match"
UNKNOWN = N_(
    "there is no entry “%(code)s” in event %(event)s; import the entries first, or let this import add them"
)
SOME = 5000  # keys asked for in one statement
NO_WORKER = N_("there is no worker with the number “%(number)s”; add the person or mend the number")


@dataclass(slots=True)
class Planned:
    """What one row means: which entry, and which columns it would get."""

    draft: Draft
    event: str
    code: str
    change: Change
    values: Mapping[str, Any] = field(default_factory=dict)
    entry_id: int | None = None
    problems: Sequence[Problem] = ()


@dataclass(slots=True)
class Plan:
    """What a sheet would do to the entries of a competition; only in the mode EDIT the preview has rows."""

    competition: Competition
    rows: list[Planned] = field(default_factory=list)
    preview: Preview = field(default_factory=Preview)
    new_events: list[str] = field(default_factory=list)
    new_organisations: list[str] = field(default_factory=list)


def of(event: Event) -> Sequence[Entry]:
    """Give the entries of an event by code, with their people, units and members."""
    return in_events([event])


def in_events(events: Sequence[Event], members: bool = True) -> Sequence[Entry]:
    """Give the entries of some events by code, with their people, units and, if wanted, members."""
    chosen = (
        select(Entry)
        .where(Entry.event_id.in_([event.id for event in events]))
        .options(joinedload(Entry.organisation), joinedload(Entry.person))
        .order_by(func.length(Entry.code), Entry.code)  # 2 before 10
    )
    if members and any(event.team_size > 1 for event in events):
        chosen = chosen.options(selectinload(Entry.members).selectinload(TeamMember.person))
    return db.session.scalars(chosen).all()


def entry_of(event: Event, entry_id: int) -> Entry:
    """Give an entry of an event; raises NotFound for another's."""
    entry = db.session.get(Entry, entry_id)
    if entry is None or entry.event_id != event.id:
        raise NotFound
    return entry


def of_person(person_id: int) -> Sequence[Entry]:
    """Give the entries of a person, alone or in a team, the newest first."""
    teams = select(TeamMember.entry_id).where(TeamMember.person_id == person_id)
    chosen = (
        select(Entry)
        .where(or_(Entry.person_id == person_id, Entry.id.in_(teams)))
        .join(Entry.event)
        .join(Event.competition)
        .order_by(Competition.year.desc(), Event.held_on.desc(), Entry.id.desc())
    )
    return db.session.scalars(chosen).all()


def team_of(entry: Entry) -> list[str]:
    """Write the members of a team, each with the worker number if it is known."""
    return [written(m.name, m.person.number if m.person else "") for m in entry.members]


def count(event: Event) -> int:
    """Count the entries of an event."""
    return db.session.scalar(select(func.count()).where(Entry.event_id == event.id)) or 0


def plan(competition: Competition, drafts: Sequence[Draft], mode: str = EDIT) -> Plan:
    """Say what the rows of a sheet would do.

    EDIT adds and changes entries; CREATE adds those that are missing and leaves the others; MATCH adds none.
    """
    result = Plan(competition)
    names = _Names(competition, drafts, result)
    known = _Known(competition)
    seen: dict[tuple[str, str], int] = {}
    for draft in drafts:
        planned = _planned(draft, names, known, mode)
        clashes = _clashes(planned, seen, known.people, names.people)
        planned.problems = (*planned.problems, *clashes)
        if planned.problems:
            planned.change = Change.PROBLEM
            result.preview.problems += planned.problems
        result.rows.append(planned)
    if mode == EDIT:
        result.preview.rows += [_shown(planned, known) for planned in result.rows]
    return result


class _Names:
    """What the codes of a sheet mean: events, organisations, workers; what is unknown is asked or new."""

    def __init__(self, competition: Competition, drafts: Sequence[Draft], result: Plan) -> None:
        self.competition = competition
        self.events: dict[str, str] = {}
        self.states = {event.code: event.state for event in competition.events}
        self.refused: dict[str, Message] = {}
        for code in dict.fromkeys(draft.event for draft in drafts):
            self._event(code, result)
        self.entries = spelling([draft.code for draft in drafts])
        units = [draft.organisation for draft in drafts if draft.organisation]
        self.organisations = _organisations(units)
        self.units = spelling(units)
        new = {self.units[f] for f in map(str.casefold, units) if f not in self.organisations}
        result.new_organisations = sorted(new)
        result.preview.notices += founded(result.new_organisations)
        self.people = people.ids_by_number(n for draft in drafts for n in draft.workers)

    def _event(self, code: str, result: Plan) -> None:
        if not code and len(self.states) == 1:
            self.events[code] = next(iter(self.states))
            return
        found = match_code(code, self.states)
        if found.code:
            self.events[code] = found.code
            if found.notice:
                result.preview.notices.append(found.notice)
        elif found.ambiguous:
            text = N_("event “%(code)s” could be %(fits)s; write it in full")
            self.refused[code] = say(text, code=code, fits=", ".join(found.fits))
        elif code and self.competition.events_from_sheet:
            self.events[code] = code
            result.new_events.append(code)
        elif code:
            text = N_("there is no event “%(code)s”; the competition has %(known)s")
            self.refused[code] = say(text, code=code, known=", ".join(sorted(self.states)) or "–")
        else:
            self.refused[code] = say(N_("the event is missing; choose the column that names it"))


class _Known:
    """The entries that are stored, found by event and code, and who takes part in which event."""

    def __init__(self, competition: Competition) -> None:
        self.rows = _stored(competition)
        self.people: dict[tuple[str, int], str] = {}
        self.bare: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for (event, code), row in self.rows.items():
            self.people |= {(event, person): row["code"] for person in row["people"]}
            if code.isdigit():
                self.bare.setdefault((event, code.lstrip("0")), []).append(row)

    def find(self, event: str, code: str) -> dict[str, Any] | None:
        """Find an entry by its code in any case, or by what a spreadsheet left of its leading zeros."""
        folded = code.casefold()
        found = self.rows.get((event, folded))
        fits = self.bare.get((event, folded.lstrip("0")), ()) if found is None else ()
        return fits[0] if len(fits) == 1 else found


def _planned(draft: Draft, names: _Names, known: _Known, mode: str) -> Planned:
    event = names.events.get(draft.event)
    if event is None:
        refused = [Problem(draft.where, names.refused[draft.event])]
        return Planned(draft, draft.event, draft.code, Change.PROBLEM, problems=refused)
    stored = known.find(event, draft.code)
    if stored is not None and mode != EDIT:
        return Planned(draft, event, stored["code"], Change.SAME, entry_id=stored["id"])
    code = stored["code"] if stored else names.entries[draft.code.casefold()]
    values, problems = _values(draft, names)
    if stored is None and mode == MATCH:
        problems = [Problem(draft.where, say(UNKNOWN, code=draft.code, event=event))]
    elif event in names.states and (why := shut(event, names.states[event])):
        problems = [Problem(draft.where, why)]
    if stored is None:
        return Planned(draft, event, code, Change.NEW, values, problems=problems)
    values = {n: v for n, v in values.items() if stored[n] != v}
    if "status" in values and by_code(names.competition.blind, names.states[event]):
        problems = [*problems, Problem(draft.where, say(CODED))]
    change = Change.CHANGED if values else Change.SAME
    return Planned(draft, event, code, change, values, stored["id"], problems)


def _values(draft: Draft, names: _Names) -> tuple[dict[str, Any], Sequence[Problem]]:
    """Give the columns that a row states."""
    values: dict[str, Any] = {}
    if draft.name:
        values["name"] = draft.name
    if draft.organisation:
        folded = draft.organisation.casefold()
        values["organisation"] = names.organisations.get(folded) or names.units[folded]
    if draft.members:
        values["members"] = draft.members
    if draft.status:
        values["status"] = draft.status
    if draft.guest:
        values["official"] = draft.guest != "yes"
    if draft.person:
        values["person_id"] = names.people.get(draft.person)
    unknown = [number for number in draft.workers if number not in names.people]
    return values, tuple(Problem(draft.where, say(NO_WORKER, number=n)) for n in unknown)


def _clashes(
    planned: Planned,
    seen: dict[tuple[str, str], int],
    takes_part: dict[tuple[str, int], str],
    ids: Mapping[str, int],
) -> Sequence[Problem]:
    """Find an entry that stands twice in a sheet, and a worker who stands twice in an event."""
    row = seen.setdefault((planned.event, planned.code.casefold()), planned.draft.row)
    if row != planned.draft.row:
        text = N_("entry %(code)s of event %(event)s stands in row %(row)s already")
        twice = say(text, code=planned.code, event=planned.event, row=row)
        return [Problem(planned.draft.where, twice)]
    for number in planned.draft.workers:
        person = ids.get(number, 0)  # one nobody knows is a problem already
        first = takes_part.setdefault((planned.event, person), planned.code) if person else None
        if first not in (None, planned.code):
            text = N_("this worker is in event %(event)s already, as entry %(code)s")
            return [Problem(planned.draft.where, say(text, event=planned.event, code=first))]
    return ()


def _shown(planned: Planned, known: _Known) -> PreviewRow:
    stored = known.rows.get((planned.event, planned.code.casefold()), {})
    before = {n: stored.get(n) for n in planned.values} if planned.change is Change.CHANGED else {}
    cells = {"event": planned.event, "entry": planned.code, **planned.values}
    return PreviewRow(planned.draft.row, planned.change, cells, before, tuple(planned.problems))


def _stored(competition: Competition) -> dict[tuple[str, str], dict[str, Any]]:
    """Read the entries of a competition as plain columns, by event and folded code."""
    rows = db.session.execute(
        select(
            *(Event.code.label("event"), Entry.id, Entry.code, Entry.name, Entry.person_id),
            *(Organisation.code.label("organisation"), Entry.status, Entry.official),
        )
        .join(Event, Entry.event_id == Event.id)
        .join(Organisation, Entry.organisation_id == Organisation.id, isouter=True)
        .where(Event.competition_id == competition.id)
    )
    names = tuple(rows.keys())
    known: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        columns = dict(zip(names, row, strict=True))
        columns["people"] = [columns["person_id"]] if columns["person_id"] else []
        columns["members"] = ()
        known[columns["event"], columns["code"].casefold()] = columns
    by_id = {row["id"]: row for row in known.values()}
    members = db.session.execute(
        select(TeamMember.entry_id, TeamMember.name, TeamMember.person_id, Person.number)
        .join(TeamMember.entry)
        .join(Event)
        .join(Person, TeamMember.person_id == Person.id, isouter=True)
        .where(Event.competition_id == competition.id)
        .order_by(TeamMember.entry_id, TeamMember.position)
    )
    for entry_id, name, person, number in members:
        by_id[entry_id]["members"] += (written(name, number),)
        by_id[entry_id]["people"] += [person] if person else []
    return known


def _organisations(wanted: Iterable[str]) -> Mapping[str, str]:
    """Find organisations by folded code, or by their full name."""
    folded = {unit.casefold() for unit in wanted}
    units = db.session.execute(select(Organisation.code, Organisation.name)).all() if folded else ()
    by_name = {name.casefold(): code for code, name in reversed(units)}
    known = {**by_name, **{code.casefold(): code for code, _ in units}}
    return {unit: known[unit] for unit in folded if unit in known}
