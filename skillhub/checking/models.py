"""Second entries, claims of what somebody checks, and rules that were switched off, as rows."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.accounts.models import User
from skillhub.competitions.models import Competition, Component
from skillhub.entries.models import Entry
from skillhub.kernel.db import Model
from skillhub.kernel.exact import Instant, Key, Points


class Second(Model):
    """A mark as a second person read it from the paper, where it differs from the first.

    `seen` is the version of the sheet it was compared with, 0 without one; once that changed, it says nothing any more.
    """

    __tablename__ = "second_entries"
    __table_args__ = (
        UniqueConstraint("entry_id", "component_id"),
        CheckConstraint("points >= 0", name="points"),
    )

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(ForeignKey(Entry.id), info={"hidden": True})
    component_id: Mapped[int] = mapped_column(ForeignKey(Component.id), index=True)
    points: Mapped[Decimal] = mapped_column(Points)
    seen: Mapped[int]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    entered_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    entered_by: Mapped[User] = relationship()

    __mapper_args__ = {"version_id_col": version}


class Claim(Model):
    """The marks of one entry, taken by one person to check until a moment, so that two do not check the same."""

    __tablename__ = "claims"
    __journaled__ = False

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(ForeignKey(Entry.id), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    until: Mapped[datetime] = mapped_column(Instant)

    user: Mapped[User] = relationship()


class Waiver(Model):
    """The second person was done without in one competition, for a reason; the result sheet prints it."""

    __tablename__ = "waivers"
    __table_args__ = (CheckConstraint("why <> ''", name="why"),)

    id: Mapped[Key]
    competition_id: Mapped[int] = mapped_column(ForeignKey(Competition.id), unique=True)
    why: Mapped[str]
    waived_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    waived_at: Mapped[datetime] = mapped_column(Instant)

    waived_by: Mapped[User | None] = relationship()
