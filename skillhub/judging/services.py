"""Marking from a seat: ballots and new votes, stepping aside, another panel, and the signature of the chief judge."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from skillhub.accounts.models import User
from skillhub.competitions.models import Component
from skillhub.entries.models import Entry
from skillhub.judging import queries
from skillhub.judging.models import Ballot
from skillhub.judging.rules import boxes_of, whole
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, transaction
from skillhub.kernel.errors import BadInput, Conflict, Locked, NotAllowed
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Problem, say
from skillhub.panels import queries as panels
from skillhub.panels import services as panel_services
from skillhub.panels.models import Panel, Recusal, Seat
from skillhub.scoring import queries as scoring
from skillhub.scoring import services as marks
from skillhub.scoring.queries import MarkKey
from skillhub.scoring.services import Value

Typed = Mapping[
    tuple[str, int], tuple[Value, int]
]  # aspect and attempt: what was typed, and the version seen


@transaction()
def vote(
    seat: Seat, entry: Entry, typed: Typed, submit: bool, actor: Actor, moment: datetime
) -> int:
    """Enter the marks of one seat for one entry; submitted, they stay until the chief judge asks again."""
    component = seat.panel.component
    _refuse_stranger(seat, entry, actor)
    if (seat.id, entry.id) in queries.ballots(component):
        raise Locked(say(N_("You have submitted this. The chief judge may ask for a new vote.")))

    keys = {
        MarkKey(entry.id, component.id, aspect, seat.number, attempt): given
        for (aspect, attempt), given in typed.items()
    }
    n = marks.enter(component.event, keys, actor, moment)
    if submit:
        _submit(seat, entry, actor, moment)
    return n


@transaction()
def measure(seat: Seat, entry: Entry, typed: Typed, actor: Actor, moment: datetime) -> int:
    """Enter what the panel measures together; any of its judges may."""
    component = seat.panel.component
    _refuse_stranger(seat, entry, actor)
    keys = {
        MarkKey(entry.id, component.id, aspect, 0, attempt): given
        for (aspect, attempt), given in typed.items()
    }
    return marks.enter(component.event, keys, actor, moment)


@transaction()
def ask_again(component: Component, entry: Entry, why: str, actor: Actor, moment: datetime) -> int:
    """Recall the ballots of an entry, so that the judges vote again; what they said first is kept."""
    panels.refuse_submitted(component.event, {component.id})
    if not why.strip():
        raise BadInput(say(N_("Say why the judges vote again.")))
    standing = [b for b in queries.ballots(component).values() if b.entry_id == entry.id]
    if not standing:
        raise Conflict(say(N_("Nobody has submitted a ballot for this entry.")))

    _recall(standing, why, actor, moment)
    act(actor, "judging.ask_again", component.event, why=why, note={"ballots": len(standing)})
    return len(standing)


@transaction()
def seat_panel(
    component: Component, places: Mapping[int, User], actor: Actor, moment: datetime
) -> Panel:
    """Seat the judges of a component before it is marked."""
    if scoring.marked(component):
        text = N_(
            "A panel cannot change while it marks. Replace it for all of %(part)s, and mark again."
        )
        raise Conflict(say(text, part=component.name))
    return panel_services.seat(component, places, actor, moment)


@transaction()
def replace_panel(
    component: Component, places: Mapping[int, User], why: str, actor: Actor, moment: datetime
) -> Panel:
    """Give a whole component to another panel while it marks: every mark is taken back and given anew."""
    standing = list(queries.ballots(component).values())
    panel = panel_services.replace(component, places, why, actor, moment)
    _blank(component, None, None, actor, moment)
    _recall(standing, why, actor, moment)
    act(actor, "judging.replace_panel", component.event, why=why, note={"ballots": len(standing)})
    return panel


@transaction()
def recuse(seat: Seat, entry: Entry, why: str, actor: Actor, moment: datetime) -> Recusal:
    """Let a judge step aside for one entry; marks given already are taken back, and its divisor shrinks."""
    component = seat.panel.component
    standing = [
        b
        for (key, own), b in queries.ballots(component).items()
        if (key, own) == (seat.id, entry.id)
    ]
    if component.event.markable:
        _blank(component, entry, seat.number, actor, moment)
    _recall(standing, why, actor, moment)
    recusal = panel_services.recuse(seat, entry, why, actor, moment)
    if component.event.markable:
        marks.reckon(component.event, {entry.id}, actor, moment)
    return recusal


@transaction()
def submit(component: Component, actor: Actor, moment: datetime) -> Panel:
    """Sign for a component as the chief judge: its marks are whole and checked, and take no change any more."""
    if not component.event.markable:
        raise Locked(say(N_("Nothing is marked here now.")))
    problems = queries.open_points(component)
    if problems:
        raise Conflict(say(N_("This cannot be submitted yet.")), problems)
    return panel_services.submit(component, actor, moment)


def _submit(seat: Seat, entry: Entry, actor: Actor, moment: datetime) -> None:
    """Close a ballot that is whole, with what stands in its boxes."""
    component = seat.panel.component
    scheme = scoring.scheme_of(component)
    db.session.flush()
    given = scoring.marks_of([entry.id], [component.id]).get((entry.id, component.id), {})
    own = boxes_of(scheme, seat.number) if scheme else []
    if not own or not whole(own, given):
        missing = say(N_("Some boxes are still empty."))
        raise BadInput(missing, [Problem("", missing)])
    earlier = [
        b for b in queries.all_ballots(component) if (b.seat_id, b.entry_id) == (seat.id, entry.id)
    ]
    said = {
        f"{a.code}/{slot.attempt}": str(given[a.code][slot]) for a, slots in own for slot in slots
    }
    ballot = Ballot(seat=seat, entry=entry, n=len(earlier) + 1, marks=said, submitted_at=moment)
    db.session.add(ballot)
    act(actor, "judging.vote", component.event, note={"component": component.code})


def _refuse_stranger(seat: Seat, entry: Entry, actor: Actor) -> None:
    """Refuse whoever does not sit there, and who must step aside for this entry."""
    component = seat.panel.component
    if seat.user_id != actor.user_id or seat.until is not None:
        raise NotAllowed(say(N_("This is another judge's seat.")))
    panels.refuse_submitted(component.event, {component.id})
    if (entry.id, seat.number) in panels.recused(component):
        raise NotAllowed(say(N_("You step aside for this entry.")))
    if any(g.seat.id == seat.id and g.entry.id == entry.id for g in panels.grounds([component])):
        raise NotAllowed(say(N_("You must step aside for this entry; tell the chief judge.")))


def _recall(found: list[Ballot], why: str, actor: Actor, moment: datetime) -> None:
    for ballot in found:
        ballot.recalled_by_id, ballot.recalled_at = actor.user_id, moment
        ballot.recalled_why = why.strip()


def _blank(
    component: Component,
    entry: Entry | None,
    seat: int | None,
    actor: Actor,
    moment: datetime,
) -> None:
    """Empty the boxes of a component: of all its entries and judges, or of one."""
    boxes = scoring.boxes_in(component)
    keys = {
        key: (None, version)
        for key, version in boxes.items()
        if (entry is None or key.entry == entry.id) and (seat is None or key.seat == seat)
    }
    if keys:
        marks.enter(component.event, keys, actor, moment)
