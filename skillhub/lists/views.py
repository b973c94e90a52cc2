"""The pages of a unit that registers its people: what is open to it, its list, its roster, a sheet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import zip_longest
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skillhub.admissions import queries as admissions
from skillhub.admissions import services as admission_services
from skillhub.admissions import sheet
from skillhub.competitions.models import Event
from skillhub.kernel import imports
from skillhub.kernel.access import Actor, Role, allow, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.db import get_or_404
from skillhub.kernel.errors import BadInput, HouseError, NotFound
from skillhub.kernel.fields import row_number
from skillhub.kernel.forms import SheetForm
from skillhub.kernel.mending import to_mend
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.kernel.sheets import Preview, Table
from skillhub.kernel.web import tr
from skillhub.lists import queries, services
from skillhub.lists.rules import CELLS, Ready, tidy
from skillhub.organisations import queries as organisations
from skillhub.organisations.models import Organisation
from skillhub.registrations import queries as registrations
from skillhub.registrations import services as registration_services
from skillhub.registrations.models import Registration
from skillhub.registrations.queries import Asking
from skillhub.registrations.rules import STATES, RegistrationState
from skillhub.results import queries as results

bp = Blueprint("lists", __name__)
SPARE = 5  # empty rows below a list
UNIT = "/organisations/<int:organisation_id>/registrations"


@bp.get(UNIT)
@allow(Role.ORGANISER, scope=organisations.path_of)
def unit(organisation_id: int) -> ResponseReturnValue:
    own = get_or_404(Organisation, organisation_id)
    return render_template(
        "lists/unit.html",
        unit=own,
        events=admissions.events_for([own.path], now()),
        kept=queries.kept_by(own),
    )


@bp.route(f"{UNIT}/<int:event_id>", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=organisations.path_of)
def register(organisation_id: int, event_id: int) -> ResponseReturnValue:
    own, event = called(organisation_id, event_id)
    refusal = None
    if request.method == "POST":
        try:
            flash(tr(_register(own, event)), "success")
        except HouseError as found:
            refusal = found
        else:
            return redirect(request.path)
    word = request.args.get("q", "")
    page = render_template(
        "lists/register.html",
        unit=own,
        event=event,
        refusal=refusal,
        shut=registrations.shut(event, now()),
        picks=admissions.picks(own, event, now(), word),
        most=admissions.MOST,
        word=word,
        listed=admissions.listed(event, own.path),
        states=STATES,
        picked=set(request.form.getlist("person")),
        team=results.ranking_of(event).team,
    )
    return page, refusal.status if refusal else 200


@bp.route(f"{UNIT}/<int:event_id>/import", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=organisations.path_of)
def import_sheet(organisation_id: int, event_id: int) -> ResponseReturnValue:
    own, event = called(organisation_id, event_id)
    form, importer = SheetForm(), _importer(own, event)
    if form.validate_on_submit():
        try:
            upload = imports.receive(importer, *form.sent(), current_actor(), now())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            return redirect(f"{request.path}/{upload.id}")
    shown = {"unit": own, "event": event, "columns": importer.columns, "back": _back(own, event)}
    return render_template("lists/import_sheet.html", form=form, **shown)


@bp.route(f"{UNIT}/<int:event_id>/import/<int:upload_id>", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=organisations.path_of)
def import_preview(organisation_id: int, event_id: int, upload_id: int) -> ResponseReturnValue:
    own, event = called(organisation_id, event_id)
    state = imports.resume(_importer(own, event), upload_id, current_actor())
    if request.args.get("rows") == "mend":
        return to_mend(state)
    done = imports.carry_on(state, request.form, now()) if request.method == "POST" else None
    if done and state.left:
        flash(tr(done), "success")
    if request.method == "POST" and (done is None or state.left):
        return redirect(request.path)
    if done or (state.applied and not state.left):
        flash(tr(done or N_("This file is applied already.")), "success")
        return redirect(_back(own, event))
    back = url_for(".import_sheet", organisation_id=own.id, event_id=event.id)
    shown = {"unit": own, "event": event, "back": back}
    return render_template("lists/import_preview.html", state=state, **shown)


@bp.route(f"{UNIT}/<int:event_id>/list", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=organisations.path_of)
def draft(organisation_id: int, event_id: int) -> ResponseReturnValue:
    """Fill the list of a unit: kept as it is typed, handed in as far as it is ready."""
    own, event = called(organisation_id, event_id)
    if request.method == "GET":
        return _draft(own, event)
    typed, actor, moment = _typed(), current_actor(), now()
    try:
        said = _fill(own, event, typed, actor, moment)
    except HouseError as refusal:
        return _draft(own, event, typed, refusal), refusal.status
    flash(tr(said), "success")
    return redirect(request.path)


@bp.route(f"{UNIT}/<int:event_id>/list/add", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=organisations.path_of)
def add_rows(organisation_id: int, event_id: int) -> ResponseReturnValue:
    """Add the rows of a spreadsheet to a list, as they are written; the list then shows what each of them lacks."""
    own, event = called(organisation_id, event_id)
    form, known = SheetForm(), queries.list_of(event, own)
    if form.validate_on_submit():
        try:
            more = sheet.written(*form.sent())
            rows = [*(known.rows if known else []), *more]
            version = known.version if known else 0
            services.keep(event, own, version, rows, current_actor(), now())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(tr(say(N_("%(n)s rows are added to the list."), n=len(more))), "success")
            return redirect(url_for(".draft", organisation_id=own.id, event_id=event.id))
    shown = {"unit": own, "event": event, "columns": sheet.COLUMNS}
    return render_template("lists/add_rows.html", form=form, **shown)


def _importer(own: Organisation, event: Event) -> imports.Importer:
    """Say how a unit's sheet of registrations comes in; the host says in the event whether it is still time."""
    plans: list[sheet.Plan] = []

    def compare(table: Table) -> Preview:
        plans.append(sheet.plan(own, event, table.rows, now()))
        return plans[-1].preview

    def write(preview: Preview, note: Mapping[str, Any]) -> None:
        road = registration_services.UNIT
        admission_services.register(event, plans[-1].asking, road, current_actor(), now())

    return imports.Importer("registrations", sheet.COLUMNS, compare, write, event.id, partial=True)


