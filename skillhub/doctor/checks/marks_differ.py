"""The marks, entries or rules are no longer those from which the result that stands was computed."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot
from skillhub.kernel.messages import N_, Severity, say

code = "marks_differ"
severity: Severity = "error"
label = N_("Marks changed after the result")


def look(case: Case) -> Iterator[Spot]:
    """Compare what the version was computed from with what is stored."""
    text = N_("marks, entries or rules differ from those that version %(n)s was computed from")
    if case.version and not case.version.marks_fit:
        yield Spot("version", "results", say(text, n=case.version.number))
