"""Questions about the life of events: where it stands, what each step still needs, what waits for approval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from skillhub.approvals.queries import changed_since
from skillhub.competitions.models import Competition, Event, Weights
from skillhub.competitions.rules import RULES_OPEN, EventState, percent
from skillhub.entries.models import Entry, EntryStatus
from skillhub.kernel.access import Actor, Role
from skillhub.kernel.db import db
from skillhub.kernel.journal import about
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.life.rules import (
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
from skillhub.organisations.queries import below
from skillhub.panels import queries as panels
from skillhub.planning import queries as planning
from skillhub.planning.rules import Progress
from skillhub.publishing import queries as publishing
from skillhub.scoring import queries as scoring

# What other floors ask of an event before its rules lock, and the page that mends it. To ask for more, add a line.
ASKED: tuple[tuple[Callable[[Event], Sequence[Problem]], str], ...] = (
    (scoring.unprepared, "rules"),
    (panels.unprepared, "panels"),
)


EARLY = (*RULES_OPEN, EventState.PREPARED)  # what is changed later is told, and holds nothing up
CHANGING = ("competitions.edit", "competitions.load", "competitions.revise_event", "scoring.")


@dataclass(frozen=True, slots=True)
class Offer:
    """One verb that is offered for an event, and what it still needs."""

    verb: Verb
    needs: tuple[Unmet, ...]


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


def to_approve(actor: Actor) -> list[Competition]:
    """Give what waits for somebody's approval, the oldest first: filings, and what changed since it was approved."""
    chosen = (
        select(Competition)
        .join(Competition.host)
        .where(
            Competition.filed_at.is_not(None),
            or_(Competition.approved_at.is_(None), Competition.events.any(Event.state.in_(EARLY))),
            below(actor.paths(Role.ORGANISER)),
        )
        .options(
            joinedload(Competition.host),
            selectinload(Competition.events).selectinload(Event.components),
            selectinload(Competition.events).joinedload(Event.occupation),
        )
        .order_by(Competition.filed_at)
    )
    found = [c for c in db.session.scalars(chosen) if c.approved_at is None or changed_since(c)]
    return [one for one in found if may_approve(one, actor)]


def may_approve(competition: Competition, actor: Actor) -> bool:
    """Tell whether somebody may approve: an organiser who neither announced, filed nor since changed it."""
    own = {competition.announced_by, competition.filed_by, *_changed_by(competition)}
    return actor.may(Role.ORGANISER, competition.host.path) and actor.login not in own


def _changed_by(competition: Competition) -> set[str]:
    """Name who changed something since it was approved."""
    at = competition.approved_at
    if at is None or not changed_since(competition):
        return set()
    past = about([competition, *competition.events])
    return {one.actor for one in past if one.at > at and one.verb.startswith(CHANGING)}


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
