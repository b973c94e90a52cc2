"""Noting that an old paper came back, and taking a wrong note away."""

from __future__ import annotations

from datetime import date, datetime

from skillhub.certificates.models import Certificate
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, same_version, transaction
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.kernel.exact import day_of
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Problem, say
from skillhub.returns.models import PaperReturn
from skillhub.returns.queries import ENDED


@transaction()
def take_in(
    certificate: Certificate, came_on: date, note: str, actor: Actor, moment: datetime
) -> PaperReturn:
    """Note that the paper of a replaced or withdrawn certificate came back (domain, edge case 21)."""
    if certificate.state not in ENDED:
        text = N_("%(number)s is no paper that was replaced or withdrawn.")
        raise Conflict(say(text, number=certificate.number))
    if db.session.query(PaperReturn).filter_by(certificate_id=certificate.id).first():
        raise Conflict(say(N_("%(number)s came back already."), number=certificate.number))
    zone = certificate.series.issuer.zone
    first, last = day_of(certificate.issued_at, zone), day_of(moment, zone)
    if not first <= came_on <= last:
        text = N_("It came back between %(first)s, when it was issued, and today.")
        wrong = say(text, first=first)
        raise BadInput(wrong, [Problem("came_on", wrong)])

    row = PaperReturn(
        certificate=certificate,
        came_on=came_on,
        note=note.strip(),
        taken_by=actor.name or actor.login,
        noted_at=moment,
    )
    db.session.add(row)
    act(actor, "returns.take_in", certificate, why=note.strip())
    return row


@transaction()
def forget(row: PaperReturn, version: int, actor: Actor) -> None:
    """Take a note away that was made by mistake: the paper is still out."""
    same_version(row, version)
    act(actor, "returns.forget", row.certificate)
    db.session.delete(row)
