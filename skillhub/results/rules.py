"""Ranking: totals, ordered keys, shared places, and the reason that separates two neighbours."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum
from fractions import Fraction
from itertools import groupby
from typing import Any

from skillhub.entries.rules import TeamRule
from skillhub.kernel import documents
from skillhub.kernel.documents import Refused, brief
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.kernel.quiet import quiet
from skillhub.kernel.rounding import EXACT, printed, rounded

TOTAL = "total"


class Status(StrEnum):
    """How an entry ended; those without a place are listed in this order."""

    OK, DNF, DNS, DSQ, NC = "OK", "DNF", "DNS", "DSQ", "NC"


class Tie(StrEnum):
    """What becomes of entries that no key separates."""

    SHARE, MUST_RESOLVE = "share", "must_resolve"


@dataclass(frozen=True, slots=True)
class Part:
    """One component as seen here; a time is in seconds and adds nothing to the total, a penalty takes from it."""

    code: str
    name: str
    maximum: Decimal
    weight: Decimal = Decimal(1)
    pass_mark: Decimal | None = None
    kind: str = "points"

    @property
    def counts(self) -> Decimal:
        """Give the weight with which it counts in the total."""
        return {"time": Decimal(0), "penalty": -self.weight}.get(self.kind, self.weight)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One entry with its marks; None (or no key) is a blank, which is never 0."""

    entry: int
    status: str = Status.OK
    official: bool = True
    marks: Mapping[str, Decimal | None] = field(default_factory=dict)
    exact: Mapping[str, Fraction] = field(default_factory=dict)  # what a printed mark cannot hold
    ended: Mapping[str, str] = field(default_factory=dict)  # DNF and the like: no mark, no blank
    lot: int | None = None  # drawn where nothing else separates; counts if all of a tie have one


@dataclass(frozen=True, slots=True)
class Key:
    """One thing to compare by: the total or a part, and whether more or less is better."""

    part: str = TOTAL
    falling: bool = True

    @classmethod
    def from_plain(cls, raw: object) -> Key:
        """Read "practical desc"."""
        words = raw.split() if isinstance(raw, str) else []
        if len(words) != 2 or words[1] not in ("asc", "desc"):
            text = N_('"%(raw)s" is no key: write "total desc" or "time asc"')
            raise Refused(say(text, raw=brief(raw)))
        return cls(words[0], words[1] == "desc")


@dataclass(frozen=True, slots=True)
class Ranking:
    """How an event is ranked."""

    keys: tuple[Key, ...] = (Key(),)
    remaining_tie: Tie = Tie.SHARE
    decimals: int = 2
    rank_dnf: bool = False
    team: TeamRule = TeamRule()  # of teams whose members are marked alone
    rescale: bool = False  # the rules foresaw that an annulled part's weight goes to the others


