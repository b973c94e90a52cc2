"""The organisation table: medals first, points by place with countback, or sums of totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from enum import StrEnum
from itertools import groupby

from skillhub.kernel import documents
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.kernel.rounding import EXACT, printed


class By(StrEnum):
    """What a unit is ranked by."""

    MEDALS, POINTS, TOTALS = "medals", "points", "totals"


class Mode(StrEnum):
    """What is made of the points or totals of one unit."""

    SUM, MEAN = "sum", "mean"


class Level(StrEnum):
    """Whom a table counts for: whoever entered, the enterprise over it, or the district over that."""

    ENTRANT, ENTERPRISE, DISTRICT = "entrant", "enterprise", "district"


@dataclass(frozen=True, slots=True)
class UnitAward:
    """An award for units: its title, and how many of them there are."""

    title: str
    n: int


WEIHAI = tuple(Decimal(n) for n in (10, 9, 8, 7, 6, 5, 4, 4, 4, 4))


@dataclass(frozen=True, slots=True)
class League:
    """How units are ranked. `best` counts only the best so many: of each event, or in all.

    `extra` gives awards outside their number: the code of a unit, such as the host, and the title.
    """

    by: By = By.MEDALS
    titles: tuple[str, ...] = ("Gold", "Silver", "Bronze")
    points: tuple[Decimal, ...] = WEIHAI
    others: Decimal = Decimal(1)
    title_points: Mapping[str, Decimal] = field(default_factory=dict)
    mode: Mode = Mode.SUM
    best: int | None = None
    best_per_event: bool = False
    countback: bool = True
    rank_zero: bool = True  # a unit without a point is ranked too
    level: Level = Level.ENTRANT
    by_successor: bool = False  # a unit that was absorbed counts for the one that took it over
    awards: tuple[UnitAward, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Placing:
    """One entry's part in the table; without a place it brings nothing."""

    unit: Hashable
    event: Hashable
    entry: int
    place: int | None
    total: Decimal | None
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit's place: `medals` in the order of the titles, `best` the entries of its best total."""

    unit: Hashable
    rank: int
    entries: int
    medals: tuple[int, ...]
    points: Decimal
    total: Decimal
    best: tuple[int, ...]
    separated: Message | None


@dataclass(frozen=True, slots=True)
class _Unit:
    unit: Hashable
    entries: int
    medals: tuple[int, ...]
    points: Decimal
    total: Decimal
    places: tuple[int, ...]
    best: tuple[int, ...]


def read_league(
    document: object, where: str = "organisation_ranking"
) -> tuple[League | None, list[Problem]]:
    """Read a league from its document; None when a problem is found."""
    problems: list[Problem] = []
    values = documents.values_of(League, document, where, problems)
    if values.get("best") == 0:
        problems.append(Problem(f"{where}.best", say(N_("at least one must count"))))
    return (None if problems else League(**values)), problems


def table(placings: Sequence[Placing], league: League) -> list[UnitLine]:
    """Rank the units; equal in everything that counts means a shared place (1, 2, 2, 4)."""
    by_unit: dict[Hashable, list[Placing]] = {}
    for p in placings:
        if p.place is not None:
            by_unit.setdefault(p.unit, []).append(p)
    with localcontext(EXACT):
        units = [_unit(unit, own, league) for unit, own in by_unit.items()]
    if not league.rank_zero:
        units = [unit for unit in units if unit.points or unit.total]
    units.sort(key=lambda u: (_order(u, league), str(u.unit)))
    lines: list[UnitLine] = []
    before: _Unit | None = None
    for _, group in groupby(units, key=lambda u: _order(u, league)):
        same = list(group)
        reason = _separated(before, same[0], league) if before else None
        rank = len(lines) + 1
        lines.extend(_line(u, rank, reason) for u in same)
        before = same[0]
    return lines


@dataclass(frozen=True, slots=True)
class Honour:
    """An award of one unit; `outside` marks one that is given beside the number of such awards."""

    unit: Hashable
    title: str
    outside: bool = False


