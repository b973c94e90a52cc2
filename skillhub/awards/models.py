"""Awards as rows."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.competitions.models import Event
from skillhub.entries.models import Entry
from skillhub.kernel.db import Model, choice
from skillhub.kernel.exact import Instant, Key
from skillhub.results.models import ResultVersion


class AwardState(StrEnum):
    """Whether an award stands."""

    CONFERRED = "conferred"
    REVOKED = "revoked"


class Award(Model):
    """Anything conferred on one entry: a medal, a prize, a title, with the sentence that says why."""

    __tablename__ = "awards"
    __table_args__ = (
        Index(
            "uq_awards_one_standing",
            "entry_id",
            "title",
            unique=True,
            sqlite_where=text("state = 'conferred'"),
            postgresql_where=text("state = 'conferred'"),
        ),
        CheckConstraint("(state = 'revoked') = (revoked_at IS NOT NULL)", name="revoked_when"),
        CheckConstraint("(state = 'revoked') = (revoked_why <> '')", name="revoked_why"),
    )

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id), index=True)
    result_version_id: Mapped[int] = mapped_column(ForeignKey(ResultVersion.id))
    entry_id: Mapped[int] = mapped_column(ForeignKey(Entry.id))
    title: Mapped[str]
    title_en: Mapped[str] = mapped_column(default="")
    position: Mapped[int]  # 1 for the best title of the event, 2 for the next …
    on_top: Mapped[bool] = mapped_column(default=False)  # conferred beside the entry's main award
    scheme: Mapped[str]
    place: Mapped[int | None]
    because: Mapped[dict[str, Any]] = mapped_column(JSON)
    awarded_on: Mapped[date]
    conferred_by: Mapped[str]
    conferred_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[AwardState] = mapped_column(choice(AwardState), default=AwardState.CONFERRED)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_why: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column()

    event: Mapped[Event] = relationship()
    entry: Mapped[Entry] = relationship()
    result_version: Mapped[ResultVersion] = relationship()

    __mapper_args__ = {"version_id_col": version}


class RulingRow(Model):
    """What a committee decided on one entry of a tie over a cut of one signed result; no title: none.

    It belongs to that version of the result: when the result is taken back, the committee decides anew.
    """

    __tablename__ = "rulings"
    __table_args__ = (
        UniqueConstraint("result_version_id", "entry_id"),
        CheckConstraint("reason <> ''", name="reason"),
    )

    id: Mapped[Key]
    result_version_id: Mapped[int] = mapped_column(ForeignKey(ResultVersion.id))
    entry_id: Mapped[int] = mapped_column(ForeignKey(Entry.id))
    title: Mapped[str] = mapped_column(default="")
    reason: Mapped[str]
    decided_by: Mapped[str]
    decided_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    entry: Mapped[Entry] = relationship()

    __mapper_args__ = {"version_id_col": version}
