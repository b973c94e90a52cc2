"""Papers that came back, as rows."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.certificates.models import Certificate
from skillhub.kernel.db import Model
from skillhub.kernel.exact import Instant, Key


class PaperReturn(Model):
    """The paper of a certificate that was replaced or withdrawn came back, on a day, into somebody's hands."""

    __tablename__ = "paper_returns"
    __table_args__ = (CheckConstraint("taken_by <> ''", name="taken_by"),)

    id: Mapped[Key]
    certificate_id: Mapped[int] = mapped_column(ForeignKey(Certificate.id), unique=True)
    came_on: Mapped[date]
    note: Mapped[str] = mapped_column(default="")
    taken_by: Mapped[str]
    noted_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column()

    certificate: Mapped[Certificate] = relationship()

    __mapper_args__ = {"version_id_col": version}
