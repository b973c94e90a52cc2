"""Awards by least total."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import ClassVar

from skillhub.awards.rules import Contender, Cut, Field, Proposal, Scheme, Title, barred, tiers_kept
from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.parameters import named
from skillhub.kernel.rounding import printed


@dataclass(frozen=True, slots=True)
class Least:
    """One title and the total it takes."""

    title: Title
    least: Decimal


@dataclass(frozen=True, kw_only=True)
class Threshold(Scheme):
    """Everybody whose printed total reaches the figure; ties cannot lie over such a cut."""

    code: ClassVar[str] = "threshold"
    label: ClassVar[str] = N_("By least total")
    source: ClassVar[str] = N_("International Mathematical Olympiad: cut-offs set by the jury")

    titles: tuple[Least, ...] = named(N_("Titles and least totals"))

    def titles_given(self) -> tuple[Title, ...]:
        """List the titles it can give, best first."""
        return tuple(t.title for t in self.titles)

    def sense(self) -> list[tuple[str, Message]]:
        """Refuse figures that do not fall."""
        figures = [t.least for t in self.titles]
        if any(b >= a for a, b in pairwise(figures)):
            return [("titles", say(N_("each title must ask less than the one before")))]
        return []

    def decide(self, field: Field, earlier: Collection[int]) -> Proposal:
        """Award by printed total."""
        levels = [
            Level(n, t.title, t.least, say(N_("from %(least)s"), least=printed(t.least)))
            for n, t in enumerate(self.titles)
        ]
        return by_score(self, field, levels)


@dataclass(frozen=True, slots=True)
class Level:
    """One title and the score from which it is earned; no score: by nobody."""

    index: int
    title: Title
    least: Decimal | None
    rule: Message
    roundings: Mapping[str, int] = field(default_factory=dict)


def by_score(
    scheme: Scheme,
    field: Field,
    levels: Sequence[Level],
    also_barred: Mapping[int, Message] | None = None,
    score_of: Callable[[Contender], Decimal] | None = None,
) -> Proposal:
    """Give each entry the best title whose score it reaches, with the scheme's gates."""
    proposal = Proposal(against={**(also_barred or {}), **barred(scheme, field)})
    kept = tiers_kept(scheme, field)
    levels = [x for x in levels if kept is None or x.index < kept]
    asked = [x for x in levels if x.least is not None]
    ranked = field.ranked()
    for c in ranked:
        if c.entry in proposal.against:
            continue
        score = score_of(c) if score_of else c.standing.total or Decimal(0)
        earned = next((x for x in asked if x.least is not None and score >= x.least), None)
        text = _text(earned, asked)
        level = earned or (asked[-1] if asked else None)
        why = say(
            text,
            place=c.standing.rank,
            n=len(ranked),
            score=printed(score, field.decimals if score_of is None else 0),
            title=str(level.title) if level else "",
            least=printed(level.least) if level and level.least is not None else "",
            rule=level.rule if level else "",
        )
        if earned:
            proposal.won[c.entry] = (earned.index, why)
        else:
            proposal.against[c.entry] = why
    proposal.cuts = [
        Cut(scheme.code, x.title, x.rule, least=x.least, roundings=x.roundings) for x in levels
    ]
    return proposal


def _text(earned: Level | None, asked: Sequence[Level]) -> str:
    if earned:
        return N_(
            "Place %(place)s of %(n)s; score %(score)s reaches %(title)s at %(least)s (%(rule)s)."
        )
    if asked:
        return N_(
            "Place %(place)s of %(n)s; score %(score)s is below %(least)s, the least that earns an"
            " award (%(title)s: %(rule)s)."
        )
    return N_("Place %(place)s of %(n)s: no score earns an award here.")
