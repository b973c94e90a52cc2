"""Nothing says on which day the event is held, so ages and employers cannot be told."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot
from skillhub.kernel.messages import N_, Severity, say

code = "no_day"
severity: Severity = "notice"
label = N_("No day")


def look(case: Case) -> Iterator[Spot]:
    """See whether the event has a day."""
    if not (case.held_on or case.first_day or case.last_day):
        yield Spot("day", "", say(N_("nothing says on which day the event is held")))
