"""A person's road, gathered from registrations, entries, results and seats."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, union_all
from sqlalchemy.orm import aliased, join, joinedload

from skillhub.competitions.models import TIER_LABELS, Event, Tier
from skillhub.competitions.rules import ANNOUNCED, CLOSED, EventState
from skillhub.entries import queries as entries
from skillhub.entries.models import Entry, TeamMember
from skillhub.kernel.db import db
from skillhub.kernel.errors import NotFound
from skillhub.kernel.messages import N_, Message, say
from skillhub.ladder import queries as ladder
from skillhub.ladder.models import Advancement, LadderSeat
from skillhub.ladder.rules import SeatState
from skillhub.publishing import queries as publishing
from skillhub.publishing.models import Edition, EditionState, Release
from skillhub.publishing.rules import Agreed, may_show
from skillhub.registrations import queries as registrations
from skillhub.registrations.models import Registration
from skillhub.registrations.rules import LIVE, STATES
from skillhub.results.models import ResultLine, ResultVersion
from skillhub.road.rules import Road, Stop, StopState, above, lay_out

TIERS = list(Tier)
OPEN = (SeatState.OFFERED, SeatState.RESERVE)
SEATS = {
    SeatState.RESERVE: (StopState.RESERVE, N_("You stand in reserve, number %(n)s in line.")),
    SeatState.OFFERED: (StopState.OFFERED, N_("A seat is offered to you.")),
    SeatState.DECLINED: (StopState.MISSED, N_("You gave this seat up.")),
    SeatState.EXPIRED: (StopState.MISSED, N_("The time to answer ran out.")),
    SeatState.LOST: (StopState.MISSED, N_("The seat was taken back.")),
}


@dataclass(frozen=True, slots=True)
class LaidOpen:
    """The own line of a provisional result, as far as it may be shown."""

    is_out: bool = False
    rank: int | None = None
    total: Decimal | None = None
    field: int = 0


NOT_OUT = LaidOpen()


def road_of(person_id: int, moment: datetime) -> list[Road]:
    """Lay out every road of a person, from the workshop up, with what comes next."""
    feeds, rules = _feeds()
    stops = _seats(person_id, moment)
    stops |= _registrations(person_id)
    own = list(entries.of_person(person_id))
    lines, fields = _lines(own), _fields(own)
    laid = laid_open([entry.id for entry in own], moment)
    for entry in own:
        stops[entry.event_id] = _entry(entry, lines.get(entry.id), fields, moment)
        if entry.id in laid:
            stops[entry.event_id] = _provisional(entry, laid[entry.id])
    going = [key for key, stop in stops.items() if _goes_on(stop, rules)]
    ahead = [key for key in above(going, feeds) if key not in stops]
    for event in _events(ahead):
        said = _said_of([r for r in rules if r.target_id == event.id])
        stops[event.id] = _stop(event, StopState.AHEAD, because=said)
    return lay_out(stops.values(), feeds)


def seat_of(person_id: int, seat_id: int) -> LadderSeat:
    """Find a seat of a person; raises NotFound for anybody else's."""
    for seat in ladder.of_person(person_id):
        if seat.id == seat_id:
            return seat
    raise NotFound


def offers_of(person_id: int, moment: datetime) -> list[LadderSeat]:
    """List the seats that wait for a person's answer, and may still be answered."""
    asked = [s for s in ladder.of_person(person_id) if s.state is SeatState.OFFERED]
    return [s for s in asked if not _late(s, moment)]


def own_entries(person_id: Any) -> Select[Any]:
    """Select the ids of a person's entries: alone, or competing in a team."""
    alone = select(Entry.id.label("id")).where(Entry.person_id == person_id)
    team = select(TeamMember.entry_id).where(TeamMember.person_id == person_id, ~TeamMember.reserve)
    return select(union_all(alone, team).subquery().c.id)


def laid_open(chosen: Collection[int], moment: datetime) -> dict[int, LaidOpen]:
    """Give the own lines of provisional results that are out, by entry.

    The ranking that is laid open counts; while marks are open again, the edition that readers still get.
    """
    if not chosen:
        return {}
    other, line = aliased(Entry), aliased(ResultLine)
    started = and_(
        other.official, other.status != "DNS", line.result_version_id == ResultVersion.id
    )
    field = (
        select(func.count())
        .select_from(join(line, other, other.id == line.entry_id))
        .where(started)
        .correlate(ResultVersion)
    )
    current = and_(Edition.state == EditionState.CURRENT, ~Edition.final)
    over = ANNOUNCED | CLOSED | {EventState.CANCELLED}
    read = and_(Event.state.not_in(over), Edition.result_version_id == ResultVersion.id)
    stands = and_(Event.state.in_(ANNOUNCED), ResultVersion.is_current)
    rows = db.session.execute(
        select(ResultLine, Release.agreed, field.scalar_subquery())
        .join(ResultLine.result_version)
        .join(Event, ResultVersion.event_id == Event.id)
        .join(Release, Release.competition_id == Event.competition_id)
        .join(Edition, and_(Edition.event_id == Event.id, current), isouter=True)
        .where(ResultLine.entry_id.in_(chosen), or_(stands, read))
        .where(or_(Release.opens_at <= moment, Release.own_first))
    )
    found = {}
    for own, agreed, n in rows:
        total = own.total if may_show(Agreed.TOTAL, agreed) else None
        found[own.entry_id] = LaidOpen(is_out=True, rank=own.rank, total=total, field=n)
    return found


def _late(seat: LadderSeat, moment: datetime) -> bool:
    """Tell whether the time to answer ran out; it stands still while the event is suspended."""
    target = seat.advancement.target
    return bool(seat.answer_by and seat.answer_by < moment and target.left_state is None)


