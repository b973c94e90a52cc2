"""Somebody who was absent, disqualified or annulled holds an award."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot
from skillhub.kernel.messages import N_, Severity, say
from skillhub.results.rules import Status

code = "status_awarded"
severity: Severity = "error"
label = N_("Award without a result")


def look(case: Case) -> Iterator[Spot]:
    """Find awards of those who have no result."""
    text = N_("%(entry)s is %(status)s and holds “%(title)s”")
    known = case.by_id()
    for award in case.awards:
        one = known.get(award.entry)
        if one and one.status in (Status.DNS, Status.DSQ, Status.NC):
            told = say(text, entry=one.label, status=one.status, title=award.title)
            yield Spot(f"award:{award.id}", "awards", told)
