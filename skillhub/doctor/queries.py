"""Questions the doctor asks: what there is to look at, batch by batch, and what was written about it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, selectinload

from skillhub.awards import queries as awards
from skillhub.casebook.queries import cases
from skillhub.casebook.rules import Case, Score
from skillhub.competitions.models import Competition, Component, Event
from skillhub.doctor.checks import CHECKS
from skillhub.doctor.models import Answer
from skillhub.doctor.rules import Check, Finding, examine
from skillhub.entries.models import Entry
from skillhub.kernel.access import Actor, Role
from skillhub.kernel.db import db
from skillhub.kernel.errors import NotFound
from skillhub.kernel.journal import JournalLine
from skillhub.kernel.messages import N_, Problem, say
from skillhub.organisations.queries import below
from skillhub.panels import queries as panels
from skillhub.results import queries as results
from skillhub.scoring.models import Mark

READS = (Role.ORGANISER, Role.AUDITOR)
ACTS = ("results.finalise", "awards.confer")
ORDER = (Competition.year.desc(), Competition.id.desc(), Event.code)
SOON, MOST_ENDING = 30, 100  # days; exceptions shown before they end
MOST = 3000  # entries that are looked at together; one event is never split


@dataclass(frozen=True, slots=True)
class Told:
    """A finding with what was written about it; an exception hides it until its last day."""

    finding: Finding
    answer: Answer | None = None

    @property
    def excepted(self) -> bool:
        """Tell whether an exception hides it."""
        return self.answer is not None and self.answer.until is not None

    @property
    def blocks(self) -> bool:
        """Tell whether it keeps a result from being final: an error, or a warning nobody answered."""
        if self.finding.severity == "error":
            return not self.excepted
        return self.finding.severity == "warning" and self.answer is None


@dataclass(frozen=True, slots=True)
class Looked:
    """One event that was looked at, with what was found."""

    event: Event
    told: tuple[Told, ...]

    @property
    def open(self) -> list[Told]:
        """List what no exception hides."""
        return [one for one in self.told if not one.excepted]


def sweep(
    *where: ColumnElement[bool], today: date, checks: Sequence[Check] = CHECKS
) -> Iterator[Looked]:
    """Look at many events, the latest competition first, some thousand entries at a time."""
    for keys in _batches(where):
        yield from look(_events(keys), today, checks)
        db.session.expunge_all()


def _events(keys: Sequence[int]) -> Sequence[Event]:
    """Give some events in the order in which they are looked at."""
    chosen = (
        select(Event)
        .join(Event.competition)
        .where(Event.id.in_(keys))
        .options(contains_eager(Event.competition), selectinload(Event.components))
        .order_by(*ORDER)
    )
    return db.session.scalars(chosen).unique().all()


def look(events: Sequence[Event], today: date, checks: Sequence[Check] = CHECKS) -> list[Looked]:
    """Look at some events, with as many statements for one as for many; nothing is told while names are closed."""
    closed = {event.id for event in events if not panels.names_open(event)}
    known = {row.finding: row for row in _answers(events, today)}
    around = _Around(events)
    found = {case.id: examine(around.added(case), checks) for case in cases(events, today)}
    told = {key: () if key in closed else findings for key, findings in found.items()}
    return [Looked(e, tuple(Told(f, known.get(f.key)) for f in told[e.id])) for e in events]


def open_points(event: Event, moment: datetime, today: date) -> list[Problem]:
    """List all that keeps an event from being final: what is missing, what is undecided, and what the doctor found."""
    found = results.open_points(event, moment) + awards.blockers(event)
    if event.rules_open or event.closed:
        return found
    (looked,) = look([event], today)
    texts = {"error": N_("%(what)s: mend it"), "warning": N_("%(what)s: answer it in writing")}
    return found + [
        Problem(
            "",
            say(texts[one.finding.severity], what=one.finding.message),
            page=f"doctor#f-{one.finding.key}",
            kind=f"doctor_{one.finding.severity}",
        )
        for one in looked.told
        if one.blocks
    ]


def ended(event: Event, key: str) -> Sequence[Answer]:
    """Give the exceptions to a finding that have ended and were never lifted."""
    chosen = select(Answer).where(Answer.event_id == event.id, Answer.finding == key)
    return db.session.scalars(chosen.where(Answer.lifted_at.is_(None))).all()


def answer_of(event: Event, answer_id: int) -> Answer:
    """Find what was written about an event; raises NotFound for another's."""
    row = db.session.get(Answer, answer_id)
    if row is None or row.event_id != event.id:
        raise NotFound
    return row


