"""A judge gave everybody the same, or a component has one mark for all."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot, columns
from skillhub.kernel.messages import N_, Severity, say

code = "all_equal"
severity: Severity = "warning"
label = N_("One mark for everybody")
FEWEST = 5  # a few may well be equal


def look(case: Case) -> Iterator[Spot]:
    """Find columns with a single value."""
    text = N_("%(who)s gave %(value)s to everybody")
    for (part, aspect, seat, name), values in columns(case).items():
        if len(values) >= FEWEST and len(set(values)) == 1:
            subject = f"part:{part}/{aspect}/{seat}"
            yield Spot(subject, "marks", say(text, who=name, value=values[0]))
