"""Nobody knows for whom somebody worked on the day of the event."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot
from skillhub.kernel.messages import N_, Severity, say

code = "employer_unknown"
severity: Severity = "notice"
label = N_("Employer unknown on the day")


def look(case: Case) -> Iterator[Spot]:
    """Find people without an employer on the day."""
    text = N_("nobody knows where %(name)s was employed on %(day)s")
    for one in case.entries if case.held_on else ():
        for human in one.humans:
            if human.employer is None and one.unit is None:
                told = say(text, name=human.name, day=case.held_on)
                yield Spot(f"person:{human.id}", f"/people/{human.id}", told)
