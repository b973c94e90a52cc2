"""Somebody is entered though the competition asks for a registration and there is none."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot, entry_page
from skillhub.kernel.messages import N_, Severity, say

code = "not_registered"
severity: Severity = "warning"
label = N_("Entered without registration")


def look(case: Case) -> Iterator[Spot]:
    """Find entries without a registration behind them."""
    text = N_("%(entry)s is entered without an admitted registration")
    for one in case.entries:
        if not one.registered:
            yield Spot(f"entry:{one.id}", entry_page(one.id), say(text, entry=one.label))
