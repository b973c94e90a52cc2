"""Setting how an event feeds another, offering seats, answering them, and letting reserves follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from skillhub.competitions.models import Event, Tier
from skillhub.entries import services as entries
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, same_version, transaction
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.kernel.exact import day_of
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.ladder import queries
from skillhub.ladder.models import Advancement, LadderSeat
from skillhub.ladder.rules import LIVE, SeatState
from skillhub.organisations.models import Organisation
from skillhub.people import queries as people
from skillhub.registrations import queries as registrations
from skillhub.registrations import services as registration_services
from skillhub.registrations.queries import Asking

TIERS = list(Tier)
_S = SeatState


@transaction()
def feed(source: Event, target: Event, values: Mapping[str, Any], actor: Actor) -> Advancement:
    """Let an event feed a higher one: how many, how many of a unit, in reserve, and until when they answer."""
    _refuse_loop(source, target)
    if any(row.target_id == target.id for row in queries.from_event(source)):
        raise Conflict(say(N_("This event feeds that one already; change its rule.")))

    row = Advancement(source=source, target=target, **values)
    db.session.add(row)
    act(actor, "ladder.feed", row)
    return row


@transaction()
def revise(row: Advancement, version: int, values: Mapping[str, Any], actor: Actor) -> None:
    """Change a rule before its seats are offered."""
    same_version(row, version)
    _refuse_offered(row)

    for name, value in values.items():
        setattr(row, name, value)
    act(actor, "ladder.revise", row)


@transaction()
def cut(row: Advancement, version: int, actor: Actor) -> None:
    """Let an event no longer feed the other, as long as no seat was offered."""
    same_version(row, version)
    _refuse_offered(row)

    act(actor, "ladder.cut", row)
    db.session.delete(row)


@transaction()
def consent(row: Advancement, actor: Actor, moment: datetime) -> None:
    """Record that the target takes all who share the last place, also beyond its quota."""
    row.consent_by, row.consent_at = actor.login, moment
    act(actor, "ladder.consent", row)


@transaction()
def draw(row: Advancement, lots: Sequence[int], actor: Actor) -> None:
    """Record the order in which lots were drawn among entries that nothing else separates."""
    _refuse_offered(row)
    row.lots = list(lots)
    act(actor, "ladder.draw", row, note={"lots": list(lots)})


@transaction()
def offer(row: Advancement, actor: Actor, moment: datetime) -> list[LadderSeat]:
    """Offer the seats, once, from the final result; the reserves stand in line behind them."""
    _refuse_offered(row)
    chosen = queries.selection(row)
    if chosen.problems:
        raise BadInput(say(N_("The seats cannot be offered yet.")), chosen.problems)
    lines = {line.entry_id: line for line in queries.lines_of(row.source)}

    row.offered_at = moment
    line = [*chosen.seats, *chosen.reserves]
    for position, place in enumerate(line, 1):
        own = lines[place.entry]
        seat = LadderSeat(
            advancement=row,
            entry=own.entry,
            position=position,
            rank=own.rank,
            total=own.total,
            organisation_id=own.entry.organisation_id,
            because=place.because.as_json(),
        )
        if position <= len(chosen.seats):
            _open(seat, row.answer_by, moment)
        db.session.add(seat)
    _hold(row.target, actor)
    act(actor, "ladder.offer", row, note={"seats": len(chosen.seats), "of": len(line)})
    return list(queries.line_of(row))


@transaction()
def accept(seat: LadderSeat, version: int, actor: Actor, moment: datetime) -> None:
    """Take a seat: the entry in the higher event is made, still for the unit of the event below.

    Whoever has left the unit that sent them loses the seat where the rule asks for that; the next reserve follows.
    """
    _refuse_answered(seat, version, moment)
    row, target = seat.advancement, seat.advancement.target
    team = queries.people_of(seat.entry)
    day = day_of(moment, target.competition.host.zone)
    employers = people.employers_on([p.id for p in team], day)
    unit = employers.get(team[0].id) if team else None
    if row.same_employer and (unit.id if unit else None) != seat.organisation_id:
        _end(seat, _S.LOST, N_("no longer with the unit that sent them"), actor, moment)
        act(actor, "ladder.accept", seat, note={"lost": "employer"})
        return
    _refuse_unfit(target, seat, moment)

    start_for: Organisation | None = unit if row.new_attribution else seat.organisation
    [made] = entries.admit_many(target, [(seat.entry.name, team, start_for)], actor)
    db.session.flush()
    seat.state, seat.target_entry = _S.ACCEPTED, made
    seat.answered_at, seat.answered_by = moment, actor.login
    _hold(target, actor)
    act(actor, "ladder.accept", seat)


@transaction()
def decline(seat: LadderSeat, version: int, why: str, actor: Actor, moment: datetime) -> None:
    """Give a seat up, accepted or not; the next reserve is offered it, once."""
    same_version(seat, version)
    if seat.state not in LIVE:
        raise Conflict(say(N_("This seat is answered already.")))

    _end(seat, _S.DECLINED, why, actor, moment)
    act(actor, "ladder.decline", seat, why=why)


@transaction()
def expire(row: Advancement, actor: Actor, moment: datetime, why: str = "") -> int:
    """End the offers whose time has run out, and let reserves follow; gives how many ended."""
    ended = queries.due(row, moment)
    for seat in ended:
        _end(seat, _S.EXPIRED, why, actor, moment)
    if ended:
        act(actor, "ladder.expire", row, why=why, note={"ended": len(ended)})
    return len(ended)


@transaction()
def call_up(row: Advancement, actor: Actor, moment: datetime, why: str = "") -> int:
    """Offer places that the target has now to reserves, in order; gives how many were called."""
    called = 0
    while queries.vacant(row) and _fill(row, None, actor, moment):
        called += 1
    if called:
        act(actor, "ladder.call_up", row, why=why, note={"called": called})
    return called


@transaction()
def release(target: Event, why: str, actor: Actor, moment: datetime) -> int:
    """Take back what is offered into an event that is cancelled; nobody follows. Gives how many seats."""
    offered = queries.offers_into(target)
    for seat in offered:
        _end(seat, _S.LOST, why, actor, moment, follows=False)
    _hold(target, actor)
    if offered:
        act(actor, "ladder.release", target, why=why, note={"seats": len(offered)})
    return len(offered)


@transaction()
def prolong(target: Event, actor: Actor, moment: datetime) -> int:
    """Give offers that ran out while their event was suspended their hours anew; gives how many."""
    late = [s for s in queries.offers_into(target) if s.answer_by and s.answer_by < moment]
    for seat in late:
        seat.answer_by = moment + timedelta(hours=seat.advancement.answer_hours)
    if late:
        act(actor, "ladder.prolong", target, note={"seats": len(late)})
    return len(late)


@transaction()
def follow(
    event: Event, new_ranks: Mapping[int, int | None], why: str, actor: Actor, moment: datetime
) -> None:
    """Do to the seats what a corrected result asks (see queries.seats_touched)."""
    for row, step in queries.seats_touched(event, new_ranks):
        seats = {seat.entry_id: seat for seat in queries.line_of(row)}
        seat = seats.get(step.entry)
        if step.act == "take" and seat:
            _end(seat, _S.LOST, why, actor, moment, follows=False)
        elif step.act == "offer" and seat:
            _open(seat, row.answer_by, moment, row.answer_hours)
        elif step.act == "offer":
            last = max((s.position for s in seats.values()), default=0)
            own = {line.entry_id: line for line in queries.lines_of(event)}[step.entry]
            seat = LadderSeat(
                advancement=row, entry=own.entry, position=last + 1, rank=own.rank, total=own.total,
                organisation_id=own.entry.organisation_id, because=step.because.as_json(),
            )  # fmt: skip
            _open(seat, row.answer_by, moment, row.answer_hours)
            db.session.add(seat)
        db.session.flush()
    for row in queries.from_event(event):
        _fill(row, None, actor, moment)
    act(actor, "ladder.follow", event, why=why)


def _end(
    seat: LadderSeat,
    state: SeatState,
    why: str,
    actor: Actor,
    moment: datetime,
    follows: bool = True,
) -> None:
    """End a seat; its entry in the target goes with it, and the next reserve comes."""
    made, seat.target_entry = seat.target_entry, None
    seat.state, seat.why = state, why
    seat.answered_at, seat.answered_by = moment, actor.login
    db.session.flush()
    if made is not None:
        entries.strike(made, why, actor)
    if follows:
        _fill(seat.advancement, seat, actor, moment)


def _fill(row: Advancement, gone: LadderSeat | None, actor: Actor, moment: datetime) -> bool:
    """Offer a free place to the next reserve; nobody where the target is being held already."""
    _hold(row.target, actor)
    following = queries.follower(row, queries.line_of(row)) if row.target.rules_open else None
    if following is None:
        return False
    _open(following, row.answer_by, moment, row.answer_hours)
    following.follows = gone
    db.session.flush()
    _hold(row.target, actor)
    return True


def _open(seat: LadderSeat, limit: datetime | None, moment: datetime, hours: int = 0) -> None:
    """Offer a seat; a reserve has its hours from the offer on, also after the common limit."""
    own = moment + timedelta(hours=hours) if hours else None
    seat.state, seat.offered_at = SeatState.OFFERED, moment
    seat.answer_by = max(filter(None, (limit, own)), default=None)


def _hold(target: Event, actor: Actor) -> None:
    db.session.flush()
    registration_services.hold(target, len(queries.offers_into(target)), actor)


def _refuse_answered(seat: LadderSeat, version: int, moment: datetime) -> None:
    same_version(seat, version)
    if seat.state is not _S.OFFERED:
        raise Conflict(say(N_("This seat is answered already.")))
    if seat.answer_by and moment > seat.answer_by:
        raise Conflict(say(N_("This seat had to be answered by %(limit)s."), limit=seat.answer_by))


def _refuse_unfit(target: Event, seat: LadderSeat, moment: datetime) -> None:
    """Refuse whoever may not enter the target, with the rule and the day, and whoever stands in it already."""
    team = tuple(queries.people_of(seat.entry))
    _refuse(registrations.prepared(target))
    if not team:
        return
    _refuse(registrations.twice(target, [Asking(team)]))
    found = registrations.findings(target, [p.id for p in team], moment)
    joined = registrations.together([(p.name, found[p.id]) for p in team])
    if joined.refusal:
        raise BadInput(joined.refusal, [Problem(seat.entry.name, joined.refusal)])


def _refuse(why: Message | None) -> None:
    if why:
        raise Conflict(why)


def _refuse_offered(row: Advancement) -> None:
    if row.offered_at is not None:
        raise Conflict(say(N_("The seats are offered already; the rule stands.")))


def _refuse_loop(source: Event, target: Event) -> None:
    if queries.leads_to(target, source):
        raise Conflict(say(N_("The way up would lead back to where it began.")))
    if TIERS.index(target.competition.tier) < TIERS.index(source.competition.tier):
        raise Conflict(say(N_("An event feeds one of its own tier or a higher one.")))
