"""Questions about notices and appeals: what is open, what it holds up, and until when one may object."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime
from hmac import compare_digest

from sqlalchemy import ColumnElement, and_, false, func, or_, select, union
from sqlalchemy.orm import joinedload

from skillhub.appeals import rules
from skillhub.appeals.models import Appeal, AppealPhoto, Notice, WorkingDay
from skillhub.appeals.rules import ACCEPTED, OPEN, AppealKind, NoticeState, Span, in_time
from skillhub.competitions.models import Competition, Event
from skillhub.competitions.rules import EventState
from skillhub.entries.models import Entry
from skillhub.kernel.access import Actor, Role
from skillhub.kernel.crypto import blind
from skillhub.kernel.db import batched, db, get_or_404
from skillhub.kernel.errors import NotFound
from skillhub.kernel.exact import day_of
from skillhub.kernel.journal import JournalLine
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.marking.models import Sheet
from skillhub.organisations.models import Organisation
from skillhub.organisations.queries import below
from skillhub.scoring.models import Mark

SOME = 500  # keys in one statement
NUMBER = re.compile(r"[1-9][0-9]{0,17}")
PANEL = (Role.APPEALS_PANEL, Role.ORGANISER)
HELD = N_(
    "Held: an objection, query or appeal about this result is open, or its notice runs. It goes on once that is over."
)
WAITS = {
    AppealKind.OBJECTION: N_("an objection of %(who)s waits for its decision"),
    AppealKind.QUERY: N_("a query about %(entry)s waits for its decision"),
    AppealKind.APPEAL: N_("an appeal about %(entry)s waits for its decision"),
}


def notice_of(event: Event) -> Notice | None:
    """Give the public notice of an event that counts, if there is one."""
    chosen = select(Notice).where(Notice.event_id == event.id, Notice.state == NoticeState.OPEN)
    return db.session.scalar(chosen)


def notices(event: Event) -> Sequence[Notice]:
    """Give every notice of an event, the newest first."""
    chosen = select(Notice).where(Notice.event_id == event.id).order_by(Notice.number.desc())
    return db.session.scalars(chosen).all()


def last_notice(event: Event) -> Notice | None:
    """Give the latest notice of an event, whether it counts or was stopped."""
    return next(iter(notices(event)), None)


def notices_so_far(event: Event) -> int:
    """Count the notices of an event, stopped ones too."""
    chosen = select(func.count()).select_from(Notice).where(Notice.event_id == event.id)
    return db.session.scalar(chosen) or 0


def span_of(event: Event, moment: datetime) -> Span:
    """Say from when to when a notice would run if it were opened now."""
    days = event.competition.notice_days
    return rules.span(day_of(moment, event.competition.host.zone), days, known_days())


def known_days() -> dict[date, bool]:
    """Give the days about which somebody here knows better than the published calendar."""
    return {row.day: row.is_worked for row in listed_days()}


def listed_days() -> Sequence[WorkingDay]:
    """List these days, the latest first."""
    return db.session.scalars(select(WorkingDay).order_by(WorkingDay.day.desc())).all()


def known_day(day: date) -> WorkingDay | None:
    """Find what is known here of a day."""
    return db.session.scalar(select(WorkingDay).where(WorkingDay.day == day))


def _open() -> ColumnElement[bool]:
    """Say in SQL that an appeal is open: not decided, or upheld and not mended yet."""
    unmended = and_(Appeal.outcome.in_(ACCEPTED), Appeal.settled_at.is_(None))
    return or_(Appeal.state.in_(OPEN), unmended)


def waits(appeal: Appeal) -> bool:
    """Tell whether something upheld is not mended yet."""
    return appeal.outcome in ACCEPTED and appeal.settled_at is None


def open_in(event: Event) -> Sequence[Appeal]:
    """Give what is open in an event, the oldest first: to be decided, or upheld and to be mended."""
    chosen = select(Appeal).where(Appeal.event_id == event.id, _open())
    chosen = chosen.options(joinedload(Appeal.entry)).order_by(Appeal.filed_at, Appeal.id)
    return db.session.scalars(chosen).all()


def blockers(event: Event, moment: datetime) -> list[Problem]:
    """Say what people may still say, or have said, that keeps an event from being final; `where` is the page."""
    waiting = [Problem(f"appeals/{a.id}", _waits(a)) for a in open_in(event)]
    notice, days = notice_of(event), event.competition.notice_days
    if notice is None:
        text = N_("the public notice of %(n)s working days has not been opened yet")
        owed = days > 0 and event.state is EventState.PROVISIONAL
        return waiting + ([Problem("notice", say(text, n=days))] if owed else [])
    if in_time(moment, notice.closes_at):
        text = N_("the public notice runs until the end of %(day)s (%(zone)s)")
        said = say(text, day=notice.until_day, zone=notice.zone)
        return [*waiting, Problem("notice", said)]
    return waiting


def _waits(appeal: Appeal) -> Message:
    about = f"{appeal.entry.code} {appeal.entry.name}" if appeal.entry else "–"
    if waits(appeal):
        text = N_("what %(who)s objected to was upheld and is not corrected yet")
        return say(text, who=appeal.filed_by)
    return say(WAITS[appeal.kind], who=appeal.filed_by, entry=about)


def held(entries: Collection[int]) -> set[int]:
    """Tell which of these entries an open query or appeal is about; their certificates wait."""
    found: set[int] = set()
    for some in batched(entries, SOME):
        chosen = select(Appeal.entry_id).where(Appeal.entry_id.in_(some), _open())
        found |= {key for key in db.session.scalars(chosen) if key is not None}
    return found


def deadline_of(event: Event, kind: AppealKind, shown_at: datetime | None) -> datetime | None:
    """Say until when one may file; `shown_at` is when the result could first be seen."""
    notice = notice_of(event)
    return rules.deadline_of(
        kind,
        event.competition.appeal_hours,
        ended_at=ended_at(event),
        shown_at=shown_at,
        notice_until=notice.closes_at if notice else None,
    )


def ended_at(event: Event) -> datetime | None:
    """Give the instant at which the last stage ended: when scoring began first, as the journal has it."""
    moves = (
        select(JournalLine.at, JournalLine.note)
        .where(JournalLine.verb == "competitions.move", JournalLine.subject == f"events:{event.id}")
        .order_by(JournalLine.id)
    )
    ends = (at for at, note in db.session.execute(moves) if note.get("to") == EventState.SCORING)
    return next(ends, None)


def speaks_for(entry: Entry, actor: Actor) -> bool:
    """Tell whether somebody may ask about an entry: who competed, or an officer of the unit that sent them."""
    unit = entry.organisation
    return competed(entry, actor.person_id) or (
        unit is not None and actor.may(Role.ORGANISER, unit.path)
    )


def competed(entry: Entry, person_id: int | None) -> bool:
    """Tell whether an entry is somebody's own, alone or in a team."""
    own = {entry.person_id, *(m.person_id for m in entry.members if not m.reserve)}
    return person_id is not None and person_id in own


