"""Second readings of marking sheets as rows."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.accounts.models import User
from skillhub.competitions.models import Component
from skillhub.entries.models import Entry
from skillhub.kernel.db import Model
from skillhub.kernel.exact import Instant, Key, Points


class SecondMark(Model):
    """What a second person read in one box of a marking sheet, where it differs from the first.

    `seen` is the version of the sheet it was compared with, 0 without one; once that changed, it says nothing any more.
    """

    __tablename__ = "second_marks"
    __table_args__ = (
        UniqueConstraint("entry_id", "component_id", "aspect", "seat", "attempt"),
        CheckConstraint("seat >= 0 AND attempt >= 1 AND aspect <> ''", name="slot"),
    )

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(ForeignKey(Entry.id), info={"hidden": True})
    component_id: Mapped[int] = mapped_column(ForeignKey(Component.id), index=True)
    aspect: Mapped[str]
    seat: Mapped[int]
    attempt: Mapped[int]
    value: Mapped[Decimal | None] = mapped_column(Points)
    token: Mapped[str] = mapped_column(default="")
    seen: Mapped[int]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    entered_at: Mapped[datetime] = mapped_column(Instant)

    entry: Mapped[Entry] = relationship()
    component: Mapped[Component] = relationship()
    entered_by: Mapped[User] = relationship()
