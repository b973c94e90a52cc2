"""Questions about awards: what the schemes would give, and what was conferred."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from skillhub.awards.models import Award, AwardState, RulingRow
from skillhub.awards.rules import CutTie, Field, Ruling, Title, Traits, field_of
from skillhub.awards.schemes import Outcome, apply, read_schemes
from skillhub.competitions.models import Competition, Event
from skillhub.competitions.rules import Draft
from skillhub.entries.models import Entry
from skillhub.entries.rules import wrong_rule
from skillhub.kernel.db import db
from skillhub.kernel.errors import Conflict, NotFound
from skillhub.kernel.messages import N_, Problem, say
from skillhub.league import queries as leagues
from skillhub.league.rules import League, Placing, UnitLine, read_league
from skillhub.organisations.models import Organisation
from skillhub.people import queries as people
from skillhub.people.models import Employment, Person
from skillhub.results import queries as results
from skillhub.results.models import Ranked, ResultVersion
from skillhub.results.rules import Part, read_ranking
from skillhub.scoring import queries as scoring


def of(competition: Competition, event: Event | None = None) -> Sequence[Award]:
    """Give the awards that stand in a competition: event by event, the best title first."""
    chosen = (
        select(Award)
        .join(Award.event)
        .where(Event.competition_id == competition.id, Award.state == AwardState.CONFERRED)
        .options(joinedload(Award.entry).joinedload(Entry.organisation))
        .order_by(Event.code, Award.position, Award.place, Award.id)
    )
    return db.session.scalars(chosen.where(Event.id == event.id) if event else chosen).all()


def ever_of(event: Event) -> Sequence[Award]:
    """Give every award of an event, revoked ones too: the best title first."""
    chosen = (
        select(Award)
        .where(Award.event_id == event.id)
        .options(joinedload(Award.entry).joinedload(Entry.organisation))
        .order_by(Award.position, Award.place, Award.id)
    )
    return db.session.scalars(chosen).all()


def award_of(event: Event, award_id: int) -> Award:
    """Give an award of an event; raises NotFound for another's."""
    award = db.session.get(Award, award_id)
    if award is None or award.event_id != event.id:
        raise NotFound
    return award


def counted(competition: Competition) -> list[tuple[int, str | None, str, int]]:
    """Count the awards that stand: event, name of the unit, title, how many."""
    rows = db.session.execute(
        select(Award.event_id, Organisation.name, Award.title, func.count())
        .join(Award.event)
        .join(Award.entry)
        .join(Entry.organisation, isouter=True)
        .where(Event.competition_id == competition.id, Award.state == AwardState.CONFERRED)
        .group_by(Award.event_id, Organisation.id, Organisation.name, Award.title)
    )
    return [(event, unit, title, n) for event, unit, title, n in rows]


def propose(event: Event, ranked: Ranked | None = None) -> Outcome:
    """Say what the schemes of an event would award on its ranking as it stands now."""
    ranked = ranked or results.computed(event)
    schemes, problems = read_schemes(event.awards, ranked.parts)
    if problems:
        text = N_("The award rules of event %(code)s cannot be used.")
        raise Conflict(say(text, code=event.code), problems)
    decided = any(scheme.cut_tie is CutTie.DECIDE for scheme in schemes)
    return apply(schemes, field(ranked, rulings_of(event) if decided else {}))


def blockers(event: Event) -> list[Problem]:
    """Say what about the awards keeps an event from being final: rules nobody can use, ties nobody decided."""
    if event.rules_open or not event.awards:
        return []  # said already by the floor below
    ranked = results.computed(event)
    _, problems = read_schemes(event.awards, ranked.parts)
    if problems:
        return [replace(p, page="rules", kind="awards") for p in problems]
    outcome = propose(event, ranked)
    planned = [cut.planned for cut in outcome.cuts if cut.kind == "counts"]
    found = [
        replace(p, where="awards", page="awards/decide", kind="ruling", rows=_asked(p))
        for p in outcome.blocking
    ]
    if planned and not any(planned):
        text = N_("the awards plan no medal and no prize: set their numbers")
        found.append(Problem("awards", say(text), page="rules", kind="counts"))
    return found


def _asked(problem: Problem) -> tuple[int, ...]:
    return tuple(int(entry) for entry in problem.message.values.get("entries", ()))


def rulings_of(event: Event) -> dict[int, RulingRow]:
    """Give what the committee decided on the signed result of an event, by entry."""
    chosen = (
        select(RulingRow)
        .join(ResultVersion, RulingRow.result_version_id == ResultVersion.id)
        .where(ResultVersion.event_id == event.id, ResultVersion.is_current)
    )
    return {row.entry_id: row for row in db.session.scalars(chosen)}


def to_decide(outcome: Outcome, rulings: Mapping[int, RulingRow]) -> list[int]:
    """List the entries of ties over a cut on which the committee decides, or has decided already."""
    open_ones = [int(e) for p in outcome.problems for e in p.message.values.get("entries", ())]
    asked = {*open_ones, *rulings}
    return [line.entry for line in outcome.lines if line.entry in asked]


def titles_of(event: Event) -> list[Title]:
    """List the titles that a committee may give in an event, the best first."""
    schemes, _ = read_schemes(event.awards, results.parts_of(event))
    given = (t for s in schemes if s.cut_tie is CutTie.DECIDE for t in s.titles_given())
    return list(dict.fromkeys(given))


