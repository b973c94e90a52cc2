"""A mark stands for an entry that no person is tied to, while others of the event have theirs."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot, entry_page
from skillhub.kernel.messages import N_, Severity, say

code = "no_person"
severity: Severity = "warning"
label = N_("Marks without a person")


def look(case: Case) -> Iterator[Spot]:
    """Find marked entries that nobody is tied to."""
    text = N_("%(entry)s has marks, but no person of the register is tied to it")
    if case.team_size > 1 or not any(one.human for one in case.entries):
        return
    for one in case.entries:
        if (
            one.human is None
            and one.official
            and any(m.points is not None for m in one.marks.values())
        ):
            yield Spot(f"entry:{one.id}", entry_page(one.id), say(text, entry=one.label))
