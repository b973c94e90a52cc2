"""Questions about the score table: its columns, its rows, and what stands in its cells."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from skillhub.competitions.models import Component, Event
from skillhub.competitions.queries import rights
from skillhub.entries import queries as entries
from skillhub.entries.models import Entry, EntryStatus
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db
from skillhub.kernel.journal import JournalLine
from skillhub.kernel.messages import N_, Message, say
from skillhub.marking import queries as marking
from skillhub.marking.models import SheetState
from skillhub.panels import queries as panels
from skillhub.panels.rules import Names
from skillhub.results import queries as results
from skillhub.scoring import queries as scoring
from skillhub.scoring.queries import MarkKey
from skillhub.scoring.rules import TABLE, Aspect, Slot
from skillhub.table.models import TypedValue
from skillhub.table.rules import written

TAKES_MARKS = (EntryStatus.OK, EntryStatus.DNF)
MANY = 100  # entries above which places are asked for by themselves, not with every value
Key = tuple[int, str]  # entry, column
# Asked with every value that is typed, so written once.
OF_EVENT = Entry.event_id == bindparam("event")
SENT = select(TypedValue.key).where(TypedValue.key.in_(bindparam("keys", expanding=True)))
ENTERED = select(Entry).where(OF_EVENT, Entry.id.in_(bindparam("some", expanding=True)))
CONFIRMED = select(TypedValue.entry_id, TypedValue.column, TypedValue.value).join(TypedValue.entry)
CONFIRMED = CONFIRMED.where(OF_EVENT, TypedValue.confirmed).order_by(TypedValue.id)
AGAIN = select(Event).where(Event.id == bindparam("event")).options(joinedload(Event.components))
NEWEST = select(JournalLine.hash).order_by(JournalLine.id.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class Head:
    """One column: the points of a component, or one box of one of its aspects; and whether this person types there."""

    key: str
    part: Component
    open: bool
    aspect: Aspect | None = None
    slot: Slot = Slot()
    reckoned: bool = False  # nobody types its points: a scheme makes them of the boxes

    def box(self, entry: int) -> MarkKey:
        """Name the box of an entry in this column."""
        code = self.aspect.code if self.aspect else ""
        return MarkKey(entry, self.part.id, code, *self.slot)

    @property
    def name(self) -> str | Message:
        """Name the column: the part, or the aspect with its judge or its attempt."""
        if self.aspect is None:
            return self.part.name
        name = self.aspect.name or self.aspect.code
        if self.slot.seat != TABLE:
            return say(N_("%(aspect)s, judge %(n)s"), aspect=name, n=self.slot.seat)
        if len(self.aspect.slots()) > 1:
            return say(N_("%(aspect)s, no. %(n)s"), aspect=name, n=self.slot.attempt)
        return name

    @property
    def limits(self) -> tuple[Decimal, Decimal | None]:
        """Give the least and the greatest number it takes."""
        return self.aspect.range(self.slot) if self.aspect else (Decimal(0), self.part.maximum)


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell now, as one would type it; version 0 is a cell in which nobody typed yet."""

    text: str = ""
    version: int = 0
    state: SheetState | None = None
    reason: str = ""
    by: int | None = None  # the account


@dataclass(frozen=True, slots=True)
class Line:
    """One row: who it is to this reader, how the entry came through, and where it lies in the pile."""

    entry: Entry
    number: str
    name: str
    unit: str
    pile: int


@dataclass(slots=True)
class Table:
    """The score table of one event or of one component, as one person sees it."""

    event: Event
    key: int  # of the event: known also while its row must be read again
    part: Component | None
    heads: list[Head]
    named: bool
    ranked: bool
    names: Names  # the page names an entry by what this gives, never by its row
    shut: set[Key] = field(default_factory=set)  # a judge steps aside for this entry
    hidden: set[int] = field(
        default_factory=set
    )  # the reader does, and would know whose code it is
    veiled: set[tuple[int, int]] = field(
        default_factory=set
    )  # entry, component: not read by who may enter it a second time
    lines: list[Line] = field(default_factory=list)
    cells: Mapping[Key, Cell] = field(default_factory=dict)


def frame(event: Event, actor: Actor, part: Component | None = None) -> Table:
    """Give the columns for one person: all parts of an event, or one part with the boxes of its scheme.

    Who sits on a panel, and is no organiser, sees the own seat and what the table writes, and no totals.
    """
    may, named = rights(actor, event.competition), panels.names_open(event, actor)
    sitting, signed = panels.sitting(event), panels.submitted(event)
    alone = panels.only_judges(event, actor)
    if part is None:
        panels.refuse_judges(event, actor)
    names = panels.names(event, actor)
    found = Table(event, event.id, part, [], named, named and not alone, names)
    found.hidden = panels.hidden_from(event, actor)
    for one in event.components:
        seats = sitting.get(one.id, {})
        types = event.markable and may.mark and one.id not in signed
        seated = not seats or may.organise or actor.user_id in seats.values()
        if part is None:
            found.heads.append(_total(one, types and one.typed and seated))
        elif one.id == part.id:
            own = {n for n, user in seats.items() if user == actor.user_id}
            found.heads += _boxes(one, types and seated, {TABLE, *own} if alone else None)
            typed = types and one.typed and seated
            found.heads += [] if alone and not typed else [_total(one, typed)]
            out = panels.out_of(event).items()
            found.shut = {
                (e, h.key)
                for h in found.heads
                for (e, own_part), seats_out in out
                if h.aspect and own_part == one.id and h.slot.seat in seats_out
            }
    found.veiled = scoring.unseen(event, actor)
    found.ranked = found.ranked and not found.veiled
    found.shut |= {(e, h.key) for e, one in found.veiled for h in found.heads if h.part.id == one}
    return found


