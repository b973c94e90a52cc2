"""A certificate in force would say something else today."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot
from skillhub.kernel.messages import N_, Severity, say

code = "stale_certificate"
severity: Severity = "notice"
label = N_("Certificate that says something else")


def look(case: Case) -> Iterator[Spot]:
    """Find certificates that no longer say what is true."""
    text = N_("the certificate of %(entry)s for “%(title)s” would say something else today")
    known = case.by_id()
    for award in case.awards:
        if award.stale and award.entry in known:
            told = say(text, entry=known[award.entry].label, title=award.title)
            yield Spot(f"award:{award.id}", "/certificates", told)
