"""Dates as people and spreadsheets write them; day-or-month doubts are asked, not guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from skillhub.kernel.messages import N_, say
from skillhub.kernel.sheets.numbers import Refusal

_YEAR_FIRST = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T ]00:00.*)?"
)
_SHORT = re.compile(r"(\d{4})(\d\d)(\d\d)")
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")


def order_of(texts: Iterable[str]) -> str:
    """Say whether a column of 3/4/2026 is "dmy" or "mdy"; "?" when no cell proves it, "" if none."""
    pairs = [(int(m[1]), int(m[2])) for text in texts if (m := _SLASHED.fullmatch(text.strip()))]
    if not pairs:
        return ""
    day_first = any(a > 12 for a, _ in pairs)
    month_first = any(b > 12 for _, b in pairs)
    if day_first != month_first:
        return "dmy" if day_first else "mdy"
    return "" if all(a == b for a, b in pairs) else "?"


def read_date(text: str, order: str) -> date | Refusal:
    """Read one typed date, or say why not."""
    plain = unicodedata.normalize("NFKC", text).strip().removeprefix("'")
    try:
        if found := _YEAR_FIRST.fullmatch(plain) or _SHORT.fullmatch(plain):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _DOTTED.fullmatch(plain):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := _SLASHED.fullmatch(plain):
            day, month = (2, 1) if order == "mdy" else (1, 2)
            return date(int(found[3]), int(found[month]), int(found[day]))
    except ValueError:
        return Refusal(say(N_("no day of the calendar. Write it as 2026-09-30")))
    return Refusal(say(N_("not a date. Write it as 2026-09-30")))


def from_serial(number: float, epoch_1904: bool) -> date | Refusal:
    """Read a bare day number of a workbook, from 1990 to 2100."""
    start = date(1904, 1, 1) if epoch_1904 else date(1899, 12, 30)
    if not 0 < number < 80_000:
        return Refusal(say(N_("not a date. Write it as 2026-09-30")))
    day = start + timedelta(days=int(number))
    if not 1900 <= day.year <= 2100:
        return Refusal(say(N_("not a date. Write it as 2026-09-30")))
    return day


def only_day(value: date) -> date:
    """Drop the time of a workbook's date."""
    return value.date() if isinstance(value, datetime) else value
