"""An award was conferred for a place that its entry does not hold."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot
from skillhub.kernel.messages import N_, Severity, say

code = "award_place"
severity: Severity = "error"
label = N_("Award for another place")


def look(case: Case) -> Iterator[Spot]:
    """Compare the place on each award with the published one."""
    text = N_(
        "“%(title)s” of %(entry)s was conferred for place %(place)s; the result says %(rank)s"
    )
    known = case.by_id()
    ranks = {line.entry: line.rank for line in case.version.lines} if case.version else {}
    for award in case.awards:
        rank = ranks.get(award.entry, award.place)
        if award.place is not None and rank != award.place and award.entry in known:
            label = known[award.entry].label
            told = say(text, title=award.title, entry=label, place=award.place, rank=rank or "–")
            yield Spot(f"award:{award.id}", "awards", told)
