"""Questions about marks, and what a mark sheet would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, bindparam, func, select
from sqlalchemy.orm import joinedload

from skillhub.competitions import queries as competitions
from skillhub.competitions.models import STATE_LABELS, Competition, Component, Event
from skillhub.entries import queries as entries
from skillhub.entries.models import Entry, EntryStatus
from skillhub.kernel.access import Actor
from skillhub.kernel.db import batched, db
from skillhub.kernel.errors import Conflict, Locked
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.kernel.sheets import Change, Preview, PreviewRow
from skillhub.marking.models import UNSETTLED, Sheet, SheetState
from skillhub.marking.rules import Draft, Terms, not_typed, wrong_row

Marks = dict[int, dict[str, Decimal | None]]
Cell = tuple[int, int]  # entry, component
NOTHING: dict[str, Any] = {}
# Asked with every value that is typed, so written once.
SOME: BindParameter[Any] = bindparam("some", expanding=True)
OF_SOME = select(Sheet).join(Sheet.component)
OF_SOME = OF_SOME.where(Component.event_id == bindparam("event"), Sheet.entry_id.in_(SOME))
OWN = select(Entry.id).where(Entry.event_id == bindparam("event"), Entry.id.in_(SOME))


class Stored(NamedTuple):
    """What stands on a sheet of marks: its key, its points, and whether the checker sent it back."""

    key: int
    points: Decimal | None
    state: SheetState


@dataclass(slots=True)
class Marked:
    """What one row of a mark sheet writes: points by component code, and a status."""

    draft: Draft
    planned: entries.Planned
    points: Mapping[str, Decimal] = field(default_factory=dict)
    status: EntryStatus | None = None


@dataclass(slots=True)
class Plan:
    """What a mark sheet would do, with the plan for the entries it names."""

    entries: entries.Plan
    rows: list[Marked] = field(default_factory=list)
    preview: Preview = field(default_factory=Preview)
    to_lock: list[str] = field(default_factory=list)
    stored: dict[Cell, Stored] = field(default_factory=dict)


def of(event: Event) -> dict[Cell, Sheet]:
    """Give the sheets of an event by entry and component, with who entered and who checked them."""
    chosen = (
        select(Sheet)
        .join(Sheet.component)
        .where(Component.event_id == event.id)
        .options(joinedload(Sheet.entered_by), joinedload(Sheet.checked_by))
    )
    return {(sheet.entry_id, sheet.component_id): sheet for sheet in db.session.scalars(chosen)}


def some(event: Event, chosen: Collection[int]) -> dict[Cell, Sheet]:
    """Give the sheets of some entries of an event by entry and component."""
    if len(chosen) > entries.SOME:
        return of(event)
    found = db.session.scalars(OF_SOME, {"event": event.id, "some": list(chosen)})
    return {(sheet.entry_id, sheet.component_id): sheet for sheet in found}


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


def unseen(event: Event, actor: Actor) -> set[Cell]:
    """Give the marks that somebody may enter a second time, and so must not read before both are compared."""
    if not competitions.rights(actor, event.competition).again:
        return set()
    chosen = select(Sheet.entry_id, Sheet.component_id).join(Sheet.component).where(UNSETTLED)
    others = Sheet.entered_by_id.is_distinct_from(actor.user_id)
    rows = db.session.execute(chosen.where(Component.event_id == event.id, others))
    return {(entry, part) for entry, part in rows}


def own(event: Event, some: Collection[int]) -> set[int]:
    """Say which of some keys are those of entries of an event."""
    lists = batched(some, entries.SOME)
    asked = (db.session.scalars(OWN, {"event": event.id, "some": few}) for few in lists)
    return {key for keys in asked for key in keys}


def require_markable(event: Event) -> None:
    """Refuse when marks of an event cannot be entered now, and say why."""
    if event.rules_open:
        raise Conflict(
            say(N_("Lock the rules of event %(code)s first, then enter marks."), code=event.code)
        )
    if why := shut(event):
        raise Locked(why)


def shut(event: Event) -> Message | None:
    """Say why an event takes no marks any more, or for now; one whose rules are open may be locked first."""
    if event.closed:
        return say(N_("Event %(code)s is final; its marks can no longer change."), code=event.code)
    if event.markable or event.rules_open:
        return None
    text = N_("Event %(code)s is “%(state)s”; marks are entered while it runs and is scored.")
    return say(text, code=event.code, state=STATE_LABELS[event.state])


def unready(event: Event, schemes: bool = True) -> Message | None:
    """Say why a sheet cannot lock the rules of an event: something is asked before, which its own page looks at."""
    asks = event.competition.blind or (event.min_entries and not event.waived_why)
    scheme = schemes and any(not part.typed for part in event.components)
    if not event.rules_open or not (asks or scheme):
        return None
    text = N_(
        "Prepare event %(code)s on its page first: codes, a least field or a scheme are asked of it."
    )
    return say(text, code=event.code)


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


def plan(competition: Competition, drafts: Sequence[Draft], create: bool = False) -> Plan:
    """Say what the rows of a mark sheet would do; `create` lets it add the entries that are missing."""
    mode = entries.CREATE if create else entries.MATCH
    whom = entries.plan(competition, [draft.entry for draft in drafts], mode)
    result = Plan(whom)
    result.preview.problems += whom.preview.problems
    result.preview.notices += whom.preview.notices
    terms, usual = _terms(competition)
    result.stored, statuses = _stored(competition)
    for draft, planned in zip(drafts, whom.rows, strict=True):
        row = Marked(draft, planned)
        own = terms.get(planned.event, usual)
        problems = planned.problems
        if not problems:
            problems = wrong_row(draft, planned.event, own)
            result.preview.problems += problems
        before = _compare(row, own, result.stored, statuses)
        result.rows.append(row)
        result.preview.rows.append(_shown(row, before, problems))
    marked = {row.planned.event for row in result.rows}
    result.to_lock = [
        e.code for e in competition.events if e.code in marked and e.rules_open
    ] + whom.new_events
    if result.to_lock:
        text = N_("Importing locks the rules of: %(events)s.")
        locks = say(text, events=", ".join(result.to_lock))
        result.preview.notices.append(Problem("", locks, "notice"))
    return result


def _terms(competition: Competition) -> tuple[dict[str, Terms], Terms]:
    """Give what may be marked by event code, and in an event that a sheet would add."""
    terms = {
        event.code: Terms(
            {part.code: (part.id, part.maximum, part.name) for part in event.components},
            shut(event) or unready(event),
            {
                p.code: not_typed(p.name, p.kind == "carried")
                for p in event.components
                if not p.typed
            },
        )
        for event in competition.events
    }
    usual = {
        part["code"]: (0, Decimal(part["max"]), part.get("name") or part["code"])
        for part in competition.defaults.get("components", [])
    }
    return terms, Terms(usual)


def _stored(competition: Competition) -> tuple[dict[Cell, Stored], dict[int, EntryStatus]]:
    """Read what is marked already, and how each entry stands."""
    rows = db.session.execute(
        select(Sheet.entry_id, Sheet.component_id, Sheet.id, Sheet.points, Sheet.state)
        .join(Sheet.component)
        .join(Component.event)
        .where(Event.competition_id == competition.id)
    )
    stored = {(row[0], row[1]): Stored(row[2], row[3], row[4]) for row in rows}
    found = db.session.execute(
        select(Entry.id, Entry.status).join(Event).where(Event.competition_id == competition.id)
    )
    return stored, {row[0]: row[1] for row in found}


def _compare(
    row: Marked, terms: Terms, stored: dict[Cell, Stored], statuses: dict[int, EntryStatus]
) -> dict[str, Any]:
    """Keep in the row what differs from what is stored, and give what it replaces."""
    draft, entry = row.draft, row.planned.entry_id
    status = EntryStatus(draft.status) if draft.status else None
    if entry is None:
        row.points, row.status = draft.points, status
        return NOTHING
    before: dict[str, Any] = {}
    fresh: dict[str, Decimal] = {}
    for code, points in draft.points.items():
        old = stored.get((entry, terms.parts[code][0])) if code in terms.parts else None
        if old is None or old.points != points or old.state is SheetState.REJECTED:
            fresh[code] = points
            before |= {code: old.points} if old and old.points is not None else {}
    row.points = fresh
    if status and statuses[entry] is not status:
        row.status = status
        before["status"] = statuses[entry]
    return before


def _shown(row: Marked, before: dict[str, Any], problems: Sequence[Problem]) -> PreviewRow:
    said = row.draft.entry
    cells = {
        "event": row.planned.event,
        "entry": row.planned.code,
        "name": said.name,
        "organisation": said.organisation,
        "person": said.person,
        **row.draft.points,
    }
    if row.draft.status:
        cells["status"] = row.draft.status
    if problems:
        change = Change.PROBLEM
    elif not row.points and not row.status and row.planned.change is not Change.NEW:
        change = Change.SAME
    else:
        change = Change.CHANGED if before else Change.NEW
    return PreviewRow(row.draft.entry.row, change, cells, before, tuple(problems))
