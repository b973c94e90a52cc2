"""People found: by number, by identity, by name, for a reader; where somebody works on a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, case, exists, or_, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.elements import ColumnElement

from skillhub.kernel.access import Actor, Role
from skillhub.kernel.crypto import blind, unseal
from skillhub.kernel.db import batched, db, get_or_404
from skillhub.kernel.errors import NotFound
from skillhub.organisations import queries as organisations
from skillhub.organisations.models import Organisation
from skillhub.people.models import Employment, InsuredSpan, Person, Relation
from skillhub.people.rules import Identity, masked, normal, sought_words, upgraded

READERS = (Role.ORGANISER, Role.INCENTIVE_REVIEWER, Role.CERTIFICATE_STAFF, Role.AUDITOR)
LATEST_FIRST = (
    case((Employment.until.is_(None), 0), else_=1),
    Employment.is_primary.desc(),
    Employment.until.desc(),
    Employment.since.desc(),
    Employment.id.desc(),
)


def path_of(person_id: int, **_: Any) -> str:
    """Give the path of a person's employer, or of the last one, or of the root: the scope of writing about them."""
    get_or_404(Person, person_id)
    employer = employers_of([person_id]).get(person_id) or organisations.root()
    return employer.path if employer else "/"


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Say in SQL whom somebody may see.

    Those employed, now or ever, in a subtree over which a reading role is held; those without any
    employment for holders over the whole tree; and always oneself.
    """
    paths = actor.paths(READERS)
    employed = (
        select(Employment.person_id)
        .join(Organisation, Employment.organisation_id == Organisation.id)
        .where(organisations.below(paths))
    )
    root = organisations.root()
    allowed = [Person.id.in_(employed), Person.id == actor.person_id]
    if actor.may(READERS, root.path if root else "/"):
        allowed.append(~exists().where(Employment.person_id == Person.id))
    return or_(*allowed)


def seen_by(actor: Actor, person_id: int) -> Person:
    """Find a person whom somebody may see; raises NotFound."""
    found = db.session.scalars(
        select(Person).where(Person.id == person_id, visible_to(actor))
    ).first()
    if found is None:
        raise NotFound()
    return found


def seen_of(actor: Actor, some: Collection[int]) -> set[int]:
    """Give which of some people somebody may see."""
    chosen = select(Person.id).where(Person.id.in_(some), visible_to(actor))
    return set(db.session.scalars(chosen))


def search(actor: Actor, word: str = "", *, identity: bool = False) -> Select[Person]:
    """Select whom somebody may see by a word: names in any order, width and accent, or worker number.

    An identity number is looked for only when asked: it stands in no address.
    """
    wanted = select(Person).where(visible_to(actor)).order_by(Person.sought, Person.id)
    if not (word := word.strip()):
        return wanted
    names = [Person.sought.contains(part, autoescape=True) for part in sought_words(word)]
    numbers = [Person.number == word]
    if identity:
        numbers.append(Person.id_index == blind(upgraded(normal(word))))
    return wanted.where(or_(and_(*names), *numbers) if names else or_(*numbers))


def everybody() -> list[Person]:
    """List all people there are: for comparing a sheet, never for showing."""
    return list(db.session.scalars(select(Person).order_by(Person.id)))


def by_number(number: str) -> Person | None:
    """Find a person by the worker number, exactly as written."""
    return db.session.scalars(select(Person).where(Person.number == number)).first()


def ids_by_number(numbers: Iterable[str]) -> dict[str, int]:
    """Give the ids of people by their worker numbers, some thousands at a time; an unknown number is left out."""
    found: dict[str, int] = {}
    for some in batched(sorted(set(numbers)), 5000):
        rows = db.session.execute(select(Person.number, Person.id).where(Person.number.in_(some)))
        found.update({str(number): key for number, key in rows})
    return found


def by_identity(identity: Identity) -> Person | None:
    """Find a person by a checked identity number."""
    return db.session.scalars(
        select(Person).where(
            Person.id_type == identity.kind, Person.id_index == blind(identity.number)
        )
    ).first()


def identity_of(person: Person) -> str:
    """Show a person's identity number, masked; "" when none is known."""
    return masked(unseal(person.id_cipher)) if person.id_cipher else ""


