"""Registering what others issued, correcting it, checking it, and keeping up with its issuer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from skillhub.kernel.access import Actor, refuse_oneself
from skillhub.kernel.db import db, same_version, transaction
from skillhub.kernel.errors import BadInput, Conflict, NotAllowed
from skillhub.kernel.journal import act, last_hand
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.occupations import queries as occupations
from skillhub.people.models import Person
from skillhub.qualifications import queries
from skillhub.qualifications.models import Qualification
from skillhub.qualifications.rules import (
    REVIEWS,
    SCALES,
    QualificationKind,
    Verification,
    normal_number,
    number_contradicts,
    standing,
)

FACTS = (
    *("kind", "occupation", "level", "number", "issuer", "issued_on", "valid_from", "valid_to"),
    *("review_every_months", "last_review_on", "evidence"),
)
CHECKED = ("kind", "occupation", "level", "number", "issuer", "issued_on", "valid_from", "valid_to")


@transaction()
def register(
    person: Person, values: Mapping[str, Any], actor: Actor, day: date
) -> tuple[Qualification, list[Problem]]:
    """Register a qualification on a day, and give it with what its number says otherwise (warnings).

    Values: `FACTS`; occupation is a row. A number that names another level than the form is kept as a mismatch,
    which counts for nothing until somebody settles it. Raises BadInput with a Problem for each value that cannot be.
    """
    given: dict[str, Any] = {name: values.get(name) for name in FACTS}
    given |= {"evidence": given["evidence"] or "", "level": given["level"] or None}
    given["kind"] = QualificationKind(given["kind"])
    if given["kind"] in REVIEWS and not given["review_every_months"]:
        given["review_every_months"] = REVIEWS[given["kind"]].every_months
    _refuse(given, day, None)

    row = Qualification(person=person, number_key=normal_number(given["number"]), **given)
    _doubt(row, actor, day)
    db.session.add(row)
    act(actor, "qualifications.register", row)
    return row, _warnings(row, day)


@transaction()
def edit(
    row: Qualification, values: Mapping[str, Any], version: int, actor: Actor, day: date
) -> list[Problem]:
    """Correct what was entered; what a check looked at and now changes has to be checked again."""
    same_version(row, version)
    given = {name: values.get(name, getattr(row, name)) for name in FACTS}
    given |= {"evidence": given["evidence"] or "", "level": given["level"] or None}
    given["kind"] = QualificationKind(given["kind"])
    _refuse(given, day, row)

    touched = any(given[name] != getattr(row, name) for name in CHECKED)
    for name, value in given.items():
        setattr(row, name, value)
    row.number_key = normal_number(row.number)
    if touched:
        row.verification, row.verified_on, row.verified_by = Verification.UNVERIFIED, None, ""
        _doubt(row, actor, day)
    act(actor, "qualifications.edit" if touched else "qualifications.note", row)
    return _warnings(row, day)


@transaction()
def verify(
    row: Qualification, found: Verification, on: date, where: str, actor: Actor, day: date
) -> None:
    """Enter what a check against the register found: when it was made and where; `day` is today.

    Who wrote the facts down does not say that they are right: a second person looks them up.
    """
    refuse_oneself(actor, row.person_id)
    entered = last_hand(row, "qualifications.register", "qualifications.edit")
    if found is Verification.VERIFIED and actor.user_id is not None and entered == actor.login:
        raise NotAllowed(
            say(N_("Nobody confirms what they entered themselves. Ask a second person."))
        )
    if found is Verification.UNVERIFIED:
        raise _refused("found", say(N_("Say what the check found.")))
    if not where.strip():
        raise _refused("where", say(N_("Say where it was looked up, so that it can be repeated.")))
    if not row.issued_on <= on <= day:
        text = N_("A check is made between the day of issue, %(issued)s, and today.")
        raise _refused("on", say(text, issued=row.issued_on))
    row.verification, row.verified_on = found, on
    row.verified_by = actor.name or actor.login
    act(actor, "qualifications.verify", row, why=where.strip(), note={"found": found.value})


@transaction()
def revoke(row: Qualification, on: date, why: str, actor: Actor) -> None:
    """Enter that the issuer withdrew it; from that day on it counts for nothing."""
    if row.revoked_on is not None:
        raise Conflict(say(N_("It is withdrawn already, on %(day)s."), day=row.revoked_on))
    if not why.strip():
        raise _refused("why", say(N_("Say why the issuer withdrew it.")))
    if on < row.issued_on:
        text = N_("It was issued on %(issued)s and cannot be withdrawn before.")
        raise _refused("on", say(text, issued=row.issued_on))
    row.revoked_on = on
    act(actor, "qualifications.revoke", row, why=why.strip())


@transaction()
def restore(row: Qualification, why: str, actor: Actor) -> None:
    """Take a withdrawal back that was entered by mistake or that the issuer took back."""
    if row.revoked_on is None:
        raise Conflict(say(N_("It is not withdrawn.")))
    if not why.strip():
        raise _refused("why", say(N_("Say why it counts again.")))
    row.revoked_on = None
    act(actor, "qualifications.restore", row, why=why.strip())


@transaction()
def record_review(row: Qualification, on: date, actor: Actor, day: date) -> None:
    """Enter that a review was passed on a day; `day` is today."""
    if row.review_every_months is None:
        raise Conflict(say(N_("This certificate is not reviewed.")))
    first = max(row.last_review_on or row.issued_on, row.issued_on)
    if not first <= on <= day:
        text = N_("Write a day between %(first)s and today.")
        raise _refused("on", say(text, first=first))
    row.last_review_on = on
    act(actor, "qualifications.record_review", row)


@transaction()
def take(person: Person, line: Mapping[str, str], actor: Actor, day: date) -> Qualification:
    """Take a line of a list over, checked as its list says; the same number of the same person is not taken twice.

    Columns: kind, occupation, level, certificate, issuer, issued_on, valid_to, review_every_months, last_review_on,
    verification.
    """
    known = queries.numbered(line["certificate"])
    if known is not None and known.person_id == person.id:
        return known
    days = {name: _day(line.get(name)) for name in ("issued_on", "valid_to", "last_review_on")}
    months, trade = line.get("review_every_months"), line.get("occupation")
    values = {
        **days,
        "kind": line["kind"],
        "occupation": occupations.by_code(trade) if trade else None,
        "level": line.get("level"),
        "number": line["certificate"],
        "issuer": line["issuer"],
        "review_every_months": int(months) if months else None,
    }
    row, _ = register(person, values, actor, day)
    found = Verification(line.get("verification") or Verification.UNVERIFIED)
    if found is not Verification.UNVERIFIED and row.verification is Verification.UNVERIFIED:
        verify(row, found, day, "list", actor, day)
    return row


def _refuse(given: Mapping[str, Any], day: date, row: Qualification | None) -> None:
    """Refuse values that cannot be, each at its place."""
    problems = _misfits(given, day)
    holder = queries.numbered(given["number"] or "")
    if not normal_number(given["number"] or ""):
        problems.append(Problem("number", say(N_("Write the number that stands on it."))))
    elif holder is not None and holder is not row:
        text = N_("This number is registered already. Look it up before entering it again.")
        problems.append(Problem("number", say(text)))
    if not (given["issuer"] or "").strip():
        problems.append(Problem("issuer", say(N_("Write who issued it."))))
    if problems:
        raise BadInput(say(N_("The qualification was not saved.")), problems)


def _misfits(given: Mapping[str, Any], day: date) -> list[Problem]:
    """Find a level off its occupation's scale, and days in a wrong order."""
    trade, level, issued, ends = (
        given[n] for n in ("occupation", "level", "issued_on", "valid_to")
    )
    scale = SCALES[trade.scale if trade else "cn8"]
    starts, reviewed = given["valid_from"] or issued, given["last_review_on"]
    tests = [
        ("level", level is None or level in scale, N_("This occupation does not have this level.")),
        ("issued_on", issued <= day, N_("It cannot be issued later than today.")),
        ("valid_to", ends is None or ends >= max(issued, starts), N_("It ends before it begins.")),
        (
            "last_review_on",
            reviewed is None or issued <= reviewed <= day,
            N_("A review is passed between the day of issue and today."),
        ),
    ]
    return [Problem(where, say(text)) for where, passed, text in tests if not passed]


def _warnings(row: Qualification, day: date) -> list[Problem]:
    """Say what the number betrays, and that it does not count today if it does not."""
    problems = queries.number_warnings(row)
    now = standing(queries.held(row), day)
    return problems if now.holds else [*problems, Problem("valid_to", now.because, "warning")]


def _doubt(row: Qualification, actor: Actor, day: date) -> None:
    """Mark a number that contradicts the level (domain case 45)."""
    if row.kind in queries.SHAPED and number_contradicts(row.number, row.level):
        row.verification, row.verified_on = Verification.MISMATCH, day
        row.verified_by = actor.name or actor.login


def _refused(where: str, message: Message) -> BadInput:
    return BadInput(message, [Problem(where, message)])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
