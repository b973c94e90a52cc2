"""Registered qualifications found: of people, for a reader, by how they stand on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload
from sqlalchemy.sql.elements import ColumnElement

from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, get_or_404
from skillhub.kernel.errors import NotFound
from skillhub.kernel.messages import Problem
from skillhub.occupations.models import Occupation
from skillhub.people import queries as people
from skillhub.people.models import Person
from skillhub.people.rules import sought_words
from skillhub.qualifications.models import Qualification
from skillhub.qualifications.rules import (
    CHECK_DAYS,
    REMINDER_DAYS,
    Held,
    QualificationKind,
    Standing,
    Status,
    Usability,
    Verification,
    check_number,
    normal_number,
    standing,
    usability,
    veiled,
)

PAGE = 50
SHAPED = (QualificationKind.SKILL_LEVEL, QualificationKind.VOCATIONAL_QUALIFICATION)
NOTICE = timedelta(days=REMINDER_DAYS[0])


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the register is asked for; what is left empty takes all."""

    words: str = ""
    occupation: str = ""
    level: str = ""
    state: str = ""
    unchecked: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """One qualification with how it stands on the day asked about."""

    row: Qualification
    standing: Standing
    usability: Usability


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the qualifications found, and how many there are."""

    items: list[Shown]
    page: int
    total: int

    @property
    def pages(self) -> int:
        """Count the pages."""
        return -(-self.total // PAGE)


def path_of(qualification_id: int, **_: Any) -> str:
    """Give the path of the holder's employer: the scope of writing about a qualification."""
    return people.path_of(get_or_404(Qualification, qualification_id).person_id)


def seen_by(actor: Actor, qualification_id: int) -> Qualification:
    """Find a qualification of a person whom somebody may see; raises NotFound."""
    found = db.session.scalars(_visible(actor).where(Qualification.id == qualification_id)).first()
    if found is None:
        raise NotFound()
    return found


def numbered(number: str) -> Qualification | None:
    """Find a qualification by its number, whatever its width, case and blanks."""
    key = normal_number(number)
    return db.session.scalars(select(Qualification).where(Qualification.number_key == key)).first()


def register_of(actor: Actor, wanted: Wanted, on: date, number: int = 1) -> Page:
    """List what somebody may see of the register, the newest first, fifty a page, as it stands on a day.

    The database narrows by dates; whether a review is missing is the rule's to say.
    """
    chosen = _narrowed(_visible(actor), wanted, on)
    chosen = chosen.order_by(Qualification.issued_on.desc(), Qualification.id.desc())
    first, state = (number - 1) * PAGE, Status(wanted.state) if wanted.state else None
    if state is None:
        total = db.session.scalar(
            select(func.count()).select_from(chosen.order_by(None).subquery())
        )
        rows = db.session.scalars(chosen.offset(first).limit(PAGE)).unique()
        return Page([shown(row, on) for row in rows], number, total or 0)
    fitting = [
        one
        for one in (shown(row, on) for row in db.session.scalars(chosen).unique())
        if one.standing.status is state
    ]
    return Page(fitting[first : first + PAGE], number, len(fitting))


def ending(actor: Actor, on: date, days: int) -> list[Shown]:
    """List what somebody may see that ends or is to be reviewed within so many days, the first to end first.

    What was missed stays in the list for a year.
    """
    last = on + timedelta(days=days)
    chosen = _visible(actor).where(
        Qualification.revoked_on.is_(None),
        or_(
            Qualification.valid_to.between(on - timedelta(days=365), last),
            Qualification.review_every_months.is_not(None),
        ),
    )
    rows = (shown(row, on, days) for row in db.session.scalars(chosen).unique())
    near = [
        one
        for one in rows
        if one.standing.until is not None
        and one.standing.status not in (Status.NOT_YET, Status.REVOKED)
        and on - timedelta(days=365) <= one.standing.until <= last
    ]
    return sorted(near, key=lambda one: (one.standing.until or date.max, one.row.id))


