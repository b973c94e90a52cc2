"""An honourable mention: full marks on a part, and no earlier award."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar

from skillhub.awards.rules import Contender, Cut, Field, Proposal, Scheme, Title, barred
from skillhub.kernel.messages import N_, say
from skillhub.kernel.parameters import named
from skillhub.results.rules import Part


@dataclass(frozen=True, kw_only=True)
class TopOfPart(Scheme):
    """Full marks on at least one part, for those whom no earlier scheme awards."""

    code: ClassVar[str] = "top_of_part"
    label: ClassVar[str] = N_("Full marks on a part")
    source: ClassVar[str] = N_("International Mathematical Olympiad: honourable mention")

    title: Title = named(N_("Title"))
    parts: tuple[str, ...] = named(N_("Parts (empty: any)"), default=())

    def titles_given(self) -> tuple[Title, ...]:
        """List the one title it gives."""
        return (self.title,)

    def decide(self, field: Field, earlier: Collection[int]) -> Proposal:
        """Award full marks."""
        proposal = Proposal(against=barred(self, field))
        counted = [
            p
            for p in field.parts
            if p.kind == "points" and (not self.parts or p.code in self.parts)
        ]
        for c in field.ranked():
            if c.entry in earlier or c.entry in proposal.against:
                continue
            full = next((p for p in counted if _is_full(c, p)), None)
            if full:
                why = say(N_("Full marks on %(part)s, and no other award."), part=full.name)
                proposal.won[c.entry] = (0, why)
            else:
                why = say(N_("No part with full marks."))
                proposal.against[c.entry] = why
        proposal.cuts = [Cut(self.code, self.title, say(N_("full marks on a part")))]
        return proposal


def _is_full(c: Contender, part: Part) -> bool:
    return part.maximum > 0 and c.marks.get(part.code) == part.maximum
