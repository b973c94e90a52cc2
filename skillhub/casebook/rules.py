"""One event as plain facts: entries with their marks and people, its result, its awards, its judges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from skillhub.results.rules import Part, Standing, Status


@dataclass(frozen=True, slots=True)
class Human:
    """What is known of one person on the day of the event."""

    id: int
    name: str
    born: date | None = None
    employer: int | None = None
    before: int = 0  # events of other competitions in which the person was entered


@dataclass(frozen=True, slots=True)
class Typed:
    """One mark with the day it was entered, and the names of those who entered and checked it."""

    points: Decimal | None
    state: str = "entered"
    on: date | None = None
    typist: str = ""
    checker: str = ""


@dataclass(frozen=True, slots=True)
class Mate:
    """One member of a team."""

    name: str
    human: Human | None = None
    reserve: bool = False


@dataclass(frozen=True, slots=True)
class Entered:
    """One entry with its marks by component."""

    id: int
    code: str
    name: str
    human: Human | None = None
    unit: int | None = None
    official: bool = True
    status: str = Status.OK
    mates: tuple[Mate, ...] = ()
    marks: Mapping[str, Typed] = field(default_factory=dict)
    registered: bool = True
    qualified: bool = True

    @property
    def label(self) -> str:
        """Name it as lists do."""
        return f"{self.code} {self.name}"

    @property
    def humans(self) -> list[Human]:
        """List the people behind it."""
        return [h for h in (self.human, *(mate.human for mate in self.mates)) if h is not None]

    def points(self, part: str) -> Decimal | None:
        """Give its points for a component."""
        mark = self.marks.get(part)
        return mark.points if mark else None


class Line(NamedTuple):
    """One line of a frozen or signed result."""

    entry: int
    position: int
    total: Decimal | None
    rank: int | None


@dataclass(frozen=True, slots=True)
class Version:
    """The version of a result that stands."""

    number: int
    lines: tuple[Line, ...]
    signed: bool = True
    marks_fit: bool = True  # what it was computed from is what is stored now
    lines_fit: bool = True  # its lines are what its hash was made of


@dataclass(frozen=True, slots=True)
class Given:
    """One award that stands; `paper` is the state of its certificate, "" without one."""

    id: int
    entry: int
    title: str
    place: int | None
    conferred_on: date
    on_top: bool = False
    paper: str = ""
    stale: bool = False


class Score(NamedTuple):
    """One value that one judge gave one entry on one aspect."""

    part: str
    aspect: str
    seat: int
    attempt: int
    entry: int
    value: Decimal


class Judge(NamedTuple):
    """One seat of the panel of a component; `person` is who sits there, if that is known."""

    part: str
    seat: int
    name: str
    person: int | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One event as the doctor sees it: nothing else may be looked at."""

    id: int
    code: str
    name: str
    today: date
    state: str
    parts: tuple[Part, ...]
    entries: tuple[Entered, ...]
    standings: tuple[Standing, ...] = ()
    held_on: date | None = None
    first_day: date | None = None
    last_day: date | None = None
    team_size: int = 1
    team_least: int | None = None
    checking: bool = True
    announced: bool = False
    final: bool = False
    version: Version | None = None
    awards: tuple[Given, ...] = ()
    judges: tuple[Judge, ...] = ()
    scores: tuple[Score, ...] = ()
    recused: frozenset[tuple[str, int, int]] = frozenset()  # component, seat, entry
    related: frozenset[tuple[int, int]] = frozenset()  # two people, either way round
    twins: tuple[str, ...] = ()  # codes of competitions that look like this one
    verbs: frozenset[str] = frozenset()  # what the journal says was done to the event

    def by_id(self) -> dict[int, Entered]:
        """Give the entries by their keys."""
        return {one.id: one for one in self.entries}

    def competing(self) -> list[Entered]:
        """List those who have a full score or should have one."""
        return [one for one in self.entries if one.status == Status.OK]
