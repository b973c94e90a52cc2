"""Questions about contests from year to year: series and their editions, and what is held when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from skillhub.calendar.rules import renamed, shifted
from skillhub.competitions.models import Competition, ContestSeries, Event
from skillhub.competitions.queries import NUMBERS, SEES, series_by_code, unvouched
from skillhub.competitions.rules import EventState, plain_event
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db
from skillhub.kernel.errors import NotFound
from skillhub.kernel.exact import day_of
from skillhub.organisations.models import Organisation
from skillhub.organisations.queries import below

# A competition is public once it was approved, or an event of it has come beyond its first plan.
PUBLIC = or_(
    Competition.approved_at.is_not(None),
    Competition.events.any(Event.state.not_in((EventState.DRAFT, EventState.CANCELLED))),
)


class Kind(StrEnum):
    """What happens on a day of the calendar."""

    HELD = "held"
    OPENS = "opens"
    CLOSES = "closes"


@dataclass(frozen=True, slots=True)
class Occasion:
    """One line of the calendar: a competition held, or its registration opening or closing."""

    on: date
    until: date
    kind: Kind
    competition: Competition
    cancelled: bool = False
    moment: datetime | None = None


def series_seen(actor: Actor) -> Sequence[ContestSeries]:
    """Give the series of an actor's part of the tree."""
    chosen = (
        select(ContestSeries)
        .join(ContestSeries.organisation)
        .where(below(actor.paths(SEES)))
        .options(joinedload(ContestSeries.organisation))
        .order_by(ContestSeries.name, ContestSeries.code)
    )
    return db.session.scalars(chosen).all()


def editions(series: ContestSeries, actor: Actor) -> Sequence[Competition]:
    """Give the editions of a series that an actor may see, the latest first."""
    chosen = (
        select(Competition)
        .join(Competition.host)
        .where(Competition.series_id == series.id, below(actor.paths(SEES)))
        .options(selectinload(Competition.events), joinedload(Competition.host))
        .order_by(Competition.year.desc(), Competition.id.desc())
    )
    return db.session.scalars(chosen).unique().all()


def series_words(source: Competition) -> tuple[str, str, str]:
    """Give the code and the names of a series for its first edition: the same without the year."""
    year = str(source.year)
    code = source.code.replace(year, "").strip("-_.") or source.code
    if series_by_code(code):
        code = f"{source.code}-series"
    name = source.name.replace(f"{year}年", "").replace(year, "").strip()
    return code, name or source.name, source.name_en.replace(year, "").strip()


def as_next(source: Competition, year: int) -> dict[str, Any]:
    """Give the plain values of the edition that follows: its texts and days in the new year."""
    years = year - source.year
    same = ("place", "tier", "checking", "weights", *NUMBERS)
    texts = ("name", "name_en", "announcement", "announcement_en")
    days = ("starts_on", "ends_on")
    moments = ("registration_opens_at", "registration_closes_at")
    return {
        "year": year,
        **{name: getattr(source, name) for name in same},
        **{name: renamed(getattr(source, name), source.year, year) for name in texts},
        **{name: shifted(getattr(source, name), years) for name in days},
        **{name: shifted(getattr(source, name), years) for name in moments},
    }


def to_be_filed(source: Competition, actor: Actor) -> bool:
    """Tell whether the next edition is to be filed: as the last one was, or since its tier needs a word from above."""
    return source.filing or bool(unvouched(None, source.host, {"tier": source.tier}, actor))


def event_as_next(event: Event, years: int) -> dict[str, Any]:
    """Give an event with its rules as a plain table, held as many years later."""
    held = shifted(event.held_on, years)
    return {**plain_event(event), "held_on": held.isoformat() if held else ""}


def occasions(first: date, last: date) -> list[Occasion]:
    """Say what of the public competitions happens in a span of days, in order: held, registration opens, closes."""
    chosen = (
        select(Competition)
        .where(PUBLIC, Competition.year.between(first.year - 1, last.year + 1))
        .options(joinedload(Competition.host), selectinload(Competition.events))
        .order_by(Competition.id)
    )
    found = [
        occasion
        for competition in db.session.scalars(chosen).unique()
        for occasion in _occasions(competition)
        if occasion.until >= first and occasion.on <= last
    ]
    return sorted(found, key=lambda one: (one.on, one.kind, one.competition.name))


def _occasions(competition: Competition) -> Iterator[Occasion]:
    zone = competition.host.zone
    cancelled = all(event.state is EventState.CANCELLED for event in competition.events)
    if competition.starts_on:
        until = competition.ends_on or competition.starts_on
        yield Occasion(competition.starts_on, until, Kind.HELD, competition, cancelled)
    opens, closes = competition.registration_opens_at, competition.registration_closes_at
    for kind, moment in ((Kind.OPENS, opens), (Kind.CLOSES, closes)):
        if competition.registers and moment and not cancelled:
            on = day_of(moment, zone)
            yield Occasion(on, on, kind, competition, cancelled, moment)


def path_of_series(series_id: int, **_: object) -> str:
    """Give the path of the organisation a series belongs to."""
    chosen = select(Organisation.path).join(ContestSeries).where(ContestSeries.id == series_id)
    path = db.session.scalar(chosen)
    if path is None:
        raise NotFound
    return path
