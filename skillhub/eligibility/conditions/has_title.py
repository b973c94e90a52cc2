"""Holds one of the titles of honour asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from skillhub.eligibility.rules import (
    Finding,
    HeldTitle,
    Proof,
    Record,
    Verdict,
    Windowed,
    listed,
    named,
    weigh,
)
from skillhub.kernel.messages import N_, Message, say


@dataclass(frozen=True, slots=True, kw_only=True)
class HasTitle(Windowed):
    """The window speaks of the day on which the title was conferred."""

    code: ClassVar[str] = "has_title"
    label: ClassVar[str] = N_("Has a title")

    title: tuple[str, ...] = field(metadata={"label": N_("Title")})

    def sentence(self, names: Mapping[str, str]) -> Message:
        """Say what is required."""
        return listed(
            [say(N_("The title %(names)s"), names=named(self.title, names)), *self.window()]
        )

    def check(self, record: Record, on: date) -> Verdict:
        """Look at the titles of that name conferred by that day."""
        held = [t for t in record.titles if {t.title, t.title_en} & set(self.title)]
        rows = [self._look(t, on) for t in held if t.conferred_on <= on]
        return weigh(self, record, rows, say(N_("none is recorded here.")))

    def _look(self, held: HeldTitle, on: date) -> Finding:
        """Hold one title against the day."""
        first = self.opens(on)
        stands = held.revoked_on is None or held.revoked_on > on
        runs = held.ends_on is None or held.ends_on >= on
        tests = [
            (stands, N_("%(title)s was withdrawn on %(revoked)s.")),
            (runs, N_("%(title)s ended on %(ends)s.")),
            (held.conferred_on >= first, N_("%(title)s is of %(day)s, before %(first)s.")),
        ]
        values = {"title": held.title, "day": held.conferred_on, "first": first}
        values |= {"revoked": held.revoked_on, "ends": held.ends_on}
        return Finding(
            Proof("title", held.id, held.title),
            say(N_("%(title)s, conferred on %(day)s."), title=held.title, day=held.conferred_on),
            tuple(say(text, **values) for passed, text in tests if not passed),
        )