def entered_scores(entry: Entry) -> set[int]:
    """Give the accounts that entered a score of an entry, as points or as the mark of a judge."""
    chosen = union(
        select(Sheet.entered_by_id).where(Sheet.entry_id == entry.id),
        select(Mark.entered_by_id).where(Mark.entry_id == entry.id),
    )
    return {key for key in db.session.scalars(chosen) if key is not None}


def filed_about(entry: Entry) -> Sequence[Appeal]:
    """Give the queries and appeals about an entry, the newest first."""
    chosen = select(Appeal).where(Appeal.entry_id == entry.id).order_by(Appeal.id.desc())
    return db.session.scalars(chosen.options(joinedload(Appeal.decided_by))).all()


def of_event(event: Event) -> Sequence[Appeal]:
    """Give all that was filed in an event: what is open first, then the newest."""
    chosen = select(Appeal).where(Appeal.event_id == event.id).options(joinedload(Appeal.entry))
    first = func.coalesce(_open(), false()).desc()
    return db.session.scalars(chosen.order_by(first, Appeal.id.desc())).all()


def appeal_of(event: Event, appeal_id: int) -> Appeal:
    """Give an appeal of an event; raises NotFound for another's."""
    appeal = get_or_404(Appeal, appeal_id)
    if appeal.event_id != event.id:
        raise NotFound
    return appeal


def key_of(appeal: Appeal) -> str:
    """Give the word by which whoever filed an objection finds it again, without an account; nobody can guess it."""
    return f"{appeal.id}-{blind(f'objection {appeal.id} {appeal.filed_at.isoformat()}')}"


def by_key(key: str) -> Appeal:
    """Find an objection by its word; raises NotFound for any other word."""
    number = key.partition("-")[0]
    row = db.session.get(Appeal, int(number)) if NUMBER.fullmatch(number) else None
    if row is None or row.kind is not AppealKind.OBJECTION or not compare_digest(key_of(row), key):
        raise NotFound
    return row


def photo_of(appeal: Appeal) -> bytes:
    """Give the picture that came with an appeal; raises NotFound where none did."""
    photo = db.session.get(AppealPhoto, appeal.id)
    if photo is None:
        raise NotFound
    return photo.content


def with_photo(some: Sequence[Appeal]) -> set[int]:
    """Tell with which of these a picture came."""
    keys = [appeal.id for appeal in some]
    chosen = select(AppealPhoto.appeal_id).where(AppealPhoto.appeal_id.in_(keys))
    return set(db.session.scalars(chosen))


def to_decide(actor: Actor, most: int = 200) -> Sequence[Appeal]:
    """List what is open in the reader's part of the tree, the oldest first."""
    chosen = (
        select(Appeal)
        .join(Appeal.event)
        .join(Event.competition)
        .join(Organisation, Competition.host_id == Organisation.id)
        .where(below(actor.paths((*PANEL, Role.AUDITOR))), _open())
        .options(joinedload(Appeal.entry), joinedload(Appeal.event).joinedload(Event.competition))
        .order_by(Appeal.filed_at, Appeal.id)
        .limit(most)
    )
    return db.session.scalars(chosen).all()
