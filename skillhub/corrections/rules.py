"""What a correction changes for whom: two pictures of an event compared, line by line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from skillhub.kernel.messages import N_, Message, say


class CorrectionState(StrEnum):
    """How far a correction has come."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    APPLIED = "applied"
    CANCELLED = "cancelled"


class ChangeKind(StrEnum):
    """What a correction changes of an entry."""

    MARK = "mark"
    ASPECT = "aspect"
    STATUS = "status"
    RULING = "ruling"


class Action(StrEnum):
    """What becomes of what somebody holds."""

    NONE = "none"
    ISSUE = "issue"
    SUPERSEDE = "supersede"
    REVOKE = "revoke"
    KEEP_BY_GRACE = "keep_by_grace"


OPEN = frozenset({CorrectionState.DRAFT, CorrectionState.PROPOSED})


@dataclass(frozen=True, slots=True)
class Held:
    """What one entry has: place and total, awards, certificates in force, seats higher up, policies that are met."""

    name: str = ""
    status: str = "OK"
    rank: int | None = None
    total: str | None = None
    awards: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    seats: tuple[str, ...] = ()
    bonuses: tuple[str, ...] = ()


Picture = Mapping[int, Held]  # by entry


@dataclass(frozen=True, slots=True)
class Line:
    """What a correction means for one entry: before and after, and what is done about it."""

    entry: int
    before: Held
    after: Held
    action: Action
    grace: str = ""  # why an award is kept

    @property
    def moves_award(self) -> bool:
        """Tell whether somebody wins or loses an award."""
        return self.before.awards != self.after.awards

    @property
    def moves_rank(self) -> bool:
        """Tell whether a place changes."""
        return self.before.rank != self.after.rank


@dataclass(frozen=True, slots=True)
class Report:
    """All that a correction changes; `to_state` is where the event goes."""

    lines: tuple[Line, ...]
    to_state: str = "final"
    version: int = 0
    notices: tuple[Mapping[str, Any], ...] = ()  # sentences, as messages are stored

    @property
    def digest(self) -> str:
        """Give the SHA-256 over what a person decides by: numbers of papers that others took meanwhile stay out."""
        plain = [self.to_state, [_material(line) for line in self.lines]]
        text = json.dumps(plain, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """Give it as plain JSON."""
        return json.loads(json.dumps(asdict(self)))  # type: ignore[no-any-return]

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Report:
        """Read back what as_json gave."""
        lines = tuple(
            Line(
                line["entry"],
                _held(line["before"]),
                _held(line["after"]),
                Action(line["action"]),
                line["grace"],
            )
            for line in stored["lines"]
        )
        return cls(lines, stored["to_state"], stored["version"], tuple(stored["notices"]))


def consequences(before: Picture, after: Picture, graces: Mapping[int, str]) -> tuple[Line, ...]:
    """Compare two pictures of an event: who is touched, and what is done; by the place now, then the old one."""
    lines = []
    for entry in {**before, **after}:
        was, is_now = before.get(entry, Held()), after.get(entry, Held())
        grace = graces.get(entry, "")
        if was != is_now or grace:
            lines.append(Line(entry, was, is_now, action_of(was, is_now, grace), grace))
    last = 1 << 60
    return tuple(
        sorted(lines, key=lambda x: (x.after.rank or last, x.before.rank or last, x.entry))
    )


def action_of(before: Held, after: Held, grace: str = "") -> Action:
    """Say what is done about awards and papers."""
    if grace:
        return Action.KEEP_BY_GRACE
    lost, gained = gone(before.awards, after.awards), gone(after.awards, before.awards)
    reissued = gone(after.certificates, before.certificates)
    if lost and not gained:
        return Action.REVOKE
    if lost or (reissued and before.certificates):
        return Action.SUPERSEDE
    return Action.ISSUE if gained or reissued else Action.NONE


def with_bonuses(
    before: Picture,
    after: Picture,
    paid: Mapping[int, Sequence[str]],
    due: Mapping[int, Sequence[str]],
) -> tuple[Picture, Picture]:
    """Add the policies that are met to two pictures, for whom both times are known."""
    known = paid.keys() & due.keys()
    return tuple(
        {k: replace(v, bonuses=tuple(met[k])) if k in known else v for k, v in one.items()}
        for one, met in ((before, paid), (after, due))
    )  # type: ignore[return-value]  # two in, two out


def told_of(line: Line, why: str) -> Message:
    """Say to whoever competed in an entry what a correction changed for them."""
    was, is_now = line.before, line.after
    text = N_(
        "Your result was corrected. Place: %(place)s. Total: %(total)s. Award: %(award)s. Certificate: %(paper)s."
        " Why: %(why)s"
    )
    return say(
        text,
        place=_moved(was.rank, is_now.rank),
        total=_moved(was.total, is_now.total),
        award=_moved(", ".join(was.awards), ", ".join(is_now.awards)),
        paper=_moved(", ".join(was.certificates), ", ".join(is_now.certificates)),
        why=why,
    )


def _moved(before: object, after: object) -> str:
    """Write a value, or what it was and what it is."""
    was, is_now = (str(value) if value not in (None, "") else "–" for value in (before, after))
    return was if was == is_now else f"{was} → {is_now}"


def gone(some: Sequence[str], others: Iterable[str]) -> list[str]:
    """Give what is in one list and not in the other."""
    there = set(others)
    return [one for one in some if one not in there]


def _material(line: Line) -> list[Any]:
    return [line.entry, _facts(line.before), _facts(line.after), line.action, line.grace]


def _facts(held: Held) -> list[Any]:
    papers = len(held.certificates)
    return [held.status, held.rank, held.total, held.awards, papers, held.seats, held.bonuses]


def _held(stored: Mapping[str, Any]) -> Held:
    names = ("awards", "certificates", "seats", "bonuses")
    lists = {name: tuple(stored.get(name, ())) for name in names}
    return Held(**{**stored, **lists})
