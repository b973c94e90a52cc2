"""How far an event has come on its way from rules to certificates."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import IntEnum
from typing import Any, Protocol

from skillhub.competitions.rules import CLOSED, RULES_OPEN, EventState
from skillhub.kernel.messages import N_, Message, say


class Stage(IntEnum):
    """What is to do next, in the order of the work."""

    RULES = 1
    ENTRIES = 2
    MARKS = 3
    CHECK = 4
    FINAL = 5
    AWARDS = 6
    CERTIFICATES = 7
    DONE = 8


THEORY = re.compile("theor|理论", re.IGNORECASE)
MOST_THEORY = 30
ON_THE_WAY = frozenset(
    {
        *(EventState.FILED, EventState.REGISTRATION_OPEN, EventState.REGISTRATION_CLOSED),
        EventState.SUSPENDED,
    }
)


class Weighed(Protocol):
    """A component, as its share of the total is looked at."""

    code: Any
    name: Any
    kind: Any
    weight: Any
    maximum: Any


@dataclass(frozen=True, slots=True)
class Progress:
    """What is counted of one event."""

    event_id: int
    code: str
    name: str
    state: EventState
    entries: int = 0
    missing: int = 0  # marks that are blank though somebody competes
    rejected: int = 0
    to_check: int = 0
    checking: bool = True
    awards: int = 0
    nobody: bool = False  # the rules give no award on this result
    issued: int = 0  # awards with a certificate on paper
    stale: int = 0  # certificates that would say something else today
    led: bool = False  # its competition is filed, or takes registrations

    @property
    def unissued(self) -> int:
        """Count the awards without a certificate on paper."""
        return self.awards - self.issued

    @property
    def on_its_way(self) -> bool:
        """Tell whether its next step stands on the page of its life, not yet in the work with entries and marks."""
        return self.state in ON_THE_WAY or (self.led and self.state is EventState.DRAFT)

    @property
    def stage(self) -> Stage:
        """Find the first step that is not done; what is final needs nothing before it any more."""
        open_steps = (
            (Stage.RULES, self.state in RULES_OPEN),
            (Stage.ENTRIES, not self.entries),
            (Stage.MARKS, self.missing or self.rejected),
            (Stage.CHECK, self.checking and self.to_check),
            (Stage.FINAL, True),
        )
        if self.state is EventState.CANCELLED:
            return Stage.DONE
        if self.state not in CLOSED:
            return next(stage for stage, waits in open_steps if waits)
        if not self.awards and not self.nobody:
            return Stage.AWARDS
        return Stage.CERTIFICATES if self.unissued or self.stale else Stage.DONE


def stage_of(events: Sequence[Progress]) -> Stage:
    """Give the step at which a competition stands: that of the event that is least far."""
    return min((event.stage for event in events), default=Stage.RULES)


def done(events: Sequence[Progress], stage: Stage) -> int:
    """Count the events that have a step behind them."""
    return sum(event.stage > stage for event in events)


def theory_share(parts: Sequence[Weighed]) -> Decimal | None:
    """Give what theory can bring of a hundred points of the total; None where no component is called theory."""
    earning = [part for part in parts if part.kind not in ("time", "penalty")]
    worth = [
        (Decimal(p.weight) * Decimal(p.maximum), THEORY.search(f"{p.code} {p.name}"))
        for p in earning
    ]
    total = sum((points for points, _ in worth), Decimal(0))
    if not total or not any(called for _, called in worth):
        return None
    theory = sum((points for points, called in worth if called), Decimal(0))
    return (theory * 100 / total).quantize(Decimal("0.1"), ROUND_HALF_UP)


def remarks(parts: Sequence[Weighed]) -> list[Message]:
    """Say what some regulations would not have: theory that weighs more than 30 of 100 (domain C-21)."""
    share = theory_share(parts)
    if share is None or share <= MOST_THEORY:
        return []
    text = N_(
        "Theory can bring %(share)s of 100 points. The housing ministry's contests allow %(most)s at most; see what"
        " your own regulations say."
    )
    return [say(text, share=share, most=MOST_THEORY)]


def asked(kinds: Mapping[str, str], ranking: Mapping[str, Any]) -> set[str]:
    """Name the components without whose mark nobody has a place: those with points, and the first key."""
    keys = ranking.get("keys") or [""]
    first = str(keys[0]).partition(" ")[0]
    return {code for code, kind in kinds.items() if kind != "time" or code == first}
