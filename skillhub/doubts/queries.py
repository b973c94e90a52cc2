"""Questions about what is usual around a value that was typed: its row, the rows beside it, earlier years, records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, case, func, select, tuple_, union_all

from skillhub.competitions.models import Competition, Component, Event
from skillhub.competitions.rules import CLOSED
from skillhub.doubts.rules import COPIED, ENOUGH, Column, Row, apart, surprises, usual, usual_step
from skillhub.entries.models import Entry, EntryStatus
from skillhub.kernel.db import db
from skillhub.kernel.messages import Message
from skillhub.marking.models import Sheet
from skillhub.scoring import queries as scoring
from skillhub.scoring.kinds.judgement import Judgement
from skillhub.scoring.kinds.measurement import Measurement
from skillhub.scoring.rules import Aspect, Slot

AROUND = 60  # rows before and after that are looked at
OLD_ENOUGH = 20  # earlier results that make a record
TAKES_MARKS = (EntryStatus.OK, EntryStatus.DNF)
Fresh = Mapping[int, Mapping[int, Decimal]]  # entry, component, what was typed
Cell = tuple[int, int]  # entry, component
NOTHING: Mapping[str, Any] = {}
# Asked with every value that is typed, so written once.
ORDER = (func.length(Entry.code), Entry.code)  # 2 before 10
ONE = (Entry.id, Entry.code, Entry.status, Entry.person_id)
LISTED = select(*ONE).where(Entry.event_id == bindparam("event")).order_by(*ORDER)
MARKS = select(Sheet.entry_id, Sheet.component_id, Sheet.points).where(
    Sheet.component_id.in_(bindparam("parts", expanding=True)),
    Sheet.entry_id.in_(bindparam("some", expanding=True)),
)


def _near() -> Select[Any]:
    """Choose the entries before and after one, as they stand on paper."""
    typed = select(*ORDER).where(Entry.id == bindparam("entry")).subquery()
    here = tuple_(*(select(column).scalar_subquery() for column in typed.c))
    back = [part.desc() for part in ORDER]
    all_ = select(*ONE).where(Entry.event_id == bindparam("event"))
    before = all_.where(tuple_(*ORDER) < here).order_by(*back).limit(AROUND).subquery()
    after = all_.where(tuple_(*ORDER) >= here).order_by(*ORDER).limit(AROUND).subquery()
    found = union_all(select(before), select(after)).subquery()
    return select(found).order_by(func.length(found.c.code), found.c.code)


NEAR = _near()


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
    if not fresh:
        return {}
    columns, found = _columns(event), {}
    settled = {entry for entry, _ in sure}
    for rows, at in _neighbourhoods(event, fresh, names or {}):
        entry, last = rows[at].entry, str(list(fresh[rows[at].entry])[-1])
        said = surprises(rows, at, columns, usual(rows, columns), last, entry in settled)
        for column, sentences in said.items():
            if sure.get((entry, int(column))) != rows[at].marks[column]:
                found[entry, int(column)] = sentences
    return found


class Box(NamedTuple):
    """One box of a marking scheme as a column: its key and name, and where it stands."""

    key: str
    name: str
    part: int
    aspect: Aspect
    slot: Slot


def box_asks(
    event: Event,
    boxes: Sequence[Box],
    fresh: Mapping[int, Mapping[str, Decimal]],
    names: Mapping[int, str] | None = None,
) -> dict[tuple[int, str], list[Message]]:
    """Say which marks of boxes are unlikely beside the other boxes of their aspect: sentences by entry and key.

    `boxes` are those that the reader sees: whoever judges on one seat learns nothing of the others.
    """
    listed = _listed(event, {entry: {} for entry in fresh})
    shown = [
        Row(one.id, (names or {}).get(one.id, one.code), {}, takes=one.status in TAKES_MARKS)
        for one in listed
    ]
    found: dict[tuple[int, str], list[Message]] = {}
    rows = _boxed(shown, boxes, fresh)
    for code in {box.aspect.code for box in boxes if _typed(box, fresh)}:
        own = [box for box in boxes if box.aspect.code == code]
        for at, row in enumerate(rows):
            typed = [b for b in own if b.key in fresh.get(row.entry, {}) and b.key in row.marks]
            near, place = rows[max(0, at - AROUND) : at + AROUND], min(at, AROUND)
            for box in typed:
                if said := asked_of(box, own, near, place):
                    found[row.entry, box.key] = said
    return found


def _typed(box: Box, fresh: Mapping[int, Mapping[str, Decimal]]) -> bool:
    return any(box.key in typed for typed in fresh.values())


def _boxed(
    shown: Sequence[Row], own: Sequence[Box], fresh: Mapping[int, Mapping[str, Decimal]]
) -> list[Row]:
    """Fill rows with what stands in the boxes, and what is typed."""
    keys = {(box.aspect.code, box.slot): box.key for box in own}
    marks = scoring.marks_of([row.entry for row in shown], {box.part for box in own})
    stored: dict[int, dict[str, Decimal]] = {row.entry: {} for row in shown}
    for (entry, _), aspects in marks.items():
        for code, slots in aspects.items():
            for slot, given in slots.items():
                if (code, slot) in keys and given.value is not None:
                    stored[entry][keys[code, slot]] = given.value
    own_keys = set(keys.values())
    for entry in fresh.keys() & stored.keys():
        stored[entry] |= {k: value for k, value in fresh[entry].items() if k in own_keys}
    return [replace(row, marks=stored[row.entry]) for row in shown]


def asked_of(box: Box, own: Sequence[Box], near: Sequence[Row], at: int) -> list[Message]:
    """Ask about one box: a judgement beside the other judges, a figure beside what is usual in its aspect."""
    marks = near[at].marks
    if isinstance(box.aspect, Judgement):
        others = [marks[one.key] for one in own if one.key in marks and one.key != box.key]
        return apart(marks[box.key], others, box.aspect.spread)
    if isinstance(box.aspect, Measurement) and not box.aspect.bands:
        return []  # takes its few figures alone
    columns = [column for one in own if (column := _column(one, near, at))]
    seen = {column.key for column in columns}
    if box.key not in seen:
        return []
    rows = [replace(r, marks={k: v for k, v in r.marks.items() if k in seen}) for r in near]
    said = surprises(rows, at, columns, usual(rows, columns), box.key).get(box.key, [])
    return [one for one in said if one.text != COPIED or _is_copy(near, at)]


def _is_copy(near: Sequence[Row], at: int) -> bool:
    """Tell whether a row is its neighbour's in every aspect: judges who agree on one give equal rows by chance."""
    own = near[at].marks
    beside = [near[n].marks for n in (at - 1, at + 1) if 0 <= n < len(near)]
    return any(
        all(own[k] == other[k] for k in own.keys() & other.keys()) for other in beside if other
    )


