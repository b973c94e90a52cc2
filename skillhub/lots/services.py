"""Keeping the lots that were drawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from skillhub.competitions.models import Event
from skillhub.entries.models import Entry
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, transaction
from skillhub.kernel.errors import BadInput
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, say
from skillhub.kernel.signature import signs
from skillhub.lots import queries
from skillhub.lots.models import Lot


@transaction()
def keep(
    event: Event, order: Sequence[Entry], why: str, witness: str, actor: Actor, moment: datetime
) -> None:
    """Keep the order in which the entries of a tie were drawn; whoever calls has seen that they tie."""
    own = actor.name or actor.login
    if not why.strip():
        raise BadInput(say(N_("Say why lots were drawn.")))
    if not witness.strip() or signs(witness, own):
        raise BadInput(say(N_("Name a witness: another person who saw the lots drawn.")))

    drawn = {entry.id for entry in order}
    for lot in queries.of(event):
        if lot.entry_id in drawn:
            db.session.delete(lot)
    db.session.flush()
    for position, entry in enumerate(order, 1):
        db.session.add(
            Lot(
                entry=entry,
                position=position,
                why=why.strip(),
                witness=witness.strip(),
                drawn_by=own,
                drawn_at=moment,
            )
        )
    act(actor, "lots.keep", event, why=why, note={"entries": [entry.id for entry in order]})
