"""Questions about marks, and what a mark sheet would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from skillhub.competitions.models import Checking, Competition, Component, Event, EventState
from skillhub.entries import queries as entries
from skillhub.entries.models import Entry, EntryStatus
from skillhub.kernel.db import db
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.sheets import Change, Preview, PreviewRow
from skillhub.marking.models import Sheet, SheetState
from skillhub.marking.rules import Draft, wrong_points

Marks = dict[int, dict[str, Decimal | None]]
Stored = dict[tuple[int, int], tuple[int, Decimal | None]]


@dataclass(slots=True)
class Marked:
    """What one row of a mark sheet writes: points by component code, and a status."""

    draft: Draft
    planned: entries.Planned
    points: dict[str, Decimal] = field(default_factory=dict)
    status: EntryStatus | None = None


@dataclass(slots=True)
class Plan:
    """What a mark sheet would do, with the plan for the entries it names."""

    entries: entries.Plan
    rows: list[Marked] = field(default_factory=list)
    preview: Preview = field(default_factory=Preview)
    to_lock: list[str] = field(default_factory=list)


def of(event: Event) -> dict[tuple[int, int], Sheet]:
    """Give the sheets of an event by entry and component."""
    chosen = (
        select(Sheet)
        .join(Sheet.component)
        .where(Component.event_id == event.id)
        .options(joinedload(Sheet.entered_by), joinedload(Sheet.checked_by))
    )
    return {(sheet.entry_id, sheet.component_id): sheet for sheet in db.session.scalars(chosen)}


def marks_of(event: Event) -> Marks:
    """Give the points of an event: entry, component code, points."""
    return marks_in([event])


def marks_in(events: Sequence[Event]) -> Marks:
    """Give the points of some events: entry, component code, points."""
    rows = db.session.execute(
        select(Sheet.entry_id, Component.code, Sheet.points)
        .join(Sheet.component)
        .where(Component.event_id.in_([event.id for event in events]))
    )
    marks: Marks = {}
    for entry, code, points in rows:
        marks.setdefault(entry, {})[code] = points
    return marks


def to_check(event: Event) -> Sequence[Sheet]:
    """Give the sheets that wait for a second person, in the order they were entered."""
    chosen = (
        select(Sheet)
        .join(Sheet.component)
        .where(
            Component.event_id == event.id,
            Sheet.state == SheetState.ENTERED,
            Sheet.points.is_not(None),
        )
        .options(joinedload(Sheet.entry), joinedload(Sheet.component), joinedload(Sheet.entered_by))
        .order_by(Sheet.entered_at, Sheet.id)
    )
    return db.session.scalars(chosen).all()


def counts(event: Event) -> dict[SheetState, int]:
    """Count the sheets with points by how far they have come."""
    return counts_in([event])[event.id]


def counts_in(events: Sequence[Event]) -> dict[int, dict[SheetState, int]]:
    """Count, for each event, the sheets with points by how far they have come."""
    rows = db.session.execute(
        select(Component.event_id, Sheet.state, func.count())
        .join(Sheet.component)
        .where(Component.event_id.in_([e.id for e in events]), Sheet.points.is_not(None))
        .group_by(Component.event_id, Sheet.state)
    )
    counted = {event.id: dict.fromkeys(SheetState, 0) for event in events}
    for event_id, state, n in rows:
        counted[event_id][state] = n
    return counted


def count(sheets: Iterable[Sheet]) -> dict[str, int]:
    """Count the sheets with points by how far they have come."""
    counted = Counter(sheet.state for sheet in sheets if sheet.points is not None)
    return {state.value: counted[state] for state in SheetState}


def blockers(event: Event) -> list[Problem]:
    """Say what about the marks keeps an event from being final."""
    counted = counts(event)
    problems = []
    if event.competition.checking is Checking.LOOK_OVER and counted[SheetState.ENTERED]:
        text = N_("%(n)s marks wait for a second person to confirm them")
        problems.append(Problem("marks", say(text, n=counted[SheetState.ENTERED])))
    if counted[SheetState.REJECTED]:
        text = N_("%(n)s marks were rejected by the checker; enter them again")
        problems.append(Problem("marks", say(text, n=counted[SheetState.REJECTED])))
    return problems


def plan(competition: Competition, drafts: Sequence[Draft], create: bool = False) -> Plan:
    """Say what the rows of a mark sheet would do; `create` lets it add the entries that are missing."""
    mode = entries.CREATE if create else entries.MATCH
    whom = entries.plan(competition, [draft.entry for draft in drafts], mode)
    result = Plan(whom)
    result.preview.problems += whom.preview.problems
    result.preview.notices += whom.preview.notices
    parts = _parts(competition)
    stored, statuses = _stored(competition)
    for draft, planned, shown in zip(drafts, whom.rows, whom.preview.rows, strict=True):
        row = Marked(draft, planned)
        problems = list(shown.problems) or _check(row, parts, competition)
        result.preview.problems += problems if not shown.problems else []
        known = parts.get(planned.event, parts[""])
        before = _compare(row, known, stored, statuses)
        result.rows.append(row)
        result.preview.rows.append(_shown(row, before, problems))
    marked = {row.planned.event for row in result.rows}
    result.to_lock = [
        e.code for e in competition.events if e.code in marked and e.state is EventState.DRAFT
    ] + whom.new_events
    if result.to_lock:
        text = N_("Importing locks the rules of: %(events)s.")
        locks = say(text, events=", ".join(result.to_lock))
        result.preview.notices.append(Problem("", locks, "notice"))
    return result


def _parts(competition: Competition) -> dict[str, dict[str, tuple[int, Decimal, str]]]:
    """Give the components by event code; under "" those of an event that a sheet would add."""
    parts: dict[str, dict[str, tuple[int, Decimal, str]]] = {
        event.code: {part.code: (part.id, part.maximum, part.name) for part in event.components}
        for event in competition.events
    }
    parts[""] = {
        part["code"]: (0, Decimal(part["max"]), part.get("name") or part["code"])
        for part in competition.defaults.get("components", [])
    }
    return parts


def stored_ids(competition: Competition) -> dict[tuple[int, int], int]:
    """Give the keys of the sheets of a competition by entry and component."""
    return {cell: key for cell, (key, _) in _stored(competition)[0].items()}


def _stored(competition: Competition) -> tuple[Stored, dict[int, EntryStatus]]:
    """Read what is marked already, and how each entry stands."""
    rows = db.session.execute(
        select(Sheet.entry_id, Sheet.component_id, Sheet.id, Sheet.points)
        .join(Sheet.component)
        .join(Component.event)
        .where(Event.competition_id == competition.id)
    )
    stored = {(entry, part): (key, points) for entry, part, key, points in rows}
    found = db.session.execute(
        select(Entry.id, Entry.status).join(Event).where(Event.competition_id == competition.id)
    )
    return stored, {key: status for key, status in found}


def _check(
    row: Marked,
    parts: dict[str, dict[str, tuple[int, Decimal, str]]],
    competition: Competition,
) -> list[Problem]:
    """Find points that cannot be, and an event that takes none any more."""
    where = str(say(N_("row %(n)s"), n=row.draft.entry.row))
    event = next((e for e in competition.events if e.code == row.planned.event), None)
    if event and event.state is EventState.FINAL:
        text = N_("event %(code)s is final; its marks can no longer change")
        return [Problem(where, say(text, code=event.code))]
    known = parts.get(row.planned.event, parts[""])
    problems = []
    for code, points in row.draft.points.items():
        if code not in known:
            text = N_("event %(event)s has no component “%(code)s”; leave the cell empty")
            problems.append(Problem(where, say(text, event=row.planned.event, code=code)))
            continue
        _, maximum, name = known[code]
        wrong = wrong_points(points, maximum, name)
        if wrong:
            problems.append(Problem(where, wrong))
    return problems


def _compare(
    row: Marked,
    parts: dict[str, tuple[int, Decimal, str]],
    stored: Stored,
    statuses: dict[int, EntryStatus],
) -> dict[str, Any]:
    """Keep in the row what differs from what is stored, and give what it replaces."""
    before: dict[str, Any] = {}
    entry = row.planned.entry_id or 0
    for code, points in row.draft.points.items():
        if code not in parts:
            continue
        old = stored.get((entry, parts[code][0]))
        if old is None or old[1] != points:
            row.points[code] = points
            if old is not None and old[1] is not None:
                before[code] = old[1]
    if row.draft.status and statuses.get(entry) != row.draft.status:
        row.status = EntryStatus(row.draft.status)
        before["status"] = statuses.get(entry)
    return before


def _shown(row: Marked, before: dict[str, Any], problems: list[Problem]) -> PreviewRow:
    cells = {"event": row.planned.event, "entry": row.planned.code, **row.draft.points}
    if row.draft.status:
        cells["status"] = row.draft.status
    if any(problem.severity == "error" for problem in problems):
        change = Change.PROBLEM
    elif not row.points and not row.status and row.planned.change is not Change.NEW:
        change = Change.SAME
    else:
        change = Change.CHANGED if before else Change.NEW
    return PreviewRow(row.draft.entry.row, change, cells, before, tuple(problems))
