"""A name holds a sign that nobody sees: a control sign, a zero-width or direction mark."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot, entry_page
from skillhub.kernel.messages import N_, Severity, say

code = "invisible_letter"
severity: Severity = "warning"
label = N_("Invisible signs in a name")


def look(case: Case) -> Iterator[Spot]:
    """Find names with signs that do not print."""
    text = N_("the name of entry %(entry)s holds a sign that nobody sees: %(sign)s")
    for one in case.entries:
        for name in (one.name, *(mate.name for mate in one.mates)):
            for sign in sorted({s for s in name if unicodedata.category(s) in ("Cc", "Cf")}):
                told = say(text, entry=one.code, sign=f"U+{ord(sign):04X}")
                yield Spot(f"entry:{one.id}/{ord(sign):04X}", entry_page(one.id), told)
