"""Whether the register of certificates, their kept bytes, their numbers and the batches agree; nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from skillhub.batches.models import Batch, BatchItem
from skillhub.batches.queries import files, tally
from skillhub.batches.rules import ItemState
from skillhub.certificates import queries as certificates
from skillhub.certificates.models import Certificate, CertificatePdf, CertificateState, Series
from skillhub.certificates.queries import LIVE
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.errors import Conflict
from skillhub.kernel.jobs import JobState

UNPRINTED = (CertificateState.RESERVED, CertificateState.VOID)


def differences() -> Iterator[str]:
    """Name everything that does not agree, a sentence each."""
    yield from _numbers()
    yield from _doubled()
    yield from _bytes()
    yield from _batches()


def _numbers() -> Iterator[str]:
    """Follow each run of numbers: every one from the first to the last stands in the register once."""
    for series in db.session.scalars(select(Series).order_by(Series.id)):
        own = select(Certificate.serial).where(Certificate.series_id == series.id)
        given = set(db.session.scalars(own))
        for lost in sorted(set(range(1, series.last + 1)) - given):
            yield f"{series.prefix}: number {lost} is in no row"
        for beyond in sorted(given - set(range(1, series.last + 1))):
            yield f"{series.prefix}: number {beyond} was never counted"


def _doubled() -> Iterator[str]:
    """Find what has more than one certificate in force: an award, or what another paper is for."""
    live = Certificate.state.in_(LIVE)
    awards = select(Certificate.award_id).where(live, Certificate.award_id.is_not(None))
    subjects = select(Certificate.subject).where(live, Certificate.subject != "")
    of_awards = awards.group_by(Certificate.award_id).having(func.count() > 1)
    for award in db.session.scalars(of_awards):
        yield f"award {award} has more than one number in force"
    for subject in db.session.scalars(
        subjects.group_by(Certificate.subject).having(func.count() > 1)
    ):
        yield f"{subject} has more than one number in force"


def _bytes() -> Iterator[str]:
    """Compare rows and kept bytes: whatever was printed is there whole, and nothing is there besides."""
    rows = select(Certificate.id, Certificate.number, Certificate.state)
    kept = set(db.session.scalars(select(CertificatePdf.certificate_id)))
    for key, number, state in db.session.execute(rows.order_by(Certificate.id)).all():
        if state in UNPRINTED:
            if key in kept:
                yield f"{number} is {state.value} and has a file"
            continue
        try:
            certificates.pdf_of(key)
        except Conflict as refusal:
            yield f"{number}: {refusal.message}"


def _batches() -> Iterator[str]:
    states = select(BatchItem.batch_id, Certificate.number, Certificate.state).join(
        BatchItem.certificate
    )
    printed = states.where(BatchItem.state == ItemState.RENDERED, Certificate.state.in_(UNPRINTED))
    for key, number, state in db.session.execute(printed).all():
        yield f"batch {key}: {number} counts as printed and is {state.value}"
    for batch in db.session.scalars(select(Batch).order_by(Batch.id)):
        counted, moment = tally(batch), now()
        if batch.job and batch.job.state is JobState.DONE and counted["queued"]:
            yield f"batch {batch.id} is done and {counted['queued']} papers still wait"
        due = batch.files_until and batch.files_until > moment and counted["done"]
        if due and not files(batch, moment):
            yield f"batch {batch.id}: its files are gone before their time; make them again"
