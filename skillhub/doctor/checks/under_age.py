"""Somebody was not yet 16 on the day of the event."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot, entry_page
from skillhub.kernel.messages import N_, Severity, say

code = "under_age"
severity: Severity = "warning"
label = N_("Too young")
AGE = 16  # from which one may work


def look(case: Case) -> Iterator[Spot]:
    """Find entrants below the age from which one may work."""
    text = N_("%(name)s turned %(age)s only on %(day)s, after the event")
    for one in case.entries:
        for human in one.humans:
            ripe = _birthday(human.born, AGE) if human.born else None
            if ripe and case.held_on and ripe > case.held_on:
                told = say(text, name=human.name, age=AGE, day=ripe)
                yield Spot(f"person:{human.id}", entry_page(one.id), told)


def _birthday(born: date, age: int) -> date:
    """Give the day on which somebody turns so old; born on 29 February, on 1 March."""
    if (born.month, born.day) == (2, 29):
        return date(born.year + age, 3, 1)
    return born.replace(year=born.year + age)
