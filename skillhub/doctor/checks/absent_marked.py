"""Somebody who did not start has a mark above 0."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot, mark_page
from skillhub.kernel.messages import N_, Severity, say
from skillhub.results.rules import Status

code = "absent_marked"
severity: Severity = "warning"
label = N_("Absent, and yet marked")


def look(case: Case) -> Iterator[Spot]:
    """Find marks of those who were not there."""
    text = N_("%(entry)s did not start, but has %(points)s for %(part)s")
    for one in case.entries:
        for part in case.parts:
            points = one.points(part.code)
            if one.status == Status.DNS and points:
                told = say(text, entry=one.label, points=points, part=part.name)
                yield Spot(f"entry:{one.id}/{part.code}", mark_page(one.id), told)
