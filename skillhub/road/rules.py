"""Stops of a road, and how they are laid out from the workshop up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from skillhub.kernel.messages import Message


class StopState(StrEnum):
    """What one event of a road is to the person today."""

    REGISTERED = "registered"
    ENTERED = "entered"
    MARKING = "marking"
    PROVISIONAL = "provisional"
    FINAL = "final"
    OFFERED = "offered"
    RESERVE = "reserve"
    MISSED = "missed"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One event of a road: what it is, how it came out, and the seat that waits for an answer."""

    event_id: int
    tier: int
    tier_name: str
    event: str
    event_en: str
    competition: str
    competition_en: str
    held_on: date | None
    year: int
    state: StopState
    said: Message | None = None
    because: Message | None = None
    place: int | None = None
    field: int = 0
    total: Decimal | None = None
    entry_id: int | None = None
    seat_id: int | None = None
    version: int = 0
    answer_by: datetime | None = None

    @property
    def order(self) -> tuple[int, int, date, int]:
        """Sort from the workshop up, within a tier by time."""
        return self.tier, self.year, self.held_on or date.max, self.event_id


@dataclass(frozen=True, slots=True)
class Road:
    """The stops that feed one another, the lowest first."""

    stops: tuple[Stop, ...]

    @property
    def year(self) -> int:
        """Give the year in which the road ends today."""
        return max(stop.year for stop in self.stops)


def lay_out(stops: Iterable[Stop], feeds: Sequence[tuple[int, int]]) -> list[Road]:
    """Join the stops that feed one another into roads, the newest road first."""
    known = {stop.event_id: stop for stop in stops}
    home = {key: key for key in known}
    for below, above in feeds:
        if below in known and above in known:
            gone, kept = _top(home, below), _top(home, above)
            home[gone] = kept
    roads: dict[int, list[Stop]] = {}
    for key, stop in known.items():
        roads.setdefault(_top(home, key), []).append(stop)
    made = [Road(tuple(sorted(own, key=lambda s: s.order))) for own in roads.values()]
    return sorted(made, key=lambda r: (-r.year, -len(r.stops), r.stops[0].event_id))


def above(start: Iterable[int], feeds: Sequence[tuple[int, int]]) -> list[int]:
    """List the events that lie above some events, over any number of steps, the next first."""
    reached = list(dict.fromkeys(start))
    begun = len(reached)
    for key in reached:  # grows while it is walked
        reached += [up for low, up in feeds if low == key and up not in reached]
    return reached[begun:]


def _top(home: Mapping[int, int], key: int) -> int:
    while home[key] != key:
        key = home[key]
    return key
