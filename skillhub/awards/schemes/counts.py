"""Awards by number of places: the first so many, then the next so many."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, groupby
from typing import ClassVar

from skillhub.awards.rules import (
    Contender,
    Cut,
    CutTie,
    Field,
    Proposal,
    Ruling,
    Scheme,
    Slots,
    Title,
    barred,
    tiers_kept,
)
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.kernel.parameters import named


@dataclass(frozen=True, slots=True)
class Count:
    """One title and how many places earn it."""

    title: Title
    places: int


@dataclass(frozen=True, kw_only=True)
class Counts(Scheme):
    """The first so many places earn the first title, the next so many the second, and so on."""

    code: ClassVar[str] = "counts"
    label: ClassVar[str] = N_("By number of places")
    source: ClassVar[str] = N_(
        "Guizhou trade-union contest 2023: 1 first, 2 second, 5 third prizes"
    )

    titles: tuple[Count, ...] = named(N_("Titles and places"))

    def titles_given(self) -> tuple[Title, ...]:
        """List the titles it can give, best first."""
        return tuple(t.title for t in self.titles)

    def decide(self, field: Field, earlier: Collection[int]) -> Proposal:
        """Award by place."""
        text = N_("places to give: %(n)s")
        tiers = [
            Tier(n, t.title, t.places, say(text, n=t.places)) for n, t in enumerate(self.titles)
        ]
        return by_place(self, field, tiers)


@dataclass(frozen=True, slots=True)
class Tier:
    """So many places for one title; without an index they are passed over."""

    index: int | None
    title: Title
    size: int
    rule: Message
    roundings: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Tie:
    """The entries of one place, and the places they fill among those that count."""

    members: tuple[Contender, ...]
    first: int

    @property
    def last(self) -> int:
        return self.first + len(self.members) - 1


@dataclass(frozen=True, slots=True)
class _Run:
    """One pass over the ranked entries."""

    scheme: Scheme
    rulings: Mapping[int, Ruling]
    tiers: Sequence[Tier]
    ends: list[int]  # the place at which each tier ends; promote_extend moves them
    ranked: int
    proposal: Proposal


def by_place(
    scheme: Scheme,
    field: Field,
    tiers: Sequence[Tier],
    also_barred: Mapping[int, Message] | None = None,
) -> Proposal:
    """Award tier by tier in order of place, with the scheme's gates and its way with cut ties."""
    bars = {**(also_barred or {}), **barred(scheme, field)}
    ranked = field.ranked()
    closing_up = scheme.slots is Slots.PASS_DOWN
    kept = tiers_kept(scheme, field)
    tiers = [t for t in tiers if t.index is None or kept is None or t.index < kept]
    ends = list(accumulate(t.size for t in tiers))
    run = _Run(scheme, field.rulings, tiers, ends, len(ranked), Proposal(against=bars))
    for tie in _ties([c for c in ranked if not (closing_up and c.entry in bars)]):
        if not ends or tie.first > ends[-1]:
            break
        _award(tie, run)
    _say_why_not(ranked, run.proposal)
    run.proposal.cuts = [
        Cut(scheme.code, t.title, t.rule, planned=t.size, roundings=t.roundings)
        for t in tiers
        if t.index is not None
    ]
    return run.proposal


def _ties(queue: Sequence[Contender]) -> Iterator[_Tie]:
    first = 1
    for _, group in groupby(queue, key=lambda c: c.standing.rank):
        tie = _Tie(tuple(group), first)
        yield tie
        first = tie.last + 1


def _award(tie: _Tie, run: _Run) -> None:
    """Give one tie what its tier says, or say why it gets nothing."""
    better, worse = bisect_left(run.ends, tie.first), bisect_left(run.ends, tie.last)
    way = run.scheme.cut_tie
    free = [c for c in tie.members if c.entry not in run.proposal.against]
    if better == worse or way in {CutTie.PROMOTE_SHRINK, CutTie.PROMOTE_EXTEND}:
        _give(free, tie, better, run)
        over = max(tie.last - run.ends[better], 0) if way is CutTie.PROMOTE_EXTEND else 0
        run.ends[better + 1 :] = [end + over for end in run.ends[better + 1 :]]
    elif way is CutTie.DEMOTE:
        _give(free, tie, worse, run)
    else:
        _rule(free, run.tiers[better], run)


def _give(free: Sequence[Contender], tie: _Tie, at: int, run: _Run) -> None:
    tier = run.tiers[at] if at < len(run.tiers) else None
    for c in free:
        place = c.standing.rank
        if tier is None:
            text = N_("Place %(place)s, shared by %(k)s: the tie lies over the last place awarded.")
            run.proposal.against[c.entry] = say(text, place=place, k=len(tie.members))
        elif tier.index is None:
            text = N_("Place %(place)s: %(title)s begins after place %(last)s.")
            why = say(text, place=place, title=str(tier.title), last=run.ends[at])
            run.proposal.against[c.entry] = why
        else:
            run.proposal.won[c.entry] = (tier.index, _because(c, tie, at, run))


def _because(c: Contender, tie: _Tie, at: int, run: _Run) -> Message:
    text = N_("Place %(place)s of %(n)s; %(title)s ends at place %(last)s (%(rule)s).")
    if c.standing.rank != tie.first:
        text = N_(
            "Place %(place)s of %(n)s, moved up to %(first)s because others before it may not be"
            " awarded; %(title)s ends at place %(last)s (%(rule)s)."
        )
    elif tie.last > run.ends[at]:
        text = N_(
            "Place %(place)s of %(n)s, shared by %(k)s; %(title)s ends at place %(last)s (%(rule)s),"
            " and a tie over the cut earns the better award."
        )
    tier = run.tiers[at]
    return say(
        text,
        place=c.standing.rank,
        n=run.ranked,
        first=tie.first,
        k=len(tie.members),
        title=str(tier.title),
        last=run.ends[at],
        rule=tier.rule,
    )


def _rule(free: Sequence[Contender], tier: Tier, run: _Run) -> None:
    """Follow the committee's ruling on a tie over a cut; without one, keep the event open."""
    numbers = {str(t.title): t.index for t in run.tiers}
    unruled = []
    for c in free:
        ruling = run.rulings.get(c.entry)
        index = numbers.get(ruling.title or "") if ruling else None
        if ruling is None or (ruling.title and index is None):
            unruled.append(c)
        elif index is not None:
            run.proposal.won[c.entry] = (
                index,
                say(N_("The committee decided: %(why)s"), why=ruling.reason),
            )
        else:
            run.proposal.against[c.entry] = say(
                N_("The committee decided: %(why)s"), why=ruling.reason
            )
    text = N_("Place %(place)s is shared over the cut of %(title)s: the committee must decide.")
    for c in unruled:
        why = say(text, place=c.standing.rank, title=str(tier.title))
        run.proposal.against[c.entry] = why
    if unruled:
        names = [c.entry for c in unruled]
        why = say(text, place=unruled[0].standing.rank, title=str(tier.title), entries=names)
        run.proposal.problems.append(Problem("awards", why))


def _say_why_not(ranked: Sequence[Contender], proposal: Proposal) -> None:
    last = max((c.standing.rank or 0 for c in ranked if c.entry in proposal.won), default=0)
    text = N_("Place %(place)s: the last place that earns an award is %(last)s.")
    if not last:
        text = N_("Place %(place)s: no place earns an award here.")
    for c in ranked:
        if c.entry not in proposal.won and c.entry not in proposal.against:
            proposal.against[c.entry] = say(text, place=c.standing.rank, last=last)
