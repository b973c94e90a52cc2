"""Questions about the versions of a result: whether one corrects an earlier one, and in what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from skillhub.awards.models import Award, AwardState
from skillhub.competitions.models import Event
from skillhub.kernel.db import db
from skillhub.kernel.rounding import printed
from skillhub.results.models import ResultVersion
from skillhub.versions.rules import Change, Said, Title, changes


def corrected_by(version: ResultVersion) -> ResultVersion | None:
    """Give the latest signed version before this one that said something else; signed anew alone corrects nothing."""
    chosen = (
        select(ResultVersion)
        .where(ResultVersion.event_id == version.event_id, ResultVersion.number < version.number)
        .where(ResultVersion.signed_at.is_not(None))
        .where(ResultVersion.content_hash != version.content_hash)
        .order_by(ResultVersion.number.desc())
    )
    return db.session.scalars(chosen.limit(1)).first()


@dataclass(frozen=True, slots=True)
class Revision:
    """What a version says otherwise than what readers got last; `since` is what the caller knows that one by."""

    since: Any
    changes: list[Change]


def since(
    version: ResultVersion, earlier: Iterable[tuple[int, datetime, Any]], decimals: int = 2
) -> Revision | None:
    """Compare a version with the latest of some earlier ones that said something else; None where none did.

    Each is given by its key, when it was read, and what the caller knows it by, the latest first.
    """
    for key, then, named in earlier:
        old = db.session.get(ResultVersion, key)
        if old and (old.content_hash != version.content_hash or taken_since(version.event, then)):
            return Revision(named, _changed(old, version, then, decimals))
    return None


def taken_since(event: Event, moment: datetime) -> bool:
    """Tell whether an award that stood at a moment was revoked and not given again."""
    standing = select(Award.id).where(
        Award.event_id == event.id, Award.state == AwardState.CONFERRED
    )
    stands = {tuple(row) for row in db.session.execute(standing.with_only_columns(*SAME))}
    taken = select(*SAME).where(Award.event_id == event.id, Award.conferred_at <= moment)
    taken = taken.where(Award.revoked_at >= moment)
    return any(tuple(row) not in stands for row in db.session.execute(taken))


def _changed(old: ResultVersion, new: ResultVersion, then: datetime, decimals: int) -> list[Change]:
    """Give what a version says otherwise than an older one; `then` is when the older one was read with its awards."""
    before, after = _awards(new.event, then), _awards(new.event)
    # Where nothing was conferred then, readers saw what the rules propose: no award was taken from anybody.
    before = before or after
    return changes(_said(old, before, decimals), _said(new, after, decimals))


SAME = (Award.entry_id, Award.title)


def _said(
    version: ResultVersion, awards: dict[int, tuple[Title, ...]], decimals: int
) -> dict[int, Said]:
    return {
        line.entry_id: Said(
            line.rank,
            None if line.total is None else printed(line.total, decimals),
            awards.get(line.entry_id, ()),
        )
        for line in version.lines
    }


def _awards(event: Event, moment: datetime | None = None) -> dict[int, tuple[Title, ...]]:
    """Give the awards of an event by entry, as they stand or as they stood at a moment."""
    chosen = select(Award.entry_id, Award.title, Award.title_en).where(Award.event_id == event.id)
    if moment is None:
        chosen = chosen.where(Award.state == AwardState.CONFERRED)
    else:
        stood = or_(Award.revoked_at.is_(None), Award.revoked_at >= moment)
        chosen = chosen.where(Award.conferred_at <= moment, stood)
    found: dict[int, list[Title]] = defaultdict(list)
    for entry, *title in db.session.execute(chosen.order_by(Award.position, Award.title)):
        found[entry].append((title[0], title[1]))
    return {entry: tuple(titles) for entry, titles in found.items()}
