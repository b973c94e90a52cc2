"""Two people who never took part before have the same name: perhaps they are one."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot
from skillhub.kernel.messages import N_, Severity, say

code = "namesakes"
severity: Severity = "warning"
label = N_("Two newcomers with one name")


def look(case: Case) -> Iterator[Spot]:
    """Find newcomers of one name."""
    text = N_("two newcomers are called %(name)s (%(entries)s): are they one person?")
    called: dict[str, dict[int, str]] = {}
    for one in case.entries:
        for human in one.humans:
            if not human.before:
                called.setdefault(human.name.casefold(), {})[human.id] = one.code
    for name, found in called.items():
        if len(found) > 1:
            told = say(text, name=name, entries=", ".join(sorted(found.values())))
            yield Spot(f"name:{name}", "entries", told)
