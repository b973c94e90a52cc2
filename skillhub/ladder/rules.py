"""Who goes up from an event: so many by place, capped by unit, with reserves; and who follows one that stays away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import groupby

from skillhub.kernel.messages import N_, Message, Problem, say


class TieAtN(StrEnum):
    """What becomes of entries that share the place at which the seats end."""

    ALL, KEY, NONE = "all", "key", "none"


class SeatState(StrEnum):
    """How far a seat has come; a reserve waits in line until one before it falls free."""

    RESERVE = "reserve"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    LOST = "lost"  # taken back: disqualified, corrected, or no longer with the unit that sent them


LIVE = frozenset({SeatState.OFFERED, SeatState.ACCEPTED})
GONE = frozenset({SeatState.DECLINED, SeatState.EXPIRED, SeatState.LOST})


@dataclass(frozen=True, slots=True)
class Rule:
    """How many go up; `consent` says that the target takes more where a tie makes it so."""

    top_n: int
    per_org_cap: int | None = None
    min_total: Decimal | None = None
    tie_at_n: TieAtN = TieAtN.ALL
    reserves: int = 0
    consent: bool = False
    lots: tuple[int, ...] = ()  # entries in the order drawn, for what no mark separates


@dataclass(frozen=True, slots=True)
class Runner:
    """One entry of the event below, as its result has it; of the keys more is better."""

    entry: int
    rank: int | None
    total: Decimal | None = None
    unit: Hashable = None
    keys: tuple[Decimal | None, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """One entry's part in the line to the target, and why."""

    entry: int
    because: Message


