"""Questions about the way of a competition, and rules tried before they lock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from skillhub.awards import queries as awards
from skillhub.awards.rules import field_of
from skillhub.awards.schemes import Outcome, apply, read_schemes
from skillhub.competitions.models import Checking, Competition, Event, EventState
from skillhub.entries import queries as entries
from skillhub.kernel.errors import Conflict
from skillhub.kernel.messages import N_, say
from skillhub.marking import queries as marking
from skillhub.marking.models import SheetState
from skillhub.planning.rules import Progress
from skillhub.results import queries as results
from skillhub.results.queries import Ranked
from skillhub.results.rules import Candidate, Part, rank

USUAL_FIELD = 20
LARGEST_FIELD = 2000
SHOWN_UNITS = 12


@dataclass(frozen=True, slots=True)
class Overview:
    """A competition at one look."""

    events: list[Progress]
    shares: list[Decimal]  # each total as a percentage of the full score of its event
    units: list[tuple[str, dict[str, int]]]  # the units with most awards, by metal


@dataclass(frozen=True, slots=True)
class Trial:
    """What the award rules would give on a made-up field of a stated size."""

    size: int
    outcome: Outcome


def overview(competition: Competition) -> Overview:
    """Look at a competition: how far each event is, how the scores lie, who was awarded."""
    sets = [event for event in competition.events if event.components and event.ranking]
    ranked = {one.event.id: one for one in results.all_computed(sets)} if sets else {}
    counts = marking.counts_in(competition.events) if competition.events else {}
    awarded = awards.counted(competition)
    won = Counter[int]()
    for event, _, _, n in awarded:
        won[event] += n
    progress = [
        _progress(event, ranked.get(event.id), counts[event.id], won[event.id])
        for event in competition.events
    ]
    shares = [share for one in ranked.values() for share in _shares(one)]
    return Overview(progress, shares, _units(awarded))


def progress_of(event: Event) -> Progress:
    """Say how far one event is."""
    ranked = results.computed(event) if event.components and event.ranking else None
    won = sum(n for key, _, _, n in awards.counted(event.competition) if key == event.id)
    return _progress(event, ranked, marking.counts(event), won)


def plain(event: Event) -> dict[str, Any]:
    """Write an event as the plain table that a competition file holds."""
    return {
        "code": event.code,
        "name": event.name,
        "name_en": event.name_en,
        "occupation": event.occupation.code if event.occupation else "",
        "group": event.group.value,
        "team_size": event.team_size,
        "held_on": event.held_on.isoformat() if event.held_on else "",
        "ranking": dict(event.ranking),
        "awards": list(event.awards),
        "components": [
            {"code": c.code, "name": c.name, "max": f"{c.maximum:f}", "weight": f"{c.weight:f}"}
            | ({} if c.pass_mark is None else {"pass_mark": f"{c.pass_mark:f}"})
            | {"kind": c.kind}
            for c in event.components
        ],
    }


def revised(event: Event, values: dict[str, Any]) -> dict[str, Any]:
    """Write an event as a plain table with some values changed; what no form asks for stays."""
    before = plain(event)
    ranking = values.get("ranking", before["ranking"])
    asked = ("keys", "remaining_tie", "decimals", "rank_dnf")
    kept = {name: value for name, value in event.ranking.items() if name not in asked}
    return {**before, **values, "ranking": {**ranking, **kept}}


def tried(event: Event, size: int | None = None) -> Trial | None:
    """Try the award rules of an event on a made-up field; None while there is nothing to try."""
    if not event.components or not event.awards:
        return None
    ranking, parts = results.ranking_of(event), results.parts_of(event)
    schemes, problems = read_schemes(event.awards, parts)
    if problems:
        text = N_("The award rules of event %(code)s cannot be used.")
        raise Conflict(say(text, code=event.code), problems)
    n = min(size or entries.count(event) or USUAL_FIELD, LARGEST_FIELD)
    field = [Candidate(k, marks=_made_up(parts, k, n)) for k in range(n)]
    standings = rank(field, parts, ranking)
    looked_at = field_of(standings, field, parts, decimals=ranking.decimals, held_on=event.held_on)
    return Trial(n, apply(schemes, looked_at))


def _made_up(parts: Sequence[Part], k: int, n: int) -> dict[str, Decimal | None]:
    """Spread marks evenly from the best down to the pass mark, so that nobody fails and nobody ties."""
    best, fine = Decimal(n - k) / n, Decimal("0.0001")
    marks: dict[str, Decimal | None] = {}
    for part in parts:
        edge = part.pass_mark or part.maximum / 2
        end = Decimal(0) if part.kind == "time" else part.maximum
        marks[part.code] = (edge + (end - edge) * best).quantize(fine)
    return marks


def _progress(
    event: Event, ranked: Ranked | None, counts: dict[SheetState, int], awards: int
) -> Progress:
    standings = ranked.standings if ranked and event.state is not EventState.DRAFT else ()
    return Progress(
        event_id=event.id,
        code=event.code,
        name=event.name,
        state=event.state.value,
        entries=len(ranked.entries) if ranked else entries.count(event),
        missing=sum(len(standing.missing) for standing in standings),
        rejected=counts[SheetState.REJECTED],
        to_check=counts[SheetState.ENTERED],
        checking=event.competition.checking is Checking.LOOK_OVER,
        awards=awards,
    )


def _shares(ranked: Ranked) -> list[Decimal]:
    full = sum((p.maximum * p.weight for p in ranked.parts if p.kind == "points"), Decimal(0))
    totals = [s.total for s in ranked.standings if s.total is not None and s.official]
    return [(total * 100 / full).quantize(Decimal(1)) for total in totals] if full else []


def _units(awarded: Sequence[tuple[int, str | None, str, int]]) -> list[tuple[str, dict[str, int]]]:
    """Give the units with most awards, the best metal first."""
    by_unit: dict[str, Counter[str]] = {}
    for _, unit, title, n in awarded:
        if unit is not None:
            by_unit.setdefault(unit, Counter())[metal(title)] += n
    order = sorted(
        by_unit.items(),
        key=lambda pair: (*(-pair[1][m] for m in ("gold", "silver", "bronze", "honour")), pair[0]),
    )
    return [(unit, dict(counts)) for unit, counts in order[:SHOWN_UNITS]]


METALS = (
    ("gold", ("gold", "金", "一等", "first")),
    ("silver", ("silver", "银", "二等", "second")),
    ("bronze", ("bronze", "铜", "三等", "third")),
)


def metal(title: str) -> str:
    """Tell the metal by which a title is drawn."""
    folded = title.casefold()
    found = (name for name, words in METALS if any(word in folded for word in words))
    return next(found, "honour")
