"""An award for the rest of the better half of the field (优胜奖)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar

from skillhub.awards.rules import Base, Field, Proposal, Scheme, Title
from skillhub.awards.schemes.counts import Tier, by_place
from skillhub.kernel.messages import N_, say
from skillhub.kernel.parameters import named


@dataclass(frozen=True, kw_only=True)
class HalfField(Scheme):
    """After place `after`, up to half of the field, rounded down."""

    code: ClassVar[str] = "half_field"
    label: ClassVar[str] = N_("The better half of the field")
    source: ClassVar[str] = N_(
        "National Skills Competition 2020: 优胜奖 to the top half after rank 3"
    )

    title: Title = named(N_("Title"))
    after: int = named(N_("Begins after place"), default=3)
    base: Base = named(N_("Half of whom"), default=Base.STARTED)

    def titles_given(self) -> tuple[Title, ...]:
        """List the one title it gives."""
        return (self.title,)

    def decide(self, field: Field, earlier: Collection[int]) -> Proposal:
        """Award the places from after + 1 to floor(N / 2)."""
        n = field.size(self.base)
        rule = say(HALF_OF[self.base], n=n)
        before = Tier(None, self.title, self.after, rule)
        return by_place(
            self, field, [before, Tier(0, self.title, max(n // 2 - self.after, 0), rule)]
        )


HALF_OF = {
    Base.STARTED: N_("half of %(n)s started, rounded down"),
    Base.REGISTERED: N_("half of %(n)s registered, rounded down"),
    Base.RANKED: N_("half of %(n)s ranked, rounded down"),
}
