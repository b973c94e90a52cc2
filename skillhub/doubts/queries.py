"""Questions about what is usual around a value that was typed: its row, the rows beside it, earlier years, records."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, case, func, literal, select, tuple_

from skillhub.competitions.models import Competition, Component, Event
from skillhub.competitions.rules import CLOSED
from skillhub.doubts.rules import Column, Row, surprises, usual
from skillhub.entries.models import Entry, EntryStatus
from skillhub.kernel.db import db
from skillhub.kernel.messages import Message
from skillhub.marking.models import Sheet

AROUND = 60  # rows before and after that are looked at
OLD_ENOUGH = 20  # earlier results that make a record
TAKES_MARKS = (EntryStatus.OK, EntryStatus.DNF)
Fresh = Mapping[int, Mapping[int, Decimal]]  # entry, component, what was typed
Cell = tuple[int, int]  # entry, component


def asks(
    event: Event,
    fresh: Fresh,
    sure: Mapping[Cell, Decimal],
    names: Mapping[int, str] | None = None,
) -> dict[Cell, list[Message]]:
    """Say which marks are unlikely once `fresh` is typed: sentences by entry and component.

    Marks typed earlier in the same rows may be among them. What is `sure` was confirmed and is not asked again.
    `names` says how neighbours are called where their numbers must not be told.
    """
    columns, found = _columns(event), {}
    settled = {entry for entry, _ in sure}
    for rows, at in _neighbourhoods(event, fresh, names or {}):
        entry, last = rows[at].entry, str(list(fresh[rows[at].entry])[-1])
        said = surprises(rows, at, columns, usual(rows, columns), last, entry in settled)
        for column, sentences in said.items():
            if sure.get((entry, int(column))) != rows[at].marks[column]:
                found[entry, int(column)] = sentences
    return found


def _neighbourhoods(
    event: Event, fresh: Fresh, names: Mapping[int, str]
) -> Iterator[tuple[list[Row], int]]:
    """Give, for each row in which something was typed, the rows around it as on paper and its place among them."""
    listed = _listed(event, fresh)
    places = [n for n, one in enumerate(listed) if one.id in fresh]
    windows = [(n, max(0, n - AROUND), min(n + AROUND, len(listed))) for n in places]
    near = sorted({n for _, first, last in windows for n in range(first, last)})
    found = _rows(event, [listed[n] for n in near], fresh, names)
    rows = dict(zip(near, found, strict=True))
    for n, first, last in windows:
        yield [rows[k] for k in range(first, last)], n - first


def _listed(event: Event, fresh: Fresh) -> Sequence[Any]:
    """List the entries as on paper; around one that was typed alone no more than what is looked at."""
    order = (func.length(Entry.code), Entry.code)
    chosen = select(Entry.id, Entry.code, Entry.status, Entry.person_id).where(
        Entry.event_id == event.id
    )
    if len(fresh) > 1:
        return db.session.execute(chosen.order_by(*order)).all()
    code = db.session.scalar(select(Entry.code).where(Entry.id.in_(fresh))) or ""
    here = tuple_(literal(len(code)), literal(code))
    back = [part.desc() for part in order]
    before = db.session.execute(chosen.where(tuple_(*order) < here).order_by(*back).limit(AROUND))
    after = db.session.execute(chosen.where(tuple_(*order) >= here).order_by(*order).limit(AROUND))
    return [*reversed(before.all()), *after.all()]


def _rows(
    event: Event, listed: Sequence[Any], fresh: Fresh, names: Mapping[int, str]
) -> Iterator[Row]:
    marks = _marks(event, {one.id for one in listed})
    earlier = _earlier(event, {one.person_id: one.id for one in listed if one.person_id})
    for one in listed:
        typed = {str(part): value for part, value in fresh.get(one.id, {}).items()}
        yield Row(
            one.id,
            names.get(one.id, one.code),
            {**marks.get(one.id, {}), **typed},
            earlier.get(one.id, {}),
            one.status in TAKES_MARKS,
        )


def _marks(event: Event, some: Collection[int]) -> dict[int, dict[str, Decimal]]:
    """Read the typed points of some entries by component."""
    parts = [part.id for part in event.components if part.typed]
    found = db.session.execute(
        select(Sheet.entry_id, Sheet.component_id, Sheet.points).where(
            Sheet.component_id.in_(parts), Sheet.entry_id.in_(some)
        )
    )
    marks: dict[int, dict[str, Decimal]] = {}
    for entry, part, points in found:
        if points is not None:
            marks.setdefault(entry, {})[str(part)] = points
    return marks


def _before(event: Event, *wanted: Any) -> Select[Any]:
    """Choose something of the marks of earlier years in the same occupation."""
    return (
        select(*wanted)
        .select_from(Sheet)
        .join(Sheet.component)
        .join(Component.event)
        .join(Event.competition)
        .where(
            Event.occupation_id == event.occupation_id,
            Event.id != event.id,
            Event.state.in_(CLOSED),
            Competition.year <= event.competition.year,
            Sheet.points.is_not(None),
        )
    )


def _earlier(event: Event, people: Mapping[int, int]) -> dict[int, dict[str, list[Decimal]]]:
    """Read what these people had in earlier years, brought to today's maximum, by entry and component."""
    if event.occupation_id is None or not people:
        return {}
    today = {part.code: part for part in event.components if part.typed}
    chosen = (
        _before(event, Entry.person_id, Component.code, Component.maximum, Sheet.points)
        .join(Sheet.entry)
        .where(Entry.person_id.in_(people), Component.code.in_(today))
        .order_by(Competition.year, Sheet.id)
    )
    found: dict[int, dict[str, list[Decimal]]] = {}
    for person, code, maximum, points in db.session.execute(chosen):
        part = today[code]
        years = found.setdefault(people[person], {}).setdefault(str(part.id), [])
        years.append(points * part.maximum / maximum)
    return found


def _columns(event: Event) -> list[Column]:
    """Give the typed parts with their records: the best of earlier years, once there are enough of them."""
    of = (Component.code, Component.maximum, Component.kind)
    records: dict[tuple[Any, ...], Decimal] = {}
    if event.occupation_id is not None:
        best = case(
            (Component.kind == "time", func.min(Sheet.points)), else_=func.max(Sheet.points)
        )
        chosen = _before(event, *of, best).group_by(*of).having(func.count() >= OLD_ENOUGH)
        records = {tuple(found[:3]): found[3] for found in db.session.execute(chosen)}
    return [
        Column(
            str(part.id),
            part.name,
            part.maximum,
            part.kind,
            records.get((part.code, part.maximum, part.kind)),
        )
        for part in event.components
        if part.typed
    ]
