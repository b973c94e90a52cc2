"""A title on top of an award, for those of whom something holds (youth, women, line workers)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from skillhub.awards.rules import Contender, Cut, Field, Proposal, Scheme, Title, barred
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.kernel.parameters import named


class Holds(StrEnum):
    """What must hold of the person."""

    UNDER, UP_TO = "under", "up_to"
    FEMALE, MALE, LINE_WORKER = "female", "male", "line_worker"


@dataclass(frozen=True, kw_only=True)
class Attribute(Scheme):
    """An extra title for awarded persons (or the first `places`); what is not known is no yes."""

    code: ClassVar[str] = "attribute"
    label: ClassVar[str] = N_("Extra title for a group of persons")
    source: ClassVar[str] = N_("Lianyungang: under 35 also youth title, women also women's title")
    on_top: ClassVar[bool] = True

    title: Title = named(N_("Title"))
    holds: Holds = named(N_("For whom"))
    age: int | None = named(N_("Age"), default=None)
    places: int | None = named(N_("Up to place (empty: whoever has an award)"), default=None)

    def titles_given(self) -> tuple[Title, ...]:
        """List the one title it gives."""
        return (self.title,)

    def sense(self) -> list[tuple[str, Message]]:
        """Ask for the age where one is compared."""
        aged = self.holds in {Holds.UNDER, Holds.UP_TO}
        return [("age", say(N_("name the age")))] if aged and self.age is None else []

    def decide(self, field: Field, earlier: Collection[int]) -> Proposal:
        """Award on top of what the schemes before have awarded."""
        proposal = Proposal(against=barred(self, field))
        for c in field.ranked():
            if c.entry in proposal.against or not self._reached(c, earlier):
                continue
            answer, why = self._answer(c, field.held_on)
            if answer:
                proposal.won[c.entry] = (0, why)
            elif answer is None:
                notice = say(
                    N_("%(title)s: %(why)s"), title=str(self.title), why=why, entry=c.entry
                )
                proposal.problems.append(Problem("awards", notice, "notice"))
        proposal.cuts = [Cut(self.code, self.title, say(N_("on top of an award")))]
        return proposal

    def _reached(self, c: Contender, earlier: Collection[int]) -> bool:
        if self.places is None:
            return c.entry in earlier
        return c.standing.rank is not None and c.standing.rank <= self.places

    def _answer(self, c: Contender, held_on: date | None) -> tuple[bool | None, Message]:
        """Say whether it holds; None for not known."""
        known = c.traits
        if self.holds in {Holds.FEMALE, Holds.MALE}:
            if known.sex is None:
                return None, say(N_("sex unknown"))
            return known.sex == self.holds, say(N_("Place %(place)s."), place=c.standing.rank)
        if self.holds is Holds.LINE_WORKER:
            if known.line_worker is None:
                return None, say(N_("not known whether a line worker"))
            return known.line_worker, say(
                N_("Place %(place)s, a line worker."), place=c.standing.rank
            )
        return self._by_age(c, held_on)

    def _by_age(self, c: Contender, held_on: date | None) -> tuple[bool | None, Message]:
        born = c.traits.birth_date
        if born is None:
            return None, say(N_("birth date unknown"))
        if held_on is None or self.age is None:
            return None, say(N_("day of the event unknown"))
        age = age_on(held_on, born)
        why = say(
            N_("Place %(place)s, aged %(age)s on %(day)s."),
            place=c.standing.rank,
            age=age,
            day=held_on,
        )
        return (age < self.age if self.holds is Holds.UNDER else age <= self.age), why


def age_on(day: date, born: date) -> int:
    """Count whole years; who was born on 29 February turns on 1 March in common years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
