"""Leading events through their life: filed, opened, closed, prepared, begun, ended, stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from skillhub.admissions import services as admissions
from skillhub.approvals import queries as approvals
from skillhub.approvals.models import Approval
from skillhub.approvals.rules import as_written
from skillhub.awards import services as awards
from skillhub.competitions import services as competitions
from skillhub.competitions.models import STATE_LABELS, Competition, Event
from skillhub.competitions.rules import EventState, vouches
from skillhub.kernel.access import Actor, Role
from skillhub.kernel.db import db, same_version, transaction
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Problem, say
from skillhub.ladder import services as ladder
from skillhub.life import queries
from skillhub.life.rules import WITH_REASON, Unmet, Verb, mended, step_of, unmet

FILING = ("announcement", "days")
BY_THE_CLOCK = "by the clock"  # the reason in the journal
TOGETHER_BACK = "taken back with all events at once"


@dataclass(slots=True)
class Taken:
    """What a step taken with all events at once did."""

    moved: list[Event] = field(default_factory=list)
    left: list[tuple[Event, Unmet]] = field(default_factory=list)


@transaction()
def file(competition: Competition, version: int, actor: Actor, moment: datetime) -> None:
    """Hand a competition in, so that a second person approves it."""
    same_version(competition, version)
    waits = [e for e in competition.events if e.state in approvals.EARLY]
    waits = waits if competition.approved_at is None else _drafts(competition)
    if not competition.filing or not waits:
        raise Conflict(
            say(N_("There is nothing to file: it asks for no filing, or no event is a draft."))
        )
    facts = queries.life_of(waits[0], moment).facts
    needs = [u for u in unmet(EventState.FILED, facts) if u.name in FILING]
    if needs:
        raise Conflict(say(N_("It cannot be filed yet.")), _problems(needs))

    competition.filed_by, competition.filed_at = actor.login, moment
    competition.approved_by = competition.approved_at = None
    act(actor, "life.file", competition)


@transaction()
def approve(competition: Competition, version: int, actor: Actor, moment: datetime) -> None:
    """Approve what another person filed; whoever stands above the host vouches for its tier with that."""
    same_version(competition, version)
    changed = approvals.changed_since(competition)
    if competition.filed_at is None or (competition.approved_at is not None and not changed):
        raise Conflict(say(N_("Nothing waits for approval here.")))
    if not approvals.may_approve(competition, actor):
        text = N_("Nobody approves what they announced, filed or changed. Ask a colleague.")
        raise Conflict(say(text))

    _keep(competition)
    competition.approved_by, competition.approved_at = actor.login, moment
    if competition.tier_by is None and vouches(actor.paths(Role.ORGANISER), competition.host.path):
        competition.tier_by = actor.login
    for event in _drafts(competition):
        competitions.move(event, EventState.FILED, actor)
    told = {code or "competition": [str(word) for word in words] for code, words in changed.items()}
    act(actor, "life.approve", competition, note={"tier_by": competition.tier_by, "changed": told})


@transaction()
def send_back(competition: Competition, version: int, why: str, actor: Actor) -> None:
    """Give a filing back to be mended, with the reason; what was approved is a draft again."""
    same_version(competition, version)
    if competition.filed_at is None:
        raise Conflict(say(N_("It is not filed.")))
    _reason(why)

    competition.filed_by = competition.filed_at = None
    competition.approved_by = competition.approved_at = None
    for event in competition.events:
        if event.state is EventState.FILED:
            competitions.move(event, EventState.DRAFT, actor, why.strip())
    act(actor, "life.send_back", competition, why=why.strip())


@transaction()
def extend(
    competition: Competition,
    version: int,
    until: datetime,
    why: str,
    actor: Actor,
    moment: datetime,
) -> None:
    """Let registration close later, with a reason; events whose registration is closed open again."""
    same_version(competition, version)
    _reason(why)
    before = competition.registration_closes_at
    running = [e for e in competition.events if e.state in REGISTERING]
    if before is None or not running:
        raise Conflict(say(N_("There is no registration to extend.")))
    if until <= before or until <= moment:
        wrong = say(N_("Choose a time that lies ahead, and later than the deadline so far."))
        raise BadInput(wrong, [Problem("until", wrong)])

    competition.registration_closes_at = until
    stands = approvals.approval_of(competition)
    if stands:  # an extension is the one change that its reason vouches for
        said = {**stands.facts[""], "registration_closes_at": as_written(until)}
        stands.facts = {**stands.facts, "": said}
    for event in running:
        if event.state is EventState.REGISTRATION_CLOSED:
            competitions.move(event, EventState.REGISTRATION_OPEN, actor, why.strip())
    act(actor, "life.extend", competition, why=why.strip(), note={"before": before, "until": until})


@transaction()
def take(
    event: Event, verb: Verb, version: int, actor: Actor, moment: datetime, why: str = ""
) -> None:
    """Take one step with one event, or refuse with everything it still needs.

    Suspending and cancelling take a reason. Preparing may take one: it is the waiver for a field below the smallest.
    """
    same_version(event, version)
    step = step_of(verb, event.left_state)
    if verb in WITH_REASON:
        _reason(why)
    if verb is Verb.RESUME and event.state is not EventState.SUSPENDED:
        raise Conflict(say(N_("Event %(code)s is not suspended."), code=event.code))
    waiver = why.strip() if verb is Verb.PREPARE else ""
    needs = [] if verb is Verb.RESUME else _needs(event, step, moment, waiver)
    if needs:
        raise Conflict(
            say(N_("Event %(code)s is not ready for this step."), code=event.code), _problems(needs)
        )

    if waiver:
        event.waived_why = waiver
    if verb is Verb.PREPARE:
        awards.lock(event, actor, moment)
    else:
        competitions.move(event, step, actor, why.strip())
    act(actor, f"life.{verb.value}", event, why=why.strip())
    _beside(event, verb, why.strip(), actor, moment)


@transaction()
def turn(event: Event, actor: Actor, moment: datetime) -> bool:
    """Open or close the registration of an event whose instant has come; False where that is done already."""
    if event not in queries.to_turn(moment):
        return False
    verb = Verb.CLOSE if event.state is EventState.REGISTRATION_OPEN else Verb.OPEN
    take(event, verb, event.version, actor, moment, BY_THE_CLOCK)
    return True


@transaction()
def take_together(
    competition: Competition, verb: Verb, seen: Mapping[int, int], actor: Actor, moment: datetime
) -> Taken:
    """Take a step with every event that is ready for it; the others are named with what they need.

    `seen` holds the version of each event as the page showed it; nothing is done if one has changed meanwhile.
    """
    taken = Taken()
    for life in queries.lives_of(competition, competition.events, moment):
        event = life.event
        offer = next((o for o in life.offers if o.verb is verb), None)
        if offer is None:
            continue
        same_version(event, seen.get(event.id, 0))
        if offer.needs:
            taken.left.append((event, offer.needs[0]))
        else:
            take(event, verb, event.version, actor, moment)
            taken.moved.append(event)
    if not taken.moved:
        problems = [Problem(event.code, need.message) for event, need in taken.left]
        raise Conflict(say(N_("No event is ready for this step.")), problems)
    db.session.flush()
    note = {"verb": verb.value, "events": {event.id: event.version for event in taken.moved}}
    act(actor, "life.together", competition, note=note)
    return taken


@transaction()
def take_back(competition: Competition, at: str, actor: Actor, moment: datetime) -> int:
    """Take back a step that the actor took with several events at once, all of it or none; gives how many events."""
    done = queries.last_together(competition, actor, moment)
    if done is None or done.at.isoformat() != at:
        raise Conflict(say(N_("This was taken back already, or something followed it.")))
    events = [event for event in competition.events if event.id in done.events]
    text = N_("%(code)s was changed since; it is “%(state)s”.")
    later = [
        Problem("", say(text, code=e.code, state=STATE_LABELS[e.state]))
        for e in events
        if e.version != done.events[e.id]
    ]
    if later:
        raise Conflict(say(N_("Something followed it; nothing was taken back.")), later)

    for event in events:
        if done.verb is Verb.PREPARE:
            awards.unlock(event, TOGETHER_BACK, actor)
            continue
        needs = _needs(event, EventState.REGISTRATION_OPEN, moment, "")
        if needs:
            raise Conflict(
                say(N_("Something followed it; nothing was taken back.")), _problems(needs)
            )
        competitions.move(event, EventState.REGISTRATION_OPEN, actor, TOGETHER_BACK)
    act(actor, "life.together_back", competition, note={"events": [e.code for e in events]})
    return len(events)


@transaction()
def check_in(event: Event, version: int, present: set[int], actor: Actor, moment: datetime) -> int:
    """Note who is there by the keys of entries; the first one begins the event. Give how many are there."""
    same_version(event, version)
    if event.state not in (EventState.PREPARED, EventState.RUNNING):
        text = N_(
            "Entries of event %(code)s check in once its rules are locked and until it has ended."
        )
        raise Conflict(say(text, code=event.code))

    for entry in queries.entrants(event):
        if (entry.id in present) is not (entry.checked_in_at is not None):
            entry.checked_in_at = moment if entry.id in present else None
    db.session.flush()
    if present and event.state is EventState.PREPARED:
        _refuse_altered(event, moment)
        competitions.move(event, EventState.RUNNING, actor)
    act(actor, "life.check_in", event, note={"present": len(present)})
    return len(present)


def _beside(event: Event, verb: Verb, why: str, actor: Actor, moment: datetime) -> None:
    """Let go what waits in a cancelled event; give offers their time back where one goes on."""
    if verb is Verb.CANCEL:
        admissions.release(event, why, actor)
        ladder.release(event, why, actor, moment)
    elif verb is Verb.RESUME:
        ladder.prolong(event, actor, moment)


REGISTERING = (EventState.REGISTRATION_OPEN, EventState.REGISTRATION_CLOSED)


def _needs(event: Event, step: EventState, moment: datetime, waiver: str) -> Sequence[Unmet]:
    return mended(unmet(step, queries.life_of(event, moment).facts), bool(waiver))


def _keep(competition: Competition) -> None:
    """Keep what is approved now, as it stands."""
    known = db.session.scalar(select(Approval).where(Approval.competition_id == competition.id))
    row = known or Approval(competition=competition)
    row.facts = approvals.facts_of(competition)
    db.session.add(row)


def _refuse_altered(event: Event, moment: datetime) -> None:
    needs = unmet(EventState.RUNNING, queries.life_of(event, moment).facts)
    altered = [one.message for one in needs if one.name == "as_approved"]
    if altered:
        raise Conflict(altered[0])


def _drafts(competition: Competition) -> list[Event]:
    return [event for event in competition.events if event.state is EventState.DRAFT]


def _problems(needs: Sequence[Unmet]) -> list[Problem]:
    return [Problem("", need.message) for need in needs]


def _reason(why: str) -> None:
    if not why.strip():
        wrong = say(N_("Say why."))
        raise BadInput(wrong, [Problem("why", wrong)])
