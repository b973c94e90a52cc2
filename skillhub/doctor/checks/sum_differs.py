"""A published total is not what the marks add up to."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot, mark_page
from skillhub.kernel.messages import N_, Severity, say

code = "sum_differs"
severity: Severity = "error"
label = N_("Total that is not the sum")


def look(case: Case) -> Iterator[Spot]:
    """Compare each total with the one computed from the marks."""
    text = N_("%(entry)s stands with a total of %(total)s; its marks give %(sum)s")
    known, sums = case.by_id(), {s.entry: s.total for s in case.standings}
    for line in case.version.lines if case.version else ():
        if line.entry in known and line.total != sums.get(line.entry):
            told = say(
                text, entry=known[line.entry].label, total=line.total, sum=sums.get(line.entry)
            )
            yield Spot(f"entry:{line.entry}", mark_page(line.entry), told)
