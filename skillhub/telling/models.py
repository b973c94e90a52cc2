"""What one person was told, as rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.competitions.models import Competition
from skillhub.entries.models import Entry
from skillhub.kernel.db import Model
from skillhub.kernel.exact import Instant, Key
from skillhub.people.models import Person


class Announcement(Model):
    """One sentence that one person was told, once; shown in the portal until they put it away.

    `about` names the row it speaks of, such as "releases:3". One that speaks of a result waits until that may be seen.
    """

    __tablename__ = "announcements"
    __table_args__ = (UniqueConstraint("about", "person_id"),)

    id: Mapped[Key]
    about: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    competition_id: Mapped[int] = mapped_column(ForeignKey(Competition.id))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey(Entry.id))
    of_result: Mapped[bool] = mapped_column(default=False, server_default=false())
    sentence: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(Instant)
    read_at: Mapped[datetime | None] = mapped_column(Instant)  # when they put it away

    competition: Mapped[Competition] = relationship()
    entry: Mapped[Entry | None] = relationship()
