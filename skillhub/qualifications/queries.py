"""Registered qualifications found: of people, for a reader, by how they stand on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from skillhub.kernel.db import db
from skillhub.people.models import Person
from skillhub.qualifications.models import Qualification
from skillhub.qualifications.rules import Held, veiled


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
