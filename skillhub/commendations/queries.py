"""Questions about how units organised: the facts behind their scores, the table, and who was commended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from skillhub.awards import queries as awards
from skillhub.commendations.models import Commendation, CommitteePoints, OrganiserRule
from skillhub.commendations.rules import Facts, Line, Rule, table
from skillhub.competitions.models import Competition, Event
from skillhub.competitions.rules import CLOSED, EventState
from skillhub.entries.models import Entry, EntryStatus, TeamMember
from skillhub.kernel.db import db
from skillhub.kernel.exact import day_of
from skillhub.ladder.models import Advancement, LadderSeat
from skillhub.ladder.rules import SeatState
from skillhub.league import queries as leagues
from skillhub.organisations import queries as organisations
from skillhub.organisations.models import Organisation
from skillhub.people import queries as people
from skillhub.people.models import Employment
from skillhub.registrations.models import Registration
from skillhub.registrations.rules import RegistrationState

USUAL_TITLE = "优秀组织奖"
_S = RegistrationState
COUNTED = ("entrants", "handed_in", "started", "due", "in_time")
LATE = (
    _S.DRAFT,
    _S.SUBMITTED,
)  # not handed in, or not answered by the unit, when registration closed


@dataclass(frozen=True, slots=True)
class Listed:
    """The table of a competition: each unit with its line, the committee's points, what stands conferred."""

    rule: OrganiserRule
    lines: list[tuple[Organisation, Line]]
    given: Mapping[int, CommitteePoints]
    standing: Mapping[int, Commendation]


def rule_of(competition: Competition) -> OrganiserRule:
    """Give how organisers are scored in a competition: as set, or the usual way."""
    chosen = select(OrganiserRule).where(OrganiserRule.competition_id == competition.id)
    usual = {f.name: f.default for f in fields(Rule)}
    return db.session.scalar(chosen) or OrganiserRule(
        competition_id=competition.id, title=USUAL_TITLE, version=0, **usual
    )


def listed(competition: Competition, moment: datetime) -> Listed:
    """Score the units of a competition by what is known now, and rank them."""
    row = rule_of(competition)
    rule = Rule(**{f.name: getattr(row, f.name) for f in fields(Rule)})
    given = {p.organisation_id: p for p in _points(competition)}
    facts, units = _facts(competition, given, moment)
    lines = [(units[x.score.unit], x) for x in table(facts, rule, _awarded(competition))]
    standing = {c.organisation_id: c for c in commended(competition)}
    return Listed(row, lines, given, standing)


def commended(competition: Competition) -> Sequence[Commendation]:
    """List the commendations of a competition that stand, the best first, those outside the number last."""
    chosen = (
        select(Commendation)
        .where(Commendation.competition_id == competition.id, Commendation.revoked_at.is_(None))
        .options(joinedload(Commendation.organisation))
        .order_by(Commendation.outside, Commendation.rank, Commendation.id)
    )
    return db.session.scalars(chosen).all()


def points_of(competition: Competition, unit: Organisation) -> CommitteePoints | None:
    """Give what the committee gave one unit."""
    return next((p for p in _points(competition) if p.organisation_id == unit.id), None)


def open_events(competition: Competition) -> list[Event]:
    """List the events whose result is still to come, so that nobody can be commended yet."""
    done = {*CLOSED, EventState.CANCELLED}
    return [event for event in competition.events if event.state not in done]


def _points(competition: Competition) -> Sequence[CommitteePoints]:
    chosen = select(CommitteePoints).where(CommitteePoints.competition_id == competition.id)
    return db.session.scalars(chosen).all()


def _awarded(competition: Competition) -> set[int]:
    """Name the units that the table of units awards, within its number."""
    events = [e for e in competition.events if e.closed]
    if not events or not competition.organisation_ranking.get("awards"):
        return set()
    league = awards.league_of(competition)
    lines = awards.units_of(events, league)
    return {unit.id for unit, _ in lines} & {
        int(str(h.unit)) for h in leagues.honours_of(lines, league) if not h.outside
    }