@dataclass(frozen=True, slots=True)
class Selection:
    """Who goes, who stands in reserve (in order), who does not, and what somebody must decide first."""

    seats: tuple[Place, ...]
    reserves: tuple[Place, ...]
    left: tuple[Place, ...]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Line:
    """The selection while it is made."""

    rule: Rule
    quota: int
    seats: list[Place] = field(default_factory=list)
    rest: list[tuple[Runner, Message | None]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    sent: Counter[Hashable] = field(default_factory=Counter)
    full: bool = False


def choose(runners: Sequence[Runner], rule: Rule, free: int | None = None) -> Selection:
    """Choose who goes up; `free` is how many places the target still has, None where it has no limit.

    The cap of a unit is never exceeded; the number of seats only where all who share the last place go and the target
    has agreed to that.
    """
    quota = rule.top_n if free is None else min(rule.top_n, max(free, 0))
    line = _Line(rule, quota)
    left = [Place(r.entry, why) for r in runners if (why := _unfit(r, rule))]
    fit = [r for r in runners if _unfit(r, rule) is None]
    fit.sort(key=lambda r: (r.rank, _finer(r, rule), r.entry))
    for rank, group in groupby(fit, key=lambda r: r.rank):
        _seat_group(line, rank or 0, list(group))
    reserves = [
        Place(r.entry, why or say(N_("place %(rank)s, next in line"), rank=r.rank))
        for r, why in line.rest[: rule.reserves]
    ]
    text = N_("place %(rank)s, behind the last seat")
    left += [Place(r.entry, why or say(text, rank=r.rank)) for r, why in line.rest[rule.reserves :]]
    return Selection(tuple(line.seats), tuple(reserves), tuple(left), tuple(line.problems))


@dataclass(frozen=True, slots=True)
class Standby:
    """One seat of a line: its place in the order, its unit, its state."""

    seat: int
    order: int
    unit: Hashable
    state: SeatState


def next_reserve(line: Sequence[Standby], quota: int, per_org_cap: int | None) -> int | None:
    """Name the reserve who takes a place that fell free: the first in order whose unit sends fewer than it may.

    Nobody follows while as many seats live as the target gave: a seat beyond them came from a tie and goes with it.
    """
    live = [s for s in line if s.state in LIVE]
    if len(live) >= quota:
        return None
    sent = Counter(s.unit for s in live)
    waiting = sorted((s for s in line if s.state is SeatState.RESERVE), key=lambda s: s.order)
    fits = (s for s in waiting if _has_room(s.unit, sent, per_org_cap))
    return next((s.seat for s in fits), None)


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody has in a line today: a seat in some state, or nothing."""

    entry: int
    state: SeatState


@dataclass(frozen=True, slots=True)
class Step:
    """What a corrected result does to one entry's seat: `take`, `offer` or `keep`, with the reason."""

    entry: int
    act: str
    because: Message


def consequences(
    held: Sequence[Held],
    chosen: Selection,
    ranked: Mapping[int, int | None],
    quota: int,
    keep: bool,
) -> list[Step]:
    """Say what a corrected result does to seats that were given.

    Whoever has no place any more loses the seat; whoever fell behind keeps it if the rule says so (`keep`). Whoever
    now belongs to those who go is offered a seat as far as one is free.
    """
    wanted = {place.entry: place for place in chosen.seats}
    states = {h.entry: h.state for h in held}
    steps = [s for h in held if (s := _of_seat(h, wanted, ranked, keep))]
    stay = sum(h.state in LIVE for h in held) - sum(s.act == "take" for s in steps)
    for entry, place in wanted.items():
        if states.get(entry) in LIVE or states.get(entry) in GONE:
            continue
        if stay < quota:
            steps.append(Step(entry, "offer", place.because))
            stay += 1
    return steps


def _of_seat(
    held: Held, wanted: Mapping[int, Place], ranked: Mapping[int, int | None], keep: bool
) -> Step | None:
    if held.state not in LIVE or held.entry in wanted:
        return None
    rank = ranked.get(held.entry)
    if rank is None:
        return Step(held.entry, "take", say(N_("no place any more")))
    text = (
        N_("now place %(rank)s; those who have advanced stay") if keep else N_("now place %(rank)s")
    )
    return Step(held.entry, "keep" if keep else "take", say(text, rank=rank))


def _unfit(runner: Runner, rule: Rule) -> Message | None:
    if runner.rank is None:
        return say(N_("without a place"))
    if rule.min_total is not None and (runner.total is None or runner.total < rule.min_total):
        text = N_("total %(total)s, under the %(least)s asked for")
        return say(text, total=runner.total, least=rule.min_total)
    return None


def _seat_group(line: _Line, rank: int, group: Sequence[Runner]) -> None:
    """Seat those who share a place, as far as seats and the caps of their units reach."""
    if line.full or len(line.seats) >= line.quota:
        line.rest += [(r, None) for r in group]
        return
    fitting = list(_within_cap(line, group))
    room = line.quota - len(line.seats)
    if len(fitting) <= room:
        _seat(line, fitting, say(N_("place %(rank)s"), rank=rank))
        return
    line.full = True
    _seat_tied(line, rank, fitting, room)


def _seat_tied(line: _Line, rank: int, fitting: Sequence[Runner], room: int) -> None:
    """More share the last place than seats are left: all go, the next key decides, or none goes."""
    rule = line.rule
    if rule.tie_at_n is TieAtN.ALL and rule.consent:
        text = N_("place %(rank)s: all who share the last place go; the target has agreed")
        _seat(line, fitting, say(text, rank=rank))
        return
    if rule.tie_at_n is TieAtN.ALL:
        text = N_(
            "%(n)s share place %(rank)s and %(room)s seats are left; the target must agree to take them all"
        )
        said = say(text, n=len(fitting), rank=rank, room=room)
        line.problems.append(Problem(_names(fitting), said))
    if rule.tie_at_n is TieAtN.KEY:
        line.problems += _undecided(fitting, room, rule)
        text = N_("place %(rank)s, ahead of those who share it by the further keys")
        _seat(line, fitting[:room], say(text, rank=rank))
        fitting = fitting[room:]
    text = N_("place %(rank)s is shared by more than there are seats")
    line.rest += [(r, say(text, rank=rank)) for r in fitting]


def _within_cap(line: _Line, group: Sequence[Runner]) -> Iterator[Runner]:
    """Give those whose unit may still send somebody; the others stand in line behind their colleagues."""
    cap = line.rule.per_org_cap
    for unit in dict.fromkeys(r.unit for r in group):
        own = [r for r in group if r.unit == unit]
        room = len(own) if cap is None or unit is None else max(cap - line.sent[unit], 0)
        line.problems += _undecided(own, room, line.rule)
        yield from own[:room]
        text = N_(
            "place %(rank)s, but its unit sends %(cap)s already; next if one of them stays away"
        )
        line.rest += [(r, say(text, rank=r.rank, cap=cap)) for r in own[room:]]


def _undecided(tied: Sequence[Runner], room: int, rule: Rule) -> list[Problem]:
    """Find that nothing separates the last who fits from the first who does not."""
    if not 0 < room < len(tied):
        return []
    border = _finer(tied[room - 1], rule)
    if border != _finer(tied[room], rule):
        return []
    same = [r for r in tied if _finer(r, rule) == border]
    return [
        Problem(_names(same), say(N_("nothing separates them: draw lots and record the order")))
    ]


def _seat(line: _Line, runners: Sequence[Runner], because: Message) -> None:
    line.seats += [Place(r.entry, because) for r in runners]
    line.sent.update(r.unit for r in runners)


def _has_room(unit: Hashable, sent: Mapping[Hashable, int], cap: int | None) -> bool:
    return cap is None or unit is None or sent.get(unit, 0) < cap


def _finer(runner: Runner, rule: Rule) -> tuple[tuple[bool, Decimal], ...]:
    """Order those who share a place: by the further keys, more first, then by the lots that were drawn."""
    lot = rule.lots.index(runner.entry) if runner.entry in rule.lots else len(rule.lots)
    keys = ((k is None, -(k or Decimal(0))) for k in runner.keys)
    return (*keys, (False, Decimal(lot)))


def _names(runners: Sequence[Runner]) -> str:
    return ", ".join(r.name or str(r.entry) for r in runners)
