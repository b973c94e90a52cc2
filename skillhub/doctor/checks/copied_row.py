"""All marks of an entry are those of the one before it: perhaps the row was copied."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot, mark_page
from skillhub.kernel.messages import N_, Severity, say

code = "copied_row"
severity: Severity = "warning"
label = N_("Row equal to its neighbour")
FEWEST = 3  # two marks are equal by chance too often


def look(case: Case) -> Iterator[Spot]:
    """Compare each row with the one before."""
    text = N_("%(entry)s has exactly the marks of %(before)s above it")
    parts = [part for part in case.parts if part.kind == "points"]
    rows = [(one, [one.points(part.code) for part in parts]) for one in case.competing()]
    for (above, before), (one, row) in pairwise(rows):
        full = all(points == part.maximum for points, part in zip(row, parts, strict=True))
        if len(parts) >= FEWEST and row == before and any(row) and not full:
            told = say(text, entry=one.label, before=above.label)
            yield Spot(f"entry:{one.id}", mark_page(one.id), told)
