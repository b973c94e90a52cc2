"""Questions about corrections: how an event stands for everybody in it, and who may still ask about a result."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from skillhub.appeals import queries as appeals
from skillhub.appeals import rules as appeal_rules
from skillhub.appeals.rules import AppealKind
from skillhub.awards.models import Award, AwardState
from skillhub.certificates.models import Certificate
from skillhub.certificates.queries import LIVE
from skillhub.competitions.models import Competition, Component, Event
from skillhub.corrections.models import Correction
from skillhub.corrections.rules import CorrectionState, Held
from skillhub.entries.models import Entry, TeamMember
from skillhub.incentives import queries as incentives
from skillhub.kernel.access import Actor, Role
from skillhub.kernel.db import db, get_or_404
from skillhub.kernel.errors import NotFound
from skillhub.kernel.rounding import printed
from skillhub.ladder.models import LadderSeat
from skillhub.ladder.rules import LIVE as SEATED
from skillhub.marking import queries as marking
from skillhub.marking.models import Sheet
from skillhub.organisations.models import Organisation
from skillhub.organisations.queries import below
from skillhub.publishing import queries as publishing
from skillhub.results import queries as results
from skillhub.scoring import queries as scoring
from skillhub.scoring.queries import MarkKey
from skillhub.scoring.rules import BLANK, Given

APPROVES = (Role.ORGANISER, Role.CHIEF_JUDGE)
ROWS = 40  # of marks at once
LOOKED_AT = 2000  # people whose incentives are looked at, with every correction
ASKED = (AppealKind.QUERY, AppealKind.APPEAL)


@dataclass(frozen=True, slots=True)
class Window:
    """Until when one may ask in one way about a result."""

    kind: AppealKind
    deadline: datetime | None
    is_open: bool
    until_day: date | None = None  # where the end of a notice is the deadline


def windows(event: Event, moment: datetime) -> list[Window]:
    """Say in which ways, and until when, one may ask about a result of an event."""
    known, notice = shown_at(event), appeals.notice_of(event)
    found = []
    for kind in ASKED:
        deadline = appeals.deadline_of(event, kind, known)
        begun = not event.rules_open and (kind is AppealKind.APPEAL or known is not None)
        day = notice.until_day if notice and deadline == notice.closes_at else None
        found.append(Window(kind, deadline, begun and appeal_rules.in_time(moment, deadline), day))
    return found


def shown_at(event: Event) -> datetime | None:
    """Give the instant at which the people of an event could first see its result."""
    version = results.frozen(event)
    if version is None:
        return None
    release = publishing.release_of(event.competition)
    if release is None or release.own_first:
        return version.frozen_at
    return max(version.frozen_at, release.opens_at)


def unit_path(entry_id: int, **_: object) -> str:
    """Give the path of the organisation that sent an entry."""
    entry = get_or_404(Entry, entry_id)
    if entry.organisation is None:
        raise NotFound
    return entry.organisation.path


def picture(event: Event) -> dict[int, Held]:
    """Give how everybody in an event stands: place, total, awards, papers in force, seats higher up."""
    version = results.frozen(event)
    lines = {line.entry_id: line for line in version.lines} if version else {}
    decimals = int(event.ranking.get("decimals", 2))
    awards, papers, seats = _awards(event), _papers(event), _seats(event)
    entries = select(Entry).where(Entry.event_id == event.id).order_by(Entry.id)
    held = {}
    for entry in db.session.scalars(entries):
        line = lines.get(entry.id)
        total = printed(line.total, decimals) if line and line.total is not None else None
        held[entry.id] = Held(
            f"{entry.code} {entry.name}",
            entry.status.value,
            line.rank if line else None,
            total,
            awards=tuple(awards[entry.id]),
            certificates=tuple(papers[entry.id]),
            seats=tuple(seats[entry.id]),
        )
    return held


def bonuses(event: Event, on: date) -> dict[int, list[str]]:
    """Name the policies that the people of an event meet on a day; of a very large field those of its winners."""
    alone = select(Entry.id, Entry.person_id).where(Entry.person_id.is_not(None))
    teams = select(TeamMember.entry_id, TeamMember.person_id).join(TeamMember.entry)
    teams = teams.where(TeamMember.person_id.is_not(None), ~TeamMember.reserve)
    won = set(db.session.scalars(select(Award.entry_id).where(Award.event_id == event.id)))
    rows = [
        (entry, person)
        for chosen in (alone, teams)
        for entry, person in db.session.execute(chosen.where(Entry.event_id == event.id))
        if person is not None
    ]
    looked = [pair for pair in rows if len(rows) <= LOOKED_AT or pair[0] in won]
    met = incentives.met_by(sorted({person for _, person in looked}), on)
    found: dict[int, list[str]] = {entry: [] for entry, _ in looked}
    for entry, person in looked:
        found[entry] += met[person]
    return found


def _awards(event: Event) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    chosen = (
        select(Award.entry_id, Award.title, Award.place)
        .where(Award.event_id == event.id, Award.state == AwardState.CONFERRED)
        .order_by(Award.position, Award.title)
    )
    for entry, title, place in db.session.execute(chosen):
        found[entry].append(title if place is None else f"{title} · {place}")
    return found


def _papers(event: Event) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    chosen = (
        select(Award.entry_id, Certificate.number)
        .join(Certificate.award)
        .where(Award.event_id == event.id, Certificate.state.in_(LIVE))
        .order_by(Certificate.series_id, Certificate.serial)
    )
    for entry, number in db.session.execute(chosen):
        found[entry].append(number)
    return found


def _seats(event: Event) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    chosen = (
        select(LadderSeat)
        .join(Entry, LadderSeat.entry_id == Entry.id)
        .where(Entry.event_id == event.id, LadderSeat.state.in_(SEATED))
        .options(joinedload(LadderSeat.advancement))
        .order_by(LadderSeat.id)
    )
    for seat in db.session.scalars(chosen):
        target = seat.advancement.target
        found[seat.entry_id].append(f"{target.competition.name} · {target.code}")
    return found


@dataclass(frozen=True, slots=True)
class Grid:
    """The marks of an event, some rows of them, so that a wrong cell can be pointed at."""

    rows: Sequence[Entry]
    marks: Mapping[int, Mapping[str, Decimal | None]]
    more: int


def grid(event: Event, words: str = "") -> Grid:
    """Give the first entries of an event whose number or name has these words, with their marks."""
    chosen = select(Entry).where(Entry.event_id == event.id).order_by(Entry.code)
    if words.strip():
        like = {"autoescape": True}
        sought = (column.icontains(words.strip(), **like) for column in (Entry.code, Entry.name))
        chosen = chosen.where(or_(*sought))
    size = db.session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    rows = db.session.scalars(chosen.limit(ROWS)).all()
    return Grid(rows, marking.marks_of(event), max(size - ROWS, 0))


def points_of(entry: Entry, part: Component) -> Decimal | None:
    """Give the points that stand for an entry in a component."""
    chosen = select(Sheet.points).where(Sheet.entry_id == entry.id, Sheet.component_id == part.id)
    return db.session.scalar(chosen)


def boxes_of(entry: Entry, part: Component) -> dict[MarkKey, Given]:
    """Give the boxes of a marking scheme for an entry, each with what stands in it; none where points are typed."""
    scheme = scoring.scheme_of(part)
    if scheme is None:
        return {}
    boxes = scoring.marks_of([entry.id], [part.id]).get((entry.id, part.id), {})
    return {
        MarkKey(entry.id, part.id, aspect.code, *slot): boxes.get(aspect.code, {}).get(slot, BLANK)
        for aspect in scheme.aspects
        for slot in aspect.slots()
    }


def papers_in_force(event: Event) -> Sequence[Certificate]:
    """Give the certificates of an event that have a number in force, the oldest first."""
    chosen = (
        select(Certificate)
        .join(Certificate.award)
        .where(Award.event_id == event.id, Certificate.state.in_(LIVE))
        .options(joinedload(Certificate.award), joinedload(Certificate.template_version))
        .order_by(Certificate.series_id, Certificate.serial)
    )
    return db.session.scalars(chosen).all()


def correction_of(event: Event, correction_id: int) -> Correction:
    """Give a correction of an event; raises NotFound for another's."""
    row = get_or_404(Correction, correction_id)
    if row.event_id != event.id:
        raise NotFound
    return row


def of_event(event: Event) -> Sequence[Correction]:
    """Give the corrections of an event, the newest first."""
    chosen = select(Correction).where(Correction.event_id == event.id)
    people = (joinedload(Correction.opened_by), joinedload(Correction.approved_by))
    return db.session.scalars(chosen.options(*people).order_by(Correction.id.desc())).all()


def applied_to(event: Event) -> Sequence[Correction]:
    """Give the corrections that made the result of an event what it is, the newest first."""
    return [row for row in of_event(event) if row.state is CorrectionState.APPLIED]


def to_approve(actor: Actor, most: int = 100) -> Sequence[Correction]:
    """List what somebody else proposed in the reader's part of the tree, the oldest first."""
    chosen = (
        select(Correction)
        .join(Correction.event)
        .join(Event.competition)
        .join(Organisation, Competition.host_id == Organisation.id)
        .where(below(actor.paths(APPROVES)), Correction.state == CorrectionState.PROPOSED)
        .where(Correction.opened_by_id != (actor.user_id or 0))
        .options(selectinload(Correction.event).joinedload(Event.competition))
        .order_by(Correction.proposed_at, Correction.id)
        .limit(most)
    )
    return db.session.scalars(chosen).all()
