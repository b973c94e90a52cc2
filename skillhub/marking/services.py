"""Entering marks, one or a whole sheet, and confirming them by a second person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from skillhub.approvals import services as approvals
from skillhub.competitions.models import Checking, Competition, Component, Event
from skillhub.entries import services as entries
from skillhub.entries.models import Entry, EntryStatus
from skillhub.entries.queries import SOME
from skillhub.kernel.access import Actor
from skillhub.kernel.db import batched, db, insert_many, transaction
from skillhub.kernel.errors import BadInput, Conflict, NotAllowed
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.quiet import quiet
from skillhub.kernel.sheets import Change
from skillhub.marking import queries
from skillhub.marking.models import Sheet, SheetState
from skillhub.marking.queries import Cell, Plan
from skillhub.marking.rules import Draft, Reckoned, cell, not_typed, wrong_points
from skillhub.panels import queries as panels

Typed = Mapping[
    Cell, tuple[Decimal | None, int]
]  # points (None: blank), version of the sheet seen (0: none)


@transaction()
def enter(event: Event, typed: Typed, actor: Actor, moment: datetime) -> int:
    """Store the marks that were typed and differ from what is stored; gives how many.

    A mark somebody else changed meanwhile is refused with both values. A changed mark loses its confirmation.
    """
    queries.require_markable(event)
    panels.refuse_to_mark(event, typed.keys(), actor)
    sheets = queries.some(event, {entry for entry, _ in typed})
    wrong, clashing = _wrong(event, typed), _clashing(event, typed, sheets)
    if wrong or clashing:
        status = BadInput if wrong else Conflict
        raise status(say(N_("Nothing was saved.")), [*wrong, *clashing])

    changed = 0
    for (entry, part), (points, _) in typed.items():
        sheet = sheets.get((entry, part))
        if sheet is None and points is not None:
            sheet = Sheet(entry_id=entry, component_id=part)
            db.session.add(sheet)
        elif sheet is None or (sheet.points == points and sheet.state is not SheetState.REJECTED):
            continue
        _write(sheet, points, actor.user_id, moment)
        changed += 1
    if changed:
        act(actor, "marking.enter", event, note={"marks": changed})
    return changed


@transaction()
def confirm(event: Event, seen: Mapping[int, int], actor: Actor, moment: datetime) -> int:
    """Confirm sheets as a second person: sheet and the version that was looked at; gives how many."""
    queries.require_markable(event)
    sheets = _looked_at(event, seen)
    if any(sheet.entered_by_id == actor.user_id for sheet in sheets):
        raise NotAllowed(
            say(N_("Nobody confirms marks they entered themselves. Ask a second person."))
        )

    for sheet in sheets:
        sheet.state = SheetState.CHECKED
        sheet.checked_by_id, sheet.checked_at = actor.user_id, moment
    act(actor, "marking.confirm", event, note={"marks": len(sheets)})
    return len(sheets)


@transaction()
def reject(event: Event, seen: Mapping[int, int], why: str, actor: Actor) -> int:
    """Send sheets back to be entered again, with a reason."""
    queries.require_markable(event)
    sheets = _looked_at(event, seen)
    if not why.strip():
        raise BadInput(say(N_("Say what does not match, so that it can be mended.")))
    if any(sheet.entered_by_id == actor.user_id for sheet in sheets):
        raise NotAllowed(
            say(N_("Nobody checks marks they entered themselves. Ask a second person."))
        )

    for sheet in sheets:
        sheet.state, sheet.reason = SheetState.REJECTED, why.strip()
    act(actor, "marking.reject", event, why=why, note={"marks": len(sheets)})
    return len(sheets)


@transaction()
def settle(
    event: Event,
    reckoned: Mapping[Cell, Reckoned],
    source: str,
    user_id: int | None,
    moment: datetime,
    signed: bool = False,
) -> int:
    """Put down what was reckoned from aspects or carried over, where it differs; gives how many sheets changed.

    The floor that reckons names its act. A changed sheet is not confirmed any more; `signed`: even a submitted one may.
    """
    queries.require_markable(event)
    sheets = queries.some(event, {entry for entry, _ in reckoned})
    changed = {key: one for key, one in reckoned.items() if one.differs(sheets.get(key))}
    panels.refuse_submitted(event, {part for _, part in changed if not signed})
    for key in changed.keys() & sheets.keys():
        value, sheet = changed[key], sheets[key]
        _write(sheet, value.points, user_id, moment, source)
        sheet.exact, sheet.token = value.exact, value.token
    usual = _usual(source, user_id, moment)
    fresh = (
        {**usual, "entry_id": key[0], "component_id": key[1], "points": value.points}
        | {"exact": value.exact, "token": value.token}
        for key, value in changed.items()
        if key not in sheets
    )
    insert_many(Sheet, fresh)
    return len(changed)


@transaction()
def vouch(part: Component, actor: Actor, moment: datetime) -> None:
    """Count carried points as checked where marks are entered twice: they come from a signed result, not from paper."""
    if part.event.competition.checking is not Checking.DOUBLE:
        return
    waits = (Sheet.state == SheetState.ENTERED) & Sheet.points.is_not(None)
    for sheet in db.session.scalars(select(Sheet).where(Sheet.component_id == part.id, waits)):
        sheet.entered_by_id, sheet.state = None, SheetState.CHECKED
        sheet.checked_by_id, sheet.checked_at = actor.user_id, moment


@transaction()
@quiet()
def import_sheet(
    competition: Competition,
    drafts: Sequence[Draft],
    source: str,
    actor: Actor,
    moment: datetime,
    create: bool = False,
) -> Plan:
    """Store the marks of a whole sheet, all of it or none of it; the rules of its events lock."""
    plan = queries.plan(competition, drafts, create)
    if plan.preview.problems:
        said = [*plan.preview.notices, *plan.preview.problems]
        raise BadInput(say(N_("Nothing was imported.")), said)

    counts = plan.preview.counts
    if not counts[Change.NEW] and not counts[Change.CHANGED]:
        return plan
    entries.apply(plan.entries, source, actor)
    written = {(row.planned.event, code) for row in plan.rows for code in row.points}
    for event in competition.events:
        if event.code in plan.to_lock:
            approvals.lock(event, actor, moment)
        own = {part.id for part in event.components if (event.code, part.code) in written}
        panels.refuse_submitted(event, own)
    _store(competition, plan, source, actor.user_id, moment)
    note = {"source": source, **{change.value: n for change, n in counts.items()}}
    act(actor, "marking.import_sheet", competition, note=note)
    return plan


def _wrong(event: Event, typed: Typed) -> list[Problem]:
    """Find marks of another event, and points that cannot be; each problem names its cell."""
    parts = {part.id: part for part in event.components}
    own = queries.own(event, {entry for entry, _ in typed})
    problems = []
    for (entry, part), (points, _) in typed.items():
        if entry not in own or part not in parts:
            problems.append(Problem("", say(N_("This mark belongs to another event."))))
        elif not parts[part].typed:
            text = not_typed(parts[part].name, parts[part].kind == "carried")
            problems.append(Problem(cell(entry, part), text))
        elif points is not None:
            wrong = wrong_points(points, parts[part].maximum, parts[part].name)
            problems += [Problem(cell(entry, part), wrong)] if wrong else []
    return problems


def _clashing(event: Event, typed: Typed, sheets: Mapping[Cell, Sheet]) -> list[Problem]:
    """Find marks that somebody else changed since they were shown, with both values."""
    names = {part.id: part.name for part in event.components}
    text = N_("%(part)s: you typed %(mine)s, meanwhile %(theirs)s was stored by %(who)s")
    return [
        Problem(cell(entry, part), say(text, part=names[part], **_both(points, sheet)))
        for (entry, part), (points, version) in typed.items()
        if part in names
        and (sheet := sheets.get((entry, part))) is not None
        and sheet.version != version
        and sheet.points != points
    ]


def _both(points: Decimal | None, sheet: Sheet) -> dict[str, Any]:
    who = sheet.entered_by
    return {
        "mine": "–" if points is None else points,
        "theirs": "–" if sheet.points is None else sheet.points,
        "who": who.name or who.username if who else "–",
    }


def _write(
    sheet: Sheet, points: Decimal | None, user: int | None, moment: datetime, source: str = ""
) -> None:
    """Put points on a sheet; whatever a checker said of the old ones is gone."""
    sheet.points, sheet.entered_by_id, sheet.entered_at = points, user, moment
    sheet.exact = sheet.token = ""
    sheet.state, sheet.reason, sheet.source = SheetState.ENTERED, "", source
    sheet.checked_by_id = sheet.checked_at = None


def _usual(source: str, user: int | None, moment: datetime) -> dict[str, Any]:
    """Give what a sheet begins with."""
    begun = {"entered_by_id": user, "entered_at": moment, "state": SheetState.ENTERED}
    return {**begun, "source": source, "reason": "", "version": 1, "exact": "", "token": ""}


def _looked_at(event: Event, seen: Mapping[int, int]) -> list[Sheet]:
    """Find the sheets somebody looked at, and refuse when one has changed since."""
    found = (
        select(Sheet)
        .join(Component)
        .where(Component.event_id == event.id, Sheet.id.in_(list(seen)))
    )
    sheets = list(db.session.scalars(found))
    if not sheets or len(sheets) != len(seen):
        raise Conflict(say(N_("Choose at least one mark of this event.")))
    panels.refuse_submitted(event, {sheet.component_id for sheet in sheets})
    stale = [s for s in sheets if s.version != seen[s.id] or s.state is not SheetState.ENTERED]
    if stale:
        raise Conflict(
            say(N_("%(n)s of these marks changed meanwhile. Look at them again."), n=len(stale))
        )
    return sheets


def _store(
    competition: Competition, plan: Plan, source: str, user: int | None, moment: datetime
) -> None:
    """Write the marks of a sheet: new ones in bulk, changed ones each with its old value in the journal."""
    keys, stored = _keys(competition), plan.stored
    parts = {(e.code, p.code): p.id for e in competition.events for p in e.components}
    changed = {
        stored[cell].key: points for cell, points in _cells(plan, keys, parts) if cell in stored
    }
    for some in batched(changed, SOME):
        for sheet in db.session.scalars(select(Sheet).where(Sheet.id.in_(some))):
            _write(sheet, changed[sheet.id], user, moment, source)
    usual = _usual(source, user, moment)
    fresh = (
        {**usual, "entry_id": cell[0], "component_id": cell[1], "points": points}
        for cell, points in _cells(plan, keys, parts)
        if cell not in stored
    )
    insert_many(Sheet, fresh)
    statuses = {keys[r.planned.event, r.planned.code]: r.status for r in plan.rows if r.status}
    for some in batched(statuses, SOME):
        for entry in db.session.scalars(select(Entry).where(Entry.id.in_(some))):
            _mark_status(entry, statuses[entry.id], source)


def _cells(
    plan: Plan, keys: Mapping[tuple[str, str], int], parts: Mapping[tuple[str, str], int]
) -> Iterator[tuple[Cell, Decimal]]:
    """Walk the marks that a plan writes."""
    for row in plan.rows:
        event = row.planned.event
        entry = keys[event, row.planned.code]
        for code, points in row.points.items():
            yield (entry, parts[event, code]), points


def _mark_status(entry: Entry, status: EntryStatus, source: str) -> None:
    entry.status = status
    needs_reason = status not in (EntryStatus.OK, EntryStatus.DNS)
    entry.status_reason = source if needs_reason else ""


def _keys(competition: Competition) -> dict[tuple[str, str], int]:
    rows = db.session.execute(
        select(Event.code, Entry.code, Entry.id)
        .join(Event, Entry.event_id == Event.id)
        .where(Event.competition_id == competition.id)
    )
    return {(event, code): key for event, code, key in rows}
