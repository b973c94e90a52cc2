"""The marks of judges as rows."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.accounts.models import User
from skillhub.competitions.models import Component
from skillhub.entries.models import Entry
from skillhub.kernel.db import Model
from skillhub.kernel.exact import Instant, Key, Points
from skillhub.marking.models import Sheet, SheetState


class Mark(Model):
    """What stands in one box: an aspect of one entry, from one seat (0: from the table), in one attempt.

    No row, or neither value nor token, is a blank. A token is a word instead of a value (A, DNF, DNS), or the letter of
    the reason beside a 0.
    """

    __tablename__ = "marks"
    __table_args__ = (
        UniqueConstraint("entry_id", "component_id", "aspect", "seat", "attempt"),
        CheckConstraint("seat >= 0 AND attempt >= 1", name="slot"),
        CheckConstraint("aspect <> ''", name="aspect"),
    )

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(ForeignKey(Entry.id), info={"hidden": True})
    component_id: Mapped[int] = mapped_column(ForeignKey(Component.id), index=True)
    aspect: Mapped[str]
    seat: Mapped[int]
    attempt: Mapped[int]
    value: Mapped[Decimal | None] = mapped_column(Points)
    token: Mapped[str] = mapped_column(default="")
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    entered_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    entry: Mapped[Entry] = relationship()
    component: Mapped[Component] = relationship()
    entered_by: Mapped[User | None] = relationship()

    __mapper_args__ = {"version_id_col": version}


class EarlierMark(Model):
    """What stood in a box before it was written anew: a first vote, or a slip of the pen."""

    __tablename__ = "earlier_marks"
    __table_args__ = (Index("ix_earlier_marks_mark_id", "mark_id"),)

    id: Mapped[Key]
    mark_id: Mapped[int] = mapped_column(ForeignKey(Mark.id))
    value: Mapped[Decimal | None] = mapped_column(Points)
    token: Mapped[str] = mapped_column(default="")
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    entered_at: Mapped[datetime] = mapped_column(Instant)
    replaced_at: Mapped[datetime] = mapped_column(Instant)

    mark: Mapped[Mark] = relationship()
    entered_by: Mapped[User | None] = relationship()


# The sheets of which a box is filled, as long as nobody has looked at them a second time.
BEGUN = (
    select(Mark.entry_id, Mark.component_id)
    .distinct()
    .join(Component, Component.id == Mark.component_id)
    .outerjoin(Sheet, (Sheet.entry_id == Mark.entry_id) & (Sheet.component_id == Mark.component_id))
    .where(
        func.coalesce(Sheet.state, SheetState.ENTERED) == SheetState.ENTERED,
        Mark.value.is_not(None) | (Mark.token != ""),
    )
)