@dataclass(frozen=True, slots=True)
class Standing:
    """A place computed now.

    `missing` names the parts whose blank keeps the entry from a total, `unkeyed` the keys that have
    no value (they sort last). `tied_with` holds every entry of a tie, this one included.
    """

    entry: int
    status: str
    official: bool
    total: Decimal | None = None
    rank: int | None = None
    keys: tuple[Decimal | None, ...] = ()
    separated: Message | None = None
    missing: tuple[str, ...] = ()
    unkeyed: tuple[str, ...] = ()
    would_be: int | None = None
    tied_with: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is the same for every entry of the event."""

    ranking: Ranking
    names: Mapping[str, str | Message]
    times: frozenset[str]
    void: frozenset[str]
    weights: tuple[tuple[str, Decimal], ...]
    needed: tuple[str, ...]
    scale: Fraction
    step: Decimal


@dataclass(frozen=True, slots=True)
class _Line:
    """One entry on its way to a place."""

    candidate: Candidate
    total: Decimal | None = None
    keys: tuple[Decimal | None, ...] = ()
    order: tuple[Any, ...] = ()
    missing: tuple[str, ...] = ()
    unkeyed: tuple[str, ...] = ()


def read_ranking(
    document: object, parts: Sequence[Part], where: str = "ranking"
) -> tuple[Ranking | None, list[Problem]]:
    """Read a ranking from its document; None when a problem is found."""
    problems: list[Problem] = []
    values = documents.values_of(Ranking, document, where, problems)
    known = [TOTAL, *(p.code for p in parts)]
    keys = [k.part if k else None for k in values.get("keys", ())]
    for n, code in enumerate(keys):
        at = f"{where}.keys[{n}]"
        if code and code not in known:
            text = N_('unknown part "%(part)s"; known: %(known)s')
            problems.append(Problem(at, say(text, part=code, known=", ".join(known))))
        elif code and code in keys[:n]:
            problems.append(Problem(at, say(N_('"%(part)s" stands here twice'), part=code)))
    if values.get("decimals", 0) > 4:
        problems.append(Problem(f"{where}.decimals", say(N_("at most 4 decimals are kept"))))
    return (None if problems else Ranking(**values)), problems


@quiet()
def rank(
    candidates: Sequence[Candidate],
    parts: Sequence[Part],
    ranking: Ranking,
    void: Collection[str] = (),
) -> list[Standing]:
    """Rank the entries of one event: those with a place in order, then those without.

    Compares the total as printed, then the keys. Guests get no rank but the place they would have.
    `void` names parts annulled by the organiser's fault: their weight goes to the other parts if
    the rules foresaw it (`rescale`), else they count as missing for everyone.
    """
    with localcontext(EXACT):
        plan = _plan(parts, ranking, frozenset(void))
        lines = [_line(c, plan) for c in candidates]
        placed = [line for line in lines if line.total is not None]
        placed.sort(key=lambda line: (line.order, line.candidate.entry))
        rest = [_standing(line) for line in lines if line.total is None]
        rest.sort(key=lambda s: (list(Status).index(Status(s.status)), s.entry))
        return [*_places(placed, plan), *rest]


def _plan(parts: Sequence[Part], ranking: Ranking, void: frozenset[str]) -> _Plan:
    points = [p for p in parts if p.kind != "time"]
    counted = [p for p in points if not (ranking.rescale and p.code in void)]
    whole = sum((Fraction(p.counts) for p in points if p.counts > 0), Fraction())
    left = sum((Fraction(p.counts) for p in counted if p.counts > 0), Fraction())
    needed = {p.code for p in counted} | {ranking.keys[0].part}
    return _Plan(
        ranking,
        names={TOTAL: say(N_("total"))} | {p.code: p.name for p in parts},
        times=frozenset(p.code for p in parts if p.kind == "time"),
        void=void,
        weights=tuple((p.code, p.counts) for p in counted),
        needed=tuple(p.code for p in parts if p.code in needed),
        scale=whole / left if left else Fraction(1),
        step=Decimal(1).scaleb(-ranking.decimals),
    )


def _line(candidate: Candidate, plan: _Plan) -> _Line:
    ranking = plan.ranking
    complete = candidate.status == Status.OK
    if not complete and not (candidate.status == Status.DNF and ranking.rank_dnf):
        return _Line(candidate)
    marks = {k: v for k, v in candidate.marks.items() if v is not None and k not in plan.void}
    known = {**candidate.ended, **marks} if candidate.ended else marks
    missing = tuple([code for code in plan.needed if code not in known])
    if missing and (complete or not marks):
        return _Line(candidate, missing=missing if complete else ())
    total = _total(marks, candidate.exact, plan)
    keys = tuple([total if k.part == TOTAL else marks.get(k.part) for k in ranking.keys])
    order = tuple([_sortable(v, k) for v, k in zip(keys, ranking.keys, strict=True)])
    unkeyed: tuple[str, ...] = ()
    if None in keys:
        unkeyed = tuple(k.part for v, k in zip(keys, ranking.keys, strict=True) if v is None)
    return _Line(candidate, total, keys, order, unkeyed=unkeyed)


def _total(marks: Mapping[str, Decimal], exact: Mapping[str, Fraction], plan: _Plan) -> Decimal:
    """Add weight times points and round once, half up, at the printed precision."""
    if not exact and plan.scale == 1:
        total = sum((marks[code] * w for code, w in plan.weights if code in marks), Decimal(0))
        return total.quantize(plan.step, rounding=ROUND_HALF_UP)
    known = [(exact.get(code, marks[code]), w) for code, w in plan.weights if code in marks]
    exactly = sum((Fraction(mark) * Fraction(w) for mark, w in known), Fraction()) * plan.scale
    return rounded(exactly, plan.ranking.decimals)


def _sortable(value: Decimal | None, key: Key) -> tuple[bool, Decimal]:
    """Give what sorts the better value first and a missing one last."""
    if value is None:
        return True, Decimal(0)
    return False, value.copy_negate() if key.falling else value


def _places(placed: Sequence[_Line], plan: _Plan) -> Iterator[Standing]:
    """Give equal lines one place (1, 2, 2, 4); guests stand between them without taking one."""
    before = 0
    ahead: _Line | None = None
    for lines in _groups(placed):
        ranked = [line for line in lines if line.candidate.official]
        tie = tuple(line.candidate.entry for line in ranked) if len(ranked) > 1 else ()
        reason = _separated(ahead, ranked[0], plan) if ahead and ranked else None
        for line in lines:
            if line.candidate.official:
                yield _standing(line, rank=before + 1, separated=reason, tied_with=tie)
            else:
                yield _standing(line, would_be=before + 1)
        before += len(ranked)
        ahead = ranked[0] if ranked else ahead


def _groups(placed: Sequence[_Line]) -> Iterator[list[_Line]]:
    """Put equal lines together; where all who tie have drawn lots, each stands alone."""
    for _, group in groupby(placed, key=lambda line: line.order):
        lines = list(group)
        lots = [x.candidate.lot for x in lines if x.candidate.official]
        if len(lots) < 2 or None in lots or len(set(lots)) < len(lots):
            yield lines
            continue
        lines.sort(key=lambda x: (x.candidate.official, x.candidate.lot or 0))
        yield from ([line] for line in lines)


def _standing(line: _Line, **place: Any) -> Standing:
    return Standing(
        line.candidate.entry,
        line.candidate.status,
        line.candidate.official,
        total=line.total,
        keys=line.keys,
        missing=line.missing,
        unkeyed=line.unkeyed,
        **place,
    )


def _separated(better: _Line, worse: _Line, plan: _Plan) -> Message:
    """Say which key put one line before the next."""
    if better.order == worse.order:
        return say(N_("separated by lot"))
    n = next(i for i, key in enumerate(better.order) if key != worse.order[i])
    key, first, second = plan.ranking.keys[n], better.keys[n], worse.keys[n]
    name = plan.names[key.part]
    decimals = 0 if key.part in plan.times else plan.ranking.decimals
    best = printed(first or Decimal(0), decimals)
    if second is None:
        text = N_("separated by %(key)s: only the one before has a value, %(better)s")
        return say(text, key=name, better=best)
    return say(
        N_("separated by %(key)s %(better)s > %(worse)s")
        if key.falling
        else N_("separated by %(key)s %(better)s < %(worse)s"),
        key=name,
        better=best,
        worse=printed(second, decimals),
    )
