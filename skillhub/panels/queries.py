"""Questions about panels, recusals and codes: who judges, who steps aside, and who is seen under which name."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from skillhub.accounts.models import User
from skillhub.competitions.models import Component, Event
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db
from skillhub.kernel.messages import N_, Problem, say
from skillhub.panels.models import Code, Draw, Panel, Recusal, Seat

NAMED = 12  # codes that a sentence names
SITTING = Seat.until.is_(None)


def panel_of(component: Component) -> Panel | None:
    """Find the panel of a component."""
    return db.session.scalars(select(Panel).where(Panel.component_id == component.id)).first()


def seats(component: Component) -> dict[int, User]:
    """Give who sits on the panel of a component, by the number of the seat."""
    return {seat.number: seat.user for seat in seats_in([component])}


def seats_in(components: Sequence[Component]) -> Sequence[Seat]:
    """Give the seats that are taken on the panels of some components, by component and number."""
    chosen = (
        select(Seat)
        .join(Seat.panel)
        .where(Panel.component_id.in_([part.id for part in components]), SITTING)
        .options(joinedload(Seat.user), joinedload(Seat.panel))
        .order_by(Panel.component_id, Seat.number)
    )
    return db.session.scalars(chosen).all()


def seats_at(events: Sequence[int]) -> Sequence[Seat]:
    """Give the seats that are taken in some events, with their panels and components."""
    chosen = (
        select(Seat)
        .join(Seat.panel)
        .join(Panel.component)
        .where(Component.event_id.in_(events), SITTING)
        .options(joinedload(Seat.user), contains_eager(Seat.panel).contains_eager(Panel.component))
        .order_by(Component.event_id, Component.position, Seat.number)
    )
    return db.session.scalars(chosen).all()


def recused(component: Component) -> set[tuple[int, int]]:
    """Give which seats stay blank for which entries: entry, number of the seat."""
    chosen = (
        select(Recusal.entry_id, Seat.number)
        .join(Recusal.seat)
        .join(Seat.panel)
        .where(Panel.component_id == component.id, SITTING)
    )
    return {(entry, number) for entry, number in db.session.execute(chosen)}


def codes(event: Event) -> dict[int, str]:
    """Give the code of each entry of an event that has drawn one, by the entry's key."""
    chosen = select(Code.entry_id, Code.code).where(
        Code.event_id == event.id, Code.code.is_not(None)
    )
    return {entry: str(code) for entry, code in db.session.execute(chosen)}


def draw_of(event: Event) -> Draw | None:
    """Find the drawing of an event."""
    return db.session.scalars(select(Draw).where(Draw.event_id == event.id)).first()


def names_open(event: Event, actor: Actor) -> bool:
    """Tell whether somebody may see the names beside the marks: always, unless codes are drawn and not yet opened."""
    draw = draw_of(event)
    return draw is None or draw.witnessed_at is not None


def blockers(event: Event) -> list[Problem]:
    """Say whether the codes under which an event was marked still hide its names."""
    draw = draw_of(event)
    if draw is None or draw.codes_at is None or draw.witnessed_at is not None:
        return []
    drawn = codes(event)
    text = N_("the codes are not opened before a witness yet: %(codes)s")
    shown = ", ".join([*list(drawn.values())[:NAMED], *(["…"] if len(drawn) > NAMED else [])])
    told = say(text, codes=shown)
    return [Problem("codes", told, page="codes", kind="undecoded", rows=tuple(drawn))]
