"""A published place is not the one that the totals and the rules give."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot
from skillhub.kernel.messages import N_, Severity, say

code = "wrong_rank"
severity: Severity = "error"
label = N_("Wrong place")


def look(case: Case) -> Iterator[Spot]:
    """Compare each place with the one computed anew from the published totals and keys."""
    text = N_("%(entry)s stands at place %(rank)s; the rules give %(computed)s")
    known, places = case.by_id(), {s.entry: s.rank for s in case.standings}
    for line in case.version.lines if case.version else ():
        computed = places.get(line.entry)
        if line.entry in known and line.rank != computed:
            told = say(
                text, entry=known[line.entry].label, rank=line.rank or "–", computed=computed or "–"
            )
            yield Spot(f"entry:{line.entry}", "results", told)
