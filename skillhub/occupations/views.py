"""The pages of occupations."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.db import get_or_404
from skillhub.kernel.errors import Conflict, HouseError
from skillhub.kernel.messages import N_
from skillhub.occupations import queries, services
from skillhub.occupations.forms import GROUPS, SCALES, NewOccupationForm, OccupationForm
from skillhub.occupations.models import Occupation

bp = Blueprint("occupations", __name__, url_prefix="/occupations")


def top(**_: int) -> str:
    """Give the path of the organisation at the top: the list belongs to all, so its administrators keep it."""
    held = next(iter(current_actor().paths(Role.ADMINISTRATOR)), "/")
    return "/".join(held.split("/")[:2]) + "/"


@bp.get("/")
@allow(Role.ORGANISER)
def index() -> ResponseReturnValue:
    word, group = request.args.get("q", ""), request.args.get("group", "")
    return render_template(
        "occupations/index.html",
        occupations=queries.sought(word, group),
        word=word,
        group=group,
        groups=GROUPS,
        scales=SCALES,
        may_edit=current_actor().may(Role.ADMINISTRATOR, top()),
    )


@bp.route("/add", methods=["GET", "POST"])
@allow(Role.ADMINISTRATOR, scope=top)
def add() -> ResponseReturnValue:
    form = NewOccupationForm()
    if form.validate_on_submit():
        try:
            services.add(form.answers, current_actor())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The occupation was added."), "success")
            return redirect(url_for("occupations.index", q=form.code.data))
    return render_template("occupations/add.html", form=form)


@bp.route("/<int:occupation_id>/edit", methods=["GET", "POST"])
@allow(Role.ADMINISTRATOR, scope=top)
def edit(occupation_id: int) -> ResponseReturnValue:
    occupation = get_or_404(Occupation, occupation_id)
    form = OccupationForm(obj=occupation)
    if form.validate_on_submit():
        try:
            services.edit(occupation, form.answers, form.version.data or 0, current_actor())
        except Conflict as refusal:
            form.refuse(refusal)
            form.catch_up(occupation)
        else:
            flash(N_("Saved."), "success")
            return redirect(url_for("occupations.index", q=occupation.code))
    return render_template("occupations/edit.html", form=form, occupation=occupation)
