"""Somebody stands in two entries of one event, alone or in a team."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot
from skillhub.kernel.messages import N_, Severity, say

code = "entered_twice"
severity: Severity = "error"
label = N_("In one event twice")


def look(case: Case) -> Iterator[Spot]:
    """Find people who compete against themselves."""
    text = N_("%(name)s stands in entries %(entries)s of this event")
    found: dict[int, tuple[str, list[str]]] = {}
    for one in case.entries:
        for human in one.humans:
            found.setdefault(human.id, (human.name, []))[1].append(one.code)
    for key, (name, codes) in found.items():
        if len(codes) > 1:
            told = say(text, name=name, entries=", ".join(sorted(codes)))
            yield Spot(f"person:{key}", "entries", told)