def number_warnings(row: Qualification) -> list[Problem]:
    """Warn of what a number betrays, where the kind of certificate has a known shape of number."""
    return check_number(row.number, row.level, row.issued_on) if row.kind in SHAPED else []


def shown(row: Qualification, on: date, notice_days: int = NOTICE.days) -> Shown:
    """Give a qualification with how it stands on a day."""
    facts = held(row)
    return Shown(row, standing(facts, on, notice_days), usability(facts, on))


def of(person: Person) -> list[Qualification]:
    """List the qualifications of a person, the newest first."""
    return list(
        db.session.scalars(
            select(Qualification)
            .where(Qualification.person_id == person.id)
            .options(joinedload(Qualification.occupation))
            .order_by(Qualification.issued_on.desc(), Qualification.id.desc())
        )
    )


def held_by(person_ids: Sequence[int]) -> Mapping[int, list[Held]]:
    """Gather the facts of people's qualifications by person, their numbers veiled."""
    found: dict[int, list[Held]] = defaultdict(list)
    for row in db.session.scalars(
        select(Qualification)
        .where(Qualification.person_id.in_(person_ids))
        .options(joinedload(Qualification.occupation))
        .order_by(Qualification.id)
    ):
        found[row.person_id].append(held(row, veiled(row.number)))
    return found


def held(row: Qualification, number: str | None = None) -> Held:
    """Give the facts of a row that rules look at, perhaps under another number."""
    return Held(
        id=row.id,
        kind=row.kind,
        occupation=row.occupation.code if row.occupation else None,
        level=row.level,
        number=row.number if number is None else number,
        issued_on=row.issued_on,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        review_every_months=row.review_every_months,
        last_review_on=row.last_review_on,
        revoked_on=row.revoked_on,
        verification=row.verification,
        verified_on=row.verified_on,
    )


def _visible(actor: Actor) -> Select[Qualification]:
    """Select the qualifications of the people whom somebody may see, each with person and occupation."""
    return (
        select(Qualification)
        .join(Qualification.person)
        .join(Qualification.occupation, isouter=True)
        .options(contains_eager(Qualification.person), contains_eager(Qualification.occupation))
        .where(people.visible_to(actor))
    )


def _narrowed(chosen: Select[Qualification], wanted: Wanted, on: date) -> Select[Qualification]:
    """Keep what was asked for, as far as the database can say."""
    if words := wanted.words.strip():
        names = [Person.sought.contains(w, autoescape=True) for w in sought_words(words)]
        number = Qualification.number_key.contains(normal_number(words), autoescape=True)
        chosen = chosen.where(or_(and_(*names), Person.number == words, number))
    if wanted.occupation:
        chosen = chosen.where(Occupation.code == wanted.occupation)
    if wanted.level:
        chosen = chosen.where(Qualification.level == wanted.level)
    if wanted.unchecked:
        stale = Qualification.verified_on < on - timedelta(days=CHECK_DAYS)
        chosen = chosen.where(or_(Qualification.verification != Verification.VERIFIED, stale))
    return chosen.where(_possible(Status(wanted.state), on)) if wanted.state else chosen


def _possible(state: Status, on: date) -> ColumnElement[bool]:
    """Say in SQL what a status needs at the least."""
    starts, ends = Qualification.valid_from, Qualification.valid_to
    reviewed = Qualification.review_every_months.is_not(None)
    running = or_(ends.is_(None), ends >= on)
    table: dict[Status, ColumnElement[bool]] = {
        Status.REVOKED: Qualification.revoked_on <= on,
        Status.NOT_YET: or_(Qualification.issued_on > on, starts > on),
        Status.EXPIRED: ends < on,
        Status.EXPIRING: ends.between(on, on + NOTICE),
        Status.REVIEW_DUE: and_(reviewed, running),
        Status.REVIEW_OVERDUE: and_(reviewed, running),
        Status.VALID: running,
    }
    return table[state]
