"""Questions about marking sheets that are read twice: which are open, and where two people differ."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from skillhub.accounts.models import User
from skillhub.competitions.models import Checking, Component, Event
from skillhub.entries.models import Entry
from skillhub.kernel.db import db
from skillhub.kernel.messages import N_, Problem, say
from skillhub.marking import queries as marking
from skillhub.marking.models import Sheet, SheetState
from skillhub.panels import queries as panels
from skillhub.scoring import queries as scoring
from skillhub.scoring.queries import Boxes, MarkKey
from skillhub.scoring.rules import BLANK, Given, Scheme, Slot
from skillhub.twice.models import SecondMark
from skillhub.twice.rules import Apart, Place


@dataclass(frozen=True, slots=True)
class Difference:
    """One marking sheet that two people read differently: the boxes in which they do, and who read second."""

    entry: Entry
    component: Component
    sheet: Sheet | None
    second: User
    rows: tuple[SecondMark, ...]
    boxes: tuple[Apart, ...]

    @property
    def stamp(self) -> int:
        """Give what changes with every new reading."""
        return max(row.id for row in self.rows)

    def readers(self) -> set[int | None]:
        """Give those who cannot settle it: one of the two readings is theirs."""
        return {self.second.id, self.sheet.entered_by_id if self.sheet else None} - {None}


def scheme_of(part: Component) -> Scheme | None:
    """Give the scheme of a component that has boxes of its own."""
    scheme = scoring.scheme_of(part)
    return scheme if scheme and not scheme.marks_of else None


def boxes_of(part: Component, entry: Entry) -> list[Place]:
    """Give the boxes of an entry: those of judges who must not mark it are left out."""
    scheme = scheme_of(part)
    out = panels.out_of(part.event).get((entry.id, part.id), ())
    aspects = scheme.aspects if scheme else ()
    return [(a.code, slot) for a in aspects for slot in a.slots() if slot.seat not in out]


def stands(entry: Entry, part: Component) -> Boxes:
    """Give what the first reading says, box by box."""
    return scoring.marks_of([entry.id], [part.id]).get((entry.id, part.id), {})


def first_by(entry: Entry, part: Component) -> set[int | None]:
    """Give who filled the boxes of a sheet first."""
    places = (MarkKey(entry.id, part.id, *_flat(place)) for place in boxes_of(part, entry))
    return {mark.entered_by_id for mark in scoring.rows(places).values() if _given(mark)}


def differences(event: Event) -> list[Difference]:
    """Give the sheets that two people read differently, as long as the first is still the one it was compared with."""
    parts = {part.id: part for part in event.components if part.scheme}
    chosen = (
        select(SecondMark)
        .where(SecondMark.component_id.in_(parts))
        .options(joinedload(SecondMark.entry), joinedload(SecondMark.entered_by))
        .order_by(SecondMark.entry_id, SecondMark.component_id, SecondMark.id)
    )
    grouped: dict[tuple[int, int], list[SecondMark]] = {}
    for row in db.session.scalars(chosen):
        grouped.setdefault((row.entry_id, row.component_id), []).append(row)
    sheets = marking.some(event, {entry for entry, _ in grouped}) if grouped else {}
    marks = scoring.marks_of({entry for entry, _ in grouped}, parts) if grouped else {}
    return [
        Difference(
            rows[0].entry,
            parts[key[1]],
            sheets.get(key),
            rows[0].entered_by,
            tuple(rows),
            tuple(_apart(row, marks.get(key, {})) for row in rows),
        )
        for key, rows in grouped.items()
        if _holds(rows[0], sheets.get(key))
    ]


def difference_of(event: Event, entry: Entry, part: Component) -> Difference | None:
    """Find the difference of one sheet."""
    own = (entry.id, part.id)
    return next((d for d in differences(event) if (d.entry.id, d.component.id) == own), None)


def blockers(event: Event) -> list[Problem]:
    """Say what two readings of the same sheets leave open."""
    if event.competition.checking is not Checking.DOUBLE or not (found := differences(event)):
        return []
    names = panels.names(event)
    called = ", ".join(names.called(one.entry) for one in found[:12])
    told = say(N_("%(n)s marking sheets were read differently: %(who)s"), n=len(found), who=called)
    rows = tuple(one.entry.id for one in found)
    return [Problem("marks", told, page="marks/differences/sheets", kind="differing", rows=rows)]


def _holds(row: SecondMark, sheet: Sheet | None) -> bool:
    """Tell whether a reading still speaks of the sheet as it is."""
    if sheet is None:
        return row.seen == 0
    return row.seen == sheet.version and sheet.state is SheetState.ENTERED


def _apart(row: SecondMark, first: Boxes) -> Apart:
    slot = Slot(row.seat, row.attempt)
    second = Given(row.value, row.token)
    return Apart(row.aspect, slot, first.get(row.aspect, {}).get(slot, BLANK), second)


def _flat(place: Place) -> tuple[str, int, int]:
    return place[0], place[1].seat, place[1].attempt


def _given(mark: object) -> bool:
    return getattr(mark, "value", None) is not None or bool(getattr(mark, "token", ""))
