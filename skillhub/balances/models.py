"""What was counted by hand, as rows."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from skillhub.kernel.db import Model
from skillhub.kernel.exact import Instant, Key
from skillhub.kernel.ledgers import append_only
from skillhub.organisations.models import Organisation
from skillhub.stock.models import PaperStock, Printer


@append_only
class SheetCount(Model):
    """What somebody counted by hand on a day: sheets taken out of the box, and sheets left over; the latest holds."""

    __tablename__ = "sheet_counts"
    __table_args__ = (CheckConstraint("taken >= 0 AND left_over >= 0", name="counted"),)

    id: Mapped[Key]
    issuer_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    day: Mapped[date] = mapped_column(index=True)
    printer_id: Mapped[int | None] = mapped_column(ForeignKey(Printer.id))
    paper_id: Mapped[int | None] = mapped_column(ForeignKey(PaperStock.id))
    operator: Mapped[str]
    taken: Mapped[int]
    left_over: Mapped[int]
    note: Mapped[str]
    counted_by: Mapped[str]
    counted_at: Mapped[datetime] = mapped_column(Instant)
