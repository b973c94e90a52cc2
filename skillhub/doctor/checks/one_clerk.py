"""Two accounts of one person entered and checked the same mark."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot, mark_page
from skillhub.kernel.messages import N_, Severity, say

code = "one_clerk"
severity: Severity = "warning"
label = N_("Entered and checked by one person")


def look(case: Case) -> Iterator[Spot]:
    """Find marks whose second pair of eyes is the first."""
    text = N_(
        "the mark of %(entry)s for %(part)s was entered and checked by two accounts of one name: one person?"
    )
    for one in case.entries:
        for part in case.parts:
            mark = one.marks.get(part.code)
            if mark and mark.checker and mark.checker.casefold() == mark.typist.casefold():
                told = say(text, entry=one.label, part=part.name)
                yield Spot(f"entry:{one.id}/{part.code}", mark_page(one.id), told)
