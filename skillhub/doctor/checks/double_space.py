"""A name begins or ends with a space, or has two in a row."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot, entry_page
from skillhub.kernel.messages import N_, Severity, say

code = "double_space"
severity: Severity = "warning"
label = N_("Spaces in a name")


def look(case: Case) -> Iterator[Spot]:
    """Find names with a space too many."""
    text = N_("the name “%(name)s” has a space too many")
    for one in case.entries:
        for name in (one.name, *(mate.name for mate in one.mates)):
            if name != name.strip() or "  " in name:
                yield Spot(f"entry:{one.id}/{name}", entry_page(one.id), say(text, name=name))
