"""Seating judges, stepping aside, stating how people are bound, drawing codes and opening them before a witness."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from secrets import SystemRandom

from skillhub.accounts.models import User
from skillhub.competitions.models import Component, Event
from skillhub.competitions.queries import SEES
from skillhub.competitions.rules import MARKABLE, RULES_OPEN, EventState
from skillhub.entries import queries as entries
from skillhub.entries.models import Entry
from skillhub.kernel.access import Actor, refuse_oneself
from skillhub.kernel.db import db, insert_many, same_version, transaction
from skillhub.kernel.errors import BadInput, Conflict, Locked, NotAllowed
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Problem, say
from skillhub.panels import queries
from skillhub.panels.models import Code, Draw, Panel, Recusal, Seat
from skillhub.panels.rules import lots
from skillhub.people import queries as people
from skillhub.people.models import Person, Relation, RelationKind

SEATABLE = RULES_OPEN | {EventState.PREPARED}
chance = SystemRandom()


@transaction()
def relate(
    person: Person,
    other: Person,
    kind: RelationKind,
    since: date | None,
    until: date | None,
    actor: Actor,
) -> Relation:
    """State how two people are bound; the master or coach first. Nobody states it about themselves."""
    refuse_oneself(actor, person.id)
    refuse_oneself(actor, other.id)
    if person.id == other.id:
        same = say(N_("Choose another person."))
        raise BadInput(same, [Problem("other", same)])
    if since and until and until < since:
        wrong = say(N_("The last day is before the first."))
        raise BadInput(wrong, [Problem("until", wrong)])

    relation = next(
        (
            row
            for row in people.relations_of(person)
            if row.other_id == other.id and row.kind is kind
        ),
        None,
    ) or Relation(person=person, other=other, kind=kind)
    relation.since, relation.until = since, until
    db.session.add(relation)
    act(actor, "panels.relate", person)
    return relation


@transaction()
def part(relation: Relation, version: int, until: date, actor: Actor) -> None:
    """Enter the last day of a relation."""
    refuse_oneself(actor, relation.person_id)
    refuse_oneself(actor, relation.other_id)
    same_version(relation, version)
    if relation.since and until < relation.since:
        wrong = say(N_("The last day is before the first."))
        raise BadInput(wrong, [Problem("until", wrong)])
    relation.until = until
    act(actor, "panels.part", relation.person)


@transaction()
def seat(component: Component, places: Mapping[int, User], actor: Actor, moment: datetime) -> Panel:
    """Seat the judges of a component: number of the seat and account; refused once its event runs."""
    if component.event.state not in SEATABLE:
        text = N_(
            "A panel cannot change while it marks. Replace it for all of %(part)s, and mark again."
        )
        raise Conflict(say(text, part=component.name))

    panel = _seat(component, places, moment)
    act(actor, "panels.seat", component.event, note=_told(component, places))
    return panel


@transaction()
def replace(
    component: Component, places: Mapping[int, User], why: str, actor: Actor, moment: datetime
) -> Panel:
    """Give a component to another panel while it marks; whoever calls has taken all of its marks back."""
    if component.event.state not in MARKABLE:
        raise Locked(say(N_("Nothing is marked here now.")))
    if not why.strip():
        raise BadInput(say(N_("Say why the panel is replaced.")))
    queries.refuse_submitted(component.event, {component.id})

    panel = _seat(component, places, moment)
    act(actor, "panels.replace", component.event, why=why, note=_told(component, places))
    return panel


@transaction()
def recuse(at: Seat, entry: Entry, why: str, actor: Actor, moment: datetime) -> Recusal:
    """Let a judge step aside for one entry; whoever calls has seen to marks that were given already."""
    if not why.strip():
        raise BadInput(say(N_("Say why the judge steps aside.")))
    queries.refuse_submitted(at.panel.component.event, {at.panel.component_id})
    known = queries.recusals([at.panel.component])
    if any(row.seat_id == at.id and row.entry_id == entry.id for row in known):
        raise Conflict(say(N_("This judge steps aside for this entry already.")))

    recusal = Recusal(seat=at, entry=entry, why=why.strip(), confirmed_by_id=actor.user_id)
    recusal.confirmed_at = moment
    db.session.add(recusal)
    act(actor, "panels.recuse", at.panel.component.event, why=why)
    return recusal


@transaction()
def draw_numbers(event: Event, actor: Actor, moment: datetime) -> int:
    """First round: give every entry without one a number by lot; tells how many drew."""
    _refuse_draw(event, actor)
    draw = queries.draw_of(event)
    if draw is None:
        draw = Draw(event=event, numbers_by_id=actor.user_id, numbers_at=moment)
        db.session.add(draw)
    known = queries.drawn(event)
    seen = {one.entry_id for one in known}
    new = [entry.id for entry in entries.of(event) if entry.id not in seen]
    if not new:
        raise Conflict(say(N_("Every entry has drawn its number already.")))

    first = max((one.number for one in known), default=0) + 1
    chance.shuffle(new)
    insert_many(
        Code,
        (
            {"event_id": event.id, "entry_id": entry, "number": first + n, "code": None}
            for n, entry in enumerate(new)
        ),
    )
    act(actor, "panels.draw_numbers", event, note={"entries": len(new)})
    return len(new)


@transaction()
def draw_codes(event: Event, actor: Actor, moment: datetime) -> int:
    """Second round: give every number without one a code by lot; tells how many drew."""
    _refuse_draw(event, actor)
    draw, known = queries.draw_of(event), queries.drawn(event)
    waiting = [one for one in known if one.code is None]
    if draw is None or not waiting:
        raise Conflict(say(N_("There is no number that waits for a code.")))

    public = {entry.code for entry in entries.of(event)} | {one.code or "" for one in known}
    chosen = chance.sample(lots(len(waiting), public), len(waiting))
    for one, code in zip(waiting, chosen, strict=True):
        one.code = code
    draw.codes_by_id, draw.codes_at = actor.user_id, moment
    act(actor, "panels.draw_codes", event, note={"entries": len(waiting)})
    return len(waiting)


@transaction()
def submit(component: Component, actor: Actor, moment: datetime) -> Panel:
    """Close the marks of a component with the chief judge's name; whoever calls has made sure they are whole."""
    queries.refuse_submitted(component.event, {component.id})
    panel = queries.panel_of(component) or Panel(component=component)
    panel.submitted_by_id, panel.submitted_at = actor.user_id, moment
    db.session.add(panel)
    act(actor, "panels.submit", component.event, note={"component": component.code})
    return panel