def veil(table: Table, found: Mapping[Key, Cell]) -> dict[Key, Cell]:
    """Keep from the reader what may not be read before a second entry; that something stands there is no secret."""
    parts = {head.key: head.part.id for head in table.heads}
    return {
        (entry, key): Cell("", cell.version, cell.state)
        if (entry, parts[key]) in table.veiled
        else cell
        for (entry, key), cell in found.items()
    }


def _total(part: Component, types: bool) -> Head:
    """Give the column of a component's own points."""
    return Head(str(part.id), part, types, reckoned=not part.typed)


def _boxes(part: Component, types: bool, own: Collection[int] | None) -> list[Head]:
    """Give the boxes of a component's scheme; those of marks that another component holds are not its own."""
    scheme = scoring.scheme_of(part)
    if scheme is None or scheme.marks_of:
        return []
    return [
        Head(f"{part.id}:{aspect.code}:{slot.seat}:{slot.attempt}", part, types, aspect, slot)
        for aspect in scheme.aspects
        for slot in aspect.slots()
        if own is None or slot.seat in own
    ]


def full(table: Table) -> Table:
    """Fill a table: every entry, by the code drawn for it while names are closed."""
    codes = {} if table.named else panels.codes(table.event)
    found = [entry for entry in entries.of(table.event) if entry.id not in table.hidden]
    everyone = sorted(found, key=lambda e: int(codes.get(e.id, 0)))
    first: dict[int, float] = {}
    for (entry, _), sheet in marking.of(table.event).items():
        at = sheet.entered_at.timestamp()
        first[entry] = min(at, first.get(entry, at))
    later = sorted(everyone, key=lambda e: (e.id not in first, first.get(e.id, 0.0)))
    pile = {entry.id: n for n, entry in enumerate(later)}
    for one in everyone if table.named else [e for e in everyone if e.id in codes]:
        unit = one.organisation.name if one.organisation and table.named else ""
        number = one.code if table.named else codes.get(one.id, "–")
        table.lines.append(Line(one, number, one.name if table.named else "", unit, pile[one.id]))
    table.cells = veil(table, cells(table.event, table.heads, {entry.id for entry in everyone}))
    return table


def seen(table: Table, entry: Entry) -> int:
    """Give the version of how an entry came through: while names are closed, of that alone.

    The version of the row would tell whose entry was edited on a page with names.
    """
    return entry.version if table.named else [*EntryStatus].index(entry.status)


def cells(event: Event, heads: Sequence[Head], some: Collection[int]) -> dict[Key, Cell]:
    """Read what stands in the cells of some entries."""
    sheets = marking.some(event, some)
    found: dict[Key, Cell] = {}
    columns = {head.part.id: head.key for head in heads if head.aspect is None}
    for (entry, part), sheet in sheets.items():
        if part in columns:
            points = sheet.token or ("" if sheet.points is None else written(sheet.points))
            state, by = sheet.state if points else None, sheet.entered_by_id
            found[entry, columns[part]] = Cell(points, sheet.version, state, sheet.reason, by)
    boxes = {head.box(entry): head.key for head in heads if head.aspect for entry in some}
    for key, mark in scoring.rows(boxes).items() if boxes else ():
        text = mark.token if mark.value is None else f"{written(mark.value)}{mark.token}"
        whole = sheets.get((key.entry, key.component))
        state = (whole.state if whole else SheetState.ENTERED) if text else None
        found[key.entry, boxes[key]] = Cell(text, mark.version, state, "", mark.entered_by_id)
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """What the calculator gives for one entry now."""

    entry: int
    total: Decimal | None
    rank: int | None


def places(table: Table) -> list[Place]:
    """Rank the event as its marks stand now; nothing for those from whom names or the others' marks are kept."""
    if not table.ranked:
        return []
    standings = results.computed(table.event).standings
    return [Place(s.entry, s.total, s.rank) for s in standings]


def stamp() -> str:
    """Give what changes with everything that is written: the seal of the newest line of the journal."""
    return db.session.scalar(NEWEST) or ""


def again(table: Table) -> None:
    """Read the event with its parts anew, in one statement, as it stands inside a write unit."""
    db.session.scalars(AGAIN, {"event": table.key}).unique().all()


def sent(keys: Collection[str]) -> set[str]:
    """Find the keys under which a value was written already."""
    return set(db.session.scalars(SENT, {"keys": list(keys)}))


def entered(event: Event, some: Collection[int]) -> dict[int, Entry]:
    """Give some entries of an event."""
    found = db.session.scalars(ENTERED, {"event": event.id, "some": list(some)})
    return {entry.id: entry for entry in found}


def confirmed(event: Event) -> dict[Key, str]:
    """Give the unlikely values that somebody confirmed, by entry and column."""
    rows = db.session.execute(CONFIRMED, {"event": event.id})
    return {(entry, column): value for entry, column, value in rows if value}


def names(table: Table) -> dict[int, str] | None:
    """Give the codes by which entries are called while names are closed."""
    return None if table.named else panels.codes(table.event)
