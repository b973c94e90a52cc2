"""How the units of a competition are ranked, and the units in their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from skillhub.competitions.models import Competition
from skillhub.kernel.db import db
from skillhub.kernel.errors import Conflict
from skillhub.kernel.messages import N_, say
from skillhub.league.rules import League, Placing, UnitLine, read_league, table
from skillhub.organisations.models import Organisation


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
    """Rank the units that have sent somebody, each with its line."""
    lines = table(placings, league)
    units = _units({line.unit for line in lines})
    return [(units[line.unit], line) for line in lines]


def _units(ids: set[Any]) -> Mapping[Any, Organisation]:
    rows = db.session.scalars(select(Organisation).where(Organisation.id.in_(ids)))
    return {row.id: row for row in rows}
