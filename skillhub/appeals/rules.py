"""Deadlines of notices, queries and appeals, and the working days they count by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import chinese_calendar

MOST = 3  # what one person may file about one entry


class AppealKind(StrEnum):
    """Who objects, and how formally."""

    OBJECTION = "objection"
    QUERY = "query"
    APPEAL = "appeal"


class Subject(StrEnum):
    """What is held to be wrong."""

    SCORE = "score"
    CONDUCT = "conduct"
    EQUIPMENT = "equipment"
    ELIGIBILITY = "eligibility"


class AppealState(StrEnum):
    """How far it has come."""

    RECEIVED = "received"
    REJECTED_LATE = "rejected_late"
    UNDER_REVIEW = "under_review"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    """What the panel decided."""

    UPHELD = "upheld"
    PARTLY = "partly"
    DISMISSED = "dismissed"


class NoticeState(StrEnum):
    """Whether a notice counts: the open one does, a stopped one was followed by the next."""

    OPEN = "open"
    STOPPED = "stopped"


OPEN = frozenset({AppealState.RECEIVED, AppealState.UNDER_REVIEW})
ACCEPTED = frozenset({Outcome.UPHELD, Outcome.PARTLY})


@dataclass(frozen=True, slots=True)
class Terms:
    """What a notice says beside its days: its words, whom to write to, and an end that somebody confirmed."""

    contact_name: str
    contact: str
    words: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Filing:
    """What somebody holds to be wrong."""

    kind: AppealKind
    subject: Subject
    reason: str
    photo: bytes = b""


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a notice; `unknown` is the first of them for which no calendar is published yet."""

    first: date
    last: date
    unknown: date | None = None


def worked(day: date, known: Mapping[date, bool]) -> bool | None:
    """Tell whether a day is worked: what somebody here knows, else the published calendar; None: not published."""
    if day in known:
        return known[day]
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


def span(first: date, days: int, known: Mapping[date, bool]) -> Span:
    """Count so many whole working days after the day of opening, which is not counted (Civil Code, article 201).

    Where no calendar is published yet, Monday to Friday is taken, and the first such day is named: somebody must
    confirm the end.
    """
    day, left, unknown = first, days, None
    while left:
        day += timedelta(days=1)
        is_worked = worked(day, known)
        if is_worked is None:
            unknown = unknown or day
            is_worked = day.weekday() < 5
        left -= is_worked
    return Span(first, day, unknown)


def end_of(day: date, zone: str) -> datetime:
    """Give the instant at which a day ends in a zone, in UTC; who writes in that instant is in time."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)


def in_time(moment: datetime, deadline: datetime | None) -> bool:
    """Tell whether an instant keeps a deadline: exactly at the limit does (domain, edge case 22)."""
    return deadline is None or moment <= deadline


def deadline_of(
    kind: AppealKind,
    hours: int,
    *,
    ended_at: datetime | None = None,
    shown_at: datetime | None = None,
    notice_until: datetime | None = None,
) -> datetime | None:
    """Say until when one may file; None while nothing has begun that would end it.

    An appeal goes in at latest so many hours after the stage ended (C-29), or where nobody noted its end, after the
    result was shown. A query may come until the public notice ends; without one, so many hours after it was shown.
    """
    after = timedelta(hours=hours)
    if kind is AppealKind.APPEAL:
        end = ended_at or shown_at
        return end + after if end else None
    if kind is AppealKind.OBJECTION or notice_until:
        return notice_until
    return shown_at + after if shown_at else None
