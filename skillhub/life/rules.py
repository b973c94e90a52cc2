"""What may be done with an event at each point of its life, and what each step needs first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from skillhub.approvals.rules import listed
from skillhub.competitions.rules import EventState, comes_first, may_follow
from skillhub.kernel.messages import N_, Message, say

S = EventState


class Verb(StrEnum):
    """A step that an organiser takes with one event."""

    OPEN = "open"
    CLOSE = "close"
    PREPARE = "prepare"
    BEGIN = "begin"
    END = "end"
    ARCHIVE = "archive"
    SUSPEND = "suspend"
    RESUME = "resume"
    CANCEL = "cancel"


STEPS: dict[Verb, EventState] = {
    Verb.OPEN: S.REGISTRATION_OPEN,
    Verb.CLOSE: S.REGISTRATION_CLOSED,
    Verb.PREPARE: S.PREPARED,
    Verb.BEGIN: S.RUNNING,
    Verb.END: S.SCORING,
    Verb.ARCHIVE: S.ARCHIVED,
    Verb.SUSPEND: S.SUSPENDED,
    Verb.CANCEL: S.CANCELLED,
}
# The states in which a verb is offered; a step back, such as final to scoring, has its own page.
OFFERED: dict[Verb, frozenset[EventState]] = {
    Verb.OPEN: frozenset({S.DRAFT, S.FILED}),
    Verb.CLOSE: frozenset({S.REGISTRATION_OPEN}),
    Verb.PREPARE: frozenset({S.DRAFT, S.FILED, S.REGISTRATION_CLOSED}),
    Verb.BEGIN: frozenset({S.PREPARED}),
    Verb.END: frozenset({S.RUNNING}),
    Verb.ARCHIVE: frozenset({S.FINAL}),
    Verb.SUSPEND: frozenset({S.REGISTRATION_OPEN, S.PREPARED, S.RUNNING}),
    Verb.RESUME: frozenset({S.SUSPENDED}),
    Verb.CANCEL: frozenset(S) - {S.FINAL, S.CORRECTING, S.ARCHIVED, S.CANCELLED},
}
WITH_REASON = frozenset({Verb.SUSPEND, Verb.CANCEL})
TOGETHER = (Verb.OPEN, Verb.CLOSE, Verb.PREPARE, Verb.END, Verb.ARCHIVE)  # for all events at once
BACK = (Verb.CLOSE, Verb.PREPARE)  # of these, what can be taken back while nothing followed


@dataclass(frozen=True, slots=True)
class Facts:
    """What the guards look at: one event, its competition, and what was counted."""

    state: EventState
    moment: datetime
    left_state: EventState | None = None
    filing: bool = False
    registers: bool = False
    notice_days: int = 0
    announcement: bool = False
    days: bool = False
    filed: bool = False
    approved: bool = False
    changed: tuple[Message, ...] = ()  # what differs from what was approved
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    whole: bool = True  # has components, a ranking and awards
    weights: Decimal | None = None  # their sum, where they are percentages
    min_entries: int = 0
    entries: int = 0
    waived: bool = False
    arrived: int = 0
    entered: int = 0  # all entries, whatever became of them
    missing: int = 0  # marks without which somebody who competes has no place
    to_check: int = 0
    uncoded: int = 0  # who competes without a code, though judges see codes only
    conferred: bool = True  # its awards stand, or nobody earns one
    readable: bool = True  # by strangers, for whom a public notice is held
    asked: tuple[tuple[Message, str], ...] = ()  # what other floors miss, each with its page


@dataclass(frozen=True, slots=True)
class Unmet:
    """What a step still needs: its name, the sentence, and the page that mends it."""

    name: str
    message: Message
    page: str


@dataclass(frozen=True, slots=True)
class Guard:
    """One thing a step needs."""

    name: str
    met: Callable[[Facts], bool]
    text: str
    page: str
    values: Callable[[Facts], Mapping[str, Any]] = lambda facts: {}


_AS_APPROVED = Guard(
    "as_approved",
    lambda f: not f.changed,
    N_("A second person approves first what changed since it was approved: %(what)s."),
    "competition",
    lambda f: {"what": listed(f.changed)},
)
_CODES = Guard(
    "codes",
    lambda f: f.uncoded <= 0,
    N_("%(n)s entries have no code yet: the code officer draws them."),
    "codes",
    lambda f: {"n": f.uncoded},
)
_RANKED = (
    Guard("entered", lambda f: f.entered > 0, N_("Nobody has entered yet."), "entries"),
    Guard("missing", lambda f: f.missing == 0, N_("Marks are missing: %(n)s."), "marks", lambda f: {"n": f.missing}),
    Guard("to_check", lambda f: f.to_check == 0, N_("Marks wait for a second person: %(n)s."), "marks/check",
          lambda f: {"n": f.to_check}),
)  # fmt: skip
# What must be true before an event comes to a state (domain 4.1); to add a guard, add a line. The steps from a ranking
# to a final result are taken, and guarded whole, by results, appeals and publishing: here they are told at one look.
GUARDS: dict[EventState, tuple[Guard, ...]] = {
    S.FILED: (
        Guard("announcement", lambda f: f.announcement,
              N_("Write the announcement: it is what is filed."), "settings"),
        Guard("days", lambda f: f.days, N_("Say on which days it is held."), "settings"),
        Guard("filed", lambda f: f.filed, N_("File it, so that somebody is asked to approve it."), "competition"),
        Guard("approved", lambda f: f.approved,
              N_("A second person approves it, neither who announced it nor who filed it."), "competition"),
    ),
    S.REGISTRATION_OPEN: (
        _AS_APPROVED,
        Guard("registers", lambda f: f.registers,
              N_("Let people and units register: a setting of the competition."), "settings"),
        Guard("window", lambda f: bool(f.opens_at and f.closes_at),
              N_("Say when registration opens and closes."), "settings"),
        Guard("opens", lambda f: f.opens_at is None or f.moment >= f.opens_at,
              N_("Registration opens on %(when)s."), "settings", lambda f: {"when": f.opens_at}),
        Guard("closes", lambda f: f.closes_at is None or f.moment < f.closes_at,
              N_("Registration closed on %(when)s. Extend it first."), "competition", lambda f: {"when": f.closes_at}),
    ),
    S.PREPARED: (
        _AS_APPROVED,
        Guard("whole", lambda f: f.whole, N_("Give it components, a ranking and awards."), "rules"),
        Guard("weights", lambda f: f.weights in (None, Decimal(100)),
              N_("Its weights are percentages and add up to %(sum)s, not to 100."), "rules",
              lambda f: {"sum": f.weights}),
        Guard("field", lambda f: f.entries >= f.min_entries or f.waived,
              N_("It is held with %(least)s entries at least; there are %(n)s. Say why it is held all the same."),
              "entries", lambda f: {"least": f.min_entries, "n": f.entries}),
        _CODES,
    ),
    S.RUNNING: (
        _AS_APPROVED,
        _CODES,
        Guard("arrived", lambda f: f.arrived > 0, N_("Check in the first entry."), "arrivals"),
    ),
    S.PROVISIONAL: _RANKED,
    S.PUBLIC_NOTICE: (*_RANKED, Guard("readable", lambda f: f.readable,
                                      N_("Nobody outside reads the ranking yet: let it open first."), "publishing")),
    S.FINAL: (
        *_RANKED,
        Guard("notice", lambda f: f.state not in (S.PUBLIC_NOTICE, S.UNDER_REVIEW),
              N_("The notice runs its days, and what was objected is decided."), "results/final"),
    ),
    S.ARCHIVED: (
        Guard("conferred", lambda f: f.conferred, N_("Confer its awards first."), "awards"),
    ),
}  # fmt: skip


def unmet(step: EventState, facts: Facts) -> list[Unmet]:
    """Name everything that a step still needs."""
    found = [
        Unmet(guard.name, say(guard.text, **guard.values(facts)), guard.page)
        for guard in GUARDS.get(step, ())
        if not guard.met(facts)
    ]
    asked = facts.asked if step is S.PREPARED else ()
    return found + [Unmet("asked", message, page) for message, page in asked]


def offered(facts: Facts) -> list[Verb]:
    """Name the verbs for the state of an event, in the order of its life; their guards may still be unmet."""
    return [verb for verb in Verb if facts.state in OFFERED[verb] and not _skips(verb, facts)]


def step_of(verb: Verb, left: EventState | None) -> EventState:
    """Give the state to which a verb leads."""
    return STEPS[verb] if verb is not Verb.RESUME else left or S.DRAFT


def way(facts: Facts) -> list[EventState]:
    """List the states an event goes through, by the settings of its competition.

    Without registration it may go from locked rules straight to marks and to a final result, so that check-in and
    scoring stand on its way only once it took that road.
    """
    led = facts.registers
    chosen = (
        (S.DRAFT, True),
        (S.FILED, facts.filing),
        (S.REGISTRATION_OPEN, led),
        (S.REGISTRATION_CLOSED, led),
        (S.PREPARED, True),
        (S.RUNNING, led),
        (S.SCORING, led),
        (S.PROVISIONAL, led or facts.notice_days > 0),
        (S.PUBLIC_NOTICE, facts.notice_days > 0),
        (S.FINAL, True),
        (S.ARCHIVED, True),
    )
    at = stands_at(facts)
    return [state for state, asked in chosen if asked or state is at]


def stands_at(facts: Facts) -> EventState:
    """Place a state on the way: a side road stands where it left it."""
    aside = {S.UNDER_REVIEW: S.PUBLIC_NOTICE, S.CORRECTING: S.FINAL}
    at = facts.left_state or facts.state
    return aside.get(at, at)


def next_of(facts: Facts) -> EventState | None:
    """Name the state that comes next on the way; None at its end."""
    if facts.state in (S.CANCELLED, S.ARCHIVED, S.SUSPENDED):
        return None
    if facts.state in (S.UNDER_REVIEW, S.CORRECTING):
        return S.FINAL
    states = way(facts)
    at = states.index(facts.state) if facts.state in states else -1
    return states[at + 1] if at + 1 < len(states) else None


def _skips(verb: Verb, facts: Facts) -> bool:
    """Tell whether a verb would skip what the settings ask for, or opens what nobody asks for."""
    if verb is Verb.RESUME:
        return False
    step = STEPS[verb]
    if step is S.REGISTRATION_OPEN and not facts.registers:
        return True
    settings = {"filing": facts.filing, "registers": facts.registers}
    skipped = comes_first(facts.state, step, notice_days=facts.notice_days, **settings)
    return skipped is not None or not may_follow(facts.state, step, facts.left_state)


def mended(found: Sequence[Unmet], waived: bool) -> list[Unmet]:
    """Leave out what a waiver answers."""
    return [one for one in found if not (waived and one.name == "field")]
