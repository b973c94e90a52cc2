"""A mark is ten times the usual one or a time a tenth of it: perhaps the unit is wrong."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot, mark_page, middle
from skillhub.kernel.messages import N_, Severity, say

code = "unit_slip"
severity: Severity = "warning"
label = N_("Ten times the usual value")
FEWEST = 5  # fewer marks have no usual value


def look(case: Case) -> Iterator[Spot]:
    """Compare each mark with the middle one of its component."""
    text = N_("%(entry)s has %(points)s for %(part)s, where %(usual)s is usual: is the unit right?")
    for part in case.parts:
        marks = [(one, one.points(part.code)) for one in case.competing()]
        known = [(one, points) for one, points in marks if points is not None]
        usual = middle(points for _, points in known)
        if usual is None or usual <= 0 or len(known) < FEWEST:
            continue
        for one, points in known:
            if points >= usual * 10 or (part.kind == "time" and points * 10 <= usual):
                told = say(text, entry=one.label, points=points, part=part.name, usual=usual)
                yield Spot(f"entry:{one.id}/{part.code}", mark_page(one.id), told)
