"""An entry has no line in the result that stands, or a line has no entry."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot
from skillhub.kernel.messages import N_, Severity, say

code = "line_missing"
severity: Severity = "error"
label = N_("Entry without a line")


def look(case: Case) -> Iterator[Spot]:
    """Compare the lines with the entries."""
    text = N_("%(entry)s has no line in version %(n)s of the result")
    if case.version is None:
        return
    lined = {line.entry for line in case.version.lines}
    for one in case.entries:
        if one.id not in lined:
            yield Spot(
                f"entry:{one.id}", "results", say(text, entry=one.label, n=case.version.number)
            )
