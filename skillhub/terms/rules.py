"""Until when a paper is valid, and how it says so."""

from __future__ import annotations

from datetime import date

from skillhub.deeds.rules import english_date
from skillhub.kernel.months import after

MOST_YEARS = 50
FACT = "valid_until"  # only a template that prints it can have a term: a paper that ends says so
LONGEST = date(2028, 9, 28)


def last_day(day: date, years: int | None) -> date | None:
    """Give the last day on which a paper issued on a day is valid; None when its time has no end."""
    return after(day, 12 * years) if years else None


def until_line(last: date | None) -> dict[str, str]:
    """Say the last day in both languages, as facts; nothing where there is none."""
    if last is None:
        return {}
    chinese = f"有效期至{last.year}年{last.month}月{last.day}日"
    return {FACT: chinese, f"{FACT}_en": f"Valid until {english_date(last)}"}
