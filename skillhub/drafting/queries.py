"""Questions about marking schemes that are being written, and about amendments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from skillhub.competitions.models import Competition, Component, Event
from skillhub.drafting.models import AmendedPart, Amendment
from skillhub.drafting.rules import OPEN, AmendmentState
from skillhub.kernel.access import Actor, Role
from skillhub.kernel.db import db, get_or_404
from skillhub.kernel.errors import Conflict, NotFound
from skillhub.kernel.messages import N_, Problem, say
from skillhub.organisations.models import Organisation
from skillhub.organisations.queries import below
from skillhub.scoring.kinds import read_scheme
from skillhub.scoring.rules import Scheme

APPROVES = (Role.ORGANISER, Role.CHIEF_JUDGE)


def under_way(event: Event) -> Amendment | None:
    """Find the amendment of an event that is being written, or waits for approval."""
    chosen = select(Amendment).where(Amendment.event_id == event.id, Amendment.state.in_(OPEN))
    return db.session.scalars(chosen.options(selectinload(Amendment.parts))).first()


def draft_of(event: Event) -> Amendment | None:
    """Find the amendment that takes what the forms of a scheme write, once the rules are locked."""
    found = None if event.rules_open else under_way(event)
    return found if found and found.state is AmendmentState.DRAFT else None


def part_of(amendment: Amendment | None, component: Component) -> AmendedPart | None:
    """Find what an amendment says of a component."""
    parts = amendment.parts if amendment else ()
    return next((part for part in parts if part.component_id == component.id), None)


def document_of(component: Component, amendment: Amendment | None) -> Mapping[str, Any]:
    """Give the scheme of a component as an amendment will have it; as it stands where that says nothing of it."""
    part = part_of(amendment, component)
    return part.scheme if part else component.scheme


def scheme_in(component: Component, amendment: Amendment | None) -> Scheme:
    """Read the scheme of a component as an amendment will have it; one without aspects has none."""
    document = document_of(component, amendment)
    scheme, problems = read_scheme(document)
    if problems:
        raise Conflict(say(N_("The marking scheme cannot be used.")), problems)
    return scheme or Scheme()


def of_event(event: Event) -> Sequence[Amendment]:
    """Give the amendments of an event, the newest first."""
    chosen = select(Amendment).where(Amendment.event_id == event.id)
    people = (joinedload(Amendment.opened_by), joinedload(Amendment.approved_by))
    return db.session.scalars(chosen.options(*people).order_by(Amendment.number.desc())).all()


def amendment_of(event: Event, amendment_id: int) -> Amendment:
    """Give an amendment of an event; raises NotFound for another's."""
    row = get_or_404(Amendment, amendment_id)
    if row.event_id != event.id:
        raise NotFound
    return row


def to_approve(actor: Actor) -> Sequence[Amendment]:
    """Give the amendments that somebody else proposed and this person may approve, the oldest first."""
    chosen = (
        select(Amendment)
        .join(Amendment.event)
        .join(Event.competition)
        .join(Organisation, Competition.host_id == Organisation.id)
        .where(
            Amendment.state == AmendmentState.PROPOSED,
            Amendment.opened_by_id != (actor.user_id or 0),
            below(actor.paths(APPROVES)),
        )
        .options(joinedload(Amendment.event).joinedload(Event.competition))
        .order_by(Amendment.proposed_at, Amendment.id)
    )
    return db.session.scalars(chosen).all()


def blockers(event: Event) -> list[Problem]:
    """Say that an amendment waits: the ranking would not be the last word."""
    found = under_way(event)
    if found is None:
        return []
    told = say(N_("amendment %(n)s of its marking schemes is still open"), n=found.number)
    page = f"amendments/{found.id}"
    return [Problem("marks", told, page=page, kind="amendment", rows=(found.id,))]
