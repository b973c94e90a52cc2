"""Questions about the way of a competition, and rules tried before they lock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import contains_eager

from skillhub.awards import queries as awards
from skillhub.awards.models import Award, AwardState
from skillhub.awards.rules import field_of
from skillhub.awards.schemes import Outcome, apply, read_schemes
from skillhub.certificates import queries as certificates
from skillhub.certificates.models import Certificate, CertificateState
from skillhub.competitions.models import Checking, Competition, Component, Event
from skillhub.competitions.rules import keeping_unasked, plain_event
from skillhub.entries import queries as entries
from skillhub.entries.models import Entry
from skillhub.kernel.db import db
from skillhub.kernel.errors import Conflict
from skillhub.kernel.messages import N_, say
from skillhub.marking.models import Sheet, SheetState
from skillhub.organisations.models import Organisation
from skillhub.planning.rules import Progress, asked
from skillhub.results import queries as results
from skillhub.results.models import Ranked
from skillhub.results.rules import Candidate, Part, rank

USUAL_FIELD = 20
LARGEST_FIELD = 2000
SHOWN_UNITS = 12
MOST = 500  # events looked at together
COMPETES = Entry.status == "OK"


@dataclass(frozen=True, slots=True)
class Overview:
    """A competition at one look."""

    events: list[Progress]
    shares: list[Decimal]  # each total as a percentage of the full score of its event
    units: list[tuple[str, dict[str, int]]]  # the units with most awards, by metal


@dataclass(frozen=True, slots=True)
class Way:
    """How far one event is, and the organisation that holds it."""

    event: Event
    path: str
    progress: Progress


@dataclass(frozen=True, slots=True)
class Trial:
    """What the award rules would give on a made-up field of a stated size."""

    size: int
    outcome: Outcome


def overview(competition: Competition) -> Overview:
    """Look at a competition: how far each event is, how the scores lie, who was awarded."""
    sets = [event for event in competition.events if event.components and event.ranking]
    ranked = results.all_computed(sets) if sets else []
    shares = [share for one in ranked for share in _shares(one)]
    return Overview(
        _in_order(competition, {one.event.id: one for one in ranked}),
        shares,
        _units(awards.counted(competition)),
    )


def progress_of(event: Event) -> Progress:
    """Say how far one event is."""
    return ways(Event.id == event.id, stale=_stale(event.competition))[0].progress


def ways(
    *where: ColumnElement[bool],
    ranked: Mapping[int, Ranked] | None = None,
    stale: Mapping[int, int] | None = None,
) -> list[Way]:
    """Say how far some events are, the latest first, with as many statements for one as for hundreds.

    `ranked` holds rankings that are computed already, `stale` the certificates known to differ, both by event.
    """
    rows = db.session.execute(_counts(where)).all()
    marks = _filled([row.Event.id for row in rows])
    quiet = [row.Event for row in rows if row.Event.closed and not row.awards]
    idle = _awarding_nobody(quiet, ranked or {})
    differ = stale or {}
    return [
        Way(
            row.Event,
            row.path,
            Progress(
                event_id=row.Event.id,
                code=row.Event.code,
                name=row.Event.name,
                state=row.Event.state,
                entries=row.entries,
                missing=_missing(row, marks[row.Event.id]),
                rejected=row.sheets_rejected,
                to_check=row.sheets_entered,
                checking=row.Event.competition.checking is not Checking.OFF,
                awards=row.awards,
                nobody=row.Event.id in idle,
                issued=row.issued,
                stale=differ.get(row.Event.id, 0),
                led=row.Event.competition.filing or row.Event.competition.registers,
            ),
        )
        for row in rows
    ]


def revised(event: Event, values: dict[str, Any]) -> dict[str, Any]:
    """Write an event as a plain table with some values changed; what no form asks for stays."""
    before = plain_event(event)
    ranking = values.get("ranking", before["ranking"])
    asked = ("keys", "remaining_tie", "decimals", "rank_dnf")
    kept = {name: value for name, value in event.ranking.items() if name not in asked}
    rows = values.get("components", before["components"])
    parts = [keeping_unasked(row, event.components) for row in rows]
    return {**before, **values, "components": parts, "ranking": {**ranking, **kept}}


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
        end = Decimal(0) if part.kind in ("time", "penalty") else part.maximum
        marks[part.code] = (edge + (end - edge) * best).quantize(fine)
    return marks


def _in_order(competition: Competition, ranked: Mapping[int, Ranked]) -> list[Progress]:
    """Say how far the events of a competition are, in their own order."""
    found = {
        way.event.id: way.progress
        for way in ways(
            Event.competition_id == competition.id, ranked=ranked, stale=_stale(competition)
        )
    }
    return [found[event.id] for event in competition.events if event.id in found]


def _counts(where: Sequence[ColumnElement[bool]]) -> Any:
    """Select what is counted of every event, in one statement, the latest first."""
    stands = select(func.count(Award.id)).where(
        Award.event_id == Event.id, Award.state == AwardState.CONFERRED
    )
    in_force = (Certificate.state == CertificateState.ISSUED, Certificate.award_id.is_not(None))
    papers = select(Certificate.award_id).where(*in_force)
    counts = {
        **{f"sheets_{one.value}": _sheets(Sheet.state == one) for one in SheetState},
        "entries": select(func.count(Entry.id)).where(Entry.event_id == Event.id),
        "competing": select(func.count(Entry.id)).where(Entry.event_id == Event.id, COMPETES),
        "awards": stands,
        "issued": stands.where(Award.id.in_(papers)),
    }
    named = [
        chosen.correlate(Event).scalar_subquery().label(name) for name, chosen in counts.items()
    ]
    return (
        select(Event, Organisation.path, *named)
        .join(Event.competition)
        .join(Competition.host)
        .options(contains_eager(Event.competition).contains_eager(Competition.host))
        .where(*where)
        .order_by(Competition.year.desc(), Competition.id.desc(), Event.code)
        .limit(MOST)
    )


def _sheets(*where: ColumnElement[bool]) -> Select[int]:
    return (
        select(func.count(Sheet.id))
        .join(Entry)
        .where(Entry.event_id == Event.id, Sheet.points.is_not(None), *where)
    )


def _filled(events: Sequence[int]) -> dict[int, dict[str, tuple[str, int]]]:
    """Count the marks there are, by event and component: its kind, and how many competitors have one."""
    filled = Sheet.points.is_not(None) | (Sheet.token != "")
    marks = select(func.count(Sheet.id)).join(Entry).where(COMPETES, filled)
    chosen = select(
        *(Component.event_id, Component.code, Component.kind),
        marks.where(Sheet.component_id == Component.id).correlate(Component).scalar_subquery(),
    ).where(Component.event_id.in_(events))
    found: dict[int, dict[str, tuple[str, int]]] = {event: {} for event in events}
    for event, code, kind, n in db.session.execute(chosen):
        found[event][code] = (kind, n)
    return found


def _missing(row: Any, marks: Mapping[str, tuple[str, int]]) -> int:
    """Count the marks without which somebody who competes has no place."""
    if row.Event.rules_open:
        return 0
    needed = asked({code: kind for code, (kind, _) in marks.items()}, row.Event.ranking)
    return sum(max(row.competing - n, 0) for code, (_, n) in marks.items() if code in needed)


def _awarding_nobody(events: Sequence[Event], known: Mapping[int, Ranked]) -> set[int]:
    """Find the events whose rules give no award on their result, and leave nothing to decide either."""
    found = set()
    fresh = results.all_computed([event for event in events if event.id not in known])
    ranked = {**known, **{one.event.id: one for one in fresh}}
    for event in events:
        outcome = awards.propose(event, ranked[event.id])
        if not outcome.decisions and not outcome.blocking:
            found.add(event.id)
    return found


def _stale(competition: Competition) -> Counter[int]:
    """Count by event the certificates in force that would say something else today."""
    issued = certificates.certificates_of(competition).where(
        Certificate.state == CertificateState.ISSUED
    )
    rows = db.session.scalars(certificates.with_deeds(issued)).unique().all()
    return Counter(row.award.event_id for row, _ in certificates.stale(rows))


def _shares(ranked: Ranked) -> list[Decimal]:
    full = sum((p.maximum * max(p.counts, Decimal(0)) for p in ranked.parts), Decimal(0))
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