def _facts(
    competition: Competition, given: Mapping[int, CommitteePoints], moment: datetime
) -> tuple[list[Facts], Mapping[Any, Organisation]]:
    """Gather the facts of all units that sent somebody, registered somebody or hold an offered seat."""
    rows, entries = _registrations(competition), _entries(competition)
    sent = [(e, organisations.unit_of(e.organisation)) for e in entries]
    held = [(s, organisations.unit_of(s.organisation)) for s in _seats(competition)]
    named = [*(u for _, u in sent), *(r.unit for r in rows), *(u for _, u in held)]
    units = {unit.id: unit for unit in named if unit}

    tallies: dict[int | None, Counter[str]] = {key: Counter() for key in units}
    _count_entries(tallies, sent, {r.entry_id for r in rows})
    for row in rows:
        if row.unit_id is not None:
            _count(tallies[row.unit_id], row, _shut(competition, moment))
    for seat, unit in held:
        if unit:
            answered = seat.state in (SeatState.ACCEPTED, SeatState.DECLINED)
            tallies[unit.id] += Counter(due=1, in_time=int(answered))
    workers = _workers(competition, units.values(), moment)
    hosted = _hosted(competition, units.values())
    return [
        Facts(
            key,
            workers=workers.get(key),
            hosted=hosted.get(key, 0),
            committee=given[key].points if key in given else None,
            **{name: tallies[key][name] for name in COUNTED},
        )
        for key in units
    ], units


def _count_entries(
    tallies: Mapping[int | None, Counter[str]],
    sent: Sequence[tuple[Entry, Organisation | None]],
    registered: Collection[int | None],
) -> None:
    """Count who started, and as handed in what came in without a registration."""
    heads = _headcount([entry for entry, _ in sent])
    for entry, unit in sent:
        if unit:
            started = entry.status is not EntryStatus.DNS
            tally = tallies[unit.id]
            tally["entrants"] += heads.get(entry.id, 1) if started else 0
            tally["started"] += started
            tally["handed_in"] += entry.id not in registered


def _count(tally: Counter[str], row: Registration, late: bool) -> None:
    """Count one registration: whether it was handed in, and whether the unit did its part in time."""
    if row.state is _S.SUBSTITUTED:
        return  # the one who took the place counts
    tally["handed_in"] += row.state is not _S.DRAFT
    if row.state not in LATE:
        tally += Counter(due=1, in_time=1)
        return
    tally["due"] += late


def _shut(competition: Competition, moment: datetime) -> bool:
    closes = competition.registration_closes_at
    return closes is not None and moment > closes


def _registrations(competition: Competition) -> Sequence[Registration]:
    chosen = (
        select(Registration)
        .join(Registration.event)
        .where(Event.competition_id == competition.id, Event.state != EventState.CANCELLED)
        .options(joinedload(Registration.unit))
    )
    return db.session.scalars(chosen).all()


def _entries(competition: Competition) -> Sequence[Entry]:
    chosen = (
        select(Entry)
        .join(Entry.event)
        .where(
            Event.competition_id == competition.id,
            Event.state != EventState.CANCELLED,
            Entry.official,
        )
        .options(joinedload(Entry.organisation))
    )
    return db.session.scalars(chosen).all()


def _seats(competition: Competition) -> Sequence[LadderSeat]:
    """Give the seats into this competition that had to be answered."""
    asked = (SeatState.ACCEPTED, SeatState.DECLINED, SeatState.EXPIRED)
    chosen = (
        select(LadderSeat)
        .join(LadderSeat.advancement)
        .join(Event, Event.id == Advancement.target_id)
        .where(Event.competition_id == competition.id, LadderSeat.state.in_(asked))
        .options(joinedload(LadderSeat.organisation))
    )
    return db.session.scalars(chosen).all()


def _headcount(entries: Sequence[Entry]) -> dict[int, int]:
    """Count the people of teams, reserves left out."""
    teams = [e.id for e in entries if e.person_id is None]
    rows = db.session.execute(
        select(TeamMember.entry_id, func.count())
        .where(TeamMember.entry_id.in_(teams), ~TeamMember.reserve)
        .group_by(TeamMember.entry_id)
    )
    return {key: n for key, n in rows}  # noqa: C416  (rows are no pairs to mypy)


def _workers(
    competition: Competition, units: Iterable[Organisation], moment: datetime
) -> dict[int, int]:
    """Count who worked in each unit, or below it, on the first day of the competition."""
    day = competition.starts_on or day_of(moment, competition.host.zone)
    rows = db.session.execute(
        select(Organisation.path, func.count())
        .join(Employment, Employment.organisation_id == Organisation.id)
        .where(Employment.is_primary, people.covers(day))
        .group_by(Organisation.path)
    ).all()
    return {u.id: sum(n for path, n in rows if path.startswith(u.path)) for u in units}


def _hosted(competition: Competition, units: Iterable[Organisation]) -> dict[int, int]:
    """Count the contests of the same year that each unit, or one below it, has held to the end."""
    paths = db.session.scalars(
        select(Organisation.path)
        .join(Competition, Competition.host_id == Organisation.id)
        .where(
            Competition.year == competition.year, Competition.events.any(Event.state.in_(CLOSED))
        )
    ).all()
    return {u.id: sum(path.startswith(u.path) for path in paths) for u in units}
