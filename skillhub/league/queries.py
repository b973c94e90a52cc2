"""How the units of a competition are ranked, and the units in their order."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from skillhub.competitions.models import Competition
from skillhub.kernel.db import db
from skillhub.kernel.errors import Conflict
from skillhub.kernel.messages import N_, say
from skillhub.league.rules import (
    Honour,
    League,
    Level,
    Placing,
    UnitLine,
    honours,
    read_league,
    table,
)
from skillhub.organisations.models import Kind, Organisation
from skillhub.organisations.queries import steps

COLUMNS = (Organisation.id, Organisation.path, Organisation.kind, Organisation.successor_id)
EMPLOYING = (Kind.ENTERPRISE, Kind.PUBLIC, Kind.SCHOOL)


def league_of(competition: Competition, **chosen: Any) -> League:
    """Read how the units of a competition are ranked; `chosen` values go before the competition's own."""
    document = {
        **competition.organisation_ranking,
        **{k: v for k, v in chosen.items() if v is not None},
    }
    league, problems = read_league(document)
    if league is None:
        raise Conflict(say(N_("The ranking of units cannot be used.")), problems)
    return league


def ranked(placings: Sequence[Placing], league: League) -> list[tuple[Organisation, UnitLine]]:
    """Rank the units that have sent somebody, each with its line, at the level that the league counts at."""
    home = _homes(league) if league.level is not Level.ENTRANT or league.by_successor else {}
    lines = table([replace(p, unit=home.get(p.unit, p.unit)) for p in placings], league)
    units = _units({line.unit for line in lines})
    return [(units[line.unit], line) for line in lines]


def honours_of(lines: Sequence[tuple[Organisation, UnitLine]], league: League) -> list[Honour]:
    """Give the awards of units, those outside their number marked."""
    return honours([line for _, line in lines], league, {unit.id: unit.code for unit, _ in lines})


def _homes(league: League) -> dict[Any, int]:
    """Say for every organisation which one its entries count for today."""
    rows = {row.id: row for row in db.session.execute(select(*COLUMNS))}

    def taken_over(unit: int) -> int:
        seen = {unit}
        while league.by_successor and (after := rows[unit].successor_id) and after not in seen:
            unit = after
            seen.add(unit)
        return unit

    def over(unit: int, kinds: Collection[Kind]) -> int:
        line = [key for key in steps(rows[unit].path) if rows[key].kind in kinds]
        return line[-1] if line else unit

    home = {key: taken_over(key) for key in rows}
    if league.level is not Level.ENTRANT:
        home = {key: taken_over(over(unit, EMPLOYING)) for key, unit in home.items()}
    if league.level is Level.DISTRICT:
        home = {key: over(unit, (Kind.UNION,)) for key, unit in home.items()}
    return home


def _units(ids: set[Any]) -> Mapping[Any, Organisation]:
    rows = db.session.scalars(select(Organisation).where(Organisation.id.in_(ids)))
    return {row.id: row for row in rows}
