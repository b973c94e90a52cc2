"""Questions about approvals: what stands approved, what is no longer as it was, and who approves what waits."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from skillhub.approvals.models import Approval
from skillhub.approvals.rules import APPROVED, OF_EVENT, as_written, differs, listed
from skillhub.competitions.models import Competition, Event
from skillhub.competitions.rules import RULES_OPEN, EventState, plain_event
from skillhub.kernel.access import Actor, Role
from skillhub.kernel.db import db
from skillhub.kernel.errors import Conflict
from skillhub.kernel.journal import about
from skillhub.kernel.messages import N_, Message, say
from skillhub.organisations.queries import below

EARLY = (*RULES_OPEN, EventState.PREPARED)  # what is changed later is told, and holds nothing up
CHANGING = ("competitions.edit", "competitions.load", "competitions.revise_event", "scoring.")


def facts_of(competition: Competition) -> dict[str, Any]:
    """Give what is approved of a competition: what is said about it, and the rules of its events, by code."""
    said = {name: as_written(getattr(competition, name)) for name in APPROVED}
    return {"": said, **{one.code: plain_event(one) for one in competition.events}}


def approval_of(competition: Competition) -> Approval | None:
    """Give what somebody approved; None where nothing stands approved."""
    if competition.approved_at is None:
        return None
    return db.session.scalar(select(Approval).where(Approval.competition_id == competition.id))


def changed_since(competition: Competition) -> dict[str, list[Message]]:
    """Name what is not as it was approved: of the competition under "", of each event under its code."""
    stands = approval_of(competition)
    if stands is None:
        return {}
    known = facts_of(competition)
    found = {
        code: differs(facts, known[code], OF_EVENT if code else APPROVED)
        for code, facts in stands.facts.items()
        if code in known
    }
    return {code: words for code, words in found.items() if words}


def refuse_altered(event: Event) -> None:
    """Refuse to lock the rules of an event that are not as they were approved; raises Conflict."""
    changed = changed_since(event.competition)
    words = [*changed.get("", ()), *changed.get(event.code, ())]
    if words:
        text = N_("Event %(code)s: a second person approves first what changed: %(what)s.")
        raise Conflict(say(text, code=event.code, what=listed(words)))


def to_approve(actor: Actor) -> list[Competition]:
    """Give what waits for somebody's approval, the oldest first: filings, and what changed since it was approved."""
    chosen = (
        select(Competition)
        .join(Competition.host)
        .where(
            Competition.filed_at.is_not(None),
            or_(Competition.approved_at.is_(None), Competition.events.any(Event.state.in_(EARLY))),
            below(actor.paths(Role.ORGANISER)),
        )
        .options(
            joinedload(Competition.host),
            selectinload(Competition.events).selectinload(Event.components),
            selectinload(Competition.events).joinedload(Event.occupation),
        )
        .order_by(Competition.filed_at)
    )
    found = [c for c in db.session.scalars(chosen) if c.approved_at is None or changed_since(c)]
    return [one for one in found if may_approve(one, actor)]


def may_approve(competition: Competition, actor: Actor) -> bool:
    """Tell whether somebody may approve: an organiser who neither announced, filed nor since changed it."""
    own = {competition.announced_by, competition.filed_by, *_changed_by(competition)}
    return actor.may(Role.ORGANISER, competition.host.path) and actor.login not in own


def _changed_by(competition: Competition) -> set[str]:
    """Name who changed something since it was approved."""
    at = competition.approved_at
    if at is None or not changed_since(competition):
        return set()
    past = about([competition, *competition.events])
    return {one.actor for one in past if one.at > at and one.verb.startswith(CHANGING)}
