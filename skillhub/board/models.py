"""The board of a competition as a row."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.competitions.models import Competition
from skillhub.kernel.db import Model
from skillhub.kernel.exact import Key


class Board(Model):
    """The big screen of one competition: the places its jury has let out, and how far the ceremony has come."""

    __tablename__ = "boards"
    __table_args__ = (
        CheckConstraint("step >= 0", name="step"),
        CheckConstraint("frozen OR step = 0", name="frozen_first"),
    )

    id: Mapped[Key]
    competition_id: Mapped[int] = mapped_column(ForeignKey(Competition.id), unique=True)
    places: Mapped[list[Any]] = mapped_column(JSON, default=list)  # provisional, as let out
    frozen: Mapped[bool] = mapped_column(default=False)  # nothing new until the ceremony
    ceremony: Mapped[list[Any]] = mapped_column(JSON, default=list)  # in the order of the reveal
    step: Mapped[int] = mapped_column(default=0)  # how many of them are revealed
    version: Mapped[int] = mapped_column()

    competition: Mapped[Competition] = relationship()

    __mapper_args__ = {"version_id_col": version}
