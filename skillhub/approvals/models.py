"""What somebody approved, as it stood, as rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.competitions.models import Competition
from skillhub.kernel.db import Model
from skillhub.kernel.exact import Key


class Approval(Model):
    """What a second person approved of one competition: its announcement, its days, the rules of its events.

    Who approved, and when, stands with the competition. What differs from this is not approved.
    """

    __tablename__ = "approvals"

    id: Mapped[Key]
    competition_id: Mapped[int] = mapped_column(ForeignKey(Competition.id), unique=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column()

    competition: Mapped[Competition] = relationship()

    __mapper_args__ = {"version_id_col": version}
