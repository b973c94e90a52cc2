"""Is employed, at an employer of the kind and for as long as asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import ClassVar

from skillhub.eligibility.rules import (
    EMPLOYERS,
    LONGEST_WINDOW,
    Answer,
    Employed,
    Finding,
    Proof,
    Record,
    Verdict,
    among,
    listed,
    named,
    weigh,
)
from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.months import hi


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployedAt:
    """Nobody's work is known here without a row: no row waits, an ended one is a no."""

    code: ClassVar[str] = "employed"
    label: ClassVar[str] = N_("Is employed")

    organisation_kind: tuple[str, ...] = field(
        default=(), metadata={"label": N_("Kind of employer"), "choices": EMPLOYERS}
    )
    months: int | None = field(
        default=None,
        metadata={
            "label": N_("For so many months at the same employer"),
            "low": 1,
            "high": LONGEST_WINDOW,
        },
    )

    def sentence(self, names: Mapping[str, str]) -> Message:
        """Say what is required."""
        kinds, months = named(self.organisation_kind, names), self.months
        return listed([
            say(N_("Employed")),
            *([say(N_("at: %(kinds)s"), kinds=kinds)] if kinds else []),
            *([say(N_("for %(n)s months at the same employer"), n=months)] if months else []),
        ])  # fmt: skip

    def check(self, record: Record, on: date) -> Verdict:
        """Look at the employments begun by that day."""
        begun = [e for e in record.employments if e.since <= on]
        if not begun:
            text = N_("%(what)s: waiting for your unit to enter your employment; none is here.")
            because = say(text, what=self.sentence(record.names))
            return Verdict(Answer.WAITING, because, code=self.code)
        rows = [self._look(e, begun, on) for e in begun]
        return weigh(self, record, rows, say(N_("none is recorded here.")))

    def _look(self, job: Employed, begun: Sequence[Employed], on: date) -> Finding:
        """Hold one employment against the parameters."""
        since = _unbroken(job, begun)
        # Who retired while the last day of a job is not known is not taken to be in post, nor to have left.
        in_post = job.until >= on if job.until else None if job.retired else True
        enough = self.months is None or since <= hi(on, self.months)
        kind = among(job.organisation_kind, self.organisation_kind)
        tests: list[tuple[bool | None, str]] = [
            (in_post, N_("your work at %(at)s ended on %(until)s.")),
            (kind, N_("%(at)s is another kind of employer.")),
            (enough, N_("at %(at)s since %(since)s, not yet %(months)s months.")),
        ]
        at = job.organisation_name or f"#{job.organisation}"
        values = {"at": at, "since": since, "until": job.until, "months": self.months}
        unknown = (
            N_("you are retired, and your last day at %(at)s has not been recorded.")
            if in_post is None
            else N_("what kind of employer %(at)s is has not been recorded.")
        )
        return Finding(
            Proof("employment", job.id, at),
            say(N_("at %(at)s since %(since)s."), at=at, since=since),
            tuple(say(text, **values) for passed, text in tests if passed is False),
            tuple(say(unknown, at=at) for passed, _ in tests if passed is None),
        )


def _unbroken(job: Employed, jobs: Sequence[Employed]) -> date:
    """Find since when somebody works at that employer without a day between two rows."""
    since = job.since
    for earlier in sorted(jobs, key=lambda e: e.since, reverse=True):
        same = earlier.organisation == job.organisation and earlier.since < since
        if same and (earlier.until is None or earlier.until + timedelta(days=1) >= since):
            since = earlier.since
    return since
