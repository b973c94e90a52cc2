"""Occupations as rows."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from skillhub.kernel.db import Model
from skillhub.kernel.exact import Key


class Occupation(Model):
    """One trade, with the scale on which its levels are counted."""

    __tablename__ = "occupations"
    __table_args__ = (CheckConstraint("scale IN ('cn5', 'cn8')", name="scale"),)

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_zh: Mapped[str]
    trade_group: Mapped[str] = mapped_column(index=True)
    scale: Mapped[str] = mapped_column(default="cn5")
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
