"""Checkpoints as rows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.kernel.db import Model
from skillhub.kernel.exact import Instant, Key
from skillhub.kernel.keys import SigningKey
from skillhub.kernel.ledgers import append_only


@append_only
class Checkpoint(Model):
    """The state of the journal at one moment, signed: so many lines, and the hash of the last."""

    __tablename__ = "checkpoints"

    id: Mapped[Key]
    size: Mapped[int] = mapped_column(unique=True)
    head: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)
    key_id: Mapped[int] = mapped_column(ForeignKey(SigningKey.id))
    note: Mapped[str] = mapped_column(Text)  # as it is exported

    key: Mapped[SigningKey] = relationship()
