"""What a file that came back is: which certificate it says it is, and whether it is the one we kept."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pikepdf
from asn1crypto import pem
from sqlalchemy import select

from skillhub.certificates import rules
from skillhub.certificates.models import Certificate, Seal
from skillhub.kernel.archive.check import attached_facts, findings
from skillhub.kernel.db import db
from skillhub.kernel.settings import settings
from skillhub.kernel.signing.look import Report, Seen, look

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


def checked(pdf: bytes, day: date) -> Checked:
    """Look at a file: at its signature, at the number in its facts, and at what was kept under it."""
    seals = {seal.certificate: seal for seal in db.session.scalars(select(Seal))}
    report = look(pdf, set(seals), _roots())
    sha256 = hashlib.sha256(pdf).hexdigest()
    found = select(Certificate).where(Certificate.pdf_sha256 == sha256)
    certificate = db.session.scalar(found) or _named(pdf)
    kept = certificate is not None and certificate.pdf_sha256 == sha256
    if certificate and certificate.seal_id and report.seen is Seen.UNSIGNED:
        report = report._replace(seen=Seen.STRIPPED)  # the register knows that it was signed
    answer = rules.Answer.UNKNOWN
    if certificate:
        answer = rules.answer_on(day, certificate.state.value, certificate.expires_on)
    by = {hashlib.sha256(der).hexdigest(): seal for der, seal in seals.items()}
    seal = by.get(report.fingerprint)
    return Checked(report, certificate, kept, seal, answer, _findings(pdf))


def _named(pdf: bytes) -> Certificate | None:
    """Find the certificate whose number stands in the facts of a file."""
    try:
        stated = json.loads(attached_facts(pdf) or "{}")
        number = str(stated["facts"]["number"])
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError):
        return None
    folded = rules.fold(number[:200])
    return db.session.scalar(select(Certificate).where(Certificate.folded == folded))


def _findings(pdf: bytes) -> list[str]:
    try:
        return findings(pdf)
    except Exception as error:  # noqa: BLE001  (a file from anywhere may break any part of a reader)
        return [f"file: {type(error).__name__}: {error}"[:200]]


def _roots() -> list[bytes]:
    """Give the roots of timestamp servers that the settings trust."""
    if not settings.trusted_roots:
        return []
    data = Path(settings.instance / settings.trusted_roots).read_bytes()
    if not pem.detect(data):
        return [data]
    return [der for _, _, der in pem.unarmor(data, multiple=True)]
