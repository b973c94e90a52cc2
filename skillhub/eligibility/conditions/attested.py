"""Somebody entitled has stated what no machine can know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from skillhub.eligibility.rules import (
    LONGEST_WINDOW,
    Answer,
    Attested,
    Proof,
    Record,
    Verdict,
)
from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.months import lo


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestedItem:
    """The latest statement by that day counts; without one the answer waits."""

    code: ClassVar[str] = "attested"
    label: ClassVar[str] = N_("Attested by the unit")

    item: str = field(metadata={"label": N_("What is attested")})
    within_months: int | None = field(
        default=None,
        metadata={"label": N_("Not older than so many months"), "low": 1, "high": LONGEST_WINDOW},
    )

    def sentence(self, names: Mapping[str, str]) -> Message:
        """Say what is required."""
        return say(N_("Attested by your unit: %(item)s"), item=names.get(self.item, self.item))

    def check(self, record: Record, on: date) -> Verdict:
        """Take the latest statement on the item made by that day."""
        made = [a for a in record.attestations if a.item == self.item and a.attested_on <= on]
        last = max(made, key=lambda a: (a.attested_on, a.id), default=None)
        item = record.names.get(self.item, self.item)
        if last is None:
            text = say(N_("Waiting for the attestation “%(item)s” by your unit."), item=item)
            return Verdict(Answer.WAITING, text, code=self.code)
        return self._weighed(last, item, on)

    def _weighed(self, last: Attested, item: str, on: date) -> Verdict:
        """Answer by the latest statement."""
        oldest = lo(on, self.within_months) if self.within_months is not None else date.min
        if last.attested_on < oldest:
            text = N_("The attestation “%(item)s” of %(day)s is too old; a new one is awaited.")
            answer = Answer.WAITING
        elif last.answer:
            text, answer = N_("“%(item)s” was attested on %(day)s by %(by)s."), Answer.MET
        else:
            text = N_("“%(item)s” was answered with no on %(day)s by %(by)s; ask them about it.")
            answer = Answer.NOT_MET
        because = say(text, item=item, day=last.attested_on, by=last.attested_by or "–")
        return Verdict(answer, because, (Proof("attestation", last.id, item),), code=self.code)
