"""A team has more or fewer members than the event asks for."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot, entry_page
from skillhub.kernel.messages import N_, Severity, say

code = "team_size"
severity: Severity = "warning"
label = N_("Team of the wrong size")


def look(case: Case) -> Iterator[Spot]:
    """Count the members who compete."""
    text = N_("team %(entry)s has %(n)s competing members; the event asks for %(size)s")
    if not any(one.mates for one in case.entries):
        return
    for one in case.competing():
        n = sum(not mate.reserve for mate in one.mates)
        least = case.team_least or case.team_size
        if not least <= n <= case.team_size and (n or case.team_size > 1):
            told = say(text, entry=one.label, n=n, size=case.team_size)
            yield Spot(f"entry:{one.id}", entry_page(one.id), told)
