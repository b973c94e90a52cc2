"""Lists that units fill, as rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.competitions.models import Event
from skillhub.kernel.db import Model
from skillhub.kernel.exact import Instant, Key
from skillhub.organisations.models import Organisation


class UnitList(Model):
    """Those whom one unit means to register for one event, as somebody typed them; nobody is registered yet.

    A row holds `person` (a worker number), `name`, `team` and `key`, each as it was written, right or wrong.
    """

    __tablename__ = "unit_lists"
    __table_args__ = (UniqueConstraint("event_id", "unit_id"),)

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey(Event.id))
    unit_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id), index=True)
    rows: Mapped[list[Any]] = mapped_column(JSON, default=list)
    changed_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    event: Mapped[Event] = relationship()
    unit: Mapped[Organisation] = relationship()

    __mapper_args__ = {"version_id_col": version}
