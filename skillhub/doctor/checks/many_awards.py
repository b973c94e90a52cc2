"""More than 60 % of those ranked hold a main award."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot
from skillhub.kernel.messages import N_, Severity, say

code = "many_awards"
severity: Severity = "notice"
label = N_("More than 60 % awarded")
FEWEST = 5  # a smaller field has its own rules


def look(case: Case) -> Iterator[Spot]:
    """Count the awards against the field."""
    text = N_("%(n)s of %(all)s ranked entries hold an award: that is more than 60 %%")
    ranked = sum(line.rank is not None for line in case.version.lines) if case.version else 0
    held = len({award.entry for award in case.awards if not award.on_top})
    if held * 10 > ranked * 6 and ranked >= FEWEST:
        yield Spot("awards", "awards", say(text, n=held, all=ranked))
