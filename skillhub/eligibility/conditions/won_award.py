"""Won an award of the tier, place and occupation asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from skillhub.eligibility.rules import (
    TIERS,
    Finding,
    Proof,
    Record,
    Verdict,
    Windowed,
    WonAward,
    among,
    fits,
    listed,
    named,
    weigh,
)
from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.parameters import Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class WonAwardOf(Windowed):
    """Equal places share their place, so "place 4 to 6" takes two fourths and the sixth."""

    code: ClassVar[str] = "won_award"
    label: ClassVar[str] = N_("Won an award")

    tier: tuple[str, ...] = field(default=(), metadata={"label": N_("Tier"), "choices": TIERS})
    rank: Numbers | None = field(
        default=None, metadata={"label": N_("Place"), "low": 1, "high": 100_000}
    )
    title: tuple[str, ...] = field(default=(), metadata={"label": N_("Title of the award")})
    occupation: tuple[str, ...] = field(default=(), metadata={"label": N_("Occupation")})
    at_least: int = field(default=1, metadata={"label": N_("How many"), "low": 1, "high": 100})

    def sentence(self, names: Mapping[str, str]) -> Message:
        """Say what is required."""
        first = say(N_("An award"))
        if self.at_least > 1:
            first = say(N_("%(n)s awards"), n=self.at_least)
        parts = [("tier", self.tier), ("title", self.title), ("occupation", self.occupation)]
        filters = [say(PHRASES[name], names=named(codes, names)) for name, codes in parts if codes]
        places = [_places(self.rank)] if self.rank is not None else []
        return listed([first, *places, *filters, *self.window()])

    def check(self, record: Record, on: date) -> Verdict:
        """Look at every award conferred by that day; one revoked on it is gone."""
        newest = sorted(record.awards, key=lambda a: a.awarded_on, reverse=True)
        rows = [self._look(a, on) for a in newest if a.awarded_on <= on]
        none = say(N_("no other award is recorded here.") if rows else N_("none is recorded here."))
        return weigh(self, record, rows, none, self.at_least)

    def _look(self, won: WonAward, on: date) -> Finding:
        """Hold one award against the parameters."""
        label, first = _described(won), self.opens(on)
        stands = won.revoked_on is None or won.revoked_on > on
        titled = not self.title or won.title in self.title or won.title_en in self.title
        tests: list[tuple[bool | None, str]] = [
            (stands, N_("%(award)s was withdrawn on %(revoked)s.")),
            (titled, N_("%(award)s is another award.")),
            (among(won.tier, self.tier), N_("%(award)s belongs to another tier.")),
            (among(won.occupation, self.occupation), N_("%(award)s is in another occupation.")),
            (
                fits(won.place, self.rank),
                N_("%(award)s: its place is not one of these."),
            ),
            (won.awarded_on >= first, N_("%(award)s is of %(day)s, before %(first)s.")),
        ]
        values = {"award": label, "day": won.awarded_on, "first": first}
        values |= {"revoked": won.revoked_on}
        unknown = N_("%(award)s: its tier, place or occupation is not recorded yet.")
        return Finding(
            Proof("award", won.id, str(label)),
            say(N_("%(award)s, %(day)s."), award=label, day=won.awarded_on),
            tuple(say(text, **values) for passed, text in tests if passed is False),
            tuple(say(unknown, award=label) for passed, _ in tests if passed is None),
        )


PHRASES = {
    "tier": N_("tier %(names)s"),
    "title": N_("titled %(names)s"),
    "occupation": N_("occupation %(names)s"),
}


def _places(rank: Numbers) -> Message:
    """Say which places are meant."""
    if rank.of:
        return say(N_("place %(places)s"), places=" / ".join(map(str, rank.of)))
    if rank.at_least is None:
        return say(N_("place %(place)s or better"), place=rank.at_most)
    if rank.at_most is None:
        return say(N_("place %(place)s or lower"), place=rank.at_least)
    return say(N_("place %(first)s to %(last)s"), first=rank.at_least, last=rank.at_most)


def _described(won: WonAward) -> Message:
    """Name an award by its title and where it was won."""
    if won.place is None:
        text = N_("%(title)s (%(event)s, %(competition)s)")
        return say(text, title=won.title, event=won.event, competition=won.competition)
    text = N_("%(title)s, place %(place)s (%(event)s, %(competition)s)")
    return say(text, title=won.title, place=won.place, event=won.event, competition=won.competition)
