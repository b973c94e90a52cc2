"""Somebody holds an award though a mark misses the pass mark of its component."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot
from skillhub.kernel.messages import N_, Severity, say

code = "below_pass"
severity: Severity = "notice"
label = N_("Award below a pass mark")


def look(case: Case) -> Iterator[Spot]:
    """Find awards whose holder missed a pass mark."""
    text = N_("%(entry)s holds “%(title)s”, but %(part)s misses its pass mark")
    known = case.by_id()
    for award in case.awards:
        one = known.get(award.entry)
        for part in case.parts if one else ():
            points = one.points(part.code) if one else None
            if part.pass_mark is None or points is None or part.kind != "points":
                continue
            if one and points < part.pass_mark:
                told = say(text, entry=one.label, title=award.title, part=part.name)
                yield Spot(f"award:{award.id}/{part.code}", "awards", told)
