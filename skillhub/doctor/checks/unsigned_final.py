"""An event is final, but no signed result stands."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot
from skillhub.kernel.messages import N_, Severity, say

code = "unsigned_final"
severity: Severity = "error"
label = N_("Final without a signature")


def look(case: Case) -> Iterator[Spot]:
    """See whether a final event has its signature."""
    text = N_("the event is final, but no signed result stands")
    if case.final and not (case.version and case.version.signed):
        yield Spot("version", "results", say(text))
