"""Which papers of a batch go to a printer, when one went there before, and the files that were made."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select

from skillhub.batches import queries as batches
from skillhub.batches.models import Batch
from skillhub.batches.rules import pieces
from skillhub.copies import queries as copies
from skillhub.copies.models import Copy, Sending
from skillhub.copies.queries import Paper
from skillhub.copies.rules import CopyState
from skillhub.kernel.db import db, get_or_404
from skillhub.kernel.errors import Conflict
from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.settings import settings


def of_batch(batch: Batch, piece: int = 0) -> list[Paper]:
    """Give the papers of a batch, or of one piece of it, in the order of its files, as they stand."""
    keys = [row.id for row in batches.plan(batch)]
    cut = {number: (start, end) for number, start, end in pieces(len(keys))}
    if piece in cut:
        start, end = cut[piece]
        keys = keys[start:end]
    return copies.papers(copies.certificates(keys), steps=False)


def pieces_of(batch: Batch) -> list[int]:
    """Number the pieces of a batch."""
    return [number for number, _, _ in pieces(len(batches.plan(batch)))]


def which(papers: Sequence[Paper], wanted: str) -> list[Paper]:
    """Choose among papers: those never sent, those whose last sheet is spoiled or was not printed, or all."""
    if wanted == "new":
        return [paper for paper in papers if not paper.sheets]
    if wanted == "spoiled":
        gone = (CopyState.SPOILED, CopyState.UNUSED)
        return [paper for paper in papers if paper.sheets and paper.sheets[0].state in gone]
    return list(papers)


def by_key(key: str) -> Sending | None:
    """Find the sending that was asked for with a key."""
    return db.session.scalar(select(Sending).where(Sending.key == key))


def asked_before(key: str, certificates: Sequence[int]) -> Sending | None:
    """Find the sending that a page led to already; raises Conflict when it was for other papers."""
    known = by_key(key)
    if known is None:
        return None
    sent = db.session.scalars(select(Copy.certificate_id).where(Copy.sending_id == known.id))
    if set(sent) != set(certificates):
        text = N_(
            "This page was used already, for sending %(n)s. Open it anew to send other papers."
        )
        raise Conflict(say(text, n=known.id))
    return known


def file_of(key: str) -> Path:
    """Give the place of the file of a sending."""
    return settings.instance / "prints" / f"sending-{sha256(key.encode()).hexdigest()[:32]}.pdf"


def kept_file(sending: Sending) -> Path:
    """Give the file of a sending as long as it is kept."""
    path = file_of(sending.key)
    if not path.is_file():
        text = N_(
            "The file of this sending has had its time. Send the papers again, with a reason."
        )
        raise Conflict(say(text))
    return path


def path_of_sending(sending_id: int, **_: object) -> str:
    """Give the path of the organisation whose papers were sent."""
    return get_or_404(Sending, sending_id).issuer.path


def before(paper: Paper) -> Message:
    """Say when and by whom a paper was sent last."""
    last = paper.sheets[0]
    sending = last.copy.sending
    moment = sending.sent_at.astimezone(ZoneInfo(sending.issuer.zone))
    return say(
        N_("%(name)s: copy %(n)s was sent on %(day)s at %(time)s by %(who)s."),
        name=paper.holder,
        n=last.copy.number,
        day=sending.day,
        time=f"{moment:%H:%M}",
        who=sending.sent_by,
    )
