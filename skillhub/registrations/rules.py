"""When one may register, whether there is room, who is next on the waiting list, and from which day a rule is met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import reduce

from skillhub.eligibility.rules import Answer, Record, Requirement, Verdict
from skillhub.kernel.messages import N_, Message, say

YEARS_AHEAD = 10
WEEK = 7


class RegistrationState(StrEnum):
    """How far a registration has come."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    UNIT_ENDORSED = "unit_endorsed"
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    ADMITTED = "admitted"
    WAITLISTED = "waitlisted"
    WITHDRAWN = "withdrawn"
    SUBSTITUTED = "substituted"


_S = RegistrationState
LIVE = frozenset(
    {_S.DRAFT, _S.SUBMITTED, _S.UNIT_ENDORSED, _S.ELIGIBLE, _S.ADMITTED, _S.WAITLISTED}
)
NEXT: Mapping[RegistrationState, frozenset[RegistrationState]] = {
    _S.DRAFT: frozenset({_S.SUBMITTED, _S.WITHDRAWN}),
    _S.SUBMITTED: frozenset({_S.UNIT_ENDORSED, _S.INELIGIBLE, _S.WITHDRAWN}),
    _S.UNIT_ENDORSED: frozenset({_S.ELIGIBLE, _S.INELIGIBLE, _S.WITHDRAWN}),
    _S.ELIGIBLE: frozenset({_S.ADMITTED, _S.WAITLISTED, _S.INELIGIBLE, _S.WITHDRAWN}),
    _S.WAITLISTED: frozenset({_S.ADMITTED, _S.INELIGIBLE, _S.WITHDRAWN, _S.SUBSTITUTED}),
    _S.ADMITTED: frozenset({_S.WITHDRAWN, _S.SUBSTITUTED, _S.INELIGIBLE}),
    _S.INELIGIBLE: frozenset({_S.SUBMITTED, _S.ELIGIBLE}),
    _S.WITHDRAWN: frozenset({_S.SUBMITTED}),
    _S.SUBSTITUTED: frozenset(),
}
STATES = {
    _S.DRAFT: N_("draft"),
    _S.SUBMITTED: N_("waits for the unit"),
    _S.UNIT_ENDORSED: N_("waits for evidence"),
    _S.ELIGIBLE: N_("may enter"),
    _S.INELIGIBLE: N_("may not enter"),
    _S.ADMITTED: N_("admitted"),
    _S.WAITLISTED: N_("on the waiting list"),
    _S.WITHDRAWN: N_("withdrawn"),
    _S.SUBSTITUTED: N_("replaced by another"),
}


def no_step(reference: str, state: RegistrationState, step: RegistrationState) -> Message | None:
    """Say why a registration cannot take a step; None when it can."""
    if step in NEXT[state]:
        return None
    text = N_("Registration %(reference)s is “%(state)s” and cannot become “%(step)s”.")
    return say(text, reference=reference, state=say(STATES[state]), step=say(STATES[step]))


class AsOf(StrEnum):
    """On which day the conditions of an event must be met."""

    DEADLINE = "deadline"
    EVENT_DAY = "event_day"
    DATE = "date"


def closed(
    is_open: bool, opens: datetime | None, closes: datetime | None, moment: datetime
) -> Message | None:
    """Say why nobody may register at a moment; None when one may. The limit itself is in time."""
    if not is_open:
        return say(N_("Registration is not open for this event."))
    if opens is not None and moment < opens:
        return say(N_("Registration opens on %(opens)s."), opens=opens)
    if closes is not None and moment > closes:
        return say(N_("Registration closed on %(closes)s."), closes=closes)
    return None


def day_asked(
    as_of: AsOf, stated: date | None, deadline: date | None, held_on: date | None, today: date
) -> date:
    """Give the day on which the conditions count; where the day named is not known yet, today."""
    return {AsOf.DEADLINE: deadline, AsOf.EVENT_DAY: held_on, AsOf.DATE: stated}[as_of] or today


@dataclass(frozen=True, slots=True)
class Limits:
    """How many an event and each unit may have; None is no limit."""

    capacity: int | None = None
    unit_quota: int | None = None


def no_room(limits: Limits, taken: int, sent: int) -> Message | None:
    """Say why one more has no place: the event is full, or the unit sends as many as it may."""
    if limits.capacity is not None and taken >= limits.capacity:
        return say(N_("all %(n)s places are taken"), n=limits.capacity)
    if limits.unit_quota is not None and sent >= limits.unit_quota:
        return say(N_("the %(n)s places of the unit are taken"), n=limits.unit_quota)
    return None


@dataclass(frozen=True, slots=True)
class Waiting:
    """One registration on the waiting list: its place in it, and its unit."""

    registration: int
    queue: int
    unit: int | None


def next_in_line(
    waiting: Sequence[Waiting], limits: Limits, taken: int, sent: Mapping[int | None, int]
) -> int | None:
    """Name who is promoted next: the first in order whose unit has a place left; None while the event is full."""
    for one in sorted(waiting, key=lambda w: w.queue):
        if no_room(limits, taken, sent.get(one.unit, 0)) is None:
            return one.registration
    return None


def first_met(asked: Requirement, record: Record, on: date) -> date | None:
    """Find the first day from `on` at which a requirement is met, by what is known today; None within ten years."""
    last = on.replace(year=on.year + YEARS_AHEAD, day=min(on.day, 28))
    day = on
    while day <= last:
        if asked.check(record, day).answer is Answer.MET:
            back = (day - timedelta(days=n) for n in range(WEEK - 1, -1, -1))
            return next(d for d in back if d >= on and asked.check(record, d).answer is Answer.MET)
        day += timedelta(days=WEEK)
    return None


def refusal(verdict: Verdict, from_day: date | None, on: date) -> Message:
    """Say which rule keeps somebody out, on which day it counted, and from which day it would be met."""
    why = reduce(_beside, (leaf.because for leaf in unmet(verdict)))
    if from_day is None:
        return say(N_("%(why)s The rule counts on %(on)s."), why=why, on=on)
    text = N_("%(why)s The rule counts on %(on)s; it would be met on %(from_day)s.")
    return say(text, why=why, on=on, from_day=from_day)


def unmet(verdict: Verdict) -> list[Verdict]:
    """List the conditions that are not met, those inside a combination each by itself."""
    if not verdict.children:
        return [verdict] if verdict.answer is not Answer.MET else []
    return [leaf for child in verdict.children for leaf in unmet(child)]


def _beside(first: Message, more: Message) -> Message:
    return say(N_("%(first)s %(more)s"), first=first, more=more)
