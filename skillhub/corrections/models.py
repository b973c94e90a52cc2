"""Corrections as rows: what they change, what is kept by grace, who proposed and who approved."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.accounts.models import User
from skillhub.appeals.models import Appeal
from skillhub.competitions.models import Component, Event
from skillhub.corrections.rules import ChangeKind, CorrectionState
from skillhub.entries.models import Entry
from skillhub.kernel.db import Model, choice
from skillhub.kernel.exact import Instant, Key
from skillhub.results.models import ResultVersion


class Correction(Model):
    """One change of what was published, built aside: until it is applied no row beside its own is touched.

    Who approves is not who proposed; an applied one knows the version it corrected and the one that came out of it.
    """

    __tablename__ = "corrections"
    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint(
            "(state = 'applied') = (approved_by_id IS NOT NULL)"
            " AND (state = 'applied') = (applied_at IS NOT NULL)"
            " AND (state = 'applied') = (to_version_id IS NOT NULL)",
            name="applied_whole",
        ),
        CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> opened_by_id", name="second_person"
        ),
        CheckConstraint("(state = 'cancelled') = (ended_why <> '')", name="ended_why"),
    )

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id))
    number: Mapped[int]
    appeal_id: Mapped[int | None] = mapped_column(ForeignKey(Appeal.id), index=True)
    state: Mapped[CorrectionState] = mapped_column(
        choice(CorrectionState), default=CorrectionState.DRAFT
    )
    reason: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text, default="")
    notice_until: Mapped[date | None]  # confirmed where no calendar is published yet
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    problems: Mapped[list[Any]] = mapped_column(JSON, default=list)  # why it cannot be applied
    opened_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    proposed_at: Mapped[datetime | None] = mapped_column(Instant)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    applied_at: Mapped[datetime | None] = mapped_column(Instant)
    from_version_id: Mapped[int | None] = mapped_column(ForeignKey(ResultVersion.id))
    to_version_id: Mapped[int | None] = mapped_column(ForeignKey(ResultVersion.id), unique=True)
    ended_why: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column()

    event: Mapped[Event] = relationship()
    appeal: Mapped[Appeal | None] = relationship()
    opened_by: Mapped[User] = relationship(foreign_keys=[opened_by_id])
    approved_by: Mapped[User | None] = relationship(foreign_keys=[approved_by_id])
    from_version: Mapped[ResultVersion | None] = relationship(foreign_keys=[from_version_id])
    to_version: Mapped[ResultVersion | None] = relationship(foreign_keys=[to_version_id])
    changes: Mapped[list[CorrectionChange]] = relationship(
        back_populates="correction", order_by="CorrectionChange.id", cascade="all, delete-orphan"
    )
    graces: Mapped[list[CorrectionGrace]] = relationship(
        back_populates="correction", order_by="CorrectionGrace.id", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}


class CorrectionChange(Model):
    """One thing that a correction changes of one entry: a mark, a mark of one judge, its status, a ruling on a tie."""

    __tablename__ = "correction_changes"
    __table_args__ = (
        UniqueConstraint(
            *("correction_id", "kind", "entry_id", "component_id", "aspect", "seat", "attempt"),
            name="uq_correction_changes_one",
        ),
        CheckConstraint(
            "(kind IN ('mark', 'aspect')) = (component_id IS NOT NULL)", name="component"
        ),
    )

    id: Mapped[Key]
    correction_id: Mapped[int] = mapped_column(ForeignKey(Correction.id), index=True)
    kind: Mapped[ChangeKind] = mapped_column(choice(ChangeKind))
    entry_id: Mapped[int] = mapped_column(ForeignKey(Entry.id))
    component_id: Mapped[int | None] = mapped_column(ForeignKey(Component.id))
    aspect: Mapped[str] = mapped_column(default="")
    seat: Mapped[int] = mapped_column(default=0)
    attempt: Mapped[int] = mapped_column(default=0)
    before: Mapped[str] = mapped_column(default="")
    after: Mapped[str] = mapped_column(default="")  # a blank mark, or no title, is ""
    why: Mapped[str] = mapped_column(default="")

    correction: Mapped[Correction] = relationship(back_populates="changes")
    entry: Mapped[Entry] = relationship()
    component: Mapped[Component | None] = relationship()


class CorrectionGrace(Model):
    """The awards of one entry that stay although the new ranking would take them, with the reason (edge case 21)."""

    __tablename__ = "correction_graces"
    __table_args__ = (
        UniqueConstraint("correction_id", "entry_id"),
        CheckConstraint("why <> ''", name="why"),
    )

    id: Mapped[Key]
    correction_id: Mapped[int] = mapped_column(ForeignKey(Correction.id), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey(Entry.id))
    why: Mapped[str]

    correction: Mapped[Correction] = relationship(back_populates="graces")
    entry: Mapped[Entry] = relationship()
