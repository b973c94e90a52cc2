"""Adding months to a day, and the two questions that follow from it (Civil Code 201, 202)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

FIRST_YEAR, LAST_YEAR = date.min.year, date.max.year


def after(day: date, months: int) -> date:
    """Give the last day of a term of months that starts to run on a day.

    The day itself is not counted, so the term ends on the same day of its last month, or on the
    last day of that month when there is no such day: a month from 31 January ends with February.
    """
    year, month = _shift(day.year, day.month, months)
    if year > LAST_YEAR:
        return date.max
    if year < FIRST_YEAR:
        return date.min
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def lo(day: date, months: int) -> date:
    """Give the first day from which so many months still reach `day` ("within n months")."""
    year, month = _shift(day.year, day.month, -months)
    if year < FIRST_YEAR:
        return date.min
    if day.day <= monthrange(year, month)[1]:
        return date(year, month, day.day)
    return date(*_shift(year, month, 1), 1)


def hi(day: date, months: int) -> date:
    """Give the last day from which so many months have passed by `day` ("for n months")."""
    year, month = _shift(day.year, day.month, -months)
    if year < FIRST_YEAR:
        return date.min
    length = monthrange(year, month)[1]
    at_month_end = day.day == monthrange(day.year, day.month)[1]
    return date(year, month, length if at_month_end else min(day.day, length))


def month_number(day: date) -> int:
    """Number the months of the calendar, so that months can be counted and put in sets."""
    return day.year * 12 + day.month - 1


def _shift(year: int, month: int, months: int) -> tuple[int, int]:
    """Move a month on or back; the year may leave the calendar."""
    whole, rest = divmod(year * 12 + month - 1 + months, 12)
    return whole, rest + 1
