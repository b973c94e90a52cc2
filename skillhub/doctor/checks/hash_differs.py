"""The lines of a result are no longer those that its content hash was made of."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot
from skillhub.kernel.messages import N_, Severity, say

code = "hash_differs"
severity: Severity = "error"
label = N_("Result that was changed")


def look(case: Case) -> Iterator[Spot]:
    """Compare the hash of the version with its lines."""
    text = N_("the lines of version %(n)s are not those that were signed: its content hash differs")
    if case.version and not case.version.lines_fit:
        yield Spot("version", "results", say(text, n=case.version.number))
