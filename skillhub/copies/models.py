"""The print ledger as rows: sendings, sheets, and what became of them. None ever changes."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.certificates.models import Certificate
from skillhub.copies.rules import How, Reason, Step
from skillhub.kernel.db import Model, choice
from skillhub.kernel.exact import Instant, Key
from skillhub.kernel.ledgers import append_only
from skillhub.organisations.models import Organisation
from skillhub.stock.models import PaperStock, Printer


@append_only
class Sending(Model):
    """One file made for a printer: by whom, when, for which printer and paper."""

    __tablename__ = "sendings"

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(unique=True)  # of the page it was asked from: twice is once
    issuer_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id), index=True)
    day: Mapped[date] = mapped_column(index=True)
    printer_id: Mapped[int | None] = mapped_column(ForeignKey(Printer.id))
    paper_id: Mapped[int | None] = mapped_column(ForeignKey(PaperStock.id), index=True)
    printer: Mapped[str]  # as it was called then; "": any
    paper: Mapped[str]
    copies: Mapped[int]
    operator: Mapped[str]  # the login
    sent_by: Mapped[str]
    sent_at: Mapped[datetime] = mapped_column(Instant)

    issuer: Mapped[Organisation] = relationship()


@append_only
class Copy(Model):
    """One sheet of a certificate that went to a printer: the first, or another one with its reason."""

    __tablename__ = "copies"
    __journaled__ = (
        False  # the ledger is its own record; the act names the sending or the certificate
    )
    __table_args__ = (
        UniqueConstraint("certificate_id", "number"),
        UniqueConstraint("sending_id", "position"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("(number = 1) = (reason IS NULL)", name="again"),
        CheckConstraint("reason IS NULL OR reason <> 'other' OR words <> ''", name="words"),
    )

    id: Mapped[Key]
    certificate_id: Mapped[int] = mapped_column(ForeignKey(Certificate.id))
    number: Mapped[int]
    sending_id: Mapped[int] = mapped_column(ForeignKey(Sending.id))
    position: Mapped[int]  # in the file
    sheet: Mapped[int]  # in the file: two papers may lie on one
    serial: Mapped[str] = mapped_column(index=True)  # of the pre-printed sheet; "": it has none
    reason: Mapped[Reason | None] = mapped_column(choice(Reason))
    words: Mapped[str]
    marked: Mapped[bool]  # the sheet says which copy it is

    certificate: Mapped[Certificate] = relationship()
    sending: Mapped[Sending] = relationship()


@append_only
class CopyStep(Model):
    """One thing that happened to a sheet, as somebody says; a step taken back is a row of its own."""

    __tablename__ = "copy_steps"
    __journaled__ = False
    __table_args__ = (
        UniqueConstraint("copy_id", "ordinal"),
        CheckConstraint("(kind = 'taken_back') = (undoes_id IS NOT NULL)", name="undoes"),
        CheckConstraint("kind NOT IN ('spoiled', 'unused', 'taken_back') OR why <> ''", name="why"),
        CheckConstraint(
            "(kind = 'handed_over') = (to_whom <> '') AND (kind = 'handed_over') = (how IS NOT NULL)",
            name="to_whom",
        ),
        CheckConstraint("(how = 'drawn') = (signature <> '') OR how IS NULL", name="signature"),
    )

    id: Mapped[Key]
    copy_id: Mapped[int] = mapped_column(ForeignKey(Copy.id))
    ordinal: Mapped[int]
    kind: Mapped[Step] = mapped_column(choice(Step))
    why: Mapped[str] = mapped_column(default="")
    to_whom: Mapped[str] = mapped_column(default="")
    how: Mapped[How | None] = mapped_column(choice(How))
    signature: Mapped[str] = mapped_column(Text, default="")  # strokes, as an SVG path
    serial: Mapped[str] = mapped_column(default="", index=True)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("copy_steps.id"), unique=True)
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)

    copy: Mapped[Copy] = relationship()
