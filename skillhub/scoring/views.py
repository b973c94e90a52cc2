"""The pages of marking schemes, and of the marks of judges one entry at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Component, Event
from skillhub.competitions.queries import SEES, path_of
from skillhub.entries import queries as entries
from skillhub.entries.models import Entry
from skillhub.kernel import imports
from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.downloads import sheet_file
from skillhub.kernel.errors import BadInput, Conflict, HouseError, NotAllowed, NotFound
from skillhub.kernel.forms import SheetForm
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.web import tr
from skillhub.marking.rules import TWICE
from skillhub.panels import queries as panels
from skillhub.scoring import forms, queries, services, sheet
from skillhub.scoring.forms import WhyForm
from skillhub.scoring.rules import Scheme

bp = Blueprint("scoring", __name__)
EVENT = "/competitions/<int:competition_id>/events/<int:event_id>"
PART = f"{EVENT}/schemes/<int:component_id>"
ENTERS = (Role.ORGANISER, Role.JUDGE, Role.CHIEF_JUDGE)
RULES = (Role.ORGANISER, Role.CHIEF_JUDGE)


@bp.post(f"{EVENT}/marks/reckon")
@allow(*RULES, scope=path_of)
def reckon(competition_id: int, event_id: int) -> ResponseReturnValue:
    event = competitions.event_of(competition_id, event_id)
    n = services.reckon(event, [one.id for one in entries.of(event)], current_actor(), now())
    flash(tr(say(N_("%(n)s sheets came to other points."), n=n)), "success" if n else "info")
    return redirect(url_for("marking.index", **_of(event)))


@bp.route(f"{PART}/void", methods=["GET", "POST"])
@allow(*RULES, scope=path_of)
def void(competition_id: int, event_id: int, component_id: int) -> ResponseReturnValue:
    part, form = queries.part_of(competition_id, event_id, component_id), WhyForm()
    if form.validate_on_submit():
        verb = services.restore if part.void_why else services.annul
        try:
            verb(part, form.why.data, current_actor())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(
                N_("The component is void now.") if part.void_why else N_("It counts again."),
                "success",
            )
            return redirect(url_for("drafting.scheme", **_of(part.event), component_id=part.id))
    return render_template("scoring/void.html", event=part.event, part=part, form=form)


@bp.get(f"{PART}/marks.<any(xlsx,csv):kind>")
@allow(*SEES, Role.CHIEF_JUDGE, scope=path_of)
def export(competition_id: int, event_id: int, component_id: int, kind: str) -> ResponseReturnValue:
    """Give the marks of a component as the sheet that its import takes; `?empty=1`: the entries alone."""
    part, read = _marked(competition_id, event_id, component_id)
    if not read.aspects:
        return redirect(url_for("marking.export", kind=kind, **_of(part.event)))
    names = panels.names(part.event, current_actor())
    shown = [(one, names.inward(one.id)) for one in names.rows(entries.of(part.event))]
    empty = bool(request.args.get("empty"))
    hidden = queries.unseen(part.event, current_actor())
    rows = (
        {"entry": one.code, "name": one.name} if empty or (key, part.id) in hidden else row
        for (one, key), row in zip(shown, sheet.filled(part, read, shown), strict=True)
    )
    name = f"{part.event.competition.code}-{part.event.code}-{part.code}-marks"
    return sheet_file(kind, name, sheet.of_part(part, read, names.open), rows)


@bp.route(f"{PART}/marks/import", methods=["GET", "POST"])
@allow(*ENTERS, scope=path_of)
def import_marks(competition_id: int, event_id: int, component_id: int) -> ResponseReturnValue:
    part, read = _marked(competition_id, event_id, component_id)
    if not read.aspects:
        return redirect(url_for("marking.import_sheet", **_of(part.event)))
    form, importer = SheetForm(), sheet.importer(part, read, current_actor(), now())
    if form.validate_on_submit():
        try:
            upload = imports.receive(importer, *form.sent(), current_actor(), now())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            own = {**_of(part.event), "component_id": part.id, "upload_id": upload.id}
            return redirect(url_for(".import_marks_preview", **own))
    shown = {"event": part.event, "part": part, "columns": importer.columns, "back": _table(part)}
    named = panels.names_open(part.event, current_actor())
    return render_template("scoring/import_marks.html", form=form, named=named, **shown)


@bp.route(f"{PART}/marks/import/<int:upload_id>", methods=["GET", "POST"])
@allow(*ENTERS, scope=path_of)
def import_marks_preview(
    competition_id: int, event_id: int, component_id: int, upload_id: int
) -> ResponseReturnValue:
    part, read = _marked(competition_id, event_id, component_id)
    importer = sheet.importer(part, read, current_actor(), now())
    state = imports.resume(importer, upload_id, current_actor())
    if request.method == "POST":
        done = imports.carry_on(state, request.form, now())
        if done is None:
            return redirect(request.full_path)
        flash(tr(done), "success")
    if request.method == "POST" or state.applied:
        return redirect(_table(part))
    shown = {"event": part.event, "part": part, "columns": importer.columns}
    back = url_for(".import_marks", **_of(part.event), component_id=part.id)
    return render_template("scoring/import_marks_preview.html", state=state, back=back, **shown)


@bp.route(f"{EVENT}/marks/<int:entry_id>/<int:component_id>", methods=["GET", "POST"])
@allow(*ENTERS, scope=path_of)
def entry(
    competition_id: int, event_id: int, entry_id: int, component_id: int
) -> ResponseReturnValue:
    part = queries.part_of(competition_id, event_id, component_id)
    names = panels.names(part.event, current_actor())
    read, everybody = queries.scheme_of(part), entries.of(part.event)
    rows = {one.id: one for one in everybody}
    found = [rows[names.inward(one.id)] for one in names.rows(everybody)]
    place = next((n for n, one in enumerate(found) if names.outward(one.id) == entry_id), -1)
    if place < 0:
        raise NotFound
    if read is None or read.marks_of:
        return redirect(url_for("marking.entry", **_of(part.event), entry_id=entry_id))
    problems, status = list[Problem](), 200
    if request.method == "POST":
        problems, status = _enter(part, found[place].id, read, entry_id)
        if not problems:
            on = found[min(place + (request.form.get("then") == "next"), len(found) - 1)]
            own: dict[str, Any] = {"entry_id": names.outward(on.id), "component_id": part.id}
            return redirect(url_for(".entry", **_of(part.event), **own))
    return _entry(
        part, read, [names.outward(one.id) for one in found], found[place], problems
    ), status


def _entry(
    part: Component, read: Scheme, order: Sequence[int], row: Entry, problems: Sequence[Problem]
) -> str:
    """Show the boxes of one entry; `order` are the entries as they are called here, one after the other."""
    posted = request.form if problems else {}
    shown = forms.entry(part, read, row, (posted, problems), current_actor())
    place = order.index(panels.names(part.event, current_actor()).outward(row.id))
    return render_template(
        "scoring/entry.html",
        event=part.event,
        part=part,
        scheme=read,
        problems=problems,
        before=order[place - 1] if place else None,
        following=order[place + 1] if place + 1 < len(order) else None,
        place=place + 1,
        n=len(order),
        **shown,
    )


def _enter(part: Component, entry_id: int, read: Scheme, called: int) -> tuple[list[Problem], int]:
    """Store what was typed; gives the problems and the status with which it was refused, or 200."""
    typed = forms.read((entry_id, part.id), read, request.form, called)
    if typed and (entry_id, part.id) in queries.unseen(part.event, current_actor()):
        raise NotAllowed(say(TWICE))
    try:
        n = services.enter(part.event, typed, current_actor(), now())
    except (BadInput, Conflict) as refusal:
        shown = {queries.box(key): queries.box(key._replace(entry=called)) for key in typed}
        found = [Problem(shown.get(p.where, ""), p.message) for p in refusal.problems]
        return found or [Problem("", refusal.message)], refusal.status
    flash(tr(say(N_("%(n)s marks are saved."), n=n)), "success" if n else "info")
    return [], 200


def _read(part: Component) -> Scheme:
    return queries.scheme_of(part) or Scheme()


def _marked(competition_id: int, event_id: int, component_id: int) -> tuple[Component, Scheme]:
    """Find a component with the boxes of its own, for those to whom the marks of every judge are open."""
    part = queries.part_of(competition_id, event_id, component_id)
    panels.refuse_judges(part.event, current_actor())
    read = _read(part)
    return part, Scheme() if read.marks_of else read


def _table(part: Component) -> str:
    return url_for("table.part", **_of(part.event), component_id=part.id)


def _of(event: Event) -> dict[str, Any]:
    return {"competition_id": event.competition_id, "event_id": event.id}
