"""The pages that keep designs in order: the list, the versions of one, the second look, put away, deleted."""

from __future__ import annotations

import base64

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skillhub.designs import queries as designs
from skillhub.designs import services as drawing
from skillhub.designs import sheet, works
from skillhub.designs.models import Design, DesignVersion
from skillhub.designs.queries import DRAWS, WRITES, path_of
from skillhub.kernel import journal
from skillhub.kernel.access import allow, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.db import get_or_404
from skillhub.kernel.downloads import named
from skillhub.kernel.errors import BadInput, Conflict, HouseError
from skillhub.kernel.forms import HouseForm
from skillhub.kernel.limits import limiter
from skillhub.kernel.messages import N_, say
from skillhub.kernel.paper import Template
from skillhub.kernel.web import tr
from skillhub.organisations.models import Organisation
from skillhub.studio import queries, services
from skillhub.studio.forms import BringForm, LookForm, RawForm

bp = Blueprint("studio", __name__)
OWN = "/designs/<int:design_id>"
READS = (*DRAWS, WRITES)
PARTS = {"about": "about.toml", "page": "page.html", "style": "page.css"}


@bp.get("/designs")
@allow(*READS)
def index() -> ResponseReturnValue:
    actor = current_actor()
    rows = designs.listed(actor)
    return render_template(
        "studio/index.html", rows=rows, used=queries.used(rows), may=bool(actor.has(*DRAWS))
    )


@bp.get(OWN)
@allow(*READS, scope=path_of)
def view(design_id: int) -> ResponseReturnValue:
    design, actor = get_or_404(Design, design_id), current_actor()
    row = designs.under_way(design.id)
    return render_template(
        "studio/view.html",
        design=design,
        row=row,
        used=queries.used([design])[design.id],
        problems=designs.problems_of(row) if row else [],
        history=journal.about([design, *design.versions]),
        form=HouseForm(version=design.version),
        may=actor.may(DRAWS, design.owner.path),
        writes=actor.may(WRITES, design.owner.path),
    )


@bp.route(f"{OWN}/publish", methods=["GET", "POST"])
@allow(*DRAWS, scope=path_of)
def publish(design_id: int) -> ResponseReturnValue:
    design = get_or_404(Design, design_id)
    row = designs.under_way(design.id)
    if row is None:
        raise Conflict(say(N_("No version of this design waits for a second look.")))
    form, actor, status = LookForm(version=row.version), current_actor(), 200
    if form.validate_on_submit():
        version = form.version.data or 0
        try:
            if "back" in request.form:
                drawing.send_back(row, version, form.why.data or "", actor)
                flash(N_("It went back to who drew it."), "success")
            else:
                _refuse_unprintable(row)
                drawing.publish(row, version, actor, now())
                flash(N_("It is published: papers can be printed on it."), "success")
        except HouseError as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            return redirect(url_for("studio.view", design_id=design_id))
    own = actor.login in queries.drew(row)
    page = render_template("studio/publish.html", design=design, row=row, form=form, own=own)
    return page, status


@bp.route(f"{OWN}/raw", methods=["GET", "POST"])
@allow(WRITES, scope=path_of)
@limiter.limit("60 per minute", methods=["POST"])
def raw(design_id: int) -> ResponseReturnValue:
    row, actor, status = designs.draft_of(design_id), current_actor(), 200
    texts = designs.texts_of(row)
    form, png = RawForm(version=row.version, **{k: texts[n] for k, n in PARTS.items()}), b""
    if form.validate_on_submit():
        texts = {name: _plain(form[key].data) for key, name in PARTS.items()}
        try:
            png = _tried(row, designs.written(row.design.code, texts, designs.pictures_of(row)))
            drawing.write(row, form.version.data or 0, texts, actor, now())
        except HouseError as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            flash(N_("The template is saved; so it prints."), "success")
            form.version.data, form.version.raw_data = row.version, None
    shown = base64.b64encode(png).decode()
    page = render_template(
        "studio/raw.html", design=row.design, row=row, form=form, png=shown, facts=_facts()
    )
    return page, status


@bp.get(f"{OWN}/versions/<int:number>/export")
@allow(*READS, scope=path_of)
def export(design_id: int, number: int) -> ResponseReturnValue:
    row = designs.version_numbered(design_id, number)
    answer = Response(sheet.exported(row), mimetype="application/zip")
    return named(answer, f"{row.design.code}-v{number}.zip", f"{row.design.code}-v{number}.zip")


@bp.route("/designs/import", methods=["GET", "POST"])
@allow(*DRAWS)
@limiter.limit("30 per minute", methods=["POST"])
def bring_in() -> ResponseReturnValue:
    actor, form, status = current_actor(), BringForm(), 200
    form.owner.choices = [(one.id, one.name) for one in designs.owners(actor)]
    if form.validate_on_submit():
        try:
            if not form.file.data:
                raise BadInput(say(N_("Choose a file first.")))
            found = sheet.read(form.file.data.read(sheet.MOST_BYTES + 1))
            owner = get_or_404(Organisation, form.owner.data)
            made = (found.title, found.document, found.pictures, actor, now())
            design = drawing.begin(owner, *made, found.making, found.code)
        except HouseError as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            flash(N_("The design is brought in as a draft."), "success")
            return redirect(url_for("studio.view", design_id=design.id))
    return render_template("studio/bring_in.html", form=form), status


@bp.post(f"{OWN}/put-away")
@allow(*DRAWS, scope=path_of)
def put_away(design_id: int) -> ResponseReturnValue:
    design = get_or_404(Design, design_id)
    drawing.put_away(design, request.form.get("away") == "1", current_actor(), now())
    return redirect(url_for("studio.view", design_id=design_id))


@bp.post(f"{OWN}/delete")
@allow(*DRAWS, scope=path_of)
def delete(design_id: int) -> ResponseReturnValue:
    design, form = get_or_404(Design, design_id), HouseForm()
    try:
        services.delete(design, form.version.data or 0, current_actor())
    except HouseError as refusal:
        flash(tr(refusal.message), "error")
        return redirect(url_for("studio.view", design_id=design_id))
    flash(N_("The design is deleted."), "success")
    return redirect(url_for("studio.index"))


def _tried(row: DesignVersion, template: Template) -> bytes:
    """Print a template for somebody typical; what the press refuses is noted in the journal and raised."""
    png, refusal = works.tried(template)
    if refusal:
        drawing.refused(row, f"{refusal.code}: {refusal.detail}", current_actor())
        raise refusal
    return png


def _refuse_unprintable(row: DesignVersion) -> None:
    _tried(row, designs.template_now(row))


def _plain(text: str | None) -> str:
    """Give a text with the ends of lines that files have."""
    return (text or "").replace("\r\n", "\n")


def _facts() -> list[str]:
    return sorted(designs.known_facts())
