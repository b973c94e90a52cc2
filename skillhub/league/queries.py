"""The table of units of a competition, from what is ranked and awarded now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from skillhub.awards import queries as awards
from skillhub.competitions.models import Competition
from skillhub.kernel.db import db
from skillhub.kernel.errors import Conflict
from skillhub.kernel.messages import N_, say
from skillhub.league.rules import League, Placing, UnitLine, read_league, table
from skillhub.organisations.models import Organisation
from skillhub.results import queries as results


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


def units_of(competition: Competition, league: League) -> list[tuple[Organisation, UnitLine]]:
    """Rank the units of a competition, each with its line."""
    placings = [placing for event in competition.events for placing in _placings(event)]
    lines = table(placings, league)
    units = _units({line.unit for line in lines})
    return [(units[line.unit], line) for line in lines]


def _placings(event: Any) -> list[Placing]:
    ranked = results.computed(event)
    titles = {
        line.entry: tuple(d.title.text for d in (line.award, *line.on_top) if d)
        for line in awards.propose(event, ranked).lines
    }
    return [
        Placing(
            ranked.entries[s.entry].organisation_id,
            event.id,
            s.entry,
            s.rank,
            s.total,
            titles[s.entry],
        )
        for s in ranked.standings
        if ranked.entries[s.entry].organisation_id
    ]


def _units(ids: set[Any]) -> Mapping[Any, Organisation]:
    rows = db.session.scalars(select(Organisation).where(Organisation.id.in_(ids)))
    return {row.id: row for row in rows}
