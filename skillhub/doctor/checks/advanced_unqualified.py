"""Somebody stands in a higher event without a place that leads there."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot, entry_page
from skillhub.kernel.messages import N_, Severity, say

code = "advanced_unqualified"
severity: Severity = "warning"
label = N_("Advanced without qualifying")


def look(case: Case) -> Iterator[Spot]:
    """Find entries whose way up is missing."""
    text = N_("%(entry)s competes here without having qualified")
    for one in case.entries:
        if not one.qualified:
            yield Spot(f"entry:{one.id}", entry_page(one.id), say(text, entry=one.label))
