"""Answering findings, excepting them for a while, and making a result final when nothing is open any more."""

from __future__ import annotations

from datetime import date, datetime

from skillhub.awards import services as awards
from skillhub.competitions.models import Event
from skillhub.doctor import queries
from skillhub.doctor.models import Answer
from skillhub.doctor.queries import Told
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, transaction
from skillhub.kernel.errors import BadInput, Conflict, Locked
from skillhub.kernel.exact import day_of
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, say
from skillhub.results.models import ResultVersion


@transaction()
def answer(event: Event, key: str, reason: str, actor: Actor, moment: datetime) -> Answer:
    """Answer a warning in writing: it stays to be seen, with the answer, and no longer keeps the result open."""
    told = _told(event, key, moment)
    if told.finding.severity == "error":
        raise Conflict(say(N_("An error is mended or excepted, not answered.")))

    row = _write(event, told, reason, None, actor, moment)
    act(actor, "doctor.answer", event, why=reason)
    return row


@transaction()
def except_until(
    event: Event, key: str, until: date, reason: str, actor: Actor, moment: datetime
) -> Answer:
    """Hide one finding until a day, that day included; afterwards it appears again."""
    told = _told(event, key, moment)
    if until < _today(event, moment):
        raise BadInput(say(N_("The last day of an exception lies ahead.")))

    row = _write(event, told, reason, until, actor, moment)
    act(actor, "doctor.except_until", event, why=reason)
    return row


@transaction()
def lift(row: Answer, actor: Actor, moment: datetime) -> None:
    """Take an answer or an exception away: the finding asks again."""
    if row.lifted_at is not None:
        raise Conflict(say(N_("This was lifted already.")))

    row.lifted_by, row.lifted_at = actor.name or actor.login, moment
    act(actor, "doctor.lift", row.event)


@transaction()
def finalise(event: Event, name: str, actor: Actor, moment: datetime) -> ResultVersion:
    """Sign the result of an event; refused with everything that is open, unanswered warnings among it."""
    if event.closed:
        raise Locked(say(N_("Event %(code)s is final already."), code=event.code))
    problems = queries.open_points(event, moment, _today(event, moment))
    if problems:
        text = N_("Event %(code)s cannot be made final yet.")
        raise Conflict(say(text, code=event.code), problems)
    return awards.finalise(event, name, actor, moment)


def _told(event: Event, key: str, moment: datetime) -> Told:
    (looked,) = queries.look([event], _today(event, moment))
    found = next((told for told in looked.told if told.finding.key == key), None)
    if found is None:
        raise Conflict(say(N_("This finding is gone: what it was about has changed meanwhile.")))
    if found.answer is not None:
        raise Conflict(say(N_("This was answered meanwhile by %(who)s."), who=found.answer.said_by))
    return found


def _write(
    event: Event, told: Told, reason: str, until: date | None, actor: Actor, moment: datetime
) -> Answer:
    if not reason.strip():
        raise BadInput(say(N_("Say why: whoever reads it later was not there.")))
    for ended in queries.ended(event, told.finding.key):
        ended.lifted_by, ended.lifted_at = actor.name or actor.login, moment
    row = Answer(
        event=event,
        finding=told.finding.key,
        check=told.finding.check,
        subject=told.finding.subject,
        reason=reason.strip(),
        until=until,
        said_by=actor.name or actor.login,
        said_at=moment,
    )
    db.session.add(row)
    return row


def _today(event: Event, moment: datetime) -> date:
    return day_of(moment, event.competition.host.zone)
