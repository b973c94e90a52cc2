"""The pages on which a marking scheme is written: while the rules are open, and in an amendment after that."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Component, Event
from skillhub.competitions.queries import SEES, path_of
from skillhub.drafting import forms, queries, services, sheet
from skillhub.drafting.models import Amendment
from skillhub.drafting.rules import AmendmentState, wordless
from skillhub.kernel import imports
from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.downloads import sheet_file
from skillhub.kernel.errors import Conflict, HouseError, NotFound
from skillhub.kernel.forms import SheetForm
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.web import tr
from skillhub.scoring import queries as scoring
from skillhub.scoring.kinds import BY_KIND, KINDS, by_section, place_of
from skillhub.scoring.rules import Scheme

bp = Blueprint("drafting", __name__)
EVENT = "/competitions/<int:competition_id>/events/<int:event_id>"
PART = f"{EVENT}/schemes/<int:component_id>"
RULES = (Role.ORGANISER, Role.CHIEF_JUDGE)


@bp.get(PART)
@allow(*SEES, Role.CHIEF_JUDGE, scope=path_of)
def scheme(competition_id: int, event_id: int, component_id: int) -> ResponseReturnValue:
    """Show a scheme as it is in force; `?amendment=` shows it as that one will have it."""
    part, actor = scoring.part_of(competition_id, event_id, component_id), current_actor()
    amendment = _asked(part.event)
    read = queries.scheme_in(part, amendment)
    may = actor.may(RULES, part.event.competition.host.path)
    mine = amendment and amendment.opened_by_id == actor.user_id
    writes = mine and amendment and amendment.state is AmendmentState.DRAFT
    return render_template(
        "drafting/scheme.html",
        event=part.event,
        part=part,
        scheme=read if read.aspects or read.marks_of else None,
        kinds=KINDS,
        sections=by_section(read),
        wordless=wordless(read),
        unprepared=scoring.unprepared(part.event) if part.event.rules_open else [],
        may=may,
        change=may and part.kind != "carried" and (part.event.rules_open or writes),
        roundings=forms.ROUNDINGS,
        rights=competitions.rights(actor, part.event.competition),
        amendment=amendment,
        under_way=None if part.event.rules_open else queries.under_way(part.event),
        amendable=may and part.event.state in services.AMENDABLE and not part.event.rules_open,
    )


@bp.route(f"{PART}/aspect", methods=["GET", "POST"])
@allow(*RULES, scope=path_of)
def aspect(competition_id: int, event_id: int, component_id: int) -> ResponseReturnValue:
    """Add an aspect of the kind that `kind` names, or change the one whose code stands in `code`."""
    part = scoring.part_of(competition_id, event_id, component_id)
    read = _read(part)
    code = request.args.get("code", "")
    if code and code not in read.by_code:
        raise NotFound
    old = read.by_code.get(code)
    kind = BY_KIND.get(old.kind if old else request.args.get("kind", "points"))
    if kind is None:
        raise NotFound
    place = place_of(read, code)
    form = forms.aspect_form(kind, old, place, _version(part))
    if form.validate_on_submit():
        above = (form.criterion.data or "", form.sub.data or "")
        table = forms.aspect_document(form, kind)
        try:
            _unless_stale(form, part)
            services.put_aspect(part, code, above, table, current_actor())
        except HouseError as refusal:
            form.refuse(_of_fields(refusal))
        else:
            flash(N_("The marking scheme is changed."), "success")
            return redirect(_at(part))
    shown = {"event": part.event, "part": part, "kind": kind, "old": old, "back": _at(part)}
    return render_template("drafting/aspect.html", form=form, **shown)


@bp.post(f"{PART}/remove")
@allow(*RULES, scope=path_of)
def remove(competition_id: int, event_id: int, component_id: int) -> ResponseReturnValue:
    part = scoring.part_of(competition_id, event_id, component_id)
    services.remove_aspect(part, request.form.get("code", ""), current_actor())
    flash(N_("The aspect is removed."), "success")
    return redirect(_at(part))


@bp.route(f"{PART}/settings", methods=["GET", "POST"])
@allow(*RULES, scope=path_of)
def settings(competition_id: int, event_id: int, component_id: int) -> ResponseReturnValue:
    part = scoring.part_of(competition_id, event_id, component_id)
    form = forms.settings_form(_read(part), _version(part))
    if form.validate_on_submit():
        try:
            _unless_stale(form, part)
            services.set_figures(part, form.settings(), current_actor())
        except HouseError as refusal:
            form.refuse(_of_fields(refusal))
        else:
            flash(N_("The marking scheme is changed."), "success")
            return redirect(_at(part))
    shown = {"event": part.event, "part": part, "back": _at(part)}
    return render_template("drafting/settings.html", form=form, **shown)


@bp.get(f"{PART}/export.<any(xlsx,csv):kind>")
@allow(*SEES, Role.CHIEF_JUDGE, scope=path_of)
def export(competition_id: int, event_id: int, component_id: int, kind: str) -> Response:
    part = scoring.part_of(competition_id, event_id, component_id)
    name = f"{part.event.competition.code}-{part.event.code}-{part.code}-scheme"
    read = queries.scheme_in(part, _asked(part.event))
    return sheet_file(kind, name, sheet.SCHEME, sheet.scheme_rows(read))


@bp.route(f"{PART}/import", methods=["GET", "POST"])
@allow(*RULES, scope=path_of)
def import_scheme(competition_id: int, event_id: int, component_id: int) -> ResponseReturnValue:
    part, form = scoring.part_of(competition_id, event_id, component_id), SheetForm()
    if form.validate_on_submit():
        try:
            upload = imports.receive(
                sheet.importer(part, current_actor()), *form.sent(), current_actor(), now()
            )
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            target = {**_of(part.event), "component_id": part.id, "upload_id": upload.id}
            return redirect(url_for(".import_scheme_preview", **target))
    shown = {"event": part.event, "part": part, "columns": sheet.SCHEME, "back": _at(part)}
    return render_template("drafting/import_scheme.html", form=form, **shown)


@bp.route(f"{PART}/import/<int:upload_id>", methods=["GET", "POST"])
@allow(*RULES, scope=path_of)
def import_scheme_preview(
    competition_id: int, event_id: int, component_id: int, upload_id: int
) -> ResponseReturnValue:
    part = scoring.part_of(competition_id, event_id, component_id)
    state = imports.resume(sheet.importer(part, current_actor()), upload_id, current_actor())
    if request.method == "POST":
        done = imports.carry_on(state, request.form, now())
        if done is None:
            return redirect(request.full_path)
        flash(tr(done), "success")
    if request.method == "POST" or state.applied:
        return redirect(_at(part))
    shown = {"event": part.event, "part": part, "columns": sheet.SCHEME}
    back = url_for(".import_scheme", **_of(part.event), component_id=part.id)
    return render_template("drafting/import_scheme_preview.html", state=state, back=back, **shown)


def _read(part: Component) -> Scheme:
    """Read the scheme that the forms write: as in the amendment that is being written, else as it stands."""
    return queries.scheme_in(part, queries.draft_of(part.event))


def _version(part: Component) -> int:
    return forms.version_of(queries.document_of(part, queries.draft_of(part.event)))


def _asked(event: Event) -> Amendment | None:
    """Find the amendment that the address names."""
    key = request.args.get("amendment", 0, int)
    return queries.amendment_of(event, key) if key else None


def _unless_stale(form: Any, part: Component) -> None:
    if form.version.data != _version(part):
        form.version.data, form.version.raw_data = _version(part), None
        text = N_(
            "Somebody changed this meanwhile. Compare with what stands there now, then save again."
        )
        raise Conflict(say(text))


def _of_fields(refusal: HouseError) -> HouseError:
    """Let each problem of a scheme name the field it speaks of."""
    placed = [
        Problem(p.where.rpartition(".")[2].partition("[")[0], p.message) for p in refusal.problems
    ]
    return type(refusal)(refusal.message, placed)


def _of(event: Event) -> dict[str, Any]:
    return {"competition_id": event.competition_id, "event_id": event.id}


def _at(part: Component) -> str:
    draft = queries.draft_of(part.event)
    more: dict[str, Any] = {"amendment": draft.id} if draft else {}
    return url_for(".scheme", **_of(part.event), component_id=part.id, **more)
