"""Questions about the ladder: what feeds what, who would go up, whose seat is touched by a correction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from skillhub.competitions.models import Competition, Event
from skillhub.competitions.rules import RULES_OPEN, EventState
from skillhub.entries.models import Entry, TeamMember
from skillhub.kernel.db import db, get_or_404
from skillhub.kernel.errors import Conflict, NotFound
from skillhub.kernel.messages import N_, say
from skillhub.ladder.models import Advancement, LadderSeat
from skillhub.ladder.rules import (
    LIVE,
    Held,
    Rule,
    Runner,
    SeatState,
    Selection,
    Standby,
    Step,
    TieAtN,
    choose,
    consequences,
    next_reserve,
)
from skillhub.people.models import Person
from skillhub.registrations import queries as registrations
from skillhub.results import queries as results
from skillhub.results.models import ResultLine

SEAT = (
    joinedload(LadderSeat.advancement).joinedload(Advancement.target).joinedload(Event.competition),
    joinedload(LadderSeat.advancement).joinedload(Advancement.source).joinedload(Event.competition),
    joinedload(LadderSeat.entry),
    joinedload(LadderSeat.organisation),
)


def path_of(advancement_id: int, **_: Any) -> str:
    """Give the path of the host of the event that a rule feeds from."""
    return get_or_404(Advancement, advancement_id).source.competition.host.path


def from_event(event: Event) -> Sequence[Advancement]:
    """List where an event's best go up to."""
    chosen = select(Advancement).where(Advancement.source_id == event.id)
    return db.session.scalars(chosen.order_by(Advancement.id)).all()


def to_event(event: Event) -> Sequence[Advancement]:
    """List what feeds an event."""
    chosen = select(Advancement).where(Advancement.target_id == event.id)
    return db.session.scalars(chosen.order_by(Advancement.id)).all()


def advancement_of(event: Event, advancement_id: int) -> Advancement:
    """Give a rule of an event, as its source; raises NotFound for another's."""
    row = db.session.get(Advancement, advancement_id)
    if row is None or row.source_id != event.id:
        raise NotFound
    return row


def line_of(rule: Advancement) -> Sequence[LadderSeat]:
    """Give the whole line of a rule: seats and reserves, in order."""
    chosen = select(LadderSeat).where(LadderSeat.advancement_id == rule.id).options(*SEAT)
    return db.session.scalars(chosen.order_by(LadderSeat.position)).all()


def of_person(person_id: int) -> Sequence[LadderSeat]:
    """Give the seats of a person, alone or in a team, the newest first."""
    teams = select(TeamMember.entry_id).where(TeamMember.person_id == person_id)
    chosen = (
        select(LadderSeat)
        .join(Entry, Entry.id == LadderSeat.entry_id)
        .where(or_(Entry.person_id == person_id, Entry.id.in_(teams)))
        .options(*SEAT)
        .order_by(LadderSeat.id.desc())
    )
    return db.session.scalars(chosen).all()


def people_of(entry: Entry) -> list[Person]:
    """Give the people behind an entry, as far as they are known."""
    if entry.person is not None:
        return [entry.person]
    return [m.person for m in entry.members if m.person is not None and not m.reserve]


def rule_of(row: Advancement) -> Rule:
    """Read a stored rule as the rules see it."""
    return Rule(
        row.top_n, row.per_org_cap, row.min_total, TieAtN(row.tie_at_n), row.reserves,
        row.consent_by is not None, tuple(row.lots),
    )  # fmt: skip


def free_in(target: Event) -> int | None:
    """Give how many places an event still has, offered ones taken off; None where it has no limit."""
    return registrations.room_of(target, registrations.rule_of(target)).left


def selection(row: Advancement) -> Selection:
    """Say who would go up by the final result of the event below."""
    lines = lines_of(row.source)
    if not lines:
        text = N_("Event %(code)s has no final result yet; who goes up is known once it has.")
        raise Conflict(say(text, code=row.source.code))
    ranks = {line.entry_id: line.rank for line in lines}
    totals = {line.entry_id: line.total for line in lines}
    return choose(runners(row, ranks, totals), rule_of(row), free_in(row.target))


def lines_of(event: Event) -> Sequence[ResultLine]:
    """Give the lines of an event's final result; none while it is not final."""
    version = results.current(event) if event.closed else None
    return version.lines if version else ()


def runners(
    row: Advancement, ranks: Mapping[int, int | None], totals: Mapping[int, Decimal | None]
) -> list[Runner]:
    """Gather the entries of the event below with their places, units, and the marks that separate equals."""
    ranked = results.computed(row.source)
    marks = {c.entry: c.marks for c in ranked.candidates}
    return [
        Runner(
            key,
            ranks.get(key) if entry.official else None,
            totals.get(key),
            entry.organisation_id,
            tuple(marks[key].get(code) for code in row.tie_keys),
            f"{entry.code} {entry.name}",
        )
        for key, entry in ranked.entries.items()
    ]


def follower(row: Advancement, line: Sequence[LadderSeat]) -> LadderSeat | None:
    """Name the reserve who takes a place that fell free, if there is one and the target has room."""
    seats = {seat.id: seat for seat in line}
    standby = [Standby(s.id, s.position, s.organisation_id, s.state) for s in line]
    key = next_reserve(standby, quota_of(row, line), row.per_org_cap)
    return seats[key] if key else None


