"""A mark was entered before the day on which the event was held."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot
from skillhub.kernel.messages import N_, Severity, say

code = "early_mark"
severity: Severity = "warning"
label = N_("Marked before the day")


def look(case: Case) -> Iterator[Spot]:
    """Compare the days of the marks with the day of the event."""
    text = N_("marks were entered on %(day)s, before the event on %(held)s: %(n)s of them")
    days = [m.on for one in case.entries for m in one.marks.values() if m.points is not None]
    held = case.held_on
    early = sorted(day for day in days if day is not None and held is not None and day < held)
    if early:
        yield Spot("marks", "marks", say(text, day=early[0], held=held, n=len(early)))
