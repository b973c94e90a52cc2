"""Values that were typed into the table, as rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.accounts.models import User
from skillhub.entries.models import Entry
from skillhub.kernel.db import Model
from skillhub.kernel.exact import Instant, Key


class TypedValue(Model):
    """One value that somebody typed and that was written, under the key that the browser gave it.

    The key lets a browser that heard no answer send again without writing twice. A value that was unlikely and typed
    a second time is `confirmed`; `asked` holds the sentences to which that was the answer.
    """

    __tablename__ = "typed_values"
    __table_args__ = (CheckConstraint("key <> ''", name="key"),)
    __journaled__ = False  # the marks themselves are

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(unique=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey(Entry.id), index=True)
    column: Mapped[str] = mapped_column("column_key")
    value: Mapped[str]
    made: Mapped[int]  # the version of the row that it made
    confirmed: Mapped[bool] = mapped_column(default=False)
    asked: Mapped[list[Any]] = mapped_column(JSON, default=list)
    typed_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    typed_at: Mapped[datetime] = mapped_column(Instant)

    entry: Mapped[Entry] = relationship()
    typed_by: Mapped[User | None] = relationship()