def _back(own: Organisation, event: Event) -> str:
    return url_for(".register", organisation_id=own.id, event_id=event.id)


def called(organisation_id: int, event_id: int) -> tuple[Organisation, Event]:
    """Give a unit and an event that it is called to; raises NotFound for another's."""
    own, event = get_or_404(Organisation, organisation_id), get_or_404(Event, event_id)
    if not registrations.reaches(event, [own.path]):
        raise NotFound
    return own, event


def _register(own: Organisation, event: Event) -> Message:
    """Do what the page of a unit asks: register those ticked, or agree to those who registered alone."""
    actor, moment = current_actor(), now()
    if request.form.get("step") == "endorse":
        chosen = [r for r in _ticked(event) if r.unit and r.unit.path.startswith(own.path)]
        admission_services.endorse(event, chosen, actor, moment)
        return say(N_("%(n)s registrations are endorsed."), n=len(chosen))
    ids = {row_number(key) for key in request.form.getlist("person")}
    known = [p.person for p in admissions.picks(own, event, moment, request.args.get("q", ""))]
    team = [p for p in known if p.id in ids]
    if not team:
        raise BadInput(say(N_("Tick somebody first.")))
    name = request.form.get("name", "").strip()
    if event.team_size > 1:
        if not name:
            nameless = say(N_("Give the team a name."))
            raise BadInput(nameless, [Problem("name", nameless)])
        asking = [Asking(tuple(team), name)]
    else:
        asking = [Asking((p,)) for p in team]
    rows = admission_services.register(event, asking, registration_services.UNIT, actor, moment)
    n = sum(r.state is RegistrationState.ADMITTED for r in rows)
    text = N_("%(all)s are registered, %(n)s of them admitted. See below how each of them stands.")
    return say(text, all=len(rows), n=n)


def _typed() -> list[dict[str, str]]:
    """Read the rows of the list as they were typed."""
    columns = [request.form.getlist(name) for name in CELLS]
    return tidy(
        dict(zip(CELLS, cells, strict=True)) for cells in zip_longest(*columns, fillvalue="")
    )


def _fill(
    own: Organisation,
    event: Event,
    typed: list[dict[str, str]],
    actor: Actor,
    moment: datetime,
) -> Message:
    """Do what the page of a list asks: keep it; with "hand_in" also register those who are ready."""
    version = request.form.get("version", 0, int)
    kept = services.keep(event, own, version, typed, actor, moment)
    if request.form.get("step") != "hand_in":
        return say(N_("The list is kept. Nobody is registered yet."))
    made = services.hand_in(kept, kept.version, actor, moment)
    n = sum(r.state is RegistrationState.ADMITTED for r in made)
    text = N_("%(all)s are registered, %(n)s of them admitted; %(rest)s rows stay in the list.")
    return say(text, all=len(made), n=n, rest=len(kept.rows))


def _draft(
    own: Organisation,
    event: Event,
    typed: list[dict[str, str]] | None = None,
    refusal: HouseError | None = None,
) -> str:
    known = queries.list_of(event, own)
    stored = known.rows if known else []
    rows = queries.looked_over(event, own, stored if typed is None else typed, now())
    return render_template(
        "lists/draft.html",
        unit=own,
        event=event,
        known=known,
        version=known.version if known else 0,
        rows=rows,
        other=stored if typed is not None and stored != typed else [],
        ready=sum(one.state is Ready.READY for one in rows),
        spare=range(SPARE),
        shut=registrations.shut(event, now()),
        late=registrations.prepared(event),
        refusal=refusal,
    )


def _ticked(event: Event) -> list[Registration]:
    keys = [row_number(key) for key in request.form.getlist("picked")]
    return [registrations.registration_of(event, key) for key in keys if key]