def quota_of(row: Advancement, line: Sequence[LadderSeat]) -> int:
    """Give how many seats of a line may live: what the rule gives, as far as the target has places."""
    free = free_in(row.target)
    live = sum(seat.state in LIVE for seat in line)
    return row.top_n if free is None else min(row.top_n, live + free)


def offers_into(target: Event) -> Sequence[LadderSeat]:
    """Give the seats offered into an event and not answered yet."""
    chosen = (
        select(LadderSeat)
        .join(LadderSeat.advancement)
        .where(Advancement.target_id == target.id, LadderSeat.state == SeatState.OFFERED)
    )
    return db.session.scalars(chosen.order_by(LadderSeat.id)).all()


def carried(target: Event) -> dict[int, Decimal]:
    """Give the totals that entries of an event bring along from below, as they stood when they were offered."""
    rows = db.session.execute(
        select(LadderSeat.target_entry_id, LadderSeat.total)
        .join(LadderSeat.advancement)
        .where(Advancement.target_id == target.id, LadderSeat.target_entry_id.is_not(None))
    )
    return {entry: total for entry, total in rows if entry and total is not None}


def seats_touched(
    event: Event,
    new_ranks: Mapping[int, int | None],
    new_totals: Mapping[int, Decimal | None] | None = None,
) -> list[tuple[Advancement, Step]]:
    """Say what other places (by entry) would do to the seats that an event has given; for corrections.

    Nothing is touched in a target that has begun: who checked in there stays.
    """
    touched = []
    for row in from_event(event):
        line = line_of(row)
        if not line or not row.target.rules_open:
            continue
        totals = new_totals or {seat.entry_id: seat.total for seat in line}
        touched += [(row, step) for step in _steps(row, line, new_ranks, totals)]
    return touched


def _steps(
    row: Advancement,
    line: Sequence[LadderSeat],
    ranks: Mapping[int, int | None],
    totals: Mapping[int, Decimal | None],
) -> list[Step]:
    known = {**dict.fromkeys(ranks), **totals}
    chosen = choose(
        runners(row, ranks, known), replace(rule_of(row), min_total=_least(row, totals))
    )
    held = [Held(seat.entry_id, seat.state) for seat in line]
    return consequences(held, chosen, ranks, quota_of(row, line), row.stay_when_corrected)


def _least(row: Advancement, totals: Mapping[int, Decimal | None]) -> Decimal | None:
    """Ask for the least total only where totals are known for everybody."""
    return row.min_total if totals and None not in totals.values() else None


def leads_to(source: Event, target: Event) -> bool:
    """Tell whether an event feeds another, over any number of steps."""
    edges: dict[int, list[int]] = {}
    for below, above in db.session.execute(select(Advancement.source_id, Advancement.target_id)):
        edges.setdefault(below, []).append(above)
    reached, open_ = {source.id}, [source.id]
    while open_:
        more = [key for key in edges.get(open_.pop(), ()) if key not in reached]
        reached.update(more)
        open_ += more
    return target.id in reached


def overdue(moment: datetime) -> Sequence[Advancement]:
    """List the rules with an offer whose time has run out; in a target that is suspended time stands still."""
    late = Advancement.seats.any(
        and_(LadderSeat.state == SeatState.OFFERED, LadderSeat.answer_by < moment)
    )
    moving = Advancement.target.has(Event.state != EventState.SUSPENDED)
    chosen = select(Advancement).where(late, moving).order_by(Advancement.id)
    return db.session.scalars(chosen).all()


def standing_by() -> Sequence[Advancement]:
    """List the rules whose reserves still wait, into events that people may still enter."""
    waits = Advancement.seats.any(LadderSeat.state == SeatState.RESERVE)
    open_ = Advancement.target.has(Event.state.in_(RULES_OPEN))
    return db.session.scalars(
        select(Advancement).where(waits, open_).order_by(Advancement.id)
    ).all()


def vacant(row: Advancement) -> bool:
    """Tell whether fewer seats live than a rule gives today.

    Where none of those goes who share the last place, a seat that was left empty for that stays empty.
    """
    line = line_of(row)
    first = sum(seat.offered_at == row.offered_at for seat in line)
    most = first if TieAtN(row.tie_at_n) is TieAtN.NONE else row.top_n
    return sum(seat.state in LIVE for seat in line) < min(most, quota_of(row, line))


def due(row: Advancement, moment: datetime) -> list[LadderSeat]:
    """List the offers of a rule whose time to answer has run out."""
    return [
        seat
        for seat in line_of(row)
        if seat.state is SeatState.OFFERED and seat.answer_by and seat.answer_by < moment
    ]


def targets_for(event: Event) -> Sequence[Event]:
    """List the events that this one may feed: of the same year or later, not lower, not itself and not behind it."""
    chosen = (
        select(Event)
        .join(Event.competition)
        .where(Competition.year >= event.competition.year, Event.id != event.id)
        .options(joinedload(Event.competition))
        .order_by(Competition.year, Competition.name, Event.code)
    )
    return [e for e in db.session.scalars(chosen) if e.rules_open]
