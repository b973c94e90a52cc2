"""Lots as rows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.entries.models import Entry
from skillhub.kernel.db import Model
from skillhub.kernel.exact import Instant, Key


class Lot(Model):
    """The lot that one entry of a tie drew, 1 being the better place, before a witness and with the reason.

    It counts only as long as everybody in the tie has one.
    """

    __tablename__ = "lots"
    __table_args__ = (
        CheckConstraint("position >= 1", name="position"),
        CheckConstraint("why <> ''", name="why"),
        CheckConstraint("witness <> '' AND witness <> drawn_by", name="witness"),
    )

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(ForeignKey(Entry.id), unique=True)
    position: Mapped[int]
    why: Mapped[str]
    witness: Mapped[str]
    drawn_by: Mapped[str]
    drawn_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    entry: Mapped[Entry] = relationship()

    __mapper_args__ = {"version_id_col": version}
