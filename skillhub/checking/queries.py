"""Questions of those who look twice: what waits for a second person, and what was sent back."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from skillhub.competitions.models import Checking, Event
from skillhub.entries.models import Entry
from skillhub.kernel.db import db
from skillhub.kernel.messages import N_, Problem, say
from skillhub.marking.models import Sheet, SheetState

NAMED = 12  # entries that a sentence names


def waiting(event: Event) -> list[Problem]:
    """Say what about the marks keeps an event from being final, with the entries it is about."""
    chosen = (
        select(Sheet.state, Entry.id, Entry.code)
        .join(Sheet.entry)
        .where(Entry.event_id == event.id, Sheet.points.is_not(None))
        .where(Sheet.state != SheetState.CHECKED)
        .order_by(func.length(Entry.code), Entry.code)
    )
    found: dict[SheetState, list[tuple[int, str]]] = {state: [] for state in SheetState}
    for state, key, code in db.session.execute(chosen):
        found[state].append((key, code))
    if event.competition.checking is Checking.OFF:
        del found[SheetState.ENTERED]
    return [_waiting(state, rows) for state, rows in found.items() if rows]


def _waiting(state: SheetState, rows: Sequence[tuple[int, str]]) -> Problem:
    texts = {
        SheetState.ENTERED: N_("%(n)s marks wait for a second person to confirm them: %(codes)s"),
        SheetState.REJECTED: N_(
            "%(n)s marks were rejected by the checker; enter them again: %(codes)s"
        ),
    }
    kinds = {SheetState.ENTERED: "unchecked", SheetState.REJECTED: "rejected"}
    entries = dict(rows)
    codes = ", ".join([*list(entries.values())[:NAMED], *(["…"] if len(entries) > NAMED else [])])
    told = say(texts[state], n=len(rows), codes=codes)
    return Problem("marks", told, page="marks/check", kind=kinds[state], rows=tuple(entries))
