"""Three or fewer started, and yet awards were conferred: many rules deem such an event not held."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot
from skillhub.kernel.messages import N_, Severity, say
from skillhub.results.rules import Status

code = "few_starters"
severity: Severity = "notice"
label = N_("Awards in a field that is too small")
FEWEST = 3  # at most: W-27


def look(case: Case) -> Iterator[Spot]:
    """Count who started."""
    text = N_("only %(n)s started, and awards were conferred: do the rules deem the event held?")
    started = sum(one.official and one.status != Status.DNS for one in case.entries)
    if case.awards and started <= FEWEST:
        yield Spot("awards", "awards", say(text, n=started))