def _column(box: Box, near: Sequence[Row], at: int) -> Column | None:
    """Give a box as a column; None where neither its range nor others say what is usual."""
    others = [r.marks[box.key] for n, r in enumerate(near) if n != at and box.key in r.marks]
    most = box.aspect.range(box.slot)[1]
    if most is None and len(others) < ENOUGH:
        return None
    return Column(
        box.key, box.name, most or max(map(abs, others)) or Decimal(1), step=usual_step(others)
    )


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
    if len(fresh) > 1:
        return db.session.execute(LISTED, {"event": event.id}).all()
    return db.session.execute(NEAR, {"event": event.id, "entry": next(iter(fresh))}).all()


def _rows(
    event: Event, listed: Sequence[Any], fresh: Fresh, names: Mapping[int, str]
) -> Iterator[Row]:
    marks = _marks(event, [one.id for one in listed])
    earlier = _earlier(event, {one.person_id: one.id for one in listed if one.person_id})
    for entry, code, status, _ in listed:
        own = marks.get(entry, NOTHING)
        if entry in fresh:
            own = {**own, **{str(part): value for part, value in fresh[entry].items()}}
        takes = status in TAKES_MARKS
        yield Row(entry, names.get(entry, code), own, earlier.get(entry, NOTHING), takes)


def _marks(event: Event, some: list[int]) -> dict[int, dict[str, Decimal]]:
    """Read the typed points of some entries by component."""
    parts = {part.id: str(part.id) for part in event.components if part.typed}
    found = db.session.execute(MARKS, {"parts": list(parts), "some": some})
    marks: dict[int, dict[str, Decimal]] = {}
    for entry, part, points in found:
        if points is not None:
            marks.setdefault(entry, {})[parts[part]] = points
    return marks


def _before(*wanted: Any) -> Select[Any]:
    """Choose something of the marks of earlier years in the same occupation."""
    return (
        select(*wanted)
        .select_from(Sheet)
        .join(Sheet.component)
        .join(Component.event)
        .join(Event.competition)
        .where(
            Event.occupation_id == bindparam("occupation"),
            Event.id != bindparam("event"),
            Event.state.in_(CLOSED),
            Competition.year <= bindparam("year"),
            Sheet.points.is_not(None),
        )
    )


EARLIER = (
    _before(Entry.person_id, Component.code, Component.maximum, Sheet.points)
    .join(Sheet.entry)
    .where(
        Entry.person_id.in_(bindparam("people", expanding=True)),
        Component.code.in_(bindparam("codes", expanding=True)),
    )
    .order_by(Competition.year, Sheet.id)
)
KIND = (Component.code, Component.maximum, Component.kind)
BEST = case((Component.kind == "time", func.min(Sheet.points)), else_=func.max(Sheet.points))
BESTS = _before(*KIND, BEST).group_by(*KIND).having(func.count() >= OLD_ENOUGH)


def _past(event: Event) -> dict[str, Any]:
    """Say what is asked of earlier years."""
    year = event.competition.year
    return {"event": event.id, "occupation": event.occupation_id, "year": year}


def _earlier(event: Event, people: Mapping[int, int]) -> dict[int, dict[str, list[Decimal]]]:
    """Read what these people had in earlier years, brought to today's maximum, by entry and component."""
    if event.occupation_id is None or not people:
        return {}
    today = {part.code: part for part in event.components if part.typed}
    asked = {**_past(event), "people": list(people), "codes": list(today)}
    found: dict[int, dict[str, list[Decimal]]] = {}
    for person, code, maximum, points in db.session.execute(EARLIER, asked):
        part = today[code]
        years = found.setdefault(people[person], {}).setdefault(str(part.id), [])
        years.append(points * part.maximum / maximum)
    return found


def _columns(event: Event) -> list[Column]:
    """Give the typed parts with their records: the best of earlier years, once there are enough of them."""
    records: dict[tuple[Any, ...], Decimal] = {}
    if event.occupation_id is not None:
        found = db.session.execute(BESTS, _past(event))
        records = {tuple(one[:3]): one[3] for one in found}
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