def _feeds() -> tuple[Sequence[tuple[int, int]], Sequence[Advancement]]:
    rules = db.session.scalars(select(Advancement)).all()
    return [(r.source_id, r.target_id) for r in rules], rules


def _goes_on(stop: Stop, rules: Sequence[Advancement]) -> bool:
    """Tell whether somebody may still climb from here: in the event, or final and nothing offered yet."""
    if stop.state is StopState.MISSED:
        return False
    own = [r for r in rules if r.source_id == stop.event_id]
    return stop.state is not StopState.FINAL or any(r.offered_at is None for r in own)


def _stop(event: Event, state: StopState, **more: Any) -> Stop:
    cup = event.competition
    made = Stop(
        event_id=event.id,
        tier=TIERS.index(cup.tier),
        tier_name=TIER_LABELS[cup.tier],
        event=event.name,
        event_en=event.name_en,
        competition=cup.name,
        competition_en=cup.name_en,
        held_on=event.held_on or cup.starts_on,
        year=cup.year,
        state=state,
        **more,
    )
    if event.state is EventState.CANCELLED:
        said = say(N_("The event is cancelled."))
        return replace(made, state=StopState.MISSED, said=said, because=None)
    waits = N_("The event is suspended; an offer waits until it goes on.")
    return replace(made, said=say(waits)) if event.state is EventState.SUSPENDED else made


def _entry(
    entry: Entry, line: ResultLine | None, fields: Mapping[int, int], moment: datetime
) -> Stop:
    event = entry.event
    shown = event.closed and publishing.shows_own(event.competition, moment)
    if not shown or line is None:
        running = event.locked_at is not None
        state = StopState.MARKING if running else StopState.ENTERED
        return _stop(
            event, state, entry_id=entry.id, said=say(N_("Entry %(code)s"), code=entry.code)
        )
    return _stop(
        event,
        StopState.FINAL,
        entry_id=entry.id,
        place=line.rank,
        field=fields.get(event.id, 0),
        total=line.total,
    )


def _provisional(entry: Entry, laid: LaidOpen) -> Stop:
    said = say(N_("Provisional: places and awards may still change."))
    out = {"place": laid.rank, "field": laid.field, "total": laid.total, "said": said}
    return _stop(entry.event, StopState.PROVISIONAL, entry_id=entry.id, **out)


def _seats(person_id: int, moment: datetime) -> dict[int, Stop]:
    stops: dict[int, Stop] = {}
    for seat in ladder.of_person(person_id):
        if seat.state is SeatState.ACCEPTED:
            continue
        state, text = SEATS[seat.state]
        target = seat.advancement.target
        stop = _stop(
            target,
            state,
            said=say(text, n=_in_line(seat)) if seat.state is SeatState.RESERVE else say(text),
            because=Message.from_json(seat.because),
            seat_id=seat.id,
            version=seat.version,
            answer_by=seat.answer_by,
        )
        if seat.state is SeatState.OFFERED and _late(seat, moment):
            said = say(SEATS[SeatState.EXPIRED][1])
            stop = replace(stop, state=StopState.MISSED, said=said)
        stops.setdefault(target.id, stop)
    return stops


def _in_line(seat: LadderSeat) -> int:
    """Count how many reserves stand up to this one."""
    before = [s for s in ladder.line_of(seat.advancement) if s.state is SeatState.RESERVE]
    return sum(s.position <= seat.position for s in before)


def _registrations(person_id: int) -> dict[int, Stop]:
    stops: dict[int, Stop] = {}
    for row in registrations.of_person(person_id):
        if row.entry_id is None and (row.state in LIVE or row.event_id not in stops):
            stops.setdefault(row.event_id, _registered(row))
    return stops


def _registered(row: Registration) -> Stop:
    live = row.state in LIVE
    refusal = Message.from_json(row.refusal) if row.refusal else None
    state = StopState.REGISTERED if live else StopState.MISSED
    said = say(
        N_("Registration %(reference)s: %(state)s"),
        reference=row.reference,
        state=say(STATES[row.state]),
    )
    return _stop(row.event, state, said=said, because=refusal)


def _lines(own: Sequence[Entry]) -> dict[int, ResultLine]:
    chosen = (
        select(ResultLine)
        .join(ResultLine.result_version)
        .where(ResultVersion.is_current, ResultLine.entry_id.in_([e.id for e in own]))
    )
    return {line.entry_id: line for line in db.session.scalars(chosen)}


def _fields(own: Sequence[Entry]) -> dict[int, int]:
    """Count who started, guests left out, in the events of some entries."""
    rows = db.session.execute(
        select(Entry.event_id, func.count())
        .where(Entry.event_id.in_([e.event_id for e in own]), Entry.official, Entry.status != "DNS")
        .group_by(Entry.event_id)
    )
    return {event: n for event, n in rows}  # noqa: C416  (rows are no pairs to mypy)


def _events(keys: Collection[int]) -> Iterator[Event]:
    chosen = select(Event).where(Event.id.in_(keys)).options(joinedload(Event.competition))
    yield from db.session.scalars(chosen)


def _said_of(rules: Sequence[Advancement]) -> Message | None:
    """Say how one gets there."""
    if not rules:
        return None
    row = rules[0]
    cup, n, cap = row.source.competition, row.top_n, row.per_org_cap
    text = (
        N_("From “%(cup)s” the first %(n)s go up.")
        if n > 1
        else N_("From “%(cup)s” the first goes up.")
    )
    if cap:
        text = N_("From “%(cup)s” the first %(n)s go up, at most %(cap)s of a unit.")
    return say(text, cup=cup.name, n=n, cap=cap)
