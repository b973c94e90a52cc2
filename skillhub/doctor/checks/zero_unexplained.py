"""Somebody who competed has 0 points: a blank would be something else, so it wants a reason."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot, mark_page
from skillhub.kernel.messages import N_, Severity, say

code = "zero_unexplained"
severity: Severity = "warning"
label = N_("Zero without a reason")


def look(case: Case) -> Iterator[Spot]:
    """Find zeros that nobody explained."""
    text = N_("%(entry)s has 0 for %(part)s: say why, or leave it blank")
    for one in case.competing():
        for part in case.parts:
            if part.kind == "points" and one.points(part.code) == 0:
                told = say(text, entry=one.label, part=part.name)
                yield Spot(f"entry:{one.id}/{part.code}", mark_page(one.id), told)