def field(ranked: Ranked, rulings: Mapping[int, RulingRow] | None = None) -> Field:
    """Put together what the schemes look at."""
    return field_of(
        ranked.standings,
        ranked.candidates,
        ranked.parts,
        _traits(ranked),
        decimals=ranked.ranking.decimals,
        held_on=_day_of(ranked.event),
        rulings={key: Ruling(r.title or None, r.reason) for key, r in (rulings or {}).items()},
    )


def units_of(events: Sequence[Event], league: League) -> list[tuple[Organisation, UnitLine]]:
    """Rank the units of some events by what is ranked and awarded now, each with its line."""
    ranked = results.all_computed(events)
    placings = [placing for one in ranked for placing in _placings(one)]
    return leagues.ranked(placings, league)


def best_of(lines: Sequence[tuple[Organisation, UnitLine]]) -> dict[int, Entry]:
    """Give the best entries of the units, all that share a unit's best total, by their key."""
    keys = {key for _, line in lines for key in line.best}
    rows = db.session.scalars(select(Entry).where(Entry.id.in_(keys)))
    return {entry.id: entry for entry in rows}


def league_of(competition: Competition, **chosen: object) -> League:
    """Read how units are ranked; where nobody chose the medals and none is usual, those that the events give."""
    usual = leagues.league_of(competition, **chosen)
    given = [
        str(title)
        for event in competition.events
        for scheme in read_schemes(event.awards, results.parts_of(event))[0]
        if not scheme.on_top
        for title in scheme.titles_given()
    ]
    if "titles" in competition.organisation_ranking or set(given) & set(usual.titles) or not given:
        return usual
    return leagues.league_of(competition, **chosen, titles=list(dict.fromkeys(given))[:3])


def wrong_rules(draft: Draft) -> list[Problem]:
    """Find what cannot be used in the rules of a competition file, by its path."""
    problems = []
    for where, table in _tables(draft):
        parts = _parts(table)
        problems += scoring.wrong_schemes(table.get("components", []), f"{where}.components")
        if parts and "ranking" in table:
            problems += _wrong_ranking(table, parts, f"{where}.ranking")
        if parts and "awards" in table:
            problems += read_schemes(table["awards"], parts, f"{where}.awards")[1]
    if draft.organisations:
        problems += read_league(draft.organisations, "organisations")[1]
    return problems


def wrong_event(values: dict[str, Any]) -> list[Problem]:
    """Find what cannot be used in the rules of one event given as a plain table."""
    parts = _parts(values)
    awards = values.get("awards", [])
    return [
        *scoring.wrong_schemes(values.get("components", []), "components"),
        *_wrong_ranking(values, parts, "ranking"),
        *(read_schemes(awards, parts)[1] if awards else []),
    ]


def _wrong_ranking(table: dict[str, Any], parts: Sequence[Part], where: str) -> list[Problem]:
    """Find what cannot be used in a ranking, its teams among it."""
    ranking, problems = read_ranking(table.get("ranking", {}), parts, where)
    if ranking is None:
        return problems
    return wrong_rule(
        ranking.team, table.get("team_size", 1), {part.code for part in parts}, f"{where}.team"
    )


def _tables(draft: Draft) -> list[tuple[str, dict[str, Any]]]:
    """Give the tables that hold rules; what comes from the defaults is looked at once, there."""
    tables = [("defaults", draft.defaults)] if draft.defaults.get("components") else []
    for n, event in enumerate(draft.events):
        own = {
            k: v
            for k, v in event.items()
            if k == "components" or k not in draft.defaults or v is not draft.defaults[k]
        }
        tables.append((f"event[{n}]", own if "defaults" in dict(tables) else event))
    return tables


def _parts(table: dict[str, Any]) -> list[Part]:
    return [
        Part(
            part["code"],
            part.get("name", part["code"]),
            Decimal(part["max"]),
            Decimal(part.get("weight", "0" if part.get("kind") == "time" else "1")),
            Decimal(part["pass_mark"]) if "pass_mark" in part else None,
            part.get("kind", "points"),
        )
        for part in table.get("components", [])
    ]


def _traits(ranked: Ranked) -> dict[int, Traits]:
    """Gather what is known of the people behind the entries."""
    ids = {entry.person_id for entry in ranked.entries.values() if entry.person_id}
    line = _line_workers(ids, _day_of(ranked.event))
    return {
        key: Traits(
            unit=entry.organisation_id,
            identified=_identified(entry.person),
            birth_date=entry.person.birth_date if entry.person else None,
            sex=entry.person.sex if entry.person else None,
            line_worker=line.get(entry.person_id or 0),
        )
        for key, entry in ranked.entries.items()
    }


def _identified(person: Person | None) -> bool:
    return person is not None and person.id_index is not None


def _day_of(event: Event) -> date | None:
    """Give the day on which ages and employments count: the event's own, else the competition's last or first."""
    return event.held_on or event.competition.ends_on or event.competition.starts_on


def _line_workers(ids: set[int], day: date | None) -> dict[int, bool]:
    if not ids:
        return {}
    rows = db.session.execute(
        select(Employment.person_id, Employment.is_line_worker).where(
            Employment.person_id.in_(ids), Employment.is_primary, people.covers(day)
        )
    )
    return {row.person_id: row.is_line_worker for row in rows}


def _placings(ranked: Ranked) -> list[Placing]:
    event = ranked.event
    titles = {
        line.entry: tuple(d.title.text for d in (line.award, *line.on_top) if d)
        for line in propose(event, ranked).lines
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
