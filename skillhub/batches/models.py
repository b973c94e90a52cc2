"""Batches and their papers as rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.awards.models import Award
from skillhub.batches.rules import ItemState
from skillhub.certificates.models import Certificate
from skillhub.competitions.models import Competition
from skillhub.kernel.db import Model, choice
from skillhub.kernel.exact import Instant, Key
from skillhub.kernel.jobs import Job


class Batch(Model):
    """One order of paper: for which awards or of which kind beside them, on which template, and in which order.

    It says until when its files stay.
    """

    __tablename__ = "batches"

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(unique=True)  # of the page it was asked from: twice is once
    competition_id: Mapped[int] = mapped_column(ForeignKey(Competition.id), index=True)
    job_id: Mapped[int | None] = mapped_column(ForeignKey(Job.id), unique=True)  # its latest work
    paper: Mapped[str] = mapped_column(default="", server_default="")  # its kind beside awards
    template: Mapped[str]
    arrangement: Mapped[str]
    signatories: Mapped[list[Any]] = mapped_column(JSON)
    operator: Mapped[str]
    begun_at: Mapped[datetime] = mapped_column(Instant)
    files_until: Mapped[datetime | None] = mapped_column(Instant)  # None: there are none yet

    competition: Mapped[Competition] = relationship()
    job: Mapped[Job | None] = relationship()


class BatchItem(Model):
    """One paper of a batch: for which award or subject, how far it is, and why it stopped there or was forced."""

    __tablename__ = "batch_items"
    __journaled__ = False  # the certificate's own lines tell what became of it
    __table_args__ = (
        UniqueConstraint("batch_id", "award_id"),
        Index(
            "uq_batch_items_one_subject",
            *("batch_id", "subject"),
            unique=True,
            sqlite_where=text("subject <> ''"),
            postgresql_where=text("subject <> ''"),
        ),
        CheckConstraint("(award_id IS NULL) = (subject <> '')", name="subject"),
        CheckConstraint("(state = 'failed') = (problem IS NOT NULL)", name="problem"),
        CheckConstraint(
            "state IN ('queued', 'failed', 'void') OR certificate_id IS NOT NULL", name="numbered"
        ),
    )

    id: Mapped[Key]
    batch_id: Mapped[int] = mapped_column(ForeignKey(Batch.id))
    award_id: Mapped[int | None] = mapped_column(ForeignKey(Award.id), index=True)
    subject: Mapped[str] = mapped_column(default="", server_default="")  # as of a certificate
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey(Certificate.id), index=True)
    state: Mapped[ItemState] = mapped_column(choice(ItemState), default=ItemState.QUEUED)
    position: Mapped[int | None]  # in its files
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    forced_why: Mapped[str] = mapped_column(default="", server_default="")

    award: Mapped[Award] = relationship()  # of one with a subject there is none
    certificate: Mapped[Certificate | None] = relationship()

    @property
    def whose(self) -> int | str:
        """Name what it is for: the key of an award, or a subject."""
        return self.award_id or self.subject
