"""Questions about what somebody was told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from skillhub.competitions.models import Event
from skillhub.entries.models import Entry
from skillhub.kernel.db import db, get_or_404
from skillhub.kernel.errors import NotFound
from skillhub.kernel.messages import Message
from skillhub.people.models import Person
from skillhub.telling.models import Announcement

MOST = 20


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence about one entry, for one who competed in it."""

    entry: int
    sentence: Message


def told_to(
    person: Person,
    held_back: Collection[int] | Select[int] = (),
    *,
    unread: bool = False,
    most: int = MOST,
) -> Sequence[Announcement]:
    """Give what a person was told, the latest first, what is not put away before the rest.

    What speaks of a result of the competitions `held_back` waits until that may be seen.
    """
    chosen = (
        select(Announcement)
        .where(Announcement.person_id == person.id)
        .where(or_(~Announcement.of_result, Announcement.competition_id.not_in(held_back)))
        .options(
            joinedload(Announcement.competition),
            joinedload(Announcement.entry)
            .joinedload(Entry.event)
            .load_only(Event.name, Event.name_en),
        )
        .order_by(Announcement.read_at.is_not(None), Announcement.at.desc(), Announcement.id.desc())
    )
    if unread:
        chosen = chosen.where(Announcement.read_at.is_(None))
    return db.session.scalars(chosen.limit(most)).all()


def own(person: Person, announcement_id: int) -> Announcement:
    """Find what a person was told; raises NotFound for anybody else's."""
    row = get_or_404(Announcement, announcement_id)
    if row.person_id != person.id:
        raise NotFound
    return row


def competed(entry: Entry) -> set[int]:
    """Give the people who competed in an entry, alone or in a team, as far as they are known."""
    crew = {member.person_id for member in entry.members if not member.reserve}
    return {person for person in {entry.person_id, *crew} if person is not None}
