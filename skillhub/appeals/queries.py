"""Questions about notices and appeals: what is open, what it holds up, and until when one may object."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from skillhub.appeals.models import Appeal, Notice
from skillhub.appeals.rules import OPEN, NoticeState, in_time
from skillhub.competitions.models import Event
from skillhub.competitions.rules import EventState
from skillhub.kernel.db import batched, db
from skillhub.kernel.messages import N_, Message, Problem, say

SOME = 500  # keys in one statement
HELD = N_(
    "Held: an objection, query or appeal about this result is open. It goes on once it is decided."
)


def notice_of(event: Event) -> Notice | None:
    """Give the public notice of an event that counts, if there is one."""
    chosen = select(Notice).where(Notice.event_id == event.id, Notice.state == NoticeState.OPEN)
    return db.session.scalar(chosen)


def open_in(event: Event) -> list[Appeal]:
    """Give the objections, queries and appeals of an event that wait for their decision, the oldest first."""
    chosen = (
        select(Appeal)
        .where(Appeal.event_id == event.id, Appeal.state.in_(OPEN))
        .order_by(Appeal.filed_at, Appeal.id)
    )
    return list(db.session.scalars(chosen))


def blockers(event: Event, moment: datetime) -> list[Problem]:
    """Say what people may still say, or have said, that keeps an event from being final."""
    waiting = [Problem(f"appeals/{a.id}", _waits(a)) for a in open_in(event)]
    notice = notice_of(event)
    days = getattr(event.competition, "notice_days", 0)
    if notice is None:
        text = N_("the public notice of %(n)s working days has not been opened yet")
        owed = days > 0 and event.state is EventState.PROVISIONAL
        return waiting + ([Problem("notice", say(text, n=days))] if owed else [])
    if in_time(moment, notice.closes_at):
        text = N_("the public notice runs until the end of %(day)s (%(zone)s)")
        said = say(text, day=notice.until_day, zone=notice.zone)
        return [*waiting, Problem("notice", said)]
    return waiting


def held(entries: Collection[int]) -> set[int]:
    """Tell which of these entries an open objection, query or appeal is about; their certificates wait."""
    found: set[int] = set()
    for some in batched(entries, SOME):
        chosen = select(Appeal.entry_id).where(Appeal.entry_id.in_(some), Appeal.state.in_(OPEN))
        found |= {key for key in db.session.scalars(chosen) if key is not None}
    return found


def _waits(appeal: Appeal) -> Message:
    about = f"{appeal.entry.code} {appeal.entry.name}" if appeal.entry else "–"
    texts = {
        "objection": N_("an objection of %(who)s waits for its decision"),
        "query": N_("a query about %(entry)s waits for its decision"),
        "appeal": N_("an appeal about %(entry)s waits for its decision"),
    }
    return say(texts[appeal.kind.value], who=appeal.filed_by, entry=about)
