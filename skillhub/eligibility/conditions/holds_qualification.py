"""Holds a qualification that is valid, checked and of the kind, occupation and level asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from skillhub.eligibility.rules import (
    Finding,
    Proof,
    Record,
    Verdict,
    Windowed,
    among,
    listed,
    named,
    weigh,
)
from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.parameters import Pick
from skillhub.qualifications.rules import (
    LEVELS,
    Held,
    QualificationKind,
    rank_order,
    standing,
    usability,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldsQualification(Windowed):
    """A single level means exactly that one; {at_most = "3"} means level 3 or better."""

    code: ClassVar[str] = "holds_qualification"
    label: ClassVar[str] = N_("Holds a qualification")

    occupation: tuple[str, ...] = field(default=(), metadata={"label": N_("Occupation")})
    level: Pick | None = field(
        default=None, metadata={"label": N_("Level"), "choices": tuple(LEVELS)}
    )
    kind: tuple[str, ...] = field(
        default=(), metadata={"label": N_("Kind"), "choices": tuple(QualificationKind)}
    )
    distinct: str | None = field(
        default=None,
        metadata={"label": N_("Count once per"), "choices": ("occupation", "level")},
    )
    at_least: int = field(default=1, metadata={"label": N_("How many"), "low": 1, "high": 100})

    def sentence(self, names: Mapping[str, str]) -> Message:
        """Say what is required."""
        kind = named(self.kind, names) or say(N_("A qualification"))
        what = kind if self.level is None else _levels(self.level)
        where = named(self.occupation, names) or say(N_("any occupation"))
        first = say(N_("%(what)s, %(occupation)s"), what=what, occupation=where)
        if self.at_least > 1:
            first = say(TIMES[self.distinct], n=self.at_least, what=first)
        return listed([first, *self.window()])

    def check(self, record: Record, on: date) -> Verdict:
        """Look at every certificate issued by that day."""
        issued = [h for h in record.qualifications if h.issued_on <= on]
        issued.sort(key=self._near, reverse=True)
        rows = [self._look(h, record, on) for h in issued]
        none = say(N_("no other one is registered; hand in the certificate to have it entered."))
        if not rows:
            none = say(N_("none is registered; hand in the certificate to have it entered."))
        return weigh(self, record, rows, none, self.at_least)

    def _look(self, held: Held, record: Record, on: date) -> Finding:
        """Hold one certificate against the parameters, the gravest fault first."""
        text, first = _described(held, record.names), self.opens(on)
        now, paper = standing(held, on), usability(held, on)
        tests: list[tuple[bool | None, str]] = [
            (among(held.occupation, self.occupation), N_("you hold %(held)s: another occupation.")),
            (among(held.kind, self.kind), N_("you hold %(held)s: another kind of certificate.")),
            (self._level_fits(held.level), HELD),
            (now.holds, N_("you hold %(held)s, but it does not count: %(standing)s")),
            (
                held.issued_on >= first,
                N_("you hold %(held)s, issued on %(day)s, before %(first)s."),
            ),
            (paper.usable, N_("you hold %(held)s. %(check)s")),
            (
                self._key(held) is not None or None,
                N_("you hold %(held)s; what for is not recorded."),
            ),
        ]
        values: dict[str, Any] = {"held": text, "standing": now.because, "check": paper.because}
        values |= {"day": held.issued_on, "first": first}
        return Finding(
            Proof("qualification", held.id, str(text)),
            say(HELD, **values),
            tuple(say(text, **values) for passed, text in tests if passed is False),
            tuple(say(text, **values) for passed, text in tests if passed is None),
            self._key(held) or "",
        )

    def _level_fits(self, level: str | None) -> bool | None:
        """Compare by the order of skill; "at most 3" speaks of the printed digit: 3 or better."""
        if self.level is None:
            return True
        if level is None:
            return None
        if self.level.of:
            return level in self.level.of
        best, least = self.level.at_least, self.level.at_most
        above = least is None or rank_order(level) >= rank_order(least)
        return above and (best is None or rank_order(level) <= rank_order(best))

    def _near(self, held: Held) -> tuple[bool, int, date]:
        """Put the right occupation first, then the best level, then the newest."""
        skill = rank_order(held.level) if held.level else -1
        return among(held.occupation, self.occupation) is True, skill, held.issued_on

    def _key(self, held: Held) -> str | None:
        """Name what counts once: nothing in particular, or None when it is not recorded."""
        return {"occupation": held.occupation, "level": held.level, None: ""}[self.distinct]


TIMES = {
    None: N_("%(what)s (%(n)s of them)"),
    "occupation": N_("%(what)s, for %(n)s different occupations"),
    "level": N_("%(what)s, for %(n)s different levels"),
}
HELD = N_("you hold %(held)s. %(standing)s")


def _levels(level: Pick) -> Message:
    """Say which levels are meant."""
    if level.of:
        return listed([say(LEVELS[code].name) for code in level.of])
    low = say(LEVELS[level.at_most].name) if level.at_most else None
    high = say(LEVELS[level.at_least].name) if level.at_least else None
    if low and high:
        return say(N_("%(low)s to %(high)s"), low=high, high=low)
    if low:
        return say(N_("%(level)s or better"), level=low)
    return say(N_("%(level)s or below"), level=high)


def _described(held: Held, names: Mapping[str, str]) -> Message:
    """Name a certificate by its level, occupation and number."""
    kind = names.get(held.kind, held.kind)
    what = say(LEVELS[held.level].name) if held.level else kind
    where = names.get(held.occupation, held.occupation) if held.occupation else "–"
    text = N_("%(level)s, %(occupation)s (No. %(number)s)")
    return say(text, level=what, occupation=where, number=held.number or "–")
