"""Column types for exact numbers and for instants."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, DateTime
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeDecorator


class Exact(TypeDecorator[Decimal]):
    """A decimal kept as a whole number of its smallest unit, so that nothing is ever rounded by a column."""

    impl = BigInteger
    cache_ok = True

    def __init__(self, scale: int = 4) -> None:
        super().__init__()
        self.scale = scale

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        """Scale up; a value with more decimals than the column holds is refused."""
        if value is None:
            return None
        scaled = Decimal(value).scaleb(self.scale)
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} has more than {self.scale} decimals")
        return int(scaled)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Scale down to the shortest exact decimal."""
        return None if value is None else _scaled(int(value), self.scale)


class Instant(TypeDecorator[datetime]):
    """A moment, aware, in UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC; a naive time is refused, since nobody knows when it is."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give UTC back."""
        return None if value is None else value.replace(tzinfo=UTC)


def day_of(moment: datetime, zone: str) -> date:
    """Give the calendar day on which an instant falls in a zone such as Asia/Shanghai."""
    return moment.astimezone(ZoneInfo(zone)).date()


def shortest(value: Decimal) -> Decimal:
    """Drop the zeros that carry nothing: 88.2000 is 88.2, and 90.0000 is 90, never 9E+1."""
    reduced = value.normalize()
    return reduced.quantize(Decimal(1)) if reduced.as_tuple().exponent > 0 else reduced  # type: ignore[operator]  # finite


@lru_cache(maxsize=16384)
def _scaled(units: int, scale: int) -> Decimal:
    """Make a decimal of its smallest units, once: the same few marks stand in many rows."""
    return shortest(Decimal(units).scaleb(-scale))


Points = Exact(4)
Key = Annotated[int, mapped_column(primary_key=True)]
