"""Terms as rows."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from skillhub.competitions.models import Competition
from skillhub.kernel.db import Model
from skillhub.kernel.exact import Key


class Term(Model):
    """For how many years the papers of a competition on one template are valid; without a row they have no end."""

    __tablename__ = "terms"
    __table_args__ = (
        UniqueConstraint("competition_id", "template"),
        CheckConstraint("years BETWEEN 1 AND 50", name="years"),
    )

    id: Mapped[Key]
    competition_id: Mapped[int] = mapped_column(ForeignKey(Competition.id))
    template: Mapped[str]
    years: Mapped[int]
