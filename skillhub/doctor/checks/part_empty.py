"""A component that was announced has no mark at all, while others have theirs."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot
from skillhub.kernel.messages import N_, Severity, say

code = "part_empty"
severity: Severity = "error"
label = N_("Component without any mark")


def look(case: Case) -> Iterator[Spot]:
    """Find components that nobody marked."""
    text = N_("nobody has a mark for %(part)s")
    marked = {
        code for one in case.entries for code, mark in one.marks.items() if mark.points is not None
    }
    for part in case.parts:
        if marked and part.code not in marked and case.competing():
            yield Spot(f"part:{part.code}", "marks", say(text, part=part.name))
