"""An event is final, but a mark was never confirmed, though the competition asks for it."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot, mark_page
from skillhub.kernel.messages import N_, Severity, say

code = "unchecked_final"
severity: Severity = "error"
label = N_("Final without the second person")


def look(case: Case) -> Iterator[Spot]:
    """Find marks of a final event that wait for their check."""
    text = N_("the mark of %(entry)s for %(part)s was never confirmed, and the event is final")
    for one in case.entries if case.final and case.checking else ():
        for part in case.parts:
            mark = one.marks.get(part.code)
            if mark and mark.points is not None and mark.state != "checked":
                told = say(text, entry=one.label, part=part.name)
                yield Spot(f"entry:{one.id}/{part.code}", mark_page(one.id), told)
