"""Questions about the board: what it shows, and the list by which a ceremony is held."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from skillhub.awards import queries as awards
from skillhub.awards.models import Award, AwardState
from skillhub.board import rules
from skillhub.board.models import Board
from skillhub.competitions.models import Competition, Event
from skillhub.competitions.rules import EventState
from skillhub.entries.models import Entry
from skillhub.kernel.db import db
from skillhub.kernel.errors import Conflict
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.rounding import printed
from skillhub.publishing import queries as publishing
from skillhub.publishing.rules import Names, shown_name
from skillhub.results import queries as results

NOT_HELD = {EventState.CANCELLED, EventState.DRAFT}


def board_of(competition: Competition) -> Board | None:
    """Give the board of a competition, if it has one."""
    return db.session.scalar(select(Board).where(Board.competition_id == competition.id))


def boards() -> Sequence[Board]:
    """Give every board."""
    return db.session.scalars(select(Board).order_by(Board.id)).all()


def note_of(competition: Competition) -> Path:
    """Give where that what the board shows is kept."""
    return publishing.folder_of(competition) / "board.json"


def held(competition: Competition) -> list[Event]:
    """Give the events of a competition that take place."""
    return [event for event in competition.events if event.state not in NOT_HELD]


def ceremony(competition: Competition) -> list[dict[str, Any]]:
    """List the awards in the order in which they are called up, lowest first; refused while an event is not final."""
    chosen = (
        select(Award)
        .join(Award.event)
        .where(Event.competition_id == competition.id, Award.state == AwardState.CONFERRED)
        .options(
            joinedload(Award.event),
            joinedload(Award.entry).joinedload(Entry.organisation),
            joinedload(Award.entry).selectinload(Entry.members),
        )
    )
    rows = db.session.scalars(chosen).all()
    conferred = {award.event_id for award in rows}
    problems = [
        Problem(event.code, say(N_("its result is not final")))
        if not event.closed
        else Problem(event.code, say(N_("its awards are not conferred")))
        for event in held(competition)
        if not event.closed or (event.id not in conferred and _owes(event))
    ]
    if problems or not rows:
        text = N_("The ceremony of %(code)s waits: it is held from final results only.")
        raise Conflict(say(text, code=competition.code), problems)
    hidden = publishing.withheld([award.entry_id for award in rows])
    return [dict(step) for step in rules.ceremony([_step(award, hidden) for award in rows])]


def standing(event: Event) -> dict[str, Any]:
    """Give the best places of an event as its marks stand now, with names as its release allows them."""
    ranked = results.computed(event)
    release = publishing.release_of(event.competition)
    names = release.names if release else Names.MASKED
    hidden = publishing.withheld(ranked.entries)
    best = [s for s in ranked.standings if s.rank][: rules.PLACES]
    lines = []
    for s in best:
        entry = ranked.entries[s.entry]
        silent = (entry.id, entry.person_id) in hidden
        team = entry.person_id is None and event.team_size > 1
        lines.append(
            {
                "entry": entry.id,
                "rank": s.rank,
                "name": shown_name(entry.name, names, won=False, withheld=silent, team=team),
                "unit": entry.organisation.name if entry.organisation else "",
                "total": None if s.total is None else printed(s.total, ranked.ranking.decimals),
            }
        )
    return {"event": event.code, "name": event.name, "name_en": event.name_en, "lines": lines}


def names_of_winners(competition: Competition) -> Names:
    """Give how far winners are named before strangers: in full, unless the release hides every name."""
    release = publishing.release_of(competition)
    return Names.MASKED if release and release.names is Names.MASKED else Names.WINNERS


def _owes(event: Event) -> bool:
    """Tell whether a final event still has awards to confer by its rules."""
    return bool(event.awards and awards.propose(event).decisions)


def _step(award: Award, hidden: set[tuple[int, int]]) -> dict[str, Any]:
    entry, event = award.entry, award.event
    unit = entry.organisation
    silent = (entry.id, entry.person_id) in hidden
    members: Sequence[Any] = [m for m in entry.members if not m.reserve]
    return {
        "entry": entry.id, "event": event.code, "event_name": event.name, "event_name_en": event.name_en,
        "title": award.title, "title_en": award.title_en, "position": award.position,
        "on_top": award.on_top, "place": award.place, "name": "" if silent else entry.name,
        "members": [m.name for m in members if (entry.id, m.person_id) not in hidden],
        "unit": unit.name if unit else "", "unit_en": unit.name_en if unit else "",
    }  # fmt: skip
