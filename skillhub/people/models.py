"""People, how they are bound to each other, their employment and their insured months as rows."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.kernel.db import Model, choice
from skillhub.kernel.exact import Key
from skillhub.organisations.models import Organisation
from skillhub.people.rules import sought_form


class PersonStatus(StrEnum):
    """Where a person stands in life, as far as rules ask."""

    ACTIVE = "active"
    RETIRED = "retired"
    DECEASED = "deceased"
    MERGED = "merged"


class EmploymentKind(StrEnum):
    """How somebody is employed."""

    REGULAR = "regular"
    DISPATCHED = "dispatched"
    MIGRANT = "migrant"
    FLEXIBLE = "flexible"
    PLATFORM = "platform"


def _sought(context: Any) -> str:
    """Give what a new person is searched by."""
    given: dict[str, Any] = context.get_current_parameters()
    return sought_form(given["name"], given.get("name_latin") or "")


class Person(Model):
    """One human being; the name is never a key, and the identity number is sealed."""

    __tablename__ = "people"
    __table_args__ = (
        UniqueConstraint("id_type", "id_index"),
        CheckConstraint("(id_cipher IS NULL) = (id_index IS NULL)", name="id_whole"),
    )

    id: Mapped[Key]
    number: Mapped[str | None] = mapped_column(
        unique=True
    )  # the worker number, text: "00417" is not "417"
    name: Mapped[str] = mapped_column(index=True)
    name_latin: Mapped[str] = mapped_column(default="")
    sought: Mapped[str] = mapped_column(default=_sought)  # both names as they are searched
    id_type: Mapped[str | None]  # resident | passport | other
    id_cipher: Mapped[bytes | None] = mapped_column(
        LargeBinary, info={"hidden": True, "sealed": True}
    )
    id_index: Mapped[str | None] = mapped_column(info={"hidden": True})
    birth_date: Mapped[date | None] = mapped_column(info={"hidden": True})
    sex: Mapped[str | None]
    phone: Mapped[str | None] = mapped_column(info={"hidden": True})
    status: Mapped[PersonStatus] = mapped_column(choice(PersonStatus), default=PersonStatus.ACTIVE)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Employment(Model):
    """One person at one employer for a time; `until` is the last day, inclusive."""

    __tablename__ = "employments"
    __table_args__ = (
        CheckConstraint("until IS NULL OR until >= since", name="order"),
        Index(
            "uq_employments_one_primary",
            "person_id",
            unique=True,
            sqlite_where=text("until IS NULL AND is_primary"),
            postgresql_where=text("until IS NULL AND is_primary"),
        ),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id), index=True)
    since: Mapped[date]
    until: Mapped[date | None]
    post: Mapped[str] = mapped_column(default="")
    is_line_worker: Mapped[bool] = mapped_column(default=False)
    is_primary: Mapped[bool] = mapped_column(default=True)
    kind: Mapped[EmploymentKind] = mapped_column(
        choice(EmploymentKind), default=EmploymentKind.REGULAR
    )
    version: Mapped[int] = mapped_column()

    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation] = relationship()

    __mapper_args__ = {"version_id_col": version}


class RelationKind(StrEnum):
    """How two people are bound to each other, as far as one must not judge the other."""

    KIN = "kin"
    COACH = "coach"
    MASTER_APPRENTICE = "master_apprentice"
    OTHER = "other"


class Relation(Model):
    """Two people bound to each other: a coach or master first, the one who learns second.

    Without `since` it always was; `until` is its last day, inclusive.
    """

    __tablename__ = "relations"
    __table_args__ = (
        UniqueConstraint("person_id", "other_id", "kind"),
        CheckConstraint("person_id <> other_id", name="two_people"),
        CheckConstraint("until IS NULL OR since IS NULL OR until >= since", name="order"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    other_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    kind: Mapped[RelationKind] = mapped_column(choice(RelationKind))
    since: Mapped[date | None]
    until: Mapped[date | None]
    version: Mapped[int] = mapped_column()

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    other: Mapped[Person] = relationship(foreign_keys=[other_id])

    __mapper_args__ = {"version_id_col": version}


class InsuredSpan(Model):
    """Months for which one person is insured; each date is the first day of its month.

    `until` is the last insured month; without it the cover goes on, known up to the month `known_to`.
    """

    __tablename__ = "insured_spans"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    kind: Mapped[str]  # unemployment | pension | medical | injury
    since: Mapped[date]
    until: Mapped[date | None]
    known_to: Mapped[date]
    source: Mapped[str] = mapped_column(default="")