def said(event: Event) -> Sequence[Answer]:
    """Give all that was ever written about an event, the latest first."""
    chosen = select(Answer).where(Answer.event_id == event.id).order_by(Answer.id.desc())
    return db.session.scalars(chosen).all()


def some(actor: Actor, today: date, page: int) -> tuple[list[Looked], int]:
    """Look at one batch of the archive that a reader may see; gives how many batches there are."""
    batches = list(_batches([below(actor.paths(READS))]))
    keys = batches[page - 1] if 0 < page <= len(batches) else []
    return look(_events(keys), today), len(batches)


def ending(paths: Sequence[str] | None, today: date, days: int = SOON) -> Sequence[Answer]:
    """List the exceptions that end within some days, the next first, in a part of the tree; everywhere for None."""
    chosen = (
        select(Answer)
        .join(Answer.event)
        .join(Event.competition)
        .join(Competition.host)
        .where(Answer.lifted_at.is_(None), Answer.until.between(today, today + timedelta(days)))
        .options(contains_eager(Answer.event).contains_eager(Event.competition))
        .order_by(Answer.until, Answer.id)
    )
    if paths is not None:
        chosen = chosen.where(below(paths))
    return db.session.scalars(chosen.limit(MOST_ENDING)).all()


def _answers(events: Sequence[Event], today: date) -> Sequence[Answer]:
    """Give what stands on a day: answers, and exceptions that have not ended."""
    chosen = select(Answer).where(
        Answer.event_id.in_([event.id for event in events]),
        Answer.lifted_at.is_(None),
        or_(Answer.until.is_(None), Answer.until >= today),
    )
    return db.session.scalars(chosen).all()


def _batches(where: Sequence[ColumnElement[bool]]) -> Iterator[list[int]]:
    """Cut the events into batches of whole events with at most so many entries."""
    size = select(func.count(Entry.id)).where(Entry.event_id == Event.id).correlate(Event)
    chosen = (
        select(Event.id, size.scalar_subquery())
        .join(Event.competition)
        .join(Competition.host)
        .where(*where)
        .order_by(*ORDER)
    )
    batch: list[int] = []
    held = 0
    for key, entries in db.session.execute(chosen).all():
        if batch and held + entries > MOST:
            yield batch
            batch, held = [], 0
        batch.append(key)
        held += entries
    if batch:
        yield batch


class _Around:
    """What stands around some events: their doubles, what the journal says, and what each judge gave."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.own = {event.id: event.competition_id for event in events}
        self.twins: dict[int, set[str]] = {}
        self.verbs: dict[int, set[str]] = {}
        for competition, code in db.session.execute(_twins(set(self.own.values()))):
            self.twins.setdefault(competition, set()).add(code)
        for subject, verb in db.session.execute(_acts(self.own)):
            self.verbs.setdefault(int(subject.partition(":")[2]), set()).add(verb)

        self.scores: dict[int, list[Score]] = {}
        for key, *score in db.session.execute(_scores(self.own)):
            self.scores.setdefault(key, []).append(Score(*score))

    def added(self, case: Case) -> Case:
        """Add it to a case."""
        return replace(
            case,
            twins=tuple(sorted(self.twins.get(self.own[case.id], set()))),
            verbs=frozenset(self.verbs.get(case.id, ())),
            scores=tuple(self.scores.get(case.id, ())),
        )


def _twins(competitions: Collection[int]) -> Select[int, str]:
    """Select other competitions of one name and year."""
    other = aliased(Competition)
    same = and_(
        other.year == Competition.year,
        func.lower(other.name) == func.lower(Competition.name),
        other.id != Competition.id,
    )
    chosen = select(Competition.id, other.code).join(other, same)
    return chosen.where(Competition.id.in_(competitions))


def _acts(events: Collection[int]) -> Select[str, str]:
    """Select the lines of the journal without which nothing is final or conferred."""
    return select(JournalLine.subject, JournalLine.verb).where(
        JournalLine.subject.in_([f"events:{key}" for key in events]), JournalLine.verb.in_(ACTS)
    )


def _scores(events: Collection[int]) -> Any:
    """Select what the seats of panels gave, aspect by aspect."""
    own = (Mark.aspect, Mark.seat, Mark.attempt, Mark.entry_id, Mark.value)
    return (
        select(Component.event_id, Component.code, *own)
        .join(Mark.component)
        .where(Component.event_id.in_(events), Mark.seat > 0, Mark.value.is_not(None))
        .order_by(Component.event_id, Component.position, Mark.aspect, Mark.seat, Mark.entry_id)
    )
