"""Questions about marking schemes and the marks of judges."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from skillhub.competitions.models import Component, Event
from skillhub.entries.queries import SOME
from skillhub.kernel.canonical import canonical
from skillhub.kernel.db import batched, db
from skillhub.kernel.errors import Conflict
from skillhub.kernel.messages import N_, say
from skillhub.marking.models import Sheet
from skillhub.scoring.kinds import read_scheme
from skillhub.scoring.models import Mark
from skillhub.scoring.rules import BLANK, Given, Scheme, Scored, Slot, score


class MarkKey(NamedTuple):
    """One box: an aspect of one entry in one component, from one seat (0: the table), in one attempt."""

    entry: int
    component: int
    aspect: str
    seat: int = 0
    attempt: int = 1

    @property
    def slot(self) -> Slot:
        """Give the box as the scheme knows it."""
        return Slot(self.seat, self.attempt)


Cell = tuple[int, int]  # entry, component
Boxes = dict[str, dict[Slot, Given]]


def scheme_of(component: Component) -> Scheme | None:
    """Read the marking scheme of a component; None where its points are typed. One that cannot be used is refused."""
    return _scheme(canonical(component.scheme)) if component.scheme else None


@lru_cache(maxsize=256)
def _scheme(text: str) -> Scheme:
    scheme, problems = read_scheme(json.loads(text))
    if scheme is None:
        raise Conflict(say(N_("The marking scheme cannot be used.")), problems)
    return scheme


def schemes_of(event: Event) -> dict[int, Scheme]:
    """Give the schemes of an event by component."""
    read = {part.id: scheme_of(part) for part in event.components}
    return {key: scheme for key, scheme in read.items() if scheme}


def sources(event: Event) -> dict[int, int]:
    """Say for each component with a scheme whose marks it reads: its own, or those of the one it names."""
    schemes, codes = schemes_of(event), {part.code: part.id for part in event.components}
    return {key: codes.get(scheme.marks_of, key) for key, scheme in schemes.items()}


def rows(keys: Iterable[MarkKey]) -> dict[MarkKey, Mark]:
    """Find the marks in some boxes, whatever else stands on the sheets they belong to."""
    wanted = set(keys)
    entries, components = {k.entry for k in wanted}, {k.component for k in wanted}
    found: dict[MarkKey, Mark] = {}
    for some in batched(sorted(entries), SOME):
        chosen = (
            select(Mark)
            .where(Mark.entry_id.in_(some), Mark.component_id.in_(components))
            .options(joinedload(Mark.entered_by))
        )
        found |= {key_of(mark): mark for mark in db.session.scalars(chosen)}
    return {key: mark for key, mark in found.items() if key in wanted}


def key_of(mark: Mark) -> MarkKey:
    """Name the box in which a mark stands."""
    return MarkKey(mark.entry_id, mark.component_id, mark.aspect, mark.seat, mark.attempt)


def marks_of(entries: Collection[int], components: Collection[int]) -> dict[Cell, Boxes]:
    """Give what stands in the boxes: entry and component, then aspect, then box."""
    found: dict[Cell, Boxes] = {}
    own = (Mark.entry_id, Mark.component_id, Mark.aspect, Mark.seat, Mark.attempt)
    for some in batched(sorted(entries), SOME):
        chosen = select(*own, Mark.value, Mark.token).where(
            Mark.entry_id.in_(some), Mark.component_id.in_(components)
        )
        for entry, part, aspect, seat, attempt, value, token in db.session.execute(chosen):
            boxes = found.setdefault((entry, part), {}).setdefault(aspect, {})
            boxes[Slot(seat, attempt)] = Given(value, token)
    return found


def out_of(event: Event) -> dict[Cell, frozenset[int]]:
    """Give the seats that must not mark an entry, by entry and component."""
    return {}


def scored(event: Event, entries: Collection[int], parts: Collection[int]) -> dict[Cell, Scored]:
    """Reckon some components for some entries from the marks that stand there now."""
    schemes, reads, out = schemes_of(event), sources(event), out_of(event)
    wanted = [part for part in event.components if part.id in parts and part.id in schemes]
    marks = marks_of(entries, {reads[part.id] for part in wanted})
    return {
        (entry, part.id): score(
            schemes[part.id],
            marks.get((entry, reads[part.id]), {}),
            out.get((entry, reads[part.id]), frozenset()),
            part.maximum if part.kind != "time" else None,
        )
        for entry in entries
        for part in wanted
    }


def box(key: MarkKey) -> str:
    """Name a box, as forms and problems do."""
    return f"a-{key.entry}-{key.component}-{key.aspect}-{key.seat}-{key.attempt}"


def at(aspect: str, seat: int, attempt: int) -> str:
    """Name a box in short: A1, judge 2 is "A1 · 2"; the third attempt is "A1 · #3"."""
    return f"{aspect}{f' · {seat}' if seat else ''}{f' · #{attempt}' if attempt > 1 else ''}"


def given(boxes: Mapping[str, Mapping[Slot, Given]], aspect: str, slot: Slot) -> Given:
    """Give what stands in one box."""
    return boxes.get(aspect, {}).get(slot, BLANK)


def marked(component: Component) -> int:
    """Count the boxes of a component that are filled."""
    filled = (Mark.value.is_not(None)) | (Mark.token != "")
    chosen = select(func.count()).where(Mark.component_id == component.id, filled)
    return db.session.scalar(chosen) or 0


def exact_in(events: Sequence[Event]) -> dict[int, dict[str, Fraction]]:
    """Give the exact values where four decimals do not hold them: entry, component code, value."""
    rows = db.session.execute(
        select(Sheet.entry_id, Component.code, Sheet.exact)
        .join(Sheet.component)
        .where(Component.event_id.in_([event.id for event in events]), Sheet.exact != "")
    )
    found: dict[int, dict[str, Fraction]] = {}
    for entry, code, value in rows:
        found.setdefault(entry, {})[code] = Fraction(value)
    return found


def tokens_in(events: Sequence[Event]) -> dict[int, dict[str, str]]:
    """Give the words of sheets that end without points, such as DNF: entry, component code, word."""
    rows = db.session.execute(
        select(Sheet.entry_id, Component.code, Sheet.token)
        .join(Sheet.component)
        .where(Component.event_id.in_([event.id for event in events]), Sheet.token != "")
    )
    found: dict[int, dict[str, str]] = {}
    for entry, code, token in rows:
        found.setdefault(entry, {})[code] = token
    return found