def honours(
    lines: Sequence[UnitLine], league: League, codes: Mapping[Hashable, str]
) -> list[Honour]:
    """Give the awards for units by place, shared places together, then those outside their number."""
    given: list[Honour] = []
    before = 0
    for award in league.awards:
        last = before + award.n
        given += [Honour(x.unit, award.title) for x in lines if before < x.rank <= last]
        before = last
    known = {code: unit for unit, code in codes.items()}
    extra = [(known[code], title) for code, title in league.extra.items() if code in known]
    return given + [Honour(unit, title, outside=True) for unit, title in extra]


def points_of(placing: Placing, league: League) -> Decimal:
    """Give the points of a place, or of a title where titles have points."""
    if league.title_points:
        earned = [league.title_points[t] for t in placing.titles if t in league.title_points]
        return max(earned, default=league.others)
    place = placing.place or 0
    return league.points[place - 1] if 0 < place <= len(league.points) else league.others


def _unit(unit: Hashable, own: Sequence[Placing], league: League) -> _Unit:
    medals = Counter(t for p in own for t in p.titles)
    points = _combined([(p.event, points_of(p, league)) for p in own], league)
    totals = [(p.event, p.total or Decimal(0)) for p in own]
    most = max(value for _, value in totals)
    return _Unit(
        unit,
        entries=len(own),
        medals=tuple(medals[t] for t in league.titles),
        points=points,
        total=_combined(totals, league),
        places=tuple(sorted(p.place for p in own if p.place is not None)),
        best=tuple(sorted(p.entry for p in own if (p.total or Decimal(0)) == most)),
    )


def _combined(values: Sequence[tuple[Hashable, Decimal]], league: League) -> Decimal:
    """Add (or average) the values that count."""
    groups: dict[Hashable, list[Decimal]] = {}
    for event, value in values:
        groups.setdefault(event if league.best_per_event else None, []).append(value)
    counted = [v for own in groups.values() for v in sorted(own, reverse=True)[: league.best]]
    total = sum(counted, Decimal(0))
    if league.mode is Mode.MEAN:
        return (total / len(counted)).quantize(Decimal("0.01"), rounding=EXACT.rounding)
    return total


def _order(unit: _Unit, league: League) -> tuple[tuple[Decimal, ...], tuple[float, ...]]:
    """Sort best first. Countback: more firsts, then more seconds, and so on.

    The sorted places say the same: at the first difference the better place is one more of it, and
    where one list ends the longer one has more.
    """
    if league.by is By.MEDALS:
        return tuple(Decimal(-n) for n in unit.medals), ()
    if league.by is By.TOTALS:
        return (-unit.total,), ()
    return (-unit.points,), (*unit.places, float("inf")) if league.countback else ()


def _separated(better: _Unit, worse: _Unit, league: League) -> Message | None:
    """Say what put one unit before the next."""
    if league.by is By.MEDALS:
        n = next(i for i, m in enumerate(better.medals) if m != worse.medals[i])
        title = league.titles[n]
        text = N_("more %(title)s: %(better)s > %(worse)s")
        return say(text, title=title, better=better.medals[n], worse=worse.medals[n])
    if league.by is By.TOTALS or better.points != worse.points:
        totals = league.by is By.TOTALS
        first, second = (better.total, worse.total) if totals else (better.points, worse.points)
        text = N_("total %(better)s > %(worse)s") if totals else N_("points %(better)s > %(worse)s")
        return say(text, better=printed(first), worse=printed(second))
    mine, other = (*better.places, 0), (*worse.places, 0)
    place = next(a for a, b in zip(mine, other, strict=False) if a != b)
    text = N_("countback: more places %(place)s, %(better)s > %(worse)s")
    return say(
        text, place=place, better=better.places.count(place), worse=worse.places.count(place)
    )


def _line(unit: _Unit, rank: int, separated: Message | None) -> UnitLine:
    return UnitLine(
        unit.unit,
        rank,
        unit.entries,
        unit.medals,
        unit.points,
        unit.total,
        unit.best,
        separated,
    )
