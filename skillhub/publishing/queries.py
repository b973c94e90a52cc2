"""Questions about what is public: since when, for whom, and which edition readers get."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select

from skillhub.competitions.models import Competition, Event
from skillhub.kernel.db import db
from skillhub.publishing import rules
from skillhub.publishing.models import Edition, EditionState, NameWithheld, Release


def release_of(competition: Competition) -> Release | None:
    """Give when and how the results of a competition become public; None where nobody said."""
    return db.session.scalar(select(Release).where(Release.competition_id == competition.id))


def is_open(competition: Competition, moment: datetime) -> bool:
    """Tell whether the results of a competition may be shown to everybody whom they concern.

    Without a release nothing is held back: those concerned see a result as soon as it is final.
    """
    release = release_of(competition)
    return release is None or rules.is_open(release.opens_at, moment)


def shows_own(competition: Competition, moment: datetime) -> bool:
    """Tell whether a person may see their own result: when all may, or before, where that was set."""
    release = release_of(competition)
    return release is None or release.own_first or rules.is_open(release.opens_at, moment)


def held_back(moment: datetime, own: bool = False) -> dict[int, datetime]:
    """Give the competitions whose results are not out yet, each with when they will be.

    `own` leaves out those in which a person already sees the own line.
    """
    chosen = select(Release.competition_id, Release.opens_at).where(Release.opens_at > moment)
    if own:
        chosen = chosen.where(~Release.own_first)
    return {key: opens_at for key, opens_at in db.session.execute(chosen)}  # noqa: C416  (rows are no pairs to a type checker)


def current(event: Event) -> Edition | None:
    """Give the edition of an event that readers get."""
    chosen = select(Edition).where(
        Edition.event_id == event.id, Edition.state == EditionState.CURRENT
    )
    return db.session.scalar(chosen)


def editions(event: Event) -> Sequence[Edition]:
    """Give every edition of an event, the newest first."""
    chosen = select(Edition).where(Edition.event_id == event.id).order_by(Edition.number.desc())
    return db.session.scalars(chosen).all()


def withheld(entries: Collection[int]) -> set[tuple[int, int]]:
    """Give who does not want to be named in which of these entries: entry and person."""
    chosen = select(NameWithheld.entry_id, NameWithheld.person_id)
    rows = db.session.execute(chosen.where(NameWithheld.entry_id.in_(entries)))
    return {(entry, person) for entry, person in rows}
