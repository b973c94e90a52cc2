"""A seat of the panel has no mark at all, while others of the panel have theirs."""

from __future__ import annotations

from collections.abc import Iterator

from skillhub.casebook.rules import Case
from skillhub.doctor.rules import Spot
from skillhub.kernel.messages import N_, Severity, say

code = "silent_judge"
severity: Severity = "warning"
label = N_("Judge without marks")


def look(case: Case) -> Iterator[Spot]:
    """Find seats that never marked."""
    text = N_("%(judge)s sits on the panel of %(part)s, but gave no mark")
    names = {part.code: part.name for part in case.parts}
    heard = {(score.part, score.seat) for score in case.scores}
    scored = {score.part for score in case.scores}
    for judge in case.judges:
        if judge.part in scored and (judge.part, judge.seat) not in heard:
            told = say(text, judge=judge.name, part=names.get(judge.part, judge.part))
            yield Spot(f"seat:{judge.part}/{judge.seat}", "marks", told)
