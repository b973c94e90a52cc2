"""The published places leave one out: after two at place 1 comes place 3, never 2 or 4."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot
from skillhub.kernel.messages import N_, Severity, say

code = "rank_gap"
severity: Severity = "error"
label = N_("Gap between places")


def look(case: Case) -> Iterator[Spot]:
    """Count through the published places."""
    text = N_("place %(rank)s is given where place %(expected)s should follow")
    ranks = sorted(line.rank for line in case.version.lines if line.rank) if case.version else []
    for n, rank in enumerate(ranks, 1):
        shared = n > 1 and rank == ranks[n - 2]
        if rank != n and not shared:
            yield Spot(f"rank:{rank}", "results", say(text, rank=rank, expected=n))
