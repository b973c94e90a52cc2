"""A name is written with full-width letters or digits, as an input method leaves them."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot, entry_page
from skillhub.kernel.messages import N_, Severity, say

code = "full_width"
severity: Severity = "warning"
label = N_("Full-width letters in a name")


def look(case: Case) -> Iterator[Spot]:
    """Find names with letters from the wide row."""
    text = N_("the name “%(name)s” has full-width letters or digits")
    for one in case.entries:
        for name in (one.name, *(mate.name for mate in one.mates)):
            if any("\uff10" <= sign <= "\uff5a" for sign in name):
                yield Spot(f"entry:{one.id}/{name}", entry_page(one.id), say(text, name=name))
