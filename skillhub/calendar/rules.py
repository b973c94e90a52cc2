"""How days and names move on to another year."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

Day = TypeVar("Day", bound=date)  # a datetime is a date too


def shifted(day: Day | None, years: int) -> Day | None:
    """Move a day to another year; 29 February becomes the 28th where there is none."""
    if day is None:
        return None
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def renamed(name: str, old: int, new: int) -> str:
    """Write the new year where a name carries the old one."""
    return name.replace(str(old), str(new))
