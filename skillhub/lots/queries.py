"""Questions about lots."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from skillhub.competitions.models import Event
from skillhub.entries.models import Entry
from skillhub.kernel.db import db
from skillhub.lots.models import Lot


def drawn_in(events: Sequence[Event]) -> dict[int, int]:
    """Give the lots drawn in some events by entry."""
    rows = db.session.execute(
        select(Lot.entry_id, Lot.position)
        .join(Lot.entry)
        .where(Entry.event_id.in_([event.id for event in events]))
    )
    return {entry: position for entry, position in rows}  # noqa: C416  (rows are no pairs to a type checker)


def of(event: Event) -> Sequence[Lot]:
    """Give the lots drawn in an event."""
    chosen = select(Lot).join(Lot.entry).where(Entry.event_id == event.id).order_by(Lot.id)
    return db.session.scalars(chosen).all()
