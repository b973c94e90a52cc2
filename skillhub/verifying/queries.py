"""What a file that came back is: which certificate it says it is, and whether it is the one we kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from asn1crypto import pem
from sqlalchemy import select

from skillhub.certificates import queries as certificates
from skillhub.certificates import rules
from skillhub.certificates.models import Certificate, Seal
from skillhub.kernel.db import db
from skillhub.kernel.exact import day_of
from skillhub.kernel.settings import settings
from skillhub.kernel.signing.apart import looked
from skillhub.kernel.signing.look import Report, Seen

MOST = 20_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file shows of its signature, whose it is, and what the register says. The register is the truth."""

    report: Report
    certificate: Certificate | None
    kept: bool  # byte for byte the one we kept
    seal: Seal | None
    answer: rules.Answer
    findings: list[str]  # what keeps it from being PDF/A and PDF/UA

    @property
    def good(self) -> bool:
        """Tell whether it is our file, unchanged, of a certificate that is valid."""
        return self.answer is rules.Answer.VALID and (
            self.kept or self.report.seen is Seen.UNCHANGED
        )


class Outcome(StrEnum):
    """What a stranger is told about a file."""

    OURS = "ours"  # to the last byte, or by our signature
    CHANGED = "changed"  # it says it is one of ours, and is not as we issued it
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Told:
    """What a stranger is told: about the file, and about the certificate that it is or says it is."""

    outcome: Outcome
    report: Report
    kept: bool
    demo: bool
    answer: rules.Answer
    row: Certificate | None = None  # None while nobody is told of it
    opens_at: datetime | None = None


def told(pdf: bytes, moment: datetime) -> Told:
    """Look at a file for a stranger: what it is, and what may be said of its certificate today."""
    found = checked(pdf, day_of(moment, settings.zone))
    row, seen = found.certificate, found.report.seen
    demo = found.seal.demo if found.seal else False
    if row is None:
        return Told(Outcome.UNKNOWN, found.report, found.kept, demo, found.answer)
    known = certificates.verified(row.number, moment)
    ours = found.kept or seen is Seen.UNCHANGED
    shown = row if known.told else None
    outcome = Outcome.OURS if ours else Outcome.CHANGED
    return Told(outcome, found.report, found.kept, demo, known.answer, shown, known.opens_at)


def checked(pdf: bytes, day: date) -> Checked:
    """Look at a file: at its signature, at the number in its facts, and at what was kept under it."""
    seals = {seal.certificate: seal for seal in db.session.scalars(select(Seal))}
    found = looked(pdf, set(seals), _roots())
    report, sha256 = found.report, hashlib.sha256(pdf).hexdigest()
    kept = db.session.scalar(select(Certificate).where(Certificate.pdf_sha256 == sha256))
    certificate = kept or _numbered(found.number)
    if certificate and certificate.seal_id and report.seen is Seen.UNSIGNED:
        report = report._replace(seen=Seen.STRIPPED)  # the register knows that it was signed
    answer = rules.Answer.UNKNOWN
    if certificate:
        answer = rules.answer_on(day, certificate.state.value, certificate.expires_on)
    by = {hashlib.sha256(der).hexdigest(): seal for der, seal in seals.items()}
    seal = by.get(report.fingerprint)
    return Checked(report, certificate, kept is not None, seal, answer, found.findings)


def _numbered(number: str) -> Certificate | None:
    """Find the certificate whose number a file states."""
    if not number:
        return None
    return db.session.scalar(select(Certificate).where(Certificate.folded == rules.fold(number)))


def _roots() -> list[bytes]:
    """Give the roots of timestamp servers that the settings trust."""
    if not settings.trusted_roots:
        return []
    data = Path(settings.instance / settings.trusted_roots).read_bytes()
    if not pem.detect(data):
        return [data]
    return [der for _, _, der in pem.unarmor(data, multiple=True)]
