"""An award was conferred weeks ago and has no certificate yet."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot
from skillhub.kernel.messages import N_, Severity, say

code = "uncertified"
severity: Severity = "notice"
label = N_("Award without a certificate")
PATIENCE = 30  # days


def look(case: Case) -> Iterator[Spot]:
    """Find awards that nobody printed."""
    text = N_("“%(title)s” of %(entry)s was conferred on %(day)s and has no certificate")
    known = case.by_id()
    for award in case.awards:
        waits = (case.today - award.conferred_on).days
        if case.final and not award.paper and waits > PATIENCE and award.entry in known:
            label = known[award.entry].label
            told = say(text, title=award.title, entry=label, day=award.conferred_on)
            yield Spot(f"award:{award.id}", "/certificates", told)
