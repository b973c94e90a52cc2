"""People admitted, corrected, employed and insured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from skillhub.kernel.access import Actor, Role, refuse_oneself
from skillhub.kernel.crypto import blind, seal, unseal
from skillhub.kernel.db import db, same_version, transaction
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.organisations.models import Organisation
from skillhub.people import queries
from skillhub.people.models import Employment, EmploymentKind, InsuredSpan, Person
from skillhub.people.rules import Identity, read_identity, sought_form

PLAIN = ("number", "name", "name_latin", "birth_date", "sex", "phone", "status")
DAY = timedelta(days=1)


@transaction()
def admit(values: Mapping[str, Any], actor: Actor) -> Person:
    """Enter a person, or find the one who is there already, and fill in what was not known.

    Values: name; perhaps number, name_latin, id_type (resident by default), id_number, birth_date,
    sex, phone. The same identity number, or the same worker number with the same name, is the same person; the same
    name is not. Raises BadInput with a Problem for each value that cannot be.
    """
    identity = _identity(values)
    person, is_new = _found_or_new(values, identity, actor)
    if is_new or db.session.is_modified(person):
        act(actor, "people.admit", person)
    return person


@transaction()
def take_in(values: Mapping[str, Any], job: Mapping[str, Any] | None, actor: Actor) -> Person:
    """Admit a person together with an employment: organisation, since and the details of `employ`.

    Raises Conflict for somebody who is there already and works where the actor has no say.
    """
    person = admit(values, actor)
    path = queries.path_of(person.id)
    if queries.posts_of([person.id]) and not actor.may(Role.ORGANISER, path):
        raise Conflict(
            say(
                N_(
                    "This is somebody of an organisation that is not yours. Ask who administers both."
                )
            )
        )
    if job:
        details = {k: v for k, v in job.items() if k not in ("organisation", "since")}
        employ(person, job["organisation"], job["since"], actor, **details)
    return person


@transaction()
def edit(person: Person, values: Mapping[str, Any], version: int, actor: Actor) -> Person:
    """Correct a person; a value that is not named stays, an empty identity number too."""
    same_version(person, version)
    identity = _identity(values)
    _refuse_taken(person, values, identity, actor)
    for name in PLAIN:
        if name in values:
            setattr(person, name, _stored(name, values[name]))
    _identify(person, identity)
    person.sought = sought_form(person.name, person.name_latin)
    act(actor, "people.edit", person)
    return person


@transaction()
def employ(
    person: Person,
    organisation: Organisation,
    since: date,
    actor: Actor,
    *,
    until: date | None = None,
    post: str = "",
    is_line_worker: bool = False,
    is_primary: bool = True,
    kind: EmploymentKind = EmploymentKind.REGULAR,
) -> Employment:
    """Enter that a person works somewhere; both days are inclusive.

    A new primary employment ends the open one before it on the day before. The same employer from the same day is
    the same employment. Raises Conflict when two primary employments would cover one day.
    """
    details = {"post": post, "is_line_worker": is_line_worker, "is_primary": is_primary}
    employment = _employ(person, organisation, since, until, {**details, "kind": kind})
    act(actor, "people.employ", person)
    return employment


@transaction()
def leave(employment: Employment, until: date, actor: Actor) -> None:
    """Enter the last day of an employment."""
    if until < employment.since:
        wrong = say(N_("The last day is before the first."))
        raise BadInput(wrong, [Problem("until", wrong)])
    employment.until = until
    act(actor, "people.leave", employment.person)


@transaction()
def insure(
    person: Person,
    kind: str,
    since: date,
    known_to: date,
    actor: Actor,
    *,
    until: date | None = None,
    source: str = "",
) -> InsuredSpan:
    """Enter insured months, each date any day of its month; `until` is the last one.

    `known_to` says how far it was looked up. The same span from the same month is carried on, not entered twice.
    """
    refuse_oneself(actor, person.id)
    first, known = since.replace(day=1), known_to.replace(day=1)
    last = until.replace(day=1) if until else None
    if known < first or (last and last < first):
        wrong = say(N_("The span ends before it begins."))
        raise BadInput(wrong, [Problem("until" if last and last < first else "known_to", wrong)])

    span = next((s for s in queries.spans_of(person) if (s.kind, s.since) == (kind, first)), None)
    if span is None:
        span = InsuredSpan(person_id=person.id, kind=kind, since=first)
        db.session.add(span)
    span.until, span.known_to, span.source = last, known, source
    act(actor, "people.insure", person)
    return span


@transaction()
def unmask(person: Person, actor: Actor, why: str = "") -> str:
    """Read a person's whole identity number; the journal keeps who did."""
    if not person.id_cipher:
        raise Conflict(say(N_("No identity number is known.")))
    act(actor, "people.unmask", person, why=why)
    return unseal(person.id_cipher)


