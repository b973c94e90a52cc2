"""Writing down what was counted by hand; a new count holds in place of the one before, which stays."""

from __future__ import annotations

from datetime import date, datetime

from skillhub.balances.models import SheetCount
from skillhub.balances.queries import Hand
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, transaction
from skillhub.kernel.errors import BadInput
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Problem, say


@transaction()
def count(
    hand: Hand, day: date, taken: int, left: int, note: str, actor: Actor, moment: datetime
) -> SheetCount:
    """Note how many sheets were taken out of the box on a day, and how many of them are left."""
    if left > taken:
        text = say(N_("More sheets are left than were taken out of the box. Count again."))
        raise BadInput(text, [Problem("left", text)])
    row = SheetCount(
        issuer_id=hand.issuer_id,
        printer_id=hand.printer_id,
        paper_id=hand.paper_id,
        operator=hand.operator,
        day=day,
        taken=taken,
        left_over=left,
        note=note.strip(),
        counted_by=actor.name or actor.login,
        counted_at=moment,
    )
    db.session.add(row)
    act(actor, "balances.count", row, why=note.strip())
    return row
