"""Files that wait for their preview to be applied, and the matching of columns that is remembered."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from skillhub.kernel.db import Model
from skillhub.kernel.exact import Instant, Key


class Upload(Model):
    """One file somebody sent, with the answers given about it so far."""

    __tablename__ = "uploads"
    __journaled__ = False  # the act that applies it names the file and its hash

    id: Mapped[Key]
    kind: Mapped[str]  # "entries", "marks", "people" …
    subject_id: Mapped[int | None]  # the competition or event it is meant for
    filename: Mapped[str]
    sha256: Mapped[str]
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    user_id: Mapped[int | None] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    applied_at: Mapped[datetime | None] = mapped_column(Instant)


class ColumnMap(Model):
    """How the columns of a sheet with these headers were matched the last time."""

    __tablename__ = "column_maps"
    __table_args__ = (UniqueConstraint("kind", "signature"),)
    __journaled__ = False

    id: Mapped[Key]
    kind: Mapped[str]
    signature: Mapped[str]
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON)


def digest(content: bytes) -> str:
    """Give the SHA-256 of a file."""
    return hashlib.sha256(content).hexdigest()
