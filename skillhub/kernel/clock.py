"""What time it is; asked at the doors only and passed down from there."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Give the present instant, aware, in UTC."""
    return datetime.now(UTC)


def today(zone: str) -> date:
    """Give the calendar day in a zone such as Asia/Shanghai."""
    return datetime.now(ZoneInfo(zone)).date()
