"""The pages of organisations."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.clock import today
from skillhub.kernel.db import get_or_404
from skillhub.kernel.errors import Conflict, HouseError
from skillhub.kernel.messages import N_
from skillhub.organisations import queries, services
from skillhub.organisations.forms import KINDS, NewOrganisationForm, OrganisationForm, RenameForm
from skillhub.organisations.models import Organisation
from skillhub.organisations.queries import path_of

bp = Blueprint("organisations", __name__, url_prefix="/organisations")


@bp.get("/")
@allow(Role.ORGANISER)
def index() -> ResponseReturnValue:
    word = request.args.get("q", "")
    known = queries.visible_to(current_actor())
    return render_template(
        "organisations/index.html", tree=queries.tree(known, word), word=word, kinds=KINDS
    )


@bp.get("/<int:organisation_id>")
@allow(Role.ORGANISER, scope=path_of)
def view(organisation_id: int) -> ResponseReturnValue:
    organisation = get_or_404(Organisation, organisation_id)
    return render_template(
        "organisations/view.html",
        organisation=organisation,
        line=_line(organisation),
        children=queries.children(organisation),
        names=queries.names_of(organisation),
        kinds=KINDS,
        may_edit=current_actor().may(Role.ORGANISER, organisation.path),
    )


@bp.route("/<int:organisation_id>/add", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def add(organisation_id: int) -> ResponseReturnValue:
    parent = get_or_404(Organisation, organisation_id)
    form = NewOrganisationForm(zone=parent.zone)
    if form.validate_on_submit():
        try:
            made = services.found(parent, form.answers, current_actor())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The organisation was added."), "success")
            return redirect(url_for("organisations.view", organisation_id=made.id))
    return render_template("organisations/add.html", form=form, parent=parent, line=_line(parent))


@bp.route("/<int:organisation_id>/edit", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def edit(organisation_id: int) -> ResponseReturnValue:
    organisation = get_or_404(Organisation, organisation_id)
    form = OrganisationForm(obj=organisation)
    if form.validate_on_submit():
        try:
            services.edit(organisation, form.answers, form.version.data or 0, current_actor())
        except Conflict as refusal:
            form.refuse(refusal)
            form.catch_up(organisation)
        else:
            flash(N_("Saved."), "success")
            return redirect(url_for("organisations.view", organisation_id=organisation_id))
    return render_template(
        "organisations/edit.html", form=form, organisation=organisation, line=_line(organisation)
    )


@bp.route("/<int:organisation_id>/rename", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def rename(organisation_id: int) -> ResponseReturnValue:
    organisation = get_or_404(Organisation, organisation_id)
    form = RenameForm(since=today(organisation.zone))
    if form.validate_on_submit():
        try:
            services.rename(organisation, form.name.data, form.since.data, current_actor())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The new name holds; the old one stays in the history."), "success")
            return redirect(url_for("organisations.view", organisation_id=organisation_id))
    return render_template(
        "organisations/rename.html", form=form, organisation=organisation, line=_line(organisation)
    )


def _line(organisation: Organisation) -> list[tuple[str, str | None]]:
    """Give the way from the top, as far as the actor may go."""
    actor = current_actor()
    steps = [
        (
            step.name,
            url_for("organisations.view", organisation_id=step.id)
            if actor.may(queries.READERS, step.path)
            else None,
        )
        for step in queries.line_of(organisation)
    ]
    return [(N_("Organisations"), url_for("organisations.index")), *steps]
