"""The pages that keep designs in order: the list, the versions of one, the second look, put away, deleted."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skillhub.designs import queries as designs
from skillhub.designs import services as drawing
from skillhub.designs.models import Design
from skillhub.designs.queries import DRAWS, path_of
from skillhub.kernel import journal
from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.db import get_or_404
from skillhub.kernel.errors import Conflict, HouseError
from skillhub.kernel.forms import HouseForm
from skillhub.kernel.messages import N_, say
from skillhub.kernel.web import tr
from skillhub.studio import queries, services
from skillhub.studio.forms import LookForm

bp = Blueprint("studio", __name__)
OWN = "/designs/<int:design_id>"
READS = (*DRAWS, Role.TEMPLATE_WRITER)


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
        own_hand=bool(row and actor.login in row.hands),
    )


@bp.route(f"{OWN}/publish", methods=["GET", "POST"])
@allow(*DRAWS, scope=path_of)
def publish(design_id: int) -> ResponseReturnValue:
    design = get_or_404(Design, design_id)
    row = designs.under_way(design.id)
    if row is None:
        raise Conflict(say(N_("No version of this design waits for a second look.")))
    form = LookForm(version=row.version)
    if form.validate_on_submit():
        version, actor = form.version.data or 0, current_actor()
        try:
            if "back" in request.form:
                drawing.send_back(row, version, form.why.data or "", actor)
            else:
                drawing.publish(row, version, actor, now())
        except HouseError as refusal:
            form.refuse(refusal)
            page = render_template("studio/publish.html", design=design, row=row, form=form)
            return page, refusal.status
        return redirect(url_for("studio.view", design_id=design_id))
    return render_template("studio/publish.html", design=design, row=row, form=form)


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
