"""Policies and their versions as rows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.kernel.db import Model
from skillhub.kernel.exact import Instant, Key
from skillhub.organisations.models import Organisation


class Policy(Model):
    """One incentive, whatever version of it is in force."""

    __tablename__ = "policies"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(unique=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id), index=True)
    version: Mapped[int] = mapped_column()

    owner: Mapped[Organisation] = relationship()
    versions: Mapped[list[PolicyVersion]] = relationship(
        back_populates="policy", order_by="PolicyVersion.effective_from"
    )

    __mapper_args__ = {"version_id_col": version}


class PolicyVersion(Model):
    """The wording of one policy for a time; added and never edited."""

    __tablename__ = "policy_versions"
    __table_args__ = (
        UniqueConstraint("policy_id", "effective_from"),
        CheckConstraint("effective_to IS NULL OR effective_to >= effective_from", name="order"),
    )

    id: Mapped[Key]
    policy_id: Mapped[int] = mapped_column(ForeignKey(Policy.id))
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    sha256: Mapped[str]
    adopted_by: Mapped[str]
    adopted_at: Mapped[datetime] = mapped_column(Instant)

    policy: Mapped[Policy] = relationship(back_populates="versions")
