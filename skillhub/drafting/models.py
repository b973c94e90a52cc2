"""Amendments of marking schemes as rows: what they put right, who proposed and who approved."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.accounts.models import User
from skillhub.competitions.models import Component, Event
from skillhub.drafting.rules import AmendmentState
from skillhub.kernel.db import Model, choice
from skillhub.kernel.exact import Instant, Key, Points

UNDER_WAY = text("state IN ('draft', 'proposed')")


class Amendment(Model):
    """Schemes and weights of one event found wrong after marking began, put right aside (edge case 25).

    No component changes before it is applied. Who approves is not who proposed; an event has one under way at a time.
    """

    __tablename__ = "amendments"
    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint(
            "(state = 'applied') = (approved_by_id IS NOT NULL)"
            " AND (state = 'applied') = (applied_at IS NOT NULL)",
            name="applied_whole",
        ),
        CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> opened_by_id", name="second_person"
        ),
        CheckConstraint("(state = 'cancelled') = (ended_why <> '')", name="ended_why"),
        Index(
            "uq_amendments_under_way",
            "event_id",
            unique=True,
            sqlite_where=UNDER_WAY,
            postgresql_where=UNDER_WAY,
        ),
    )

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id))
    number: Mapped[int]
    state: Mapped[AmendmentState] = mapped_column(
        choice(AmendmentState), default=AmendmentState.DRAFT
    )
    reason: Mapped[str] = mapped_column(Text)
    report: Mapped[dict[str, Any] | None] = mapped_column(
        JSON, info={"hidden": True}
    )  # pairs entries with points: the journal must not while judges see codes alone
    problems: Mapped[list[Any]] = mapped_column(JSON, default=list)  # why it cannot be applied
    opened_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    proposed_at: Mapped[datetime | None] = mapped_column(Instant)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    applied_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_why: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column()

    event: Mapped[Event] = relationship()
    opened_by: Mapped[User] = relationship(foreign_keys=[opened_by_id])
    approved_by: Mapped[User | None] = relationship(foreign_keys=[approved_by_id])
    parts: Mapped[list[AmendedPart]] = relationship(
        back_populates="amendment", order_by="AmendedPart.id", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}


class AmendedPart(Model):
    """One component as an amendment will have it; `before` is how it stood when it was taken up."""

    __tablename__ = "amended_parts"
    __table_args__ = (
        UniqueConstraint("amendment_id", "component_id"),
        CheckConstraint("maximum > 0", name="maximum"),
    )

    id: Mapped[Key]
    amendment_id: Mapped[int] = mapped_column(ForeignKey(Amendment.id))
    component_id: Mapped[int] = mapped_column(ForeignKey(Component.id), index=True)
    maximum: Mapped[Decimal] = mapped_column(Points)
    weight: Mapped[Decimal] = mapped_column(Points)
    pass_mark: Mapped[Decimal | None] = mapped_column(Points)
    scheme: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    before: Mapped[dict[str, Any]] = mapped_column(JSON)

    amendment: Mapped[Amendment] = relationship(back_populates="parts")
    component: Mapped[Component] = relationship()
