"""Is of the age asked for, on the day asked about or on a day that the rule states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import ClassVar

from skillhub.eligibility.rules import Answer, Proof, Record, Verdict, listed
from skillhub.kernel.messages import N_, Message, say

OLDEST = 120
LEAP = {"march": N_("on 1 March"), "february": N_("on 28 February")}


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeIs:
    """Age in whole years: a birthday counts from its first hour, so who turns 35 that day is 35, and not under 35.

    Who was born on 29 February has the birthday of a common year on 1 March, or on 28 February where the rule says so.
    """

    code: ClassVar[str] = "age"
    label: ClassVar[str] = N_("Is of an age")

    at_least: int | None = field(
        default=None, metadata={"label": N_("At least so many years"), "high": OLDEST}
    )
    at_most: int | None = field(
        default=None,
        metadata={"label": N_("At most so many years (the year itself included)"), "high": OLDEST},
    )
    under: int | None = field(
        default=None, metadata={"label": N_("Under so many years"), "high": OLDEST}
    )
    on: date | None = field(
        default=None, metadata={"label": N_("Counted on this day (else the day asked about)")}
    )
    leap_birthday: str = field(
        default="march",
        metadata={"label": N_("Born on 29 February: birthday of a common year"), "choices": LEAP},
    )

    def sentence(self, names: Mapping[str, str]) -> Message:
        """Say what is required."""
        bounds = [
            *([say(N_("at least %(n)s years"), n=self.at_least)] if self.at_least else []),
            *([say(N_("at most %(n)s years"), n=self.at_most)] if self.at_most is not None else []),
            *([say(N_("under %(n)s years"), n=self.under)] if self.under else []),
            *([say(N_("counted on %(day)s"), day=self.on)] if self.on else []),
        ]
        return listed([say(N_("Age")), *bounds])

    def check(self, record: Record, on: date) -> Verdict:
        """Count the years on the day; without a birth date the answer waits."""
        what, day, born = self.sentence(record.names), self.on or on, record.birth_date
        if born is None:
            text = N_("%(what)s: waiting for your unit to enter your date of birth.")
            return Verdict(Answer.WAITING, say(text, what=what), code=self.code)
        age = self._years(born, day)
        first, last = self._first(born), self._last(born)
        values = {"what": what, "age": age, "day": day, "first": first, "last": last}
        if day < first:
            text = N_("%(what)s: %(age)s on %(day)s; met from %(first)s.")
            return Verdict(Answer.NOT_MET, say(text, **values), code=self.code)
        if last is not None and day > last:
            text = N_("%(what)s: %(age)s on %(day)s; was met until %(last)s.")
            return Verdict(Answer.NOT_MET, say(text, **values), code=self.code)
        text = N_("%(what)s: %(age)s on %(day)s.")
        proof = (Proof("person", 0, str(born.year)),)
        return Verdict(Answer.MET, say(text, **values), proof, code=self.code)

    def _years(self, born: date, day: date) -> int:
        """Count whole years."""
        age = day.year - born.year
        return age - 1 if day < self._birthday(born, age) else age

    def _first(self, born: date) -> date:
        """Give the day from which somebody is old enough."""
        return self._birthday(born, self.at_least or 0)

    def _last(self, born: date) -> date | None:
        """Give the last day on which somebody is not too old."""
        ends = [n for n in (self.under, None if self.at_most is None else self.at_most + 1) if n]
        return self._birthday(born, min(ends)) - timedelta(days=1) if ends else None

    def _birthday(self, born: date, age: int) -> date:
        year = min(born.year + age, date.max.year)
        try:
            return born.replace(year=year)
        except ValueError:  # 29 February in a common year
            return date(year, 3, 1) if self.leap_birthday == "march" else date(year, 2, 28)
