"""How organisers are scored, the committee's points, and who was commended, as rows."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.competitions.models import Competition
from skillhub.kernel.db import Model
from skillhub.kernel.exact import Instant, Key, Points
from skillhub.organisations.models import Organisation


class OrganiserRule(Model):
    """How much each measure weighs in one competition, and how many units are commended."""

    __tablename__ = "organiser_rules"
    __table_args__ = (
        CheckConstraint(
            "participation + completeness + deadlines + hosting + committee = 100", name="whole"
        ),
        CheckConstraint(
            "participation >= 0 AND completeness >= 0 AND deadlines >= 0 AND hosting >= 0"
            " AND committee >= 0",
            name="weights",
        ),
        CheckConstraint("full_rate BETWEEN 1 AND 100", name="full_rate"),
        CheckConstraint("places >= 1", name="places"),
    )

    id: Mapped[Key]
    competition_id: Mapped[int] = mapped_column(ForeignKey(Competition.id), unique=True)
    title: Mapped[str]
    participation: Mapped[int]
    completeness: Mapped[int]
    deadlines: Mapped[int]
    hosting: Mapped[int]
    committee: Mapped[int]
    full_rate: Mapped[int]
    places: Mapped[int]
    beside: Mapped[bool]
    version: Mapped[int] = mapped_column()

    competition: Mapped[Competition] = relationship()

    __mapper_args__ = {"version_id_col": version}


class CommitteePoints(Model):
    """The points, of 100, that the committee gave one unit, with the reason."""

    __tablename__ = "committee_points"
    __table_args__ = (
        UniqueConstraint("competition_id", "organisation_id"),
        CheckConstraint("points BETWEEN 0 AND 1000000", name="points"),
        CheckConstraint("why <> ''", name="why"),
    )

    id: Mapped[Key]
    competition_id: Mapped[int] = mapped_column(ForeignKey(Competition.id))
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id), index=True)
    points: Mapped[Decimal] = mapped_column(Points)
    why: Mapped[str]
    given_by: Mapped[str]
    given_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    organisation: Mapped[Organisation] = relationship()

    __mapper_args__ = {"version_id_col": version}


class Commendation(Model):
    """One unit commended in one competition, with its score as it stood; `outside` the number, for a reason."""

    __tablename__ = "commendations"
    __table_args__ = (
        Index(
            "uq_commendations_one_standing",
            "competition_id",
            "organisation_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
        CheckConstraint("(revoked_at IS NULL) = (revoked_why = '')", name="revoked"),
        CheckConstraint("NOT outside OR why <> ''", name="outside"),
    )

    id: Mapped[Key]
    competition_id: Mapped[int] = mapped_column(ForeignKey(Competition.id), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id), index=True)
    title: Mapped[str]
    rank: Mapped[int]
    score: Mapped[Decimal] = mapped_column(Points)
    parts: Mapped[list[Any]] = mapped_column(JSON)  # measure, weight, points, reason
    outside: Mapped[bool] = mapped_column(default=False)
    why: Mapped[str] = mapped_column(default="")
    conferred_by: Mapped[str]
    conferred_at: Mapped[datetime] = mapped_column(Instant)
    revoked_by: Mapped[str | None]
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_why: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column()

    competition: Mapped[Competition] = relationship()
    organisation: Mapped[Organisation] = relationship()

    __mapper_args__ = {"version_id_col": version}
