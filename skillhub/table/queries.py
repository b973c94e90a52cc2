"""Questions about the score table: its columns and rows, and what is usual around a value that was typed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, case, func, select

from skillhub.competitions.models import Competition, Component, Event
from skillhub.competitions.queries import rights
from skillhub.competitions.rules import CLOSED
from skillhub.entries import queries as entries
from skillhub.entries.models import Entry, EntryStatus
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db
from skillhub.kernel.messages import Message
from skillhub.marking import queries as marking
from skillhub.marking.models import Sheet, SheetState
from skillhub.marking.rules import NUMBER, plain
from skillhub.panels import queries as panels
from skillhub.results import queries as results
from skillhub.table.models import TypedValue
from skillhub.table.rules import Column, Row, Typed, surprises, usual

STATE = "state"  # the column in which a whole row is absent, withdrawn or disqualified
TAKES_MARKS = (EntryStatus.OK, EntryStatus.DNF)
AROUND = 60  # rows before and after that are looked at
OLD_ENOUGH = 20  # earlier results that make a record
MANY = 300  # entries above which places are asked for by themselves, not with every value


@dataclass(frozen=True, slots=True)
class Head:
    """One column of marks: what stands in its head, and whether this person types into it."""

    key: str
    part: Component
    open: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One mark as it is stored now; no version is a mark nobody typed yet."""

    value: Decimal | None = None
    version: int = 0
    state: SheetState | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: who it is to this reader, how the entry came through, and its marks by column."""

    entry: Entry
    number: str
    name: str
    unit: str
    pile: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Place:
    """What the calculator gives for one entry now."""

    entry: int
    total: Decimal | None
    rank: int | None


@dataclass(slots=True)
class Table:
    """The score table of one event, as one person sees it."""

    event: Event
    heads: list[Head]
    named: bool
    lines: list[Line] = field(default_factory=list)


def heads(event: Event, actor: Actor) -> list[Head]:
    """Give the columns of an event; a part with a panel is typed by those who sit on it, and by organisers."""
    may = rights(actor, event.competition)
    sitting: dict[int, set[int]] = {}
    for seat in panels.seats_in(event.components):
        sitting.setdefault(seat.panel.component_id, set()).add(seat.user.id)
    return [
        Head(
            str(part.id),
            part,
            event.markable
            and may.mark
            and not part.scheme
            and (may.organise or part.id not in sitting or actor.user_id in sitting[part.id]),
        )
        for part in event.components
    ]


def table(event: Event, actor: Actor) -> Table:
    """Give the table of an event: every entry, by the code drawn for it while names are closed."""
    named = panels.names_open(event, actor)
    codes = {} if named else panels.codes(event)
    found = Table(event, heads(event, actor), named)
    sheets = marking.of(event)
    first: dict[int, float] = {}
    for (key, _), sheet in sheets.items():
        at = sheet.entered_at.timestamp()
        first[key] = min(at, first.get(key, at))
    everyone = entries.of(event)
    later = sorted(everyone, key=lambda e: (e.id not in first, first.get(e.id, 0.0)))
    pile = {entry.id: n for n, entry in enumerate(later)}
    for entry in everyone:
        unit = entry.organisation.name if entry.organisation and named else ""
        number = entry.code if named else codes.get(entry.id, "–")
        cells = {h.key: cell(sheets.get((entry.id, h.part.id))) for h in found.heads}
        name = entry.name if named else ""
        found.lines.append(Line(entry, number, name, unit, pile[entry.id], cells))
    if not named:
        found.lines.sort(key=lambda line: (len(line.number), line.number))
    return found


def cell(sheet: Sheet | None) -> Cell:
    """Give a mark as the table shows it."""
    if sheet is None:
        return Cell()
    return Cell(sheet.points, sheet.version, sheet.state, sheet.reason)


def places(event: Event, actor: Actor) -> list[Place]:
    """Rank the event as its marks stand now; nothing for those from whom names are kept."""
    if not panels.names_open(event, actor):
        return []
    return [Place(s.entry, s.total, s.rank) for s in results.computed(event).standings]


def written(keys: Collection[str]) -> dict[str, TypedValue]:
    """Find the values that were written under some keys already."""
    found = db.session.scalars(select(TypedValue).where(TypedValue.key.in_(keys)))
    return {value.key: value for value in found}


def entered(event: Event, some: Collection[int]) -> dict[int, Entry]:
    """Give some entries of an event."""
    found = select(Entry).where(Entry.event_id == event.id, Entry.id.in_(some))
    return {entry.id: entry for entry in db.session.scalars(found)}


def confirmed(event: Event) -> dict[tuple[int, str], str]:
    """Give the unlikely values that somebody confirmed: entry and column, and the value."""
    found = (
        select(TypedValue.entry_id, TypedValue.column, TypedValue.value)
        .join(TypedValue.entry)
        .where(Entry.event_id == event.id, TypedValue.confirmed)
        .order_by(TypedValue.id)
    )
    return {(entry, column): value for entry, column, value in db.session.execute(found)}


def asks(
    event: Event, heads: Sequence[Head], typed: Sequence[Typed]
) -> dict[tuple[int, str], list[Message]]:
    """Say which values are unlikely once these are typed: sentences by entry and column.

    Values typed earlier in the same rows may be among them. What somebody confirmed already is not asked again.
    """
    fresh: dict[int, dict[str, Decimal]] = {}
    most = {head.key: head.part.maximum for head in heads}
    for one in typed:
        number = plain(one.text)
        possible = one.column in most and NUMBER.fullmatch(number)
        if possible and 0 <= Decimal(number) <= most[one.column]:
            fresh.setdefault(one.entry, {})[one.column] = Decimal(number)
    if not fresh:
        return {}
    columns, sure, found = _columns(event, heads), confirmed(event), {}
    settled = {entry for entry, _ in sure}
    for rows, at in _neighbourhoods(event, heads, fresh):
        entry, last = rows[at].entry, list(fresh[rows[at].entry])[-1]
        said = surprises(rows, at, columns, usual(rows, columns), last, entry in settled)
        for column, sentences in said.items():
            if sure.get((entry, column)) != f"{rows[at].marks[column]:f}":
                found[entry, column] = sentences
    return found


def _neighbourhoods(
    event: Event, heads: Sequence[Head], fresh: Mapping[int, Mapping[str, Decimal]]
) -> Iterator[tuple[list[Row], int]]:
    """Give, for each row in which something was typed, the rows around it as on paper and its place among them."""
    listed = db.session.execute(
        select(Entry.id, Entry.code, Entry.status, Entry.person_id)
        .where(Entry.event_id == event.id)
        .order_by(func.length(Entry.code), Entry.code)
    ).all()
    spots = [n for n, row in enumerate(listed) if row.id in fresh]
    windows = [(n, max(0, n - AROUND), n + AROUND) for n in spots]
    near = {row.id for _, first, last in windows for row in listed[first:last]}
    marks = _marks(event, near)
    people = {row.person_id: row.id for row in listed if row.id in near and row.person_id}
    earlier = _earlier(event, heads, people)
    rows = [
        Row(
            row.id,
            row.code,
            {**marks.get(row.id, {}), **fresh.get(row.id, {})},
            earlier.get(row.id, {}),
            row.status in TAKES_MARKS,
        )
        for row in listed
    ]
    for n, first, last in windows:
        yield rows[first:last], n - first


def _marks(event: Event, some: Collection[int]) -> dict[int, dict[str, Decimal]]:
    """Read the points of some entries by column."""
    found = db.session.execute(
        select(Sheet.entry_id, Sheet.component_id, Sheet.points)
        .join(Sheet.component)
        .where(Component.event_id == event.id, Sheet.points.is_not(None), Sheet.entry_id.in_(some))
    )
    marks: dict[int, dict[str, Decimal]] = {}
    for entry, part, points in found:
        if points is not None:
            marks.setdefault(entry, {})[str(part)] = points
    return marks


def _before(event: Event) -> Select[Any]:
    """Choose the marks of earlier years in the same occupation."""
    return (
        select()
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


def _earlier(
    event: Event, heads: Sequence[Head], people: Mapping[int, int]
) -> dict[int, dict[str, list[Decimal]]]:
    """Read what these people had in earlier years, brought to today's maximum, by entry and column."""
    if event.occupation_id is None or not people:
        return {}
    today = {head.part.code: head for head in heads}
    chosen = (
        _before(event)
        .add_columns(Entry.person_id, Component.code, Component.maximum, Sheet.points)
        .join(Sheet.entry)
        .where(Entry.person_id.in_(people), Component.code.in_(today))
        .order_by(Competition.year, Sheet.id)
    )
    found: dict[int, dict[str, list[Decimal]]] = {}
    for person, code, maximum, points in db.session.execute(chosen):
        head = today[code]
        years = found.setdefault(people[person], {}).setdefault(head.key, [])
        years.append(points * head.part.maximum / maximum)
    return found


def _columns(event: Event, heads: Sequence[Head]) -> list[Column]:
    """Give the columns with their records: the best of earlier years, once there are enough of them."""
    records: dict[tuple[str, Decimal, str], Decimal] = {}
    if event.occupation_id is not None:
        of = (Component.code, Component.maximum, Component.kind)
        best = case(
            (Component.kind == "time", func.min(Sheet.points)), else_=func.max(Sheet.points)
        )
        chosen = _before(event).add_columns(*of, best).group_by(*of)
        for *which, record in db.session.execute(chosen.having(func.count() >= OLD_ENOUGH)):
            records[which[0], which[1], which[2]] = record
    return [
        Column(
            head.key,
            head.part.name,
            head.part.maximum,
            head.part.kind,
            records.get((head.part.code, head.part.maximum, head.part.kind)),
        )
        for head in heads
    ]
