"""Questions about rankings: computed now, or as they were made final."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from skillhub.appeals import queries as appeals
from skillhub.checking import queries as checking
from skillhub.competitions.models import Component, Event, Weights
from skillhub.drafting import queries as drafting
from skillhub.entries import queries as entries
from skillhub.entries.models import Entry
from skillhub.judging import queries as judging
from skillhub.kernel.db import db
from skillhub.kernel.errors import Conflict
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.lots import queries as lots
from skillhub.marking import queries as marking
from skillhub.panels import queries as panels
from skillhub.results.models import Ranked, ResultVersion
from skillhub.results.rules import (
    Candidate,
    Part,
    Ranking,
    Tie,
    rank,
    read_ranking,
)
from skillhub.scoring import queries as scoring
from skillhub.scoring.queries import NOTHING, Beside
from skillhub.twice import queries as twice


def parts_of(event: Event) -> tuple[Part, ...]:
    """Give the components of an event as the rules see them; percentages become shares."""
    shift = -2 if event.competition.weights is Weights.PERCENT else 0
    return tuple(
        Part(c.code, c.name, c.maximum, c.weight.scaleb(shift), c.pass_mark, c.kind)
        for c in event.components
    )


def ranking_of(event: Event) -> Ranking:
    """Read how an event is ranked; rules that cannot be read are refused with every problem."""
    ranking, problems = read_ranking(event.ranking, parts_of(event))
    if ranking is None:
        text = N_("The ranking rules of event %(code)s cannot be used.")
        raise Conflict(say(text, code=event.code), problems)
    return ranking


def computed(event: Event) -> Ranked:
    """Rank an event from its marks as they stand now."""
    return all_computed([event])[0]


def all_computed(events: Sequence[Event]) -> list[Ranked]:
    """Rank some events from their marks as they stand now, in the order given."""
    if not events:
        return []
    marks, beside = marking.marks_in(events), scoring.beside_in(events)
    found: dict[int, dict[int, Entry]] = {event.id: {} for event in events}
    for entry in entries.in_events(events, members=False):
        found[entry.event_id][entry.id] = entry
    drawn = lots.drawn_in(events)
    return [_ranked(event, found[event.id], marks, beside, drawn) for event in events]


def best_of_all(events: Sequence[Event]) -> list[Entry]:
    """Give the entries with the highest total of all events, all equal ones (W-25), among those who have a place.

    Nobody, where the events are not marked out of the same number of points: their totals cannot be compared.
    """
    full = {sum(p.maximum * p.counts for p in parts_of(e) if p.counts > 0) for e in events}
    if len(events) < 2 or len(full) > 1:
        return []
    placed = [
        (standing.total, ranked.entries[standing.entry])
        for ranked in all_computed(events)
        for standing in ranked.standings
        if standing.rank is not None and standing.total is not None
    ]
    most = max((total for total, _ in placed), default=None)
    return [entry for total, entry in placed if total == most]


def _ranked(
    event: Event,
    found: Mapping[int, Entry],
    marks: marking.Marks,
    beside: Mapping[int, Beside],
    drawn: Mapping[int, int],
) -> Ranked:
    ranking, parts = ranking_of(event), parts_of(event)
    void = {part.code for part in event.components if part.void_why}
    candidates = tuple(
        Candidate(
            *(e.id, e.status.value, e.official, marks.get(e.id, {}), *beside.get(e.id, NOTHING)),
            lot=drawn.get(e.id),
        )
        for e in found.values()
    )
    standings = tuple(rank(candidates, parts, ranking, void))
    return Ranked(event, ranking, parts, candidates, standings, found)


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of a ranking as a page shows it; of a final result, as it was published."""

    entry: Any  # as it may be shown: with its name, or as a code alone
    rank: int | None
    total: Decimal | None
    because: Message | None
    would_be: int | None
    missing: tuple[str, ...]
    shared: int
    marks: Mapping[str, Decimal | None]


def shown(ranked: Ranked, version: ResultVersion | None) -> list[Shown]:
    """Give the lines of a ranking: as published where it is final, else as computed now."""
    published = {line.entry_id: line for line in version.lines} if version else {}
    marks = {candidate.entry: candidate.marks for candidate in ranked.candidates}
    names = {part.code: part.name for part in ranked.parts}
    lines = []
    for standing in ranked.standings:
        line = published.get(standing.entry)
        note = Message.from_json(line.note) if line and line.note else None
        lines.append(
            Shown(
                ranked.entries[standing.entry],
                line.rank if line else standing.rank,
                line.total if line else standing.total,
                note if line else standing.separated,
                standing.would_be,
                tuple(names[code] for code in standing.missing),
                len(standing.tied_with),
                marks[standing.entry],
            )
        )
    order = {key: line.position for key, line in published.items()}
    return sorted(lines, key=lambda line: order.get(line.entry.id, 0)) if order else lines


def current(event: Event) -> ResultVersion | None:
    """Give the final result of an event, if there is one: the version that stands and is signed."""
    version = frozen(event)
    return version if version and version.signed_at else None


