"""Papers, their numbered sheets, and printers as rows."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.kernel.areas import Lies, Size
from skillhub.kernel.db import Model, choice
from skillhub.kernel.exact import Exact, Instant, Key
from skillhub.organisations.models import Organisation
from skillhub.stock.rules import Duplex

Hundredths = Exact(2)


class PaperStock(Model):
    """One kind of paper of an organisation: its size upright in mm, how it lies, and whether it is pre-printed."""

    __tablename__ = "paper_stocks"
    __table_args__ = (
        UniqueConstraint("organisation_id", "name"),
        CheckConstraint("width > 0 AND width <= height", name="upright"),
        CheckConstraint("preprinted = false OR lies <> 'either'", name="lies_as_printed"),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    name: Mapped[str]
    size: Mapped[Size] = mapped_column(choice(Size))
    width: Mapped[Decimal] = mapped_column(Hundredths)
    height: Mapped[Decimal] = mapped_column(Hundredths)
    lies: Mapped[Lies] = mapped_column(choice(Lies))
    preprinted: Mapped[bool]
    templates: Mapped[list[str]] = mapped_column(JSON)  # codes it is for; none: every template
    note: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column()

    organisation: Mapped[Organisation] = relationship()

    __mapper_args__ = {"version_id_col": version}


class PaperRun(Model):
    """Pre-printed sheets that came together, numbered from first to last; struck out, with a reason, when mistyped."""

    __tablename__ = "paper_runs"
    __table_args__ = (
        CheckConstraint("first <= last AND digits > 0", name="first_to_last"),
        CheckConstraint("(struck_at IS NULL) = (struck_why = '')", name="struck_why"),
    )

    id: Mapped[Key]
    paper_id: Mapped[int] = mapped_column(ForeignKey(PaperStock.id), index=True)
    prefix: Mapped[str]
    first: Mapped[int] = mapped_column(BigInteger)
    last: Mapped[int] = mapped_column(BigInteger)
    digits: Mapped[int]
    received_on: Mapped[date]
    received_by: Mapped[str]
    struck_at: Mapped[datetime | None] = mapped_column(Instant)
    struck_why: Mapped[str] = mapped_column(default="")

    paper: Mapped[PaperStock] = relationship()


class Printer(Model):
    """One printer of an organisation, and what it must be told so that words fall on their place (mm, per cent)."""

    __tablename__ = "printers"
    __table_args__ = (
        UniqueConstraint("organisation_id", "name"),
        CheckConstraint(
            "offset_x BETWEEN -2000 AND 2000 AND offset_y BETWEEN -2000 AND 2000", name="offset"
        ),
        CheckConstraint("scale BETWEEN 9000 AND 11000", name="scale"),
        CheckConstraint("(calibrated_at IS NULL) = (calibrated_by = '')", name="calibrated"),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    name: Mapped[str]
    place: Mapped[str] = mapped_column(default="")
    offset_x: Mapped[Decimal] = mapped_column(Hundredths, default=Decimal(0))  # to the right
    offset_y: Mapped[Decimal] = mapped_column(Hundredths, default=Decimal(0))  # down
    scale: Mapped[Decimal] = mapped_column(Hundredths, default=Decimal(100))
    tray: Mapped[str] = mapped_column(default="")
    duplex: Mapped[Duplex] = mapped_column(choice(Duplex), default=Duplex.ONE)
    calibrated_at: Mapped[datetime | None] = mapped_column(Instant)
    calibrated_by: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column()

    organisation: Mapped[Organisation] = relationship()

    __mapper_args__ = {"version_id_col": version}
