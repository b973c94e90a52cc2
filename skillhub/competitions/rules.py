"""The life of an event, and what a competition file states and where in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from skillhub.kernel.messages import N_, Problem, say


class EventState(StrEnum):
    """How far an event has come, from the first plan to the archive."""

    DRAFT = "draft"
    FILED = "filed"
    REGISTRATION_OPEN = "registration_open"
    REGISTRATION_CLOSED = "registration_closed"
    PREPARED = "prepared"
    RUNNING = "running"
    SCORING = "scoring"
    PROVISIONAL = "provisional"
    PUBLIC_NOTICE = "public_notice"
    UNDER_REVIEW = "under_review"
    FINAL = "final"
    CORRECTING = "correcting"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"
    SUSPENDED = "suspended"


_S = EventState
RULES_OPEN = frozenset({_S.DRAFT, _S.FILED, _S.REGISTRATION_OPEN, _S.REGISTRATION_CLOSED})
# A correction opens marks and statuses again, and closes them within the same write unit.
MARKABLE = frozenset({_S.PREPARED, _S.RUNNING, _S.SCORING, _S.CORRECTING})
ANNOUNCED = frozenset({_S.PROVISIONAL, _S.PUBLIC_NOTICE, _S.UNDER_REVIEW})
CLOSED = frozenset({_S.FINAL, _S.ARCHIVED})
# The steps that may follow each state; a step that the settings of a competition leave out is skipped.
NEXT: dict[EventState, frozenset[EventState]] = {
    _S.DRAFT: frozenset({_S.FILED, _S.REGISTRATION_OPEN, _S.PREPARED, _S.CANCELLED}),
    _S.FILED: frozenset({_S.DRAFT, _S.REGISTRATION_OPEN, _S.PREPARED, _S.CANCELLED}),
    _S.REGISTRATION_OPEN: frozenset({_S.REGISTRATION_CLOSED, _S.SUSPENDED, _S.CANCELLED}),
    _S.REGISTRATION_CLOSED: frozenset({_S.PREPARED, _S.REGISTRATION_OPEN, _S.CANCELLED}),
    _S.PREPARED: frozenset(
        {*RULES_OPEN, _S.RUNNING, _S.SCORING, _S.PROVISIONAL, _S.FINAL, _S.CANCELLED, _S.SUSPENDED}
    ),
    _S.RUNNING: frozenset({_S.SCORING, _S.PROVISIONAL, _S.FINAL, _S.SUSPENDED, _S.CANCELLED}),
    _S.SCORING: frozenset({_S.PROVISIONAL, _S.FINAL, _S.CANCELLED}),
    _S.PROVISIONAL: frozenset(
        {_S.PUBLIC_NOTICE, _S.SCORING, _S.CORRECTING, _S.FINAL, _S.CANCELLED}
    ),
    _S.PUBLIC_NOTICE: frozenset(
        {_S.FINAL, _S.UNDER_REVIEW, _S.SCORING, _S.CORRECTING, _S.CANCELLED}
    ),
    _S.UNDER_REVIEW: frozenset(
        {_S.PUBLIC_NOTICE, _S.FINAL, _S.SCORING, _S.CORRECTING, _S.CANCELLED}
    ),
    _S.FINAL: frozenset({_S.ARCHIVED, _S.CORRECTING, _S.SCORING}),
    _S.CORRECTING: frozenset({_S.PROVISIONAL, _S.PUBLIC_NOTICE, _S.FINAL}),
    # Nothing else opens the archive, and it closes behind it.
    _S.ARCHIVED: frozenset({_S.CORRECTING}),
    _S.CANCELLED: frozenset(),
    _S.SUSPENDED: frozenset(EventState),  # back to the state it left, nothing else
}


# While every event is in one of these states, a setting of its competition may still change.
_EARLY = frozenset({_S.DRAFT, _S.FILED})
SETTINGS: dict[str, frozenset[EventState]] = {
    "filing": frozenset({_S.DRAFT}),
    **dict.fromkeys(("registers", "registration_opens_at", "registration_closes_at"), _EARLY),
    **dict.fromkeys(("weights", "blind"), RULES_OPEN),
    **dict.fromkeys(("notice_days", "appeal_hours"), (RULES_OPEN | MARKABLE) - {_S.CORRECTING}),
}


def may_follow(state: EventState, step: EventState, left: EventState | None = None) -> bool:
    """Tell whether an event may take a step; a suspended one only returns to the state it left, or is cancelled."""
    if state is EventState.SUSPENDED:
        return step in {left, EventState.CANCELLED}
    return step in NEXT[state]


class Weighed(Protocol):
    """A component, as its weight is looked at."""

    kind: Any
    weight: Any


def percent(parts: Iterable[Weighed]) -> Decimal:
    """Add up the weights of what earns points; a time and a penalty earn none."""
    earn = [part.weight for part in parts if part.kind not in ("time", "penalty")]
    return sum(map(Decimal, earn), Decimal(0))


def comes_first(
    state: EventState, step: EventState, *, filing: bool, registers: bool, notice_days: int
) -> EventState | None:
    """Name the state that the settings of a competition ask for before a step; None where nothing is skipped."""
    if filing and state is _S.DRAFT and step in {_S.REGISTRATION_OPEN, _S.PREPARED}:
        return _S.FILED
    if registers and state in _EARLY and step is _S.PREPARED:
        return _S.REGISTRATION_CLOSED
    if (
        notice_days
        and step is _S.FINAL
        and state in (MARKABLE | {_S.PROVISIONAL}) - {_S.CORRECTING}
    ):
        return _S.PUBLIC_NOTICE
    return None


def opened_again(*, filing: bool, registers: bool) -> EventState:
    """Give the state to which an event returns when its rules are opened again."""
    if registers:
        return _S.REGISTRATION_CLOSED
    return _S.FILED if filing else _S.DRAFT


@dataclass(frozen=True, slots=True)
class Draft:
    """A competition as its file states it: plain values, and the text to find lines in."""

    competition: dict[str, Any]
    organisations: dict[str, Any]
    defaults: dict[str, Any]
    events: tuple[dict[str, Any], ...]
    text: str = ""

    def locate(self, problem: Problem) -> Problem:
        """Put the line of the file in front of a problem's path."""
        where = f"{say(N_('line %(n)s'), n=line_of(self.text, problem.where))}, {problem.where}"
        return Problem(where, problem.message, problem.severity)


