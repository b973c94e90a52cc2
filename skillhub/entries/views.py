"""The pages of the entries of an event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Event
from skillhub.competitions.queries import SEES, path_of
from skillhub.entries import queries, services, sheet
from skillhub.entries.forms import EntryForm, NewEntryForm, RuleForm
from skillhub.entries.models import Entry, EntryStatus
from skillhub.entries.rules import CODED, by_code, shut
from skillhub.kernel import imports
from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.downloads import sheet_file
from skillhub.kernel.errors import BadInput, Conflict, HouseError, NotFound
from skillhub.kernel.forms import SheetForm
from skillhub.kernel.mending import to_mend
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.sheets import Preview, Table
from skillhub.kernel.web import tr
from skillhub.organisations import queries as organisations
from skillhub.people import queries as people

bp = Blueprint("entries", __name__)
AT = "/competitions/<int:competition_id>"
EVENT = f"{AT}/events/<int:event_id>/entries"


@bp.get(EVENT)
@allow(*SEES, scope=path_of)
def index(competition_id: int, event_id: int) -> ResponseReturnValue:
    event = competitions.event_of(competition_id, event_id)
    return render_template(
        "entries/index.html",
        event=event,
        entries=queries.of(event),
        by_code=by_code(event.competition.blind, event.state),
        shut=shut(event.code, event.state),
        rights=competitions.rights(current_actor(), event.competition),
    )


@bp.route(f"{EVENT}/admit", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def admit(competition_id: int, event_id: int) -> ResponseReturnValue:
    event, form = competitions.event_of(competition_id, event_id), NewEntryForm()
    if form.validate_on_submit():
        try:
            values = {**_values(form), "code": form.code.data.strip()}
            entry = services.admit(event, values, current_actor())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(tr(say(N_("Entry %(code)s is admitted."), code=entry.code)), "success")
            more = request.form.get("then") == "another"
            return redirect(_at("admit" if more else "index", event))
    return render_template("entries/admit.html", event=event, form=form)


@bp.route(f"{EVENT}/<int:entry_id>/edit", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def edit(competition_id: int, event_id: int, entry_id: int) -> ResponseReturnValue:
    event = competitions.event_of(competition_id, event_id)
    entry = queries.entry_of(event, entry_id)
    form = EntryForm(
        name=entry.name,
        person=entry.person.number if entry.person else "",
        organisation=entry.organisation.code if entry.organisation else "",
        members="\n".join(queries.team_of(entry)),
        guest=not entry.official,
        version=entry.version,
    )
    if form.validate_on_submit():
        try:
            services.edit(entry, form.version.data or 0, _values(form, entry), current_actor())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(tr(say(N_("Entry %(code)s is changed."), code=entry.code)), "success")
            return redirect(_at("index", event))
    return render_template("entries/edit.html", event=event, entry=entry, form=form)


@bp.route(f"{EVENT}/<int:entry_id>/status", methods=["GET", "POST"])
@allow(Role.ORGANISER, Role.JUDGE, scope=path_of)
def rule(competition_id: int, event_id: int, entry_id: int) -> ResponseReturnValue:
    event = competitions.event_of(competition_id, event_id)
    entry = queries.entry_of(event, entry_id)
    if by_code(event.competition.blind, event.state):
        raise Conflict(say(CODED))
    form = RuleForm(status=entry.status.value, why=entry.status_reason, version=entry.version)
    if form.validate_on_submit():
        status = EntryStatus(form.status.data)
        try:
            services.rule(
                entry, form.version.data or 0, status, form.why.data or "", current_actor()
            )
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(tr(say(N_("Entry %(code)s is changed."), code=entry.code)), "success")
            return redirect(_at("index", event))
    return render_template("entries/rule.html", event=event, entry=entry, form=form)


@bp.get(f"{EVENT}/export.<any(xlsx,csv):kind>")
@allow(*SEES, scope=path_of)
def export(competition_id: int, event_id: int, kind: str) -> Response:
    event = competitions.event_of(competition_id, event_id)
    name = f"{event.competition.code}-{event.code}-entries"
    return sheet_file(kind, name, sheet.COLUMNS, sheet.exported(queries.of(event)))


@bp.route(f"{AT}/entries/import", methods=["GET", "POST"])
@bp.route(f"{EVENT}/import", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def import_sheet(competition_id: int, event_id: int | None = None) -> ResponseReturnValue:
    form, importer = SheetForm(), _importer(competition_id, event_id)
    if form.validate_on_submit():
        try:
            upload = imports.receive(importer, *form.sent(), current_actor(), now())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            return redirect(_import_at("import_preview", upload_id=upload.id))
    return render_template("entries/import_sheet.html", form=form, **_shown(importer))


@bp.route(f"{AT}/entries/import/<int:upload_id>", methods=["GET", "POST"])
@bp.route(f"{EVENT}/import/<int:upload_id>", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def import_preview(
    competition_id: int, upload_id: int, event_id: int | None = None
) -> ResponseReturnValue:
    importer = _importer(competition_id, event_id)
    state = imports.resume(importer, upload_id, current_actor())
    if request.args.get("rows") == "mend":
        return to_mend(state)
    if request.method == "POST":
        done = imports.carry_on(state, request.form, now())
        if done is None:
            return redirect(request.path)
        flash(tr(done), "success")
        if state.left:
            return redirect(request.path)
    if request.method == "POST" or (state.applied and not state.left):
        return redirect(_shown(importer)["back"])
    shown = {**_shown(importer), "back": _import_at("import_sheet")}
    return render_template("entries/import_preview.html", state=state, **shown)


def _importer(competition_id: int, event_id: int | None) -> imports.Importer:
    """Say how an entry sheet comes in: for the whole competition, or for the event of the page."""
    event = competitions.event_of(competition_id, event_id) if event_id else None
    competition = event.competition if event else competitions.with_events(competition_id)
    plans: list[queries.Plan] = []

    def compare(table: Table) -> Preview:
        drafts = sheet.drafts(table.rows, event.code if event else "")
        plans.append(queries.plan(competition, drafts))
        return plans[-1].preview.of_file()

    def write(preview: Preview, note: Mapping[str, Any]) -> None:
        services.apply(plans[-1], f"{note['file']} ({note['sha256'][:12]})", current_actor())

    columns = [c for c in sheet.COLUMNS if not event or c is not sheet.EVENT]
    kind, subject = ("event_entries", event.id) if event else ("entries", competition.id)
    return imports.Importer(kind, columns, compare, write, subject, partial=True)


def _shown(importer: imports.Importer) -> dict[str, Any]:
    """Give what the pages of an import say about where they are."""
    given = dict(request.view_args or {})
    event_id = given.get("event_id")
    if event_id:
        event = competitions.event_of(given["competition_id"], event_id)
        return {"event": event, "columns": importer.columns, "back": _at("index", event)}
    competition = competitions.with_events(given["competition_id"])
    back = url_for("competitions.view", competition_id=competition.id)
    return {"competition": competition, "columns": importer.columns, "back": back}


def _import_at(endpoint: str, **more: Any) -> str:
    given = {k: v for k, v in (request.view_args or {}).items() if v and k != "upload_id"}
    return url_for(f"entries.{endpoint}", **given, **more)


def _values(form: EntryForm, entry: Entry | None = None) -> dict[str, Any]:
    """Give the answers as rows: the person by number, the organisation by code or name."""
    number, unit = (form.person.data or "").strip(), (form.organisation.data or "").strip()
    same = entry and number == (entry.person.number if entry.person else "")
    person = entry.person if entry and same else people.by_number(number) if number else None
    if number and person is None:
        unknown = say(N_("There is nobody with this worker number."))
        raise BadInput(unknown, [Problem("person", unknown)])
    try:
        organisation = organisations.find(unit) if unit else None
    except NotFound as missing:
        text = say(N_("There is no organisation of this code or name."))
        raise BadInput(text, [Problem("organisation", text)]) from missing
    return {
        "name": (form.name.data or "").strip() or (person.name if person else ""),
        "person": person,
        "organisation": organisation,
        "members": form.names,
        "official": not form.guest.data,
    }


def _at(endpoint: str, event: Event) -> str:
    return url_for(f"entries.{endpoint}", competition_id=event.competition_id, event_id=event.id)
