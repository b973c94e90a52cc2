"""Telling people what concerns them, and putting away what they have read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from skillhub.competitions.models import Competition
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, transaction
from skillhub.kernel.journal import act
from skillhub.kernel.messages import Message
from skillhub.telling.models import Announcement
from skillhub.telling.queries import Told


@transaction()
def tell(
    about: str,
    competition: Competition,
    told: Mapping[int, Told | Message],
    actor: Actor,
    moment: datetime,
    *,
    of_result: bool = False,
) -> None:
    """Tell people, by their key, one sentence each; `about` names the row that is the reason for it."""
    rows = [
        Announcement(
            about=about,
            person_id=person,
            competition_id=competition.id,
            entry_id=one.entry if isinstance(one, Told) else None,
            of_result=of_result,
            sentence=(one.sentence if isinstance(one, Told) else one).as_json(),
            at=moment,
        )
        for person, one in sorted(told.items())
    ]
    db.session.add_all(rows)
    act(actor, "telling.tell", note={"about": about, "people": len(rows)})


@transaction()
def put_away(row: Announcement, actor: Actor, moment: datetime) -> None:
    """Put away what one has read; again changes nothing."""
    if row.read_at is None:
        row.read_at = moment
        act(actor, "telling.put_away", row)
