"""Attestations as rows."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.kernel.db import Model
from skillhub.kernel.exact import Key
from skillhub.people.models import Person


class Attestation(Model):
    """What somebody stated about one person on one day, where no machine can know it: "no violation": yes or no."""

    __tablename__ = "attestations"
    __table_args__ = (UniqueConstraint("person_id", "item", "attested_on"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    item: Mapped[str]
    answer: Mapped[bool]
    attested_on: Mapped[date]
    attested_by: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")

    person: Mapped[Person] = relationship()
