"""What people wrote about findings, as rows."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.competitions.models import Event
from skillhub.kernel.db import Model
from skillhub.kernel.exact import Instant, Key

STANDS = text("lifted_at IS NULL")


class Answer(Model):
    """What somebody wrote about one finding: an answer to a warning, or with a last day an exception that hides it.

    It belongs to the facts of that day: once they change, the finding has another key and asks anew.
    """

    __tablename__ = "answers"
    __table_args__ = (
        Index(
            "uq_answers_one_stands",
            "finding",
            unique=True,
            sqlite_where=STANDS,
            postgresql_where=STANDS,
        ),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted_whole"),
    )

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id), index=True)
    finding: Mapped[str]  # its key
    check: Mapped[str] = mapped_column("check_")
    subject: Mapped[str]
    reason: Mapped[str]
    until: Mapped[date | None]  # the last day of an exception, inclusive; empty: an answer
    said_by: Mapped[str]
    said_at: Mapped[datetime] = mapped_column(Instant)
    lifted_by: Mapped[str | None]
    lifted_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    event: Mapped[Event] = relationship()

    __mapper_args__ = {"version_id_col": version}
