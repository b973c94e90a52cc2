"""The name of an entry is not the name of the person tied to it."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot, entry_page
from skillhub.kernel.messages import N_, Severity, say

code = "name_differs"
severity: Severity = "notice"
label = N_("Entered under another name")


def look(case: Case) -> Iterator[Spot]:
    """Compare the names of entries with those of their people."""
    text = N_("entry %(code)s is called %(name)s, the person tied to it %(person)s")
    for one in case.entries:
        if one.human and " ".join(one.name.split()) != " ".join(one.human.name.split()):
            told = say(text, code=one.code, name=one.name, person=one.human.name)
            yield Spot(f"entry:{one.id}", entry_page(one.id), told)
