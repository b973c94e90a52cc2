"""Locking rules as they were approved."""

from __future__ import annotations

from datetime import datetime

from skillhub.approvals import queries
from skillhub.competitions import services as competitions
from skillhub.competitions.models import Event
from skillhub.kernel.access import Actor
from skillhub.kernel.db import transaction
from skillhub.kernel.journal import act


@transaction()
def lock(event: Event, actor: Actor, moment: datetime) -> None:
    """Close the rules of an event to change, unless they differ from what a second person approved."""
    queries.refuse_altered(event)
    competitions.lock(event, actor, moment)
    act(actor, "approvals.lock", event)
