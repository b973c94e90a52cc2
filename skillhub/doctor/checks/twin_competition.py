"""Another competition of the same year has the same name."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot
from skillhub.kernel.messages import N_, Severity, say

code = "twin_competition"
severity: Severity = "warning"
label = N_("Competition announced twice")


def look(case: Case) -> Iterator[Spot]:
    """Look for a competition that looks the same."""
    text = N_("competition %(code)s has the same name and year: is it announced twice?")
    for code in case.twins:
        yield Spot(f"competition:{code}", "", say(text, code=code))
