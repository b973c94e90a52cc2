"""The worker's pages on a phone: the road, the seats offered, and the events one may enter."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from skillhub.admissions import queries as admissions
from skillhub.admissions import services as admission_services
from skillhub.competitions.models import Event
from skillhub.eligibility import queries as eligibility
from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.db import get_or_404
from skillhub.kernel.errors import HouseError, NotAllowed, NotFound
from skillhub.kernel.fields import row_number
from skillhub.kernel.messages import N_, say
from skillhub.kernel.settings import settings
from skillhub.kernel.web import tr
from skillhub.ladder import services as ladder
from skillhub.people.models import Person
from skillhub.registrations import queries as registrations
from skillhub.registrations import services as registration_services
from skillhub.registrations.queries import Asking
from skillhub.registrations.rules import LIVE, STATES
from skillhub.road import queries
from skillhub.road.rules import StopState

bp = Blueprint("road", __name__)


@bp.get("/standing/road")
@allow(Role.WORKER)
def index() -> ResponseReturnValue:
    return _index(_own())


@bp.post("/standing/seats/<int:seat_id>")
@allow(Role.WORKER)
def answer(seat_id: int) -> ResponseReturnValue:
    """Take the seat, or give it up; after that the next reserve is asked."""
    person, actor, moment = _own(), current_actor(), now()
    seat = queries.seat_of(person.id, seat_id)
    if request.form.get("step") not in ("accept", "decline"):
        raise NotFound
    version = row_number(request.form.get("version", ""))
    try:
        if request.form.get("step") == "accept":
            ladder.accept(seat, version, actor, moment)
            flash(N_("The seat is yours. Your entry is made."), "success")
        else:
            ladder.decline(seat, version, request.form.get("why", "")[:500], actor, moment)
            flash(N_("You gave the seat up. It goes to the next in line."), "success")
    except HouseError as refusal:
        return _index(person, refusal), refusal.status
    return redirect(url_for(".index"))


@bp.get("/standing/enter")
@allow(Role.WORKER)
def enter() -> ResponseReturnValue:
    own, moment = _own(), now()
    paths = admissions.unit_paths(own.id, moment, settings.zone)
    rows = registrations.of_person(own.id)
    return render_template(
        "road/enter.html",
        events=admissions.events_for(paths, moment),
        mine={row.event_id: row for row in reversed(rows)},
        states=STATES,
        employed=bool(paths),
        as_of=moment,
    )


@bp.get("/standing/enter/<int:event_id>")
@allow(Role.WORKER)
def event(event_id: int) -> ResponseReturnValue:
    return _event(_own(), _called(event_id))


@bp.post("/standing/enter/<int:event_id>")
@allow(Role.WORKER)
def register(event_id: int) -> ResponseReturnValue:
    """Register oneself, or withdraw what one registered."""
    own, chosen, actor, moment = _own(), _called(event_id), current_actor(), now()
    row = registrations.own(chosen, own.id)
    version = row_number(request.form.get("version", ""))
    if request.form.get("step") not in ("register", "withdraw"):
        raise NotFound
    try:
        if request.form.get("step") == "register":
            road = registration_services.SELF
            [row] = admission_services.register(chosen, [Asking((own,))], road, actor, moment)
            text = N_("Registration %(reference)s: %(state)s")
            said = say(text, reference=row.reference, state=say(STATES[row.state]))
            flash(tr(said), "success" if row.state in LIVE else "warning")
        elif row is not None and row.state in LIVE:
            why = request.form.get("why", "")[:500]
            admission_services.withdraw(row, version, why, actor)
            flash(N_("Your registration is withdrawn."), "success")
    except HouseError as refusal:
        return _event(own, chosen, refusal), refusal.status
    return redirect(url_for(".event", event_id=event_id))


def _index(person: Person, refusal: HouseError | None = None) -> str:
    roads = queries.road_of(person.id, now())
    offers = [s for r in roads for s in r.stops if s.state is StopState.OFFERED]
    return render_template(
        "road/index.html", roads=roads, offers=offers, refusal=refusal, as_of=now()
    )


def _event(person: Person, event: Event, refusal: HouseError | None = None) -> str:
    names = eligibility.names_for(str(get_locale()), tr)
    rule = registrations.rule_of(event)
    return render_template(
        "road/event.html",
        event=event,
        row=registrations.own(event, person.id),
        finding=registrations.findings(event, [person.id], now(), names)[person.id],
        taken=registrations.taken_by(event, {person.id}).get(person.id, ""),
        rule=rule,
        room=registrations.room_of(event, rule),
        shut=registrations.shut(event, now()),
        live=LIVE,
        states=STATES,
        refusal=refusal,
        as_of=now(),
    )


def _called(event_id: int) -> Event:
    """Give an event that the worker's unit is called to, or in which the worker is registered."""
    event, own = get_or_404(Event, event_id), _own()
    paths = admissions.unit_paths(own.id, now(), settings.zone)
    called = event.competition.registers and registrations.reaches(event, paths)
    if not called and registrations.own(event, own.id) is None:
        raise NotFound
    return event


def _own() -> Person:
    """Find the person behind the account; whoever has none is told what to do."""
    known = current_actor().person_id
    if known is None:
        text = N_(
            "This account does not belong to a worker. Ask your office to link it to your worker number."
        )
        raise NotAllowed(say(text))
    return get_or_404(Person, known)
