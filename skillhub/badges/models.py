"""Badges and the lists in which it stands which of them still count, as rows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.certificates.models import Certificate
from skillhub.kernel.db import Model
from skillhub.kernel.exact import Instant, Key
from skillhub.organisations.models import Organisation
from skillhub.people.models import Person


class StatusList(Model):
    """One list of an issuer: a bit for each badge, at a place drawn by lot, so that the list tells nobody's number."""

    __tablename__ = "status_lists"

    id: Mapped[Key]
    issuer_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id), index=True)

    issuer: Mapped[Organisation] = relationship()


class Badge(Model):
    """One credential that a person chose to take of a certificate; given up, it counts no more."""

    __tablename__ = "badges"
    __table_args__ = (
        UniqueConstraint("list_id", "place"),
        Index(
            "uq_badges_one_kept",
            "certificate_id",
            "person_id",
            unique=True,
            sqlite_where=text("given_up_at IS NULL"),
            postgresql_where=text("given_up_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    certificate_id: Mapped[int] = mapped_column(ForeignKey(Certificate.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    list_id: Mapped[int] = mapped_column(ForeignKey(StatusList.id))
    place: Mapped[int]
    token: Mapped[str] = mapped_column(Text, info={"hidden": True})  # as it was signed
    taken_at: Mapped[datetime] = mapped_column(Instant)
    given_up_at: Mapped[datetime | None] = mapped_column(Instant)

    certificate: Mapped[Certificate] = relationship()
    list: Mapped[StatusList] = relationship()