def frozen(event: Event) -> ResultVersion | None:
    """Give the version that stands, if there is one: frozen and laid open, or signed already."""
    chosen = (
        select(ResultVersion)
        .where(ResultVersion.event_id == event.id, ResultVersion.is_current)
        .options(selectinload(ResultVersion.lines))
    )
    return db.session.scalar(chosen)


def versions(event: Event) -> Sequence[ResultVersion]:
    """Give every version of an event's result, the newest first."""
    chosen = (
        select(ResultVersion)
        .where(ResultVersion.event_id == event.id)
        .order_by(ResultVersion.number.desc())
    )
    return db.session.scalars(chosen).all()


def open_points(event: Event, moment: datetime) -> list[Problem]:
    """List all that keeps an event from being final, each with the page on which it is mended."""
    version = frozen(event)
    heard = [_heard(problem) for problem in appeals.blockers(event, moment)]
    if version is None:
        text = N_("the ranking is not frozen yet: the rules ask for a public notice first")
        first = Problem("results", say(text), page="results/freeze", kind="notice")
        return [*unready(event), *([first] if event.competition.notice_days else []), *heard]
    ranked = computed(event)
    if version.input_hash == ranked.input_hash and version.content_hash == ranked.content_hash:
        return _unset(event) + heard
    text = N_("marks or entries differ from version %(n)s, which was frozen: take it back")
    told = say(text, n=version.number)
    differs = Problem("results", told, "error", "results/reopen", "changed", (version.id,))
    return [differs, *_unset(event), *heard]


def unready(event: Event, ranked: Ranked | None = None) -> list[Problem]:
    """List all that keeps a ranking from being frozen, each with the page on which it is mended."""
    if event.rules_open:
        text = N_("the rules are not locked yet")
        return [Problem("rules", say(text), page="rules", kind="rules")]
    found = _unset(event)
    ranked = ranked or computed(event)
    if not ranked.candidates:
        text = N_("nobody is entered")
        found.append(Problem("entries", say(text), page="entries", kind="nobody"))
    checks = (
        *(checking.waiting, checking.blockers, twice.blockers, drafting.blockers),
        *(panels.blockers, judging.blockers),
    )
    return found + _holes(ranked) + _ties(ranked) + [p for check in checks for p in check(event)]


def _holes(ranked: Ranked) -> list[Problem]:
    """Find blank marks: an entry needs a full score or a word on how it ended."""
    parts, shown = {part.code: part for part in ranked.parts}, panels.names(ranked.event)
    texts = {
        "hole": N_("no mark for %(parts)s; enter it, or say that nobody started"),
        "carried": N_("nothing is carried over for %(parts)s; bring it over, or say why not"),
    }
    kinds = {
        s.entry: "carried" if all(parts[c].kind == "carried" for c in s.missing) else "hole"
        for s in ranked.standings
    }
    return [
        Problem(
            shown.called(ranked.entries[s.entry]),
            say(texts[kinds[s.entry]], parts=", ".join(parts[code].name for code in s.missing)),
            page=f"marks/{shown.outward(s.entry)}",
            kind=kinds[s.entry],
            rows=(s.entry,),
        )
        for s in shown.ordered(ranked.standings, lambda s: s.entry)
        if s.missing
    ]


def _ties(ranked: Ranked) -> list[Problem]:
    """Find ties that the rules do not let share a place."""
    if ranked.ranking.remaining_tie is Tie.SHARE:
        return []
    shown = panels.names(ranked.event)
    text = N_("nothing separates them: correct a mark, draw lots, or record that they share")
    return [
        Problem(
            ", ".join(shown.called(ranked.entries[key]) for key in shown.ordered(tie, int)),
            say(text),
            page="results/share",
            kind="tie",
            rows=tie,
        )
        for tie in dict.fromkeys(s.tied_with for s in ranked.standings if s.tied_with)
    ]


def _heard(problem: Problem) -> Problem:
    """Say of an open appeal or notice on which page it stands: its place is its address."""
    row = problem.where.rpartition("/")[2]
    kind = "appeal" if row.isdigit() else "notice"
    rows = (int(row),) if row.isdigit() else ()
    return replace(problem, where="", page=problem.page or problem.where, kind=kind, rows=rows)


def _unset(event: Event) -> list[Problem]:
    """Find award settings that nobody made: never a default."""
    unset = Problem("awards", say(N_("the awards are not set")), page="rules", kind="awards")
    return [] if event.awards else [unset]


def unresolved(event: Event) -> list[list[Entry]]:
    """Give the groups of entries that nothing separates and that the rules do not let share a place."""
    ranked = computed(event)
    return [[ranked.entries[key] for key in tie.rows] for tie in _ties(ranked)]


def untimed(event: Event) -> dict[int, Component]:
    """Give the entries that stand last for want of a time among the keys, each with that component."""
    if not event.markable:
        return {}
    times = {part.code: part for part in event.components if part.kind == "time"}
    found = {s.entry: [c for c in s.unkeyed if c in times] for s in computed(event).standings}
    return {entry: times[codes[0]] for entry, codes in found.items() if codes}
