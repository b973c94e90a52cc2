"""The day of the event lies before or after the competition."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot
from skillhub.kernel.messages import N_, Severity, say

code = "outside_days"
severity: Severity = "warning"
label = N_("Day outside the competition")


def look(case: Case) -> Iterator[Spot]:
    """Compare the day of the event with those of the competition."""
    text = N_("the event is held on %(day)s, outside the competition (%(first)s – %(last)s)")
    day, first, last = case.held_on, case.first_day, case.last_day or case.first_day
    if day and ((first and day < first) or (last and day > last)):
        yield Spot("day", "", say(text, day=day, first=first or "…", last=last or "…"))
