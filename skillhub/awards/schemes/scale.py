"""Medals on a standard scale: near the best score counts as equal to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import ClassVar

from skillhub.awards.rules import Field, Proposal, Scheme, Slots, Title, barred
from skillhub.awards.schemes.threshold import Level, by_score
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.kernel.parameters import named
from skillhub.kernel.rounding import EXACT, printed


@dataclass(frozen=True, kw_only=True)
class Scale(Scheme):
    """Let s1, s2, s3 be the three best scores, one for each entry.

    Gold: at least s1 - window. Silver: only after exactly one gold, at least s2 - window. Bronze: the
    others at least s3 - window. Then the medallion: at least the centre. Verified on the published
    results of WorldSkills 2009. With a spread the totals are first put on a scale of our own (median
    at the centre), which is not the organiser's secret one.
    """

    code: ClassVar[str] = "scale"
    label: ClassVar[str] = N_("Medals on a standard scale")
    source: ClassVar[str] = N_("WorldSkills medal rules; checked on Calgary 2009")

    titles: tuple[Title, ...] = named(N_("Gold, silver, bronze, medallion"))
    window: Decimal = named(N_("Points that count as equal"), default=Decimal(2))
    centre: Decimal = named(N_("Centre of the scale"), default=Decimal(700))
    spread: Decimal | None = named(N_("Spread (empty: totals are on the scale)"), default=None)

    def titles_given(self) -> tuple[Title, ...]:
        """List the titles it can give, best first."""
        return self.titles

    def sense(self) -> list[tuple[str, Message]]:
        """Refuse another number of titles than four, and negative figures."""
        wrong = []
        if len(self.titles) != 4:
            wrong.append(("titles", say(N_("name four titles: gold, silver, bronze, medallion"))))
        if self.window < 0:
            wrong.append(("window", say(N_("the window cannot be below 0"))))
        if self.spread is not None and self.spread <= 0:
            wrong.append(("spread", say(N_("the spread must be above 0"))))
        return wrong

    def decide(self, field: Field, earlier: Collection[int]) -> Proposal:
        """Award by the three best scores and the centre."""
        scores, few = self._scores(field)
        bars = barred(self, field) if self.slots is Slots.PASS_DOWN else {}
        best = sorted((s for e, s in scores.items() if e not in bars), reverse=True)
        proposal = by_score(self, field, self._levels(best), score_of=lambda c: scores[c.entry])
        if few:
            text = N_("Only %(n)s results: too few for a scale, the totals are taken as they are.")
            proposal.problems.append(Problem("awards", say(text, n=len(scores)), "warning"))
        return proposal

    def _levels(self, best: Sequence[Decimal]) -> list[Level]:
        least: list[Decimal | None] = [s - self.window for s in best[:3]]
        least += [None] * (3 - len(least))
        golds = sum(s >= least[0] for s in best) if least[0] is not None else 0
        if golds != 1:
            least[1] = None
        rules = [
            say(text, window=printed(self.window), best=printed(best[n]) if n < len(best) else "")
            for n, text in enumerate(_RULES)
        ]
        rules.append(say(N_("the centre of the scale")))
        figures = [*least, self.centre]
        return [Level(n, title, figures[n], rules[n]) for n, title in enumerate(self.titles)]

    def _scores(self, field: Field) -> tuple[dict[int, Decimal], bool]:
        """Give each ranked entry's score on the scale, and whether there were too few to scale."""
        totals = {c.entry: c.standing.total or Decimal(0) for c in field.ranked()}
        if self.spread is None or len(totals) < 5:
            return totals, self.spread is not None
        return standardise(totals, self.centre, self.spread), False


_RULES = (
    N_("within %(window)s of the best score %(best)s"),
    N_("within %(window)s of the second score %(best)s, after one gold"),
    N_("within %(window)s of the third score %(best)s"),
)


def standardise(
    totals: Mapping[int, Decimal], centre: Decimal, spread: Decimal
) -> dict[int, Decimal]:
    """Put totals on a scale: centre + spread * (total - median) / (1.4826 * MAD), whole, 0 to 1000.

    Where the median deviation is 0 the population's standard deviation takes its place; where that
    is 0 too, everyone stands at the centre.
    """
    with localcontext(EXACT):
        median = _median(list(totals.values()))
        width = Decimal("1.4826") * _median([abs(t - median) for t in totals.values()])
        if not width:
            mean = sum(totals.values(), Decimal(0)) / len(totals)
            width = (sum((t - mean) ** 2 for t in totals.values()) / len(totals)).sqrt()  # type: ignore[union-attr]  # not empty
        raw = {e: (t - median) / width * spread if width else Decimal(0) for e, t in totals.items()}
        whole = {e: (centre + r).quantize(Decimal(1), ROUND_HALF_UP) for e, r in raw.items()}
        return {e: min(max(s, Decimal(0)), Decimal(1000)) for e, s in whole.items()}


def _median(values: Sequence[Decimal]) -> Decimal:
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2
