"""Questions about entries, and what an entry sheet would change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from skillhub.competitions.models import Competition, Event, EventState
from skillhub.entries.models import Entry, TeamMember
from skillhub.entries.rules import Draft, spelling
from skillhub.kernel.db import db
from skillhub.kernel.errors import NotFound
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.kernel.sheets import Change, Preview, PreviewRow, match_code
from skillhub.organisations.models import Organisation
from skillhub.people.models import Person

EDIT, CREATE, MATCH = "edit", "create", "match"
Known = dict[
    tuple[str, str], dict[str, Any]
]  # (event code, folded entry code): the columns of the entry


@dataclass(slots=True)
class Planned:
    """What one row means: which entry, and which columns it would get."""

    draft: Draft
    event: str
    code: str
    change: Change
    values: dict[str, Any] = field(default_factory=dict)
    entry_id: int | None = None


@dataclass(slots=True)
class Plan:
    """What a sheet would do to the entries of a competition."""

    competition: Competition
    rows: list[Planned] = field(default_factory=list)
    preview: Preview = field(default_factory=Preview)
    new_events: list[str] = field(default_factory=list)
    new_organisations: list[str] = field(default_factory=list)


def of(event: Event) -> Sequence[Entry]:
    """Give the entries of an event by code, with their people, units and members."""
    return in_events([event])


def in_events(events: Sequence[Event]) -> Sequence[Entry]:
    """Give the entries of some events by code, with their people, units and members."""
    chosen = (
        select(Entry)
        .where(Entry.event_id.in_([event.id for event in events]))
        .options(joinedload(Entry.organisation), joinedload(Entry.person))
        .order_by(Entry.code)
    )
    if any(event.team_size > 1 for event in events):
        chosen = chosen.options(selectinload(Entry.members))
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


def count(event: Event) -> int:
    """Count the entries of an event."""
    return db.session.query(Entry).filter(Entry.event_id == event.id).count()


def plan(competition: Competition, drafts: Sequence[Draft], mode: str = EDIT) -> Plan:
    """Say what the rows of a sheet would do.

    EDIT adds and changes entries; CREATE adds those that are missing and leaves the others; MATCH adds none.
    """
    result = Plan(competition)
    names = _Names(competition, drafts, result)
    known = _known(competition)
    seen: dict[tuple[str, str], int] = {}
    people: dict[tuple[str, int], str] = {
        (key[0], row["person_id"]): row["code"] for key, row in known.items() if row["person_id"]
    }
    for draft in drafts:
        planned, problems = _planned(draft, names, known, mode)
        problems += _clashes(planned, seen, people)
        if any(problem.severity == "error" for problem in problems):
            planned.change = Change.PROBLEM
            result.preview.problems += problems
        result.rows.append(planned)
        result.preview.rows.append(_shown(planned, known, problems))
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
        missing = {
            self.units[u.casefold()] for u in units if u.casefold() not in self.organisations
        }
        result.new_organisations = sorted(missing)
        self.people = _people({draft.person for draft in drafts if draft.person})

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


def _planned(draft: Draft, names: _Names, known: Known, mode: str) -> tuple[Planned, list[Problem]]:
    where = str(say(N_("row %(n)s"), n=draft.row))
    if draft.event not in names.events:
        problem = Problem(where, names.refused[draft.event])
        return Planned(draft, draft.event, draft.code, Change.PROBLEM), [problem]
    event = names.events[draft.event]
    stored = known.get((event, draft.code.casefold())) or _by_zeros(event, draft.code, known)
    code = stored["code"] if stored else names.entries[draft.code.casefold()]
    planned = Planned(draft, event, code, Change.SAME, entry_id=stored["id"] if stored else None)
    if names.states.get(event) is EventState.FINAL and mode == EDIT:
        text = N_("event %(code)s is final; its entries can no longer change")
        return planned, [Problem(where, say(text, code=event))]
    if stored is None and mode == MATCH:
        text = N_(
            "there is no entry “%(code)s” in event %(event)s; import the entries first, or let this import add them"
        )
        return planned, [Problem(where, say(text, code=draft.code, event=event))]
    if stored is not None and mode != EDIT:
        return planned, []
    values, problems = _values(draft, names, where)
    if stored is None:
        planned.change, planned.values = Change.NEW, values
    else:
        planned.values = {n: v for n, v in values.items() if stored[n] != v}
        planned.change = Change.CHANGED if planned.values else Change.SAME
    return planned, problems


def _by_zeros(event: str, code: str, known: Known) -> dict[str, Any] | None:
    """Find an entry whose code lost its leading zeros in a spreadsheet."""
    bare = code.casefold().lstrip("0")
    if not bare.isdigit():
        return None
    fits = [row for key, row in known.items() if key[0] == event and key[1].lstrip("0") == bare]
    return fits[0] if len(fits) == 1 else None


def _values(draft: Draft, names: _Names, where: str) -> tuple[dict[str, Any], list[Problem]]:
    """Give the columns that a row states."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
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
        if values["person_id"] is None:
            text = N_(
                "there is no worker with the number “%(number)s”; add the person or mend the number"
            )
            problems.append(Problem(where, say(text, number=draft.person)))
    return values, problems


