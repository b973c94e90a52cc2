"""Published rankings as rows."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.competitions.models import Event
from skillhub.entries.models import Entry
from skillhub.kernel.db import Model
from skillhub.kernel.exact import Instant, Key, Points


class ResultVersion(Model):
    """One ranking of one event: frozen, then signed; what comes after it is taken back makes the next one.

    Frozen it is provisional and laid open; the signature makes it final. `is_current` is the one that stands.
    """

    __tablename__ = "result_versions"
    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("(signed_by IS NULL) = (signed_at IS NULL)", name="signed_whole"),
        Index(
            "uq_result_versions_one_current",
            "event_id",
            unique=True,
            sqlite_where=text("is_current"),
            postgresql_where=text("is_current"),
        ),
    )

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id))
    number: Mapped[int]
    is_current: Mapped[bool] = mapped_column(default=True)
    input_hash: Mapped[str]  # SHA-256 over marks, statuses and rules
    content_hash: Mapped[str]  # SHA-256 over the lines as published
    frozen_by: Mapped[str]
    frozen_at: Mapped[datetime] = mapped_column(Instant)
    signed_by: Mapped[str | None]
    signed_at: Mapped[datetime | None] = mapped_column(Instant)
    taken_back_why: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column()

    event: Mapped[Event] = relationship()
    lines: Mapped[list[ResultLine]] = relationship(
        back_populates="result_version",
        order_by="ResultLine.position",
        cascade="all, delete-orphan",
    )

    __mapper_args__ = {"version_id_col": version}


class ResultLine(Model):
    """The published place of one entry, with what decided it."""

    __tablename__ = "result_lines"
    __table_args__ = (UniqueConstraint("result_version_id", "entry_id"),)

    id: Mapped[Key]
    result_version_id: Mapped[int] = mapped_column(ForeignKey(ResultVersion.id), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey(Entry.id), index=True)
    position: Mapped[int]
    total: Mapped[Decimal | None] = mapped_column(Points)
    rank: Mapped[int | None]
    keys: Mapped[list[Any]] = mapped_column(JSON)
    note: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    result_version: Mapped[ResultVersion] = relationship(back_populates="lines")
    entry: Mapped[Entry] = relationship()