def employments_of(person: Person) -> list[Employment]:
    """List where a person works and worked, the present first."""
    return list(
        db.session.scalars(
            select(Employment)
            .where(Employment.person_id == person.id)
            .options(joinedload(Employment.organisation))
            .order_by(*LATEST_FIRST)
        )
    )


def spans_of(person: Person) -> list[InsuredSpan]:
    """List the insured spans of a person, the latest first."""
    return list(
        db.session.scalars(
            select(InsuredSpan)
            .where(InsuredSpan.person_id == person.id)
            .order_by(InsuredSpan.kind, InsuredSpan.since.desc())
        )
    )


def covers(day: date | None) -> ColumnElement[bool]:
    """Say in SQL that an employment covers a day, its last one too; without a day, that it has no end."""
    if day is None:
        return Employment.until.is_(None)
    return and_(Employment.since <= day, or_(Employment.until.is_(None), Employment.until >= day))


def employers_on(people: Iterable[int], day: date) -> dict[int, Organisation]:
    """Give the primary employer that people have on a day, by the person's id."""
    rows = db.session.scalars(
        select(Employment)
        .where(Employment.person_id.in_(set(people)), Employment.is_primary, covers(day))
        .options(joinedload(Employment.organisation))
        .order_by(Employment.since)
    )
    return {row.person_id: row.organisation for row in rows}


def posts_of(people: Iterable[int]) -> dict[int, Employment]:
    """Give each person's present or last employment, by the person's id."""
    rows = db.session.scalars(
        select(Employment)
        .where(Employment.person_id.in_(set(people)))
        .options(joinedload(Employment.organisation))
        .order_by(*LATEST_FIRST)
    )
    latest: dict[int, Employment] = {}
    for row in rows:
        latest.setdefault(row.person_id, row)
    return latest


def employers_of(people: Iterable[int]) -> dict[int, Organisation]:
    """Give each person's present or last employer, by the person's id."""
    return {key: post.organisation for key, post in posts_of(people).items()}


def namesakes(person: Person, actor: Actor) -> list[Person]:
    """List the others whose name reads the same, as far as somebody may see them; they are other people."""
    same = select(Person).where(Person.sought == person.sought, Person.id != person.id)
    return list(db.session.scalars(same.where(visible_to(actor)).order_by(Person.id).limit(20)))


def bonds(who: Collection[int]) -> Sequence[Relation]:
    """Give what binds some people to others, at any time."""
    known = sorted(who)
    bound = or_(Relation.person_id.in_(known), Relation.other_id.in_(known))
    return db.session.scalars(select(Relation).where(bound)).all() if known else ()


def workplaces_on(people: Iterable[int], day: date | None) -> dict[int, list[Organisation]]:
    """Give every employer that people have on a day, by the person's id."""
    rows = db.session.scalars(
        select(Employment)
        .where(Employment.person_id.in_(set(people)), covers(day))
        .options(joinedload(Employment.organisation))
    )
    found: dict[int, list[Organisation]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row.organisation)
    return found


def ties_of(people: Iterable[int]) -> dict[tuple[int, int], list[Relation]]:
    """Give how people are bound: each of them and the other person, whoever of the two was named first."""
    own = set(people)
    chosen = select(Relation).where(or_(Relation.person_id.in_(own), Relation.other_id.in_(own)))
    found: dict[tuple[int, int], list[Relation]] = {}
    for row in db.session.scalars(
        chosen.options(joinedload(Relation.person), joinedload(Relation.other))
    ):
        for pair in ((row.person_id, row.other_id), (row.other_id, row.person_id)):
            found.setdefault(pair, []).append(row)
    return found


def relations_of(person: Person) -> list[Relation]:
    """List how a person is bound to others, whoever of the two was named first."""
    found = ties_of([person.id])
    return [row for (one, _), rows in found.items() if one == person.id for row in rows]
