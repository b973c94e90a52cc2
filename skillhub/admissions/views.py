"""The pages of registering: the host's list, and one registration."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skillhub.admissions import queries, services, sheet
from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Event
from skillhub.competitions.queries import SEES, path_of
from skillhub.kernel.access import Actor, Role, allow, current_actor
from skillhub.kernel.bulk import FEW, refuse_untyped
from skillhub.kernel.clock import now
from skillhub.kernel.db import get_or_404
from skillhub.kernel.downloads import sheet_file
from skillhub.kernel.errors import BadInput, HouseError, NotFound
from skillhub.kernel.fields import row_number
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.web import tr
from skillhub.organisations import queries as organisations
from skillhub.people import queries as people
from skillhub.registrations import queries as registrations
from skillhub.registrations import services as registration_services
from skillhub.registrations.models import Registration
from skillhub.registrations.rules import LIVE, STATES, RegistrationState

bp = Blueprint("admissions", __name__)
EVENT = "/competitions/<int:competition_id>/events/<int:event_id>/registrations"
ONE = "/registrations/<int:registration_id>"
HOSTING = ("let_in", "refuse", "promote", "attribute")
DONE = {
    "let_in": N_("It is decided that %(reference)s may enter."),
    "refuse": N_("It is decided that %(reference)s may not enter."),
    "promote": N_("%(reference)s is promoted from the waiting list."),
    "withdraw": N_("%(reference)s is withdrawn."),
    "endorse": N_("%(reference)s is endorsed."),
    "attribute": N_("%(reference)s starts for the other employer."),
    "substitute": N_("The place of %(reference)s has passed on."),
}


@bp.get(EVENT)
@allow(*SEES, scope=path_of)
def index(competition_id: int, event_id: int) -> ResponseReturnValue:
    return _index(competitions.event_of(competition_id, event_id))


@bp.post(EVENT)
@allow(Role.ORGANISER, scope=path_of)
def admit(competition_id: int, event_id: int) -> ResponseReturnValue:
    """Admit those ticked, or look again at those who waited for evidence."""
    event, actor, moment = competitions.event_of(competition_id, event_id), current_actor(), now()
    count = request.form.get("count", "")
    try:
        if request.form.get("step") == "review":
            refuse_untyped(queries.listed(event).counts["unit_endorsed"], count)
            n = services.review(event, actor, moment)
            said = say(N_("%(n)s registrations are decided now."), n=n)
        else:
            chosen = _ticked(event)
            refuse_untyped(len(chosen), count)
            services.admit(event, chosen, actor, moment)
            n = sum(r.state is RegistrationState.ADMITTED for r in chosen)
            rest = len(chosen) - n
            said = say(
                N_("%(n)s are admitted, %(rest)s stand on the waiting list."), n=n, rest=rest
            )
    except HouseError as refusal:
        return _index(event, refusal), refusal.status
    flash(tr(said), "success")
    return redirect(request.path)


@bp.post(f"{EVENT}/undo")
@allow(Role.ORGANISER, scope=path_of)
def undo(competition_id: int, event_id: int) -> ResponseReturnValue:
    """Take back all that was admitted at once."""
    event = competitions.event_of(competition_id, event_id)
    try:
        n = services.take_back(event, request.form.get("at", ""), current_actor(), now())
    except HouseError as refusal:
        return _index(event, refusal), refusal.status
    flash(tr(say(N_("%(n)s registrations may enter, and wait to be admitted again."), n=n)), "info")
    return redirect(url_for(".index", competition_id=competition_id, event_id=event_id))


@bp.get(f"{EVENT}/export.<any(xlsx,csv):kind>")
@allow(*SEES, scope=path_of)
def export(competition_id: int, event_id: int, kind: str) -> Response:
    event = competitions.event_of(competition_id, event_id)
    name = f"{event.competition.code}-{event.code}-registrations"
    return sheet_file(kind, name, sheet.EXPORTED, sheet.exported(registrations.in_event(event)))


@bp.get(ONE)
@allow(Role.ORGANISER, scope=registrations.path_of)
def show(registration_id: int) -> ResponseReturnValue:
    return _show(get_or_404(Registration, registration_id))


@bp.post(ONE)
@allow(Role.ORGANISER, scope=registrations.path_of)
def decide(registration_id: int) -> ResponseReturnValue:
    """Take one of the steps that stand on the page; only the host lets in and refuses."""
    row, actor = get_or_404(Registration, registration_id), current_actor()
    step = request.form.get("step", "")
    if step not in DONE or (step in HOSTING and not _hosts(actor, row.event)):
        raise NotFound
    try:
        _take(step, row, actor, now())
    except HouseError as refusal:
        return _show(row, refusal), refusal.status
    flash(tr(say(DONE[step], reference=row.reference)), "success")
    return redirect(url_for(".show", registration_id=row.id))


def _index(event: Event, refusal: HouseError | None = None) -> str:
    state = request.args.get("state", "")
    found = queries.listed(event)
    return render_template(
        "admissions/index.html",
        event=event,
        listed=found,
        rows=[r for r in found.rows if not state or r.state.value == state],
        state=state,
        states=STATES,
        refusal=refusal,
        few=FEW,
        count=request.form.get("count", ""),
        picked=set(request.form.getlist("picked", int)) if refusal else None,
        done=queries.last_admitted(event, current_actor(), now()),
        shut=registrations.shut(event, now()),
        rights=competitions.rights(current_actor(), event.competition),
    )


def _show(row: Registration, refusal: HouseError | None = None) -> str:
    event, actor = row.event, current_actor()
    host = _hosts(actor, event)
    return render_template(
        "admissions/show.html",
        row=row,
        event=event,
        refusal=refusal,
        hosts=host,
        live=row.state in LIVE,
        states=STATES,
        typed=request.form,
        unit=row.unit if row.unit and not host else None,
    )


def _ticked(event: Event) -> list[Registration]:
    keys = [row_number(key) for key in request.form.getlist("picked")]
    return [registrations.registration_of(event, key) for key in keys]


def _hosts(actor: Actor, event: Event) -> bool:
    return actor.may(Role.ORGANISER, event.competition.host.path)


def _take(step: str, row: Registration, actor: Actor, moment: datetime) -> None:
    """Do what a button of a registration's page says."""
    version = row_number(request.form.get("version", ""))
    why = request.form.get("why", "")[:500]
    match step:
        case "let_in" | "refuse":
            services.decide(row, version, step == "let_in", why, actor, moment)
        case "promote":
            services.promote(row, version, why, actor, moment)
        case "withdraw":
            services.withdraw(row, version, why, actor)
        case "endorse":
            services.endorse(row.event, [row], actor, moment)
        case "attribute":
            unit = organisations.by_code(request.form.get("organisation", "").strip())
            registration_services.attribute(row, version, unit, why, actor, moment)
        case "substitute":
            person = people.by_number(request.form.get("person", "").strip())
            if person is None or not people.seen_of(actor, {person.id}):
                unknown = say(N_("There is nobody with this worker number."))
                raise BadInput(unknown, [Problem("person", unknown)])
            registration_services.substitute(row, version, person, why, actor, moment)
