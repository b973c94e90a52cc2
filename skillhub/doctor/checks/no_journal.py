"""Something was made final or conferred, and the journal says nothing of it."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot
from skillhub.kernel.messages import N_, Severity, say

code = "no_journal"
severity: Severity = "error"
label = N_("Act without a line in the journal")


def look(case: Case) -> Iterator[Spot]:
    """Look for the acts that must have left a line."""
    text = N_("the journal has no line “%(verb)s” for this event")
    signed = bool(case.version and case.version.signed)
    acts = {"results.finalise": signed, "awards.confer": bool(case.awards)}
    for verb, done in acts.items():
        if done and verb not in case.verbs:
            yield Spot(f"verb:{verb}", "results", say(text, verb=verb))