def _clashes(
    planned: Planned, seen: dict[tuple[str, str], int], people: dict[tuple[str, int], str]
) -> list[Problem]:
    """Find an entry that stands twice in a sheet, and a person who stands twice in an event."""
    where = str(say(N_("row %(n)s"), n=planned.draft.row))
    key = (planned.event, planned.code.casefold())
    if key in seen:
        text = N_("entry %(code)s of event %(event)s stands in row %(row)s already")
        return [Problem(where, say(text, code=planned.code, event=planned.event, row=seen[key]))]
    seen[key] = planned.draft.row
    person = planned.values.get("person_id")
    if person is None:
        return []
    first = people.setdefault((planned.event, person), planned.code)
    if first != planned.code:
        text = N_("this worker is in event %(event)s already, as entry %(code)s")
        return [Problem(where, say(text, event=planned.event, code=first))]
    return []


def _shown(planned: Planned, known: Known, problems: list[Problem]) -> PreviewRow:
    stored = known.get((planned.event, planned.code.casefold()), {})
    before = {n: stored.get(n) for n in planned.values} if planned.change is Change.CHANGED else {}
    cells = {"event": planned.event, "entry": planned.code, **planned.values}
    return PreviewRow(planned.draft.row, planned.change, cells, before, tuple(problems))


def _known(competition: Competition) -> Known:
    """Read the entries of a competition as plain columns."""
    rows = db.session.execute(
        select(
            *(Event.code.label("event"), Entry.id, Entry.code, Entry.name, Entry.person_id),
            *(Organisation.code.label("organisation"), Entry.status, Entry.official),
        )
        .join(Event, Entry.event_id == Event.id)
        .join(Organisation, Entry.organisation_id == Organisation.id, isouter=True)
        .where(Event.competition_id == competition.id)
    ).mappings()
    known: Known = {(row["event"], row["code"].casefold()): {**row, "members": ()} for row in rows}
    by_id = {row["id"]: row for row in known.values()}
    members = db.session.execute(
        select(TeamMember.entry_id, TeamMember.name)
        .join(Entry)
        .join(Event)
        .where(Event.competition_id == competition.id)
        .order_by(TeamMember.entry_id, TeamMember.position)
    )
    for entry_id, name in members:
        by_id[entry_id]["members"] += (name,)
    return known


def _organisations(wanted: Iterable[str]) -> Mapping[str, str]:
    """Find organisations by folded code, or by their full name."""
    folded = {unit.casefold() for unit in wanted}
    found: dict[str, str] = {}
    for code, name in db.session.execute(select(Organisation.code, Organisation.name)):
        if name.casefold() in folded:
            found.setdefault(name.casefold(), code)
    for code in db.session.scalars(select(Organisation.code)):
        if code.casefold() in folded:
            found[code.casefold()] = code
    return found


def _people(numbers: Iterable[str]) -> dict[str, int]:
    wanted = sorted(numbers)
    found: dict[str, int] = {}
    for start in range(0, len(wanted), 5000):
        some = wanted[start : start + 5000]
        rows = db.session.execute(select(Person.number, Person.id).where(Person.number.in_(some)))
        found.update({str(number): key for number, key in rows})
    return found
