"""A mark lies above the maximum of its component."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot, mark_page
from skillhub.kernel.messages import N_, Severity, say

code = "over_maximum"
severity: Severity = "error"
label = N_("Marks above the maximum")


def look(case: Case) -> Iterator[Spot]:
    """Find marks that cannot be."""
    text = N_("%(entry)s has %(points)s for %(part)s, which ends at %(maximum)s")
    for one in case.entries:
        for part in case.parts:
            points = one.points(part.code)
            if points is not None and points > part.maximum:
                told = say(
                    text, entry=one.label, points=points, part=part.name, maximum=part.maximum
                )
                yield Spot(f"entry:{one.id}/{part.code}", mark_page(one.id), told)
