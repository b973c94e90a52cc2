"""The ballots of judges as rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.accounts.models import User
from skillhub.entries.models import Entry
from skillhub.kernel.db import Model
from skillhub.kernel.exact import Instant, Key
from skillhub.panels.models import Seat


class Ballot(Model):
    """What one judge submitted for one entry, the n-th time; one that was recalled for a new vote is kept."""

    __tablename__ = "ballots"
    __table_args__ = (
        UniqueConstraint("seat_id", "entry_id", "n"),
        CheckConstraint(
            "(recalled_at IS NULL) = (recalled_why = '')"
            " AND (recalled_at IS NULL) = (recalled_by_id IS NULL)",
            name="recalled_whole",
        ),
    )

    id: Mapped[Key]
    seat_id: Mapped[int] = mapped_column(ForeignKey(Seat.id))
    entry_id: Mapped[int] = mapped_column(ForeignKey(Entry.id), index=True, info={"hidden": True})
    n: Mapped[int]
    marks: Mapped[dict[str, Any]] = mapped_column(JSON)  # "aspect/attempt": the mark as written
    submitted_at: Mapped[datetime] = mapped_column(Instant)
    recalled_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    recalled_at: Mapped[datetime | None] = mapped_column(Instant)
    recalled_why: Mapped[str] = mapped_column(default="")

    seat: Mapped[Seat] = relationship()
    entry: Mapped[Entry] = relationship()
    recalled_by: Mapped[User | None] = relationship()
