"""A guest, who competes outside the ranking, holds an award."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot
from skillhub.kernel.messages import N_, Severity, say

code = "guest_awarded"
severity: Severity = "error"
label = N_("Award for a guest")


def look(case: Case) -> Iterator[Spot]:
    """Find awards of guests."""
    text = N_("%(entry)s is a guest and holds “%(title)s”")
    known = case.by_id()
    for award in case.awards:
        one = known.get(award.entry)
        if one and not one.official:
            told = say(text, entry=one.label, title=award.title)
            yield Spot(f"award:{award.id}", "awards", told)
