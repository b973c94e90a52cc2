"""A judge is kin, coach, master or apprentice of an entrant, or the entrant, and did not step aside."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot, mark_page
from skillhub.kernel.messages import N_, Severity, say

code = "related_judge"
severity: Severity = "error"
label = N_("Judge related to an entrant")


def look(case: Case) -> Iterator[Spot]:
    """Find judges who had to step aside."""
    text = N_("%(judge)s is bound to %(entry)s and did not step aside for %(part)s")
    names = {part.code: part.name for part in case.parts}
    for judge in case.judges:
        for one in case.entries if judge.person else ():
            bound = any(
                (judge.person, h.id) in case.related or judge.person == h.id for h in one.humans
            )
            if bound and (judge.part, judge.seat, one.id) not in case.recused:
                told = say(text, judge=judge.name, entry=one.label, part=names[judge.part])
                yield Spot(f"seat:{judge.part}/{judge.seat}/{one.id}", mark_page(one.id), told)
