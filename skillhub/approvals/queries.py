"""Questions about approvals: what stands approved, and what is no longer as it was."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from skillhub.approvals.models import Approval
from skillhub.approvals.rules import APPROVED, OF_EVENT, as_written, differs, listed
from skillhub.competitions.models import Competition, Event
from skillhub.competitions.rules import plain_event
from skillhub.kernel.db import db
from skillhub.kernel.errors import Conflict
from skillhub.kernel.messages import N_, Message, say


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