def line_of(text: str, path: str) -> int:
    """Find the line of the file that a path such as event[3].awards.window speaks of; 1 if none does."""
    table, number, key = _steps(path)
    header = re.compile(rf"^\s*\[{{1,2}}\s*{re.escape(table)}\s*\]{{1,2}}")
    lines = text.splitlines()
    starts = [n for n, line in enumerate(lines) if header.match(line)]
    if number >= len(starts):
        return 1
    first = starts[number]
    for n, line in enumerate(lines[first + 1 :], first + 1):
        if line.lstrip().startswith("["):
            break
        if key and re.match(rf"^\s*\"?{re.escape(key)}\"?\s*[=.]", line):
            return n + 1
    return first + 1


def _steps(path: str) -> tuple[str, int, str]:
    """Split a path into its table, which of them, and the key inside."""
    match = re.match(r"^(\w+)(?:\[(\d+)\])?(?:\.([^.\[]+))?", path)
    if match is None:
        return "", 0, ""
    return match[1], int(match[2] or 0), match[3] or ""


def day(value: str | date | None) -> date | None:
    """Read a day as a file writes it."""
    return date.fromisoformat(value) if isinstance(value, str) and value else value or None


def moment(value: str | datetime | None, zone: str) -> datetime | None:
    """Read an instant as a file writes it; without an offset it is meant in the zone given."""
    read = datetime.fromisoformat(value) if isinstance(value, str) and value else value or None
    if isinstance(read, datetime) and read.tzinfo is None:
        return read.replace(tzinfo=ZoneInfo(zone))
    return read if isinstance(read, datetime) else None


def vouches(held: Iterable[str], host: str) -> bool:
    """Tell whether roles held at these paths let somebody state the tier of what a host holds.

    That takes a role over an organisation above the host; where nobody stands above, one over the host itself.
    """
    top = host.count("/") == 2
    return any(host.startswith(path) and (top or path != host) for path in held)


PARTS = (
    "code",
    "name",
    "maximum",
    "weight",
    "pass_mark",
    "kind",
    "scheme",
    "carry_from",
    "carry_part",
)


def component(part: Mapping[str, Any]) -> tuple[Any, ...]:
    """Give the columns of a component (PARTS) for its plain table."""
    kind = part.get("kind", "points")
    weight = part.get("weight", "0" if kind == "time" else "1")
    least = part.get("pass_mark")
    return (
        *(part["code"], part.get("name") or part["code"], Decimal(part["max"]), Decimal(weight)),
        *(None if least is None else Decimal(least), kind, dict(part.get("scheme", {}))),
        *(part.get("carry_from", ""), part.get("carry_part", "")),
    )


def plain_component(part: Any) -> dict[str, Any]:
    """Write a component as the plain table that a competition file holds."""
    beside = {name: getattr(part, name) for name in ("scheme", "carry_from", "carry_part")}
    least = part.pass_mark
    return {
        "code": part.code,
        "name": part.name,
        "max": f"{part.maximum:f}",
        "weight": f"{part.weight:f}",
        "kind": part.kind,
        **({} if least is None else {"pass_mark": f"{least:f}"}),
        **{name: value for name, value in beside.items() if value},
    }


def plain_event(event: Any) -> dict[str, Any]:
    """Write an event as the plain table that a competition file holds."""
    return {
        "code": event.code,
        "name": event.name,
        "name_en": event.name_en,
        "occupation": event.occupation.code if event.occupation else "",
        "group": event.group.value,
        "team_size": event.team_size,
        "min_entries": event.min_entries,
        "held_on": event.held_on.isoformat() if event.held_on else "",
        "ranking": dict(event.ranking),
        "awards": list(event.awards),
        "components": [plain_component(part) for part in event.components],
    }


def keeping_unasked(row: Mapping[str, Any], parts: Iterable[Any]) -> dict[str, Any]:
    """Give a component's row of a form with what the form does not ask for: its scheme, the part it carries over."""
    before = next((plain_component(part) for part in parts if part.code == row["code"]), {})
    names = {"scheme"} if row.get("kind") != "carried" else set()
    if row.get("carry_from") and row["carry_from"] == before.get("carry_from"):
        names.add("carry_part")
    return {**{name: before[name] for name in names & before.keys()}, **row}
