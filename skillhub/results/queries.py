"""Questions about rankings: computed now, or as they were made final."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from skillhub.appeals import queries as appeals
from skillhub.checking import queries as checking
from skillhub.competitions.models import Event, Weights
from skillhub.entries import queries as entries
from skillhub.entries.models import Entry
from skillhub.kernel.db import db
from skillhub.kernel.errors import Conflict
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.marking import queries as marking
from skillhub.panels import queries as panels
from skillhub.results.models import ResultVersion
from skillhub.results.rules import (
    Candidate,
    Part,
    Ranking,
    Standing,
    Tie,
    rank,
    read_ranking,
    reckoned,
)
from skillhub.scoring import queries as scoring
from skillhub.scoring.queries import NOTHING, Beside


@dataclass(frozen=True, slots=True)
class Ranked:
    """An event with its ranking computed now: the rules, what they were given, and what came out."""

    event: Event
    ranking: Ranking
    parts: tuple[Part, ...]
    candidates: tuple[Candidate, ...]
    standings: tuple[Standing, ...]
    entries: Mapping[int, Entry]

    @property
    def input_hash(self) -> str:
        """Give the SHA-256 over everything the ranking was computed from."""
        given: list[Any] = [
            self.event.ranking,
            [[p.code, str(p.maximum), str(p.weight), str(p.pass_mark), p.kind] for p in self.parts],
            [
                [c.entry, c.status, c.official, sorted((k, str(v)) for k, v in c.marks.items())]
                for c in self.candidates
            ],
        ]
        void = sorted(part.code for part in self.event.components if part.void_why)
        given += [[*reckoned(self.candidates), void]] if void else reckoned(self.candidates)
        return _digest(given)

    @property
    def content_hash(self) -> str:
        """Give the SHA-256 over the lines as they are published."""
        return _digest([[n, *_published(s)] for n, s in enumerate(self.standings, 1)])


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
    marks, beside = marking.marks_in(events), scoring.beside_in(events)
    found: dict[int, dict[int, Entry]] = {event.id: {} for event in events}
    for entry in entries.in_events(events, members=False):
        found[entry.event_id][entry.id] = entry
    return [_ranked(event, found[event.id], marks, beside) for event in events]


def _ranked(
    event: Event, found: Mapping[int, Entry], marks: marking.Marks, beside: Mapping[int, Beside]
) -> Ranked:
    ranking, parts = ranking_of(event), parts_of(event)
    void = {part.code for part in event.components if part.void_why}
    candidates = tuple(
        Candidate(e.id, e.status.value, e.official, marks.get(e.id, {}), *beside.get(e.id, NOTHING))
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
        return unready(event) + _notice_to_come(event) + heard
    ranked = computed(event)
    given = (version.input_hash, version.content_hash)
    if given == (ranked.input_hash, ranked.content_hash):
        return _unset(event) + heard
    text = N_("marks or entries differ from version %(n)s, which was frozen: take it back")
    told = say(text, n=version.number)
    differs = Problem("results", told, page="results/reopen", kind="changed", rows=(version.id,))
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
    checks = (checking.waiting, checking.blockers, panels.blockers)
    return found + _holes(ranked) + _ties(ranked) + [p for check in checks for p in check(event)]


def _holes(ranked: Ranked) -> list[Problem]:
    """Find blank marks: an entry needs a full score or a word on how it ended."""
    names = {part.code: part.name for part in ranked.parts}
    shown = panels.names(ranked.event)
    text = N_("no mark for %(parts)s; enter it, or say that nobody started")
    return [
        Problem(
            shown.called(ranked.entries[s.entry]),
            say(text, parts=", ".join(names[code] for code in s.missing)),
            page=f"marks/{shown.outward(s.entry)}",
            kind="hole",
            rows=(s.entry,),
        )
        for s in ranked.standings
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
            ", ".join(shown.called(ranked.entries[key]) for key in tie),
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


def _notice_to_come(event: Event) -> list[Problem]:
    """Ask for the frozen ranking where the rules want it laid open before it is signed."""
    text = N_("the ranking is not frozen yet: the rules ask for a public notice before it is final")
    frozen_first = Problem("results", say(text), page="results/freeze", kind="notice")
    return [frozen_first] if event.competition.notice_days else []


def unresolved(event: Event) -> list[list[Entry]]:
    """Give the groups of entries that nothing separates and that the rules do not let share a place."""
    ranked = computed(event)
    return [[ranked.entries[key] for key in tie.rows] for tie in _ties(ranked)]


def content_of(lines: Sequence[Sequence[Any]], decimals: int) -> str:
    """Give the SHA-256 over published lines: entry, status, total, rank, keys."""
    step = Decimal(1).scaleb(-decimals)
    return _digest(
        [
            [n, entry, status, _text(None if total is None else total.quantize(step)), rank, keys]
            for n, (entry, status, total, rank, keys) in enumerate(lines, 1)
        ]
    )


def _published(standing: Standing) -> list[Any]:
    keys = [_text(key) for key in standing.keys]
    return [standing.entry, standing.status, _text(standing.total), standing.rank, keys]


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _digest(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
