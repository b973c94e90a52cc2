"""Questions about the life of events: where it stands, what each step still needs, what waits for approval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from skillhub.approvals.queries import changed_since
from skillhub.competitions.models import Competition, Event, Weights
from skillhub.competitions.rules import EventState, percent
from skillhub.entries.models import Entry, EntryStatus
from skillhub.kernel.access import Actor
from skillhub.kernel.bulk import UNDONE_WITHIN
from skillhub.kernel.db import db
from skillhub.kernel.journal import JournalLine
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.life.rules import (
    BACK,
    STEPS,
    Facts,
    Unmet,
    Verb,
    next_of,
    offered,
    stands_at,
    step_of,
    unmet,
    way,
)
from skillhub.panels import queries as panels
from skillhub.planning import queries as planning
from skillhub.planning.rules import Progress
from skillhub.publishing import queries as publishing
from skillhub.registrations.models import Registration
from skillhub.registrations.rules import LIVE
from skillhub.scoring import queries as scoring

# What other floors ask of an event before its rules lock, and the page that mends it. To ask for more, add a line.
ASKED: tuple[tuple[Callable[[Event], Sequence[Problem]], str], ...] = (
    (scoring.unprepared, "rules"),
    (panels.unprepared, "panels"),
)


@dataclass(frozen=True, slots=True)
class Offer:
    """One verb that is offered for an event, and what it still needs."""

    verb: Verb
    needs: tuple[Unmet, ...]


class Together(NamedTuple):
    """A step that somebody took with several events at once, each with the version it came to."""

    at: datetime
    verb: Verb
    events: dict[int, int]

    def stands(self, events: Sequence[Event]) -> bool:
        """Tell whether nothing followed in any of them."""
        return all(e.version == self.events[e.id] for e in events if e.id in self.events)


@dataclass(frozen=True, slots=True)
class Life:
    """Where an event stands in its whole life, what comes next and what that needs."""

    event: Event
    facts: Facts
    way: tuple[EventState, ...]
    at: EventState
    next: EventState | None
    needs: tuple[Unmet, ...]  # of the next state, whoever takes that step
    offers: tuple[Offer, ...]

    @property
    def main(self) -> Offer | None:
        """Give the verb that leads on."""
        return next((o for o in self.offers if STEPS.get(o.verb) is self.next), None)


def life_of(event: Event, moment: datetime) -> Life:
    """Say where one event stands in its life."""
    return lives_of(event.competition, [event], moment)[0]


def lives_of(competition: Competition, events: Sequence[Event], moment: datetime) -> list[Life]:
    """Say where events of one competition stand, with as many statements for one as for all."""
    keys = [event.id for event in events]
    entries = _counted(keys, Entry.status == EntryStatus.OK, Entry.official)
    arrived, counted = _counted(keys, Entry.checked_in_at.is_not(None)), _progress(events)
    changed, release = changed_since(competition), publishing.release_of(competition)
    return [
        _life(
            event,
            Facts(
                state=event.state,
                left_state=event.left_state,
                moment=moment,
                filing=competition.filing,
                registers=competition.registers,
                notice_days=competition.notice_days,
                announcement=bool(competition.announcement.strip()),
                days=competition.starts_on is not None,
                filed=competition.filed_at is not None,
                approved=competition.approved_at is not None,
                changed=(*changed.get("", ()), *changed.get(event.code, ())),
                opens_at=competition.registration_opens_at,
                closes_at=competition.registration_closes_at,
                whole=bool(event.components and event.ranking and event.awards),
                weights=_weights(competition, event),
                min_entries=event.min_entries,
                entries=entries[event.id],
                waived=bool(event.waived_why),
                arrived=arrived[event.id],
                uncoded=_uncoded(event) if competition.blind else 0,
                entered=counted[event.id].entries,
                missing=counted[event.id].missing,
                to_check=counted[event.id].to_check if counted[event.id].checking else 0,
                conferred=not event.closed or _conferred(counted[event.id]),
                readable=release is not None and release.opens_at <= moment,
                asked=_asked(event),
            ),
        )
        for event in events
    ]


def entrants(event: Event) -> Sequence[Entry]:
    """Give the entries of an event for its check-in, with what they are shown by."""
    chosen = (
        select(Entry)
        .where(Entry.event_id == event.id)
        .options(joinedload(Entry.organisation))
        .order_by(func.length(Entry.code), Entry.code)
    )
    return db.session.scalars(chosen).all()


def affected(events: Sequence[Event]) -> dict[int, list[str]]:
    """Name by event who stands in it: its entries, and those who registered and have none yet."""
    found: dict[int, list[str]] = {event.id: [] for event in events}
    entered = select(Entry.event_id, Entry.name).where(Entry.event_id.in_(found))
    waiting = select(Registration.event_id, Registration.name).where(
        Registration.event_id.in_(found),
        Registration.state.in_(LIVE),
        Registration.entry_id.is_(None),
    )
    for chosen in (entered.order_by(Entry.id), waiting.order_by(Registration.id)):
        for key, name in db.session.execute(chosen):
            found[key].append(name)
    return found


def last_together(competition: Competition, actor: Actor, moment: datetime) -> Together | None:
    """Give the step that somebody took last with all events at once, where it can be taken back and is not old."""
    chosen = (
        select(JournalLine)
        .where(JournalLine.subject == f"{Competition.__tablename__}:{competition.id}")
        .where(JournalLine.verb.startswith("life.together"), JournalLine.actor == actor.login)
        .order_by(JournalLine.id.desc())
    )
    line = db.session.scalars(chosen.limit(1)).first()
    if line is None or line.note.get("verb") not in BACK or line.at < moment - UNDONE_WITHIN:
        return None
    known = {int(key): version for key, version in line.note["events"].items()}
    return Together(line.at, Verb(line.note["verb"]), known)


def to_turn(moment: datetime) -> list[Event]:
    """Give the events whose registration opens or closes by now, the competition's settings and approval given.

    What was closed by hand stays closed; what nobody approved yet, though it asks for that, stays shut.
    """
    opens, closes = Competition.registration_opens_at, Competition.registration_closes_at
    planned = or_(
        Event.state == EventState.FILED, and_(Event.state == EventState.DRAFT, ~Competition.filing)
    )
    chosen = (
        select(Event)
        .join(Event.competition)
        .where(
            Competition.registers,
            or_(
                and_(Event.state == EventState.REGISTRATION_OPEN, closes < moment),
                and_(planned, opens <= moment, closes > moment),
            ),
        )
        .order_by(Event.id)
    )
    found = db.session.scalars(chosen).all()
    return [e for e in found if e.state is EventState.REGISTRATION_OPEN or not _altered(e)]


def _altered(event: Event) -> bool:
    changed = changed_since(event.competition)
    return bool(changed.get("") or changed.get(event.code))


def _life(event: Event, facts: Facts) -> Life:
    ahead = next_of(facts)
    return Life(
        event=event,
        facts=facts,
        way=tuple(way(facts)),
        at=stands_at(facts),
        next=ahead,
        needs=tuple(unmet(ahead, facts)) if ahead else (),
        offers=tuple(
            Offer(verb, tuple(unmet(step_of(verb, event.left_state), facts)))
            if verb is not Verb.RESUME
            else Offer(verb, ())
            for verb in offered(facts)
        ),
    )


def _counted(events: Sequence[int], *where: object) -> Counter[int]:
    chosen = (
        select(Entry.event_id, func.count(Entry.id))
        .where(Entry.event_id.in_(events), *where)  # type: ignore[arg-type]
        .group_by(Entry.event_id)
    )
    found: Counter[int] = Counter()
    for key, n in db.session.execute(chosen):
        found[key] = n
    return found


def _uncoded(event: Event) -> int:
    """Count who is judged without a code, guests too."""
    judged = select(Entry.id).where(Entry.event_id == event.id, Entry.status == EntryStatus.OK)
    coded = panels.codes(event)
    return sum(key not in coded for key in db.session.scalars(judged))


def _weights(competition: Competition, event: Event) -> Decimal | None:
    """Add up the weights of what earns points, where they are percentages."""
    if competition.weights is not Weights.PERCENT:
        return None
    return percent(event.components)


def _progress(events: Sequence[Event]) -> dict[int, Progress]:
    """Count what is entered, marked and awarded; events beyond what is looked at together count as empty."""
    keys = [event.id for event in events]
    found = {event.id: Progress(event.id, event.code, event.name, event.state) for event in events}
    return found | {way.event.id: way.progress for way in planning.ways(Event.id.in_(keys))}


def _conferred(progress: Progress) -> bool:
    return bool(progress.awards) or progress.nobody


def _asked(event: Event) -> tuple[tuple[Message, str], ...]:
    if not event.rules_open:
        return ()
    text = N_("%(where)s: %(what)s.")
    return tuple(
        (say(text, where=problem.where, what=problem.message), page)
        for found, page in ASKED
        for problem in found(event)
    )