@transaction()
def take_back(panel: Panel, version: int, why: str, actor: Actor) -> None:
    """Open the marks of a component again; refused once the codes are being opened."""
    same_version(panel, version)
    draw = queries.draw_of(panel.component.event)
    if draw is not None and draw.opened_at:
        raise Locked(say(N_("The codes are opened; the marks under them stay as they are.")))
    if not panel.component.event.markable or not panel.submitted_at:
        raise Conflict(say(N_("Nothing is submitted here.")))
    if not why.strip():
        raise BadInput(say(N_("Say why the marks are opened again.")))

    panel.submitted_by_id = panel.submitted_at = None
    act(actor, "panels.take_back", panel.component.event, why=why)


@transaction()
def open_codes(event: Event, actor: Actor, moment: datetime) -> None:
    """Ask for the codes to be opened, as the code officer; the names stay closed until a witness confirms."""
    _refuse_unless_officer(event, actor)
    draw = queries.draw_of(event)
    if draw is None or draw.codes_at is None:
        raise Conflict(say(N_("No codes are drawn.")))
    if draw.opened_at:
        raise Conflict(say(N_("The codes are opened already.")))
    missing = [part.name for part in event.components if part.id not in queries.submitted(event)]
    if missing:
        text = N_("The chief judge has not submitted: %(parts)s.")
        raise Conflict(say(text, parts=", ".join(missing)))

    draw.opened_by_id, draw.opened_at = actor.user_id, moment
    act(actor, "panels.open_codes", event)


@transaction()
def witness(event: Event, actor: Actor, moment: datetime) -> None:
    """Confirm as a second person that the codes are opened; from now on names stand beside the marks."""
    draw = queries.draw_of(event)
    if draw is None or not draw.opened_at or draw.witnessed_at:
        raise Conflict(say(N_("There is nothing to witness.")))
    if actor.user_id is None or not actor.may(SEES, event.competition.host.path):
        raise NotAllowed(say(N_("A witness signs with an account that sees this competition.")))
    if draw.opened_by_id == actor.user_id:
        raise NotAllowed(
            say(N_("Nobody witnesses what they opened themselves. Ask a second person."))
        )

    draw.witnessed_by_id, draw.witnessed_at = actor.user_id, moment
    act(actor, "panels.witness", event)


def _seat(component: Component, places: Mapping[int, User], moment: datetime) -> Panel:
    allowed = {user.id for user in queries.who_may_sit(component.event)}
    strange = [user.name or user.username for user in places.values() if user.id not in allowed]
    if strange:
        text = N_("no judge of this competition: %(who)s")
        wrong = say(text, who=", ".join(strange))
        raise BadInput(wrong, [Problem("seats", wrong)])
    if len({user.id for user in places.values()}) < len(places):
        twice = say(N_("One judge cannot sit in two seats of a panel."))
        raise BadInput(twice, [Problem("seats", twice)])

    panel = queries.panel_of(component) or Panel(component=component)
    db.session.add(panel)
    db.session.flush()
    kept = {}
    for taken in queries.seats_in([component]):
        if taken.number in places and places[taken.number].id == taken.user_id:
            kept[taken.number] = taken
        else:
            taken.until = moment
    db.session.flush()
    for number, user in sorted(places.items()):
        if number not in kept:
            db.session.add(Seat(panel_id=panel.id, number=number, user_id=user.id, since=moment))
    db.session.flush()
    return panel


def _told(component: Component, places: Mapping[int, User]) -> dict[str, object]:
    return {
        "component": component.code,
        "seats": {str(number): user.username for number, user in sorted(places.items())},
    }


def _refuse_unless_officer(event: Event, actor: Actor) -> None:
    if actor.user_id is None or not queries.is_code_officer(event, actor):
        raise NotAllowed(say(N_("Only the code officer of this competition does this.")))


def _refuse_draw(event: Event, actor: Actor) -> None:
    """Refuse to draw without the hat, for names that are open anyway, or once the codes are being opened."""
    _refuse_unless_officer(event, actor)
    if not queries.blind(event):
        raise Conflict(say(N_("This competition is not judged under codes.")))
    draw = queries.draw_of(event)
    if event.state not in RULES_OPEN | MARKABLE or (draw and draw.opened_at):
        raise Locked(say(N_("The drawing is over.")))
    own = {one.user_id for one in queries.seats_in(event.components)}
    if actor.user_id in own:
        raise NotAllowed(say(N_("Who judges cannot keep the codes.")))