@transaction()
def take_roster(drafts: Sequence[Mapping[str, Any]], actor: Actor, note: Mapping[str, Any]) -> None:
    """Write the rows of a roster in one act; raises BadInput as admit does.

    A draft holds "person" (None for a new one), "values" (as for admit), and "job": None, or organisation, since,
    perhaps post and is_line_worker, and the open "employment" there which it corrects.
    """
    for draft in drafts:
        identity = _identity(draft["values"])
        person = draft["person"]
        if person is None:
            person, _ = _found_or_new(draft["values"], identity, actor)
        else:
            _refuse_taken(person, draft["values"], identity, actor)
            for name in set(PLAIN) & set(draft["values"]):
                setattr(person, name, _stored(name, draft["values"][name]))
            _identify(person, identity)
            person.sought = sought_form(person.name, person.name_latin)
        if job := draft["job"]:
            details = {k: v for k, v in job.items() if k in ("post", "is_line_worker")}
            _employ(person, job["organisation"], job["since"], None, details, job["employment"])
    act(actor, "people.take_roster", note=note)


def _stored(name: str, value: Any) -> Any:
    """Give a value as its column keeps it: no number is None, so that many may have none."""
    if name == "name_latin":
        return value or ""
    return None if value == "" else value


def _identity(values: Mapping[str, Any]) -> Identity | None:
    """Read the identity among the values; raises BadInput."""
    text = values.get("id_number")
    if not text:
        return None
    found = read_identity(values.get("id_type") or "resident", text)
    if isinstance(found, Message):
        raise BadInput(found, [Problem("id_number", found)])
    return found


def _found_or_new(
    values: Mapping[str, Any], identity: Identity | None, actor: Actor
) -> tuple[Person, bool]:
    """Find the person meant, filling gaps only, or make one."""
    same = queries.by_identity(identity) if identity else None
    if same is None and values.get("number"):
        same = queries.by_number(values["number"])
        if same is not None and same.name != values["name"]:
            _taken("number", same, actor)
        if same is not None and identity and same.id_index:
            _taken("number", same, actor)
    if same is None:
        given = {n: _stored(n, values[n]) for n in PLAIN if values.get(n) not in (None, "")}
        person = Person(**given)
        _identify(person, identity)
        db.session.add(person)
        db.session.flush()
        return person, True
    _refuse_taken(same, values, identity, actor)
    for name in PLAIN:
        if values.get(name) and getattr(same, name) in (None, ""):
            setattr(same, name, values[name])
    _identify(same, identity)
    same.sought = sought_form(same.name, same.name_latin)
    return same, False


def _refuse_taken(
    person: Person, values: Mapping[str, Any], identity: Identity | None, actor: Actor
) -> None:
    """Refuse a number or an identity that somebody else has."""
    holder = queries.by_number(values["number"]) if values.get("number") else None
    if holder is not None and holder is not person:
        _taken("number", holder, actor)
    holder = queries.by_identity(identity) if identity else None
    if holder is not None and holder is not person:
        _taken("id_number", holder, actor)


def _taken(where: str, holder: Person, actor: Actor) -> None:
    """Say whose number it is, but not to somebody who may not look at that person."""
    sentences = {
        "number": N_("%(name)s has this worker number."),
        "id_number": N_("%(name)s (worker number %(number)s) has this identity number."),
    }
    taken = say(sentences[where], name=holder.name, number=holder.number or "–")
    if not actor.may(queries.READERS, queries.path_of(holder.id)):
        taken = say(
            N_("This is somebody of an organisation that is not yours. Ask who administers both.")
        )
    raise BadInput(taken, [Problem(where, taken)])


def _identify(person: Person, identity: Identity | None) -> None:
    """Seal an identity, and fill in what it tells."""
    if identity is None or (person.id_type, person.id_index) == (
        identity.kind,
        blind(identity.number),
    ):
        return
    person.id_type, person.id_index = identity.kind, blind(identity.number)
    person.id_cipher = seal(identity.number)
    person.birth_date = person.birth_date or identity.birth_date
    person.sex = person.sex or identity.sex


def _employ(
    person: Person,
    organisation: Organisation,
    since: date,
    until: date | None,
    details: Mapping[str, Any],
    corrected: Employment | None = None,
) -> Employment:
    """Enter an employment, ending the open primary one that it follows."""
    known = queries.employments_of(person)
    same = [e for e in known if e.organisation_id == organisation.id and e.since == since]
    same = [corrected] if corrected else same
    others = [e for e in known if e.is_primary and e not in same]
    if details.get("is_primary", True):
        for other in others:
            if other.until is None and other.since < since:
                other.until = since - DAY
            elif (until or date.max) >= other.since and since <= (other.until or date.max):
                name = other.organisation.name
                clash = say(N_("On these days %(name)s is the primary employer."), name=name)
                raise Conflict(clash, [Problem("since", clash)])
    db.session.flush()
    employment = same[0] if same else Employment(person=person, organisation=organisation)
    employment.since, employment.until = since, until
    for name, value in details.items():
        setattr(employment, name, value)
    db.session.add(employment)
    db.session.flush()
    return employment
