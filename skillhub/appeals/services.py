"""Opening and restarting public notices, filing what people hold to be wrong, and deciding it."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from skillhub.appeals import queries, rules
from skillhub.appeals.models import (
    KIND_LABELS,
    OUTCOME_LABELS,
    Appeal,
    AppealPhoto,
    Notice,
    WorkingDay,
)
from skillhub.appeals.rules import (
    ACCEPTED,
    OPEN,
    AppealState,
    Filing,
    NoticeState,
    Outcome,
    Terms,
)
from skillhub.competitions import services as competitions
from skillhub.competitions.models import STATE_LABELS, Event
from skillhub.competitions.rules import EventState
from skillhub.entries.models import Entry
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, same_version, transaction
from skillhub.kernel.errors import BadInput, Conflict, NotAllowed
from skillhub.kernel.exact import day_of
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.pictures import redrawn
from skillhub.telling import queries as telling
from skillhub.telling import services as announcing
from skillhub.telling.queries import Told

ANEW = N_("The ranking was taken back and frozen anew.")  # why an earlier notice counts no more


@transaction()
def know_day(day: date, is_worked: bool, source: str, actor: Actor) -> WorkingDay:
    """Say of a day whether it is worked, on the word of an announcement; it counts before the published calendar."""
    if not source.strip():
        raise BadInput(say(N_("Name the announcement that says so.")))

    row = queries.known_day(day) or WorkingDay(day=day)
    row.is_worked, row.source = is_worked, source.strip()
    db.session.add(row)
    act(actor, "appeals.know_day", row)
    return row


@transaction()
def forget_day(row: WorkingDay, actor: Actor) -> None:
    """Go back to the published calendar for a day."""
    db.session.delete(row)
    act(actor, "appeals.forget_day", row)


@transaction()
def announce(event: Event, terms: Terms, actor: Actor, moment: datetime) -> Notice:
    """Lay the frozen ranking of an event open to objections, for the working days that its rules ask for."""
    if event.state is not EventState.PROVISIONAL:
        text = N_("Event %(code)s is “%(state)s”; a notice opens when its ranking is provisional.")
        raise Conflict(say(text, code=event.code, state=STATE_LABELS[event.state]))

    stop(event, ANEW, actor)
    notice = _open(event, terms, actor, moment)
    competitions.move(event, EventState.PUBLIC_NOTICE, actor)
    act(actor, "appeals.announce", notice)
    return notice


@transaction()
def restart(event: Event, terms: Terms, why: str, actor: Actor, moment: datetime) -> Notice:
    """Let the notice run for its full length again, since the ranking it spoke of has changed (edge case 23)."""
    stop(event, why, actor)
    notice = _open(event, terms, actor, moment)
    if event.state is not EventState.PUBLIC_NOTICE:
        competitions.move(event, EventState.PUBLIC_NOTICE, actor, why)
    act(actor, "appeals.restart", notice, why=why)
    return notice


@transaction()
def stop(event: Event, why: str, actor: Actor) -> None:
    """End the notice of an event that counts, if there is one: what it spoke of stands no more."""
    notice = queries.notice_of(event)
    if notice is None:
        return
    if not why.strip():
        raise BadInput(say(N_("Say why the notice is stopped.")))

    notice.state, notice.stopped_why = NoticeState.STOPPED, why.strip()
    db.session.flush()  # one notice of an event counts at most
    act(actor, "appeals.stop", notice, why=why)


@transaction()
def file(
    entry: Entry, filing: Filing, deadline: datetime | None, actor: Actor, moment: datetime
) -> Appeal:
    """Take in a query or appeal of whom an entry is, or of their unit; one that is late is kept and told so."""
    if not queries.speaks_for(entry, actor):
        raise NotAllowed(say(N_("Only whoever competed, or their unit, can ask about a result.")))
    if entry.event.rules_open or entry.event.state is EventState.CANCELLED:
        raise Conflict(say(N_("There is nothing to ask about yet.")))
    if len(queries.filed_about(entry)) >= rules.MOST:
        text = N_("%(n)s queries and appeals about one result are the most there can be.")
        raise Conflict(say(text, n=rules.MOST))

    appeal = Appeal(
        event=entry.event,
        entry=entry,
        filed_by=actor.name or actor.login,
        filed_by_id=actor.user_id,
        notice=queries.notice_of(entry.event),
    )
    return _take_in(appeal, filing, deadline, actor, moment)


@transaction()
def object_to(
    notice: Notice, filing: Filing, name: str, contact: str, actor: Actor, moment: datetime
) -> Appeal:
    """Take in the objection of anybody who gives a real name and says how to be reached."""
    if notice.state is not NoticeState.OPEN:
        raise Conflict(say(N_("This notice was stopped: the ranking it spoke of has changed.")))
    problems = [
        *([] if len(name.strip()) > 1 else [Problem("name", say(N_("Give your real name.")))]),
        *([] if contact.strip() else [Problem("contact", say(N_("Say how to reach you.")))]),
    ]
    if problems:
        raise BadInput(say(N_("The objection was not filed.")), problems)

    appeal = Appeal(
        event=notice.event,
        notice=notice,
        filed_by=name.strip(),
        filed_by_id=actor.user_id,
        contact=contact.strip(),
    )
    return _take_in(appeal, filing, notice.closes_at, actor, moment)


@transaction()
def look_at(appeal: Appeal, version: int, actor: Actor, moment: datetime) -> None:
    """Take an appeal up; whoever filed it sees at once that somebody looks at it."""
    same_version(appeal, version)
    _refuse_partial(appeal, actor)
    if appeal.state is not AppealState.RECEIVED:
        raise Conflict(say(N_("Somebody looks at this already.")))

    appeal.state = AppealState.UNDER_REVIEW
    appeal.looked_by_id, appeal.looked_at = actor.user_id, moment
    act(actor, "appeals.look_at", appeal)


@transaction()
def decide(
    appeal: Appeal,
    version: int,
    outcome: Outcome,
    why: str,
    actor: Actor,
    moment: datetime,
    *,
    corrects: bool = True,
) -> None:
    """Decide an appeal, with the reason; what is upheld waits for its correction, unless none is needed."""
    same_version(appeal, version)
    _refuse_partial(appeal, actor)
    if appeal.state not in OPEN:
        raise Conflict(say(N_("This is decided already.")))
    if not why.strip():
        wrong = Problem("why", say(N_("Give the reason for the decision.")))
        raise BadInput(say(N_("Nothing is decided without its reason.")), [wrong])

    appeal.state, appeal.outcome, appeal.decision = AppealState.DECIDED, outcome, why.strip()
    appeal.decided_by_id, appeal.decided_at = actor.user_id, moment
    if outcome in ACCEPTED and not corrects:
        appeal.settled_at = moment
    act(actor, "appeals.decide", appeal, why=why)
    _tell(appeal, outcome, actor, moment)
    go_on(appeal.event, actor)


@transaction()
def settle(appeal: Appeal, actor: Actor, moment: datetime) -> None:
    """Note that what was upheld is mended now; called by the floor that mends."""
    if not queries.waits(appeal):
        return
    appeal.settled_at = moment
    act(actor, "appeals.settle", appeal)
    go_on(appeal.event, actor)


def _open(event: Event, terms: Terms, actor: Actor, moment: datetime) -> Notice:
    """Begin a notice, from the day of the moment for the full length; its end may be set later, never earlier."""
    zone, days = event.competition.host.zone, event.competition.notice_days
    if days < 1:
        raise Conflict(say(N_("The rules of this competition ask for no public notice.")))
    if not terms.contact_name.strip() or not terms.contact.strip():
        raise BadInput(say(N_("A notice names somebody to write to.")))
    known = rules.span(day_of(moment, zone), days, queries.known_days())
    if terms.until is None and known.unknown:
        text = N_(
            "The calendar of %(year)s is not published here yet. Confirm the last day: %(day)s if every Monday to"
            " Friday is worked."
        )
        found = say(text, year=known.unknown.year, day=known.last)
        raise BadInput(say(N_("The notice was not opened.")), [Problem("until", found)])
    last = terms.until or known.last
    if last < known.last:
        text = N_("%(n)s working days end on %(day)s; the notice cannot end before.")
        early = Problem("until", say(text, n=days, day=known.last))
        raise BadInput(say(N_("The notice was not opened.")), [early])

    notice = Notice(
        event=event,
        number=queries.notices_so_far(event) + 1,
        working_days=days,
        from_day=known.first,
        until_day=last,
        zone=zone,
        closes_at=rules.end_of(last, zone),
        confirmed=terms.until is not None,
        words=terms.words.strip(),
        contact_name=terms.contact_name.strip(),
        contact=terms.contact.strip(),
        opened_by=actor.name or actor.login,
        opened_at=moment,
    )
    db.session.add(notice)
    return notice


def _take_in(
    appeal: Appeal, filing: Filing, deadline: datetime | None, actor: Actor, moment: datetime
) -> Appeal:
    """File it whole: its words, its picture, and whether it came in time; what did stops the notice."""
    if not filing.reason.strip():
        raise BadInput(say(N_("Say what is wrong.")), [Problem("reason", say(N_("Say why.")))])
    drawn = redrawn(filing.photo) if filing.photo else b""

    late = not rules.in_time(moment, deadline)
    appeal.kind, appeal.subject, appeal.reason = filing.kind, filing.subject, filing.reason.strip()
    appeal.filed_at, appeal.deadline = moment, deadline
    appeal.state = AppealState.REJECTED_LATE if late else AppealState.RECEIVED
    db.session.add(appeal)
    db.session.flush()
    digest = hashlib.sha256(drawn).hexdigest() if drawn else ""
    if drawn:
        db.session.add(AppealPhoto(appeal_id=appeal.id, sha256=digest, content=drawn))
    act(actor, "appeals.file", appeal, note={"photo": digest})
    if not late and appeal.event.state is EventState.PUBLIC_NOTICE:
        competitions.move(appeal.event, EventState.UNDER_REVIEW, actor, appeal.kind.value)
    return appeal


def _refuse_partial(appeal: Appeal, actor: Actor) -> None:
    """Refuse a judge in an own cause: who filed, who competed, who entered the score (F9)."""
    if actor.user_id is None:
        raise NotAllowed(say(N_("A person of the appeals panel decides, with an own account.")))
    if appeal.filed_by_id == actor.user_id or (
        appeal.entry and queries.competed(appeal.entry, actor.person_id)
    ):
        raise NotAllowed(say(N_("Nobody decides on an own matter. Ask a colleague.")))
    if appeal.entry and actor.user_id in queries.entered_scores(appeal.entry):
        raise NotAllowed(say(N_("You entered this score; somebody else decides about it.")))


@transaction()
def go_on(event: Event, actor: Actor) -> None:
    """Take the notice up again once nothing is open."""
    if event.state is EventState.UNDER_REVIEW and not queries.open_in(event):
        competitions.move(event, EventState.PUBLIC_NOTICE, actor)


def _tell(appeal: Appeal, outcome: Outcome, actor: Actor, moment: datetime) -> None:
    """Tell whoever an entry is what was decided about it."""
    if appeal.entry is None:
        return
    text = N_("Decided: %(what)s. Your %(kind)s, answered with a reason.")
    said = say(text, what=OUTCOME_LABELS[outcome], kind=KIND_LABELS[appeal.kind])
    told = {key: Told(appeal.entry.id, said) for key in telling.competed(appeal.entry)}
    announcing.tell(f"appeals:{appeal.id}", appeal.event.competition, told, actor, moment)
