"""The command that tells what one person has, and what it entitles to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import click

from skillhub.cli.doors import FORMAT, in_app, show, show_one
from skillhub.incentives import queries
from skillhub.incentives.models import Policy
from skillhub.incentives.rules import Outcome
from skillhub.kernel.clock import now, today
from skillhub.kernel.db import db
from skillhub.kernel.errors import NotFound
from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.settings import settings
from skillhub.people import queries as people
from skillhub.people.models import Person
from skillhub.portal import queries as portal
from skillhub.portal.queries import Standing
from skillhub.portal.rules import Result
from skillhub.qualifications import queries as qualifications
from skillhub.qualifications.models import Qualification
from skillhub.qualifications.rules import standing as standing_on
from skillhub.qualifications.rules import usability

ON = click.option(
    "--on",
    "day",
    metavar="DATE",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day asked about; today if not given.",
)


@click.command()
@click.argument("person")
@ON
@FORMAT
@in_app
def standing(person: str, day: datetime | None, form: str) -> None:
    """Print what a person (worker number or id) has: results, awards, certificates, qualifications, incentives."""
    who, on = person_named(person), day_asked(day)
    names = queries.names_for()
    told = portal.standing_of(who, _moment(on), names)
    answers = queries.outcomes_of(who.id, on, names)
    held = qualifications.of(who)
    if form == "json":
        show_one(_whole(told, held, answers, on))
        return
    lines = [
        *_achieved(told),
        *(_qualified(q, on) for q in held),
        *(_entitled(*a) for a in answers),
    ]
    show(lines, ("about", "what", "state", "detail"), form)


def day_asked(given: datetime | None) -> date:
    """Give the day asked about, or today."""
    return given.date() if given else today(settings.zone)


def person_named(word: str) -> Person:
    """Find a person by worker number, else by id."""
    found = people.by_number(word)
    if found is None and word.isascii() and word.isdecimal() and len(word) < 19:
        found = db.session.get(Person, int(word))
    if found is None:
        raise NotFound(say(N_("There is nobody with the worker number or id %(word)s."), word=word))
    return found


def _achieved(told: Standing) -> list[dict[str, Any]]:
    """List results, awards and certificates, the newest first."""
    lines = []
    for result in told.results:
        what = f"{result.competition.own}, {result.event.own}"
        lines.append(_told("result", what, result.state, str(result.answer)))
        for title in result.titles:
            state = "conferred" if title.stands else "revoked"
            lines.append(_told("award", title.name.own, state, f"{title.awarded_on}, {what}"))
    papers = (_told("certificate", p.number, p.state, p.title.own) for p in told.papers)
    return [*lines, *papers]


def _qualified(row: Qualification, on: date) -> dict[str, Any]:
    facts = qualifications.held(row)
    now_, paper = standing_on(facts, on), usability(facts, on)
    trade = row.occupation.name if row.occupation else row.kind.value
    what = f"{trade}, level {row.level}" if row.level else trade
    return _told("qualification", what, now_.status.value, f"{now_.because} {paper.because}")


def _entitled(row: Policy, outcome: Outcome) -> dict[str, Any]:
    have, of = queries.progress(outcome.verdict)
    title = outcome.policy.title.en if outcome.policy else row.code
    steps = queries.missing(outcome.verdict)
    detail = f"{have} of {of} met" + (f"; next: {steps[0].because}" if steps else "")
    return _told("incentive", title, outcome.verdict.answer.value, detail)


def _told(about: str, what: str, state: str, detail: str) -> dict[str, Any]:
    return {"about": about, "what": what, "state": state, "detail": detail}


def _moment(on: date) -> datetime:
    """Give the present instant, or the last one of another day."""
    zone = ZoneInfo(settings.zone)
    last = datetime.combine(on, time.max, zone)
    return now() if on == today(settings.zone) else last


def _whole(
    told: Standing,
    held: Sequence[Qualification],
    answers: Sequence[tuple[Policy, Outcome]],
    on: date,
) -> dict[str, Any]:
    """Give a standing as one JSON object."""
    who = told.person
    return {
        "person": {"id": who.id, "number": who.number, "name": who.name},
        "on": on,
        "results": [_result_json(r) for r in told.results],
        "certificates": [
            {"number": p.number, "title": p.title.own, "state": p.state, "expires_on": p.expires_on}
            for p in told.papers
        ],
        "qualifications": [_qualified_json(row, on) for row in held],
        "incentives": [_entitled_json(*answer) for answer in answers],
    }


def _result_json(result: Result) -> dict[str, Any]:
    return {
        "competition": result.competition.own,
        "event": result.event.own,
        "entry": result.code,
        "state": result.state,
        "status": result.status,
        "place": result.place,
        "field": result.field,
        "total": result.total,
        "awards": [
            {
                "title": title.name.own,
                "title_en": title.name.english,
                "place": title.place,
                "awarded_on": title.awarded_on,
                "state": "conferred" if title.stands else "revoked",
                "because": str(Message.from_json(title.because)),
            }
            for title in result.titles
        ],
    }


def _qualified_json(row: Qualification, on: date) -> dict[str, Any]:
    facts = qualifications.held(row)
    now_, paper = standing_on(facts, on), usability(facts, on)
    return {
        "kind": row.kind.value,
        "occupation": facts.occupation,
        "level": row.level,
        "number": row.number,
        "issuer": row.issuer,
        "issued_on": row.issued_on,
        "valid_to": row.valid_to,
        "standing": now_.status.value,
        "until": now_.until,
        "because": str(now_.because),
        "verification": row.verification.value,
        "usable": paper.usable,
    }


def _entitled_json(row: Policy, outcome: Outcome) -> dict[str, Any]:
    have, of = queries.progress(outcome.verdict)
    steps = queries.missing(outcome.verdict)
    return {
        "policy": row.code,
        "title": outcome.policy.title.en if outcome.policy else "",
        "version": outcome.policy.effective.since if outcome.policy else None,
        "basis_on": outcome.basis_on,
        "answer": outcome.verdict.answer.value,
        "have": have,
        "of": of,
        "next": [str(step.because) for step in steps],
        "verdict": outcome.verdict.as_json(),
    }


COMMANDS = (standing,)
