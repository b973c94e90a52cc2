"""Questions about old papers of a competition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from skillhub.awards.models import Award
from skillhub.certificates.models import Certificate, CertificateState
from skillhub.competitions.models import Competition, Event
from skillhub.kernel.db import db, get_or_404
from skillhub.kernel.errors import NotFound
from skillhub.returns.models import PaperReturn

ENDED = (CertificateState.REPLACED, CertificateState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper, and its return where it came back."""

    certificate: Certificate
    back: PaperReturn | None

    @property
    def counts(self) -> bool:
        """Tell whether it is in force: then nobody asks it back."""
        return self.certificate.state not in ENDED

    @property
    def holder(self) -> str:
        """Name whose it was, as it stands on it."""
        return str(self.certificate.facts.get("holder_name", ""))


def papers(competition: Competition) -> list[Paper]:
    """List the papers of a competition that count no more: those still out first, the latest ended first."""
    chosen = (
        select(Certificate, PaperReturn)
        .join(Certificate.award)
        .join(Award.event)
        .join(PaperReturn, PaperReturn.certificate_id == Certificate.id, isouter=True)
        .where(Event.competition_id == competition.id, Certificate.state.in_(ENDED))
        .options(joinedload(Certificate.replaced_by))
        .order_by(PaperReturn.id.is_not(None), Certificate.ended_at.desc(), Certificate.id)
    )
    return [Paper(*row) for row in db.session.execute(chosen)]


def paper_of(competition: Competition, certificate_id: int) -> Paper:
    """Find a paper of a competition, in force or not; raises NotFound for another's."""
    certificate = get_or_404(Certificate, certificate_id)
    if certificate.award.event.competition_id != competition.id:
        raise NotFound
    chosen = select(PaperReturn).where(PaperReturn.certificate_id == certificate.id)
    return Paper(certificate, db.session.scalar(chosen))


def out(competitions: Sequence[int]) -> dict[int, int]:
    """Count, for competitions, the papers that count no more and are still out."""
    rows = db.session.execute(
        select(Event.competition_id, func.count())
        .select_from(Certificate)
        .join(Certificate.award)
        .join(Award.event)
        .join(PaperReturn, PaperReturn.certificate_id == Certificate.id, isouter=True)
        .where(Event.competition_id.in_(competitions), Certificate.state.in_(ENDED))
        .where(PaperReturn.id.is_(None))
        .group_by(Event.competition_id)
    )
    return {key: n for key, n in rows}  # noqa: C416  (rows are no pairs to a type checker)
