"""Somebody is entered for another unit than the employer of that day."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot, entry_page
from skillhub.kernel.messages import N_, Severity, say

code = "other_employer"
severity: Severity = "notice"
label = N_("Entered for another unit")


def look(case: Case) -> Iterator[Spot]:
    """Compare the unit of each entry with the employer."""
    text = N_("%(entry)s is entered for another unit than the employer on the day")
    for one in case.entries:
        known = one.human.employer if one.human else None
        if known is not None and one.unit is not None and known != one.unit:
            yield Spot(f"entry:{one.id}", entry_page(one.id), say(text, entry=one.label))
