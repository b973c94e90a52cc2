"""An event is final though its day has not come."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot
from skillhub.kernel.messages import N_, Severity, say

code = "future_final"
severity: Severity = "warning"
label = N_("Final before its day")


def look(case: Case) -> Iterator[Spot]:
    """Compare the day of a final event with today."""
    text = N_("the event is final, but it is held on %(day)s")
    if case.final and case.held_on and case.held_on > case.today:
        yield Spot("day", "", say(text, day=case.held_on))
