"""Certificates, their numbers and their bytes as rows."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from skillhub.awards.models import Award
from skillhub.competitions.models import Competition
from skillhub.kernel.db import Model, choice
from skillhub.kernel.exact import Instant, Key
from skillhub.organisations.models import Organisation


class CertificateState(StrEnum):
    """Where a certificate stands: numbered, printed and in force, or no longer."""

    RESERVED = "reserved"
    ISSUED = "issued"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    VOID = "void"


class Series(Model):
    """The run of numbers of one issuer in one year; its row is locked while a number is taken."""

    __tablename__ = "series"
    __table_args__ = (UniqueConstraint("issuer_id", "year"),)

    id: Mapped[Key]
    issuer_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    year: Mapped[int]
    prefix: Mapped[str] = mapped_column(unique=True)
    last: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column()

    issuer: Mapped[Organisation] = relationship()

    __mapper_args__ = {"version_id_col": version}


class TemplateVersion(Model):
    """One state of a template's files, kept for as long as a certificate was printed from it."""

    __tablename__ = "template_versions"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(index=True)
    title: Mapped[str]
    sha256: Mapped[str] = mapped_column(unique=True)
    files: Mapped[bytes] = mapped_column(LargeBinary)  # the folder as a ZIP, with fixed dates


class Seal(Model):
    """One certificate (X.509) with whose key papers were signed; it stays for as long as one of them is looked at."""

    __tablename__ = "seals"

    id: Mapped[Key]
    fingerprint: Mapped[str] = mapped_column(unique=True)  # SHA-256 of the certificate
    name: Mapped[str]
    demo: Mapped[bool]  # made here for a demonstration: it proves nothing
    certificate: Mapped[bytes] = mapped_column(LargeBinary, info={"hidden": True})
    taken_up_at: Mapped[datetime] = mapped_column(Instant)


class Certificate(Model):
    """One paper: its number, its frozen facts, and whether it is in force. Once issued, only its state changes."""

    __tablename__ = "certificates"
    __table_args__ = (
        UniqueConstraint("series_id", "serial"),
        Index(
            "uq_certificates_one_valid",
            "award_id",
            unique=True,
            sqlite_where=text("state IN ('reserved', 'issued')"),
            postgresql_where=text("state IN ('reserved', 'issued')"),
        ),
        Index(
            "uq_certificates_one_valid_subject",
            "subject",
            unique=True,
            sqlite_where=text("subject <> '' AND state IN ('reserved', 'issued')"),
            postgresql_where=text("subject <> '' AND state IN ('reserved', 'issued')"),
        ),
        CheckConstraint("(award_id IS NULL) = (subject <> '')", name="subject"),
        CheckConstraint(
            "state NOT IN ('issued', 'replaced', 'withdrawn') OR pdf_sha256 IS NOT NULL",
            name="printed",
        ),
        CheckConstraint("(state = 'replaced') = (replaced_by_id IS NOT NULL)", name="replaced_by"),
        CheckConstraint(
            "state NOT IN ('replaced', 'withdrawn', 'void') OR ended_why <> ''", name="ended_why"
        ),
    )

    id: Mapped[Key]
    award_id: Mapped[int | None] = mapped_column(ForeignKey(Award.id), index=True)
    subject: Mapped[str] = mapped_column(
        default="", server_default=""
    )  # what it is for, when it is for no award
    competition_id: Mapped[int | None] = mapped_column(ForeignKey(Competition.id), index=True)
    series_id: Mapped[int] = mapped_column(ForeignKey(Series.id))
    serial: Mapped[int]
    number: Mapped[str] = mapped_column(unique=True)
    folded: Mapped[str] = mapped_column(unique=True)  # the number as it is looked for
    code: Mapped[str] = mapped_column(unique=True, info={"hidden": True})  # 130 bits: in the QR
    template_version_id: Mapped[int] = mapped_column(ForeignKey(TemplateVersion.id))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, info={"hidden": True})
    facts_sha256: Mapped[str]
    state: Mapped[CertificateState] = mapped_column(
        choice(CertificateState), default=CertificateState.RESERVED
    )
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # why printing failed last
    pdf_sha256: Mapped[str | None]
    seal_id: Mapped[int | None] = mapped_column(ForeignKey(Seal.id))  # what signed the file
    expires_on: Mapped[date | None]
    issued_by: Mapped[str]
    issued_at: Mapped[datetime] = mapped_column(Instant)
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("certificates.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_why: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column()

    award: Mapped[Award] = (
        relationship()
    )  # of one with a subject there is none: ask for `award_id` first
    competition: Mapped[Competition | None] = relationship()
    series: Mapped[Series] = relationship()
    template_version: Mapped[TemplateVersion] = relationship()
    seal: Mapped[Seal | None] = relationship()
    replaced_by: Mapped[Certificate | None] = relationship(remote_side="Certificate.id")

    __mapper_args__ = {"version_id_col": version}


class CertificateBlock(Model):
    """What the files of many certificates begin with, written once: art, fonts and what is alike on a plate."""

    __tablename__ = "certificate_blocks"

    id: Mapped[Key]
    sha256: Mapped[str] = mapped_column(unique=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)

    __journaled__ = (
        False  # the SHA-256 of every file that begins with it stands in the certificate's line
    )


class CertificatePdf(Model):
    """The bytes of one certificate, written once: what follows on its block, or the whole file where it has none."""

    __tablename__ = "certificate_pdfs"

    certificate_id: Mapped[int] = mapped_column(ForeignKey(Certificate.id), primary_key=True)
    block_id: Mapped[int | None] = mapped_column(ForeignKey(CertificateBlock.id))
    content: Mapped[bytes] = mapped_column(LargeBinary)

    block: Mapped[CertificateBlock | None] = relationship()

    __journaled__ = False  # its SHA-256 stands in the certificate's line
