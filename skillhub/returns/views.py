"""The page of old papers of a competition."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skillhub.certificates.queries import STAFF
from skillhub.competitions.models import Competition
from skillhub.competitions.queries import path_of
from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.clock import now, today
from skillhub.kernel.db import get_or_404
from skillhub.kernel.errors import HouseError, NotFound
from skillhub.kernel.messages import N_, say
from skillhub.kernel.web import tr
from skillhub.returns import queries, services
from skillhub.returns.forms import ReturnForm

bp = Blueprint("returns", __name__)
AT = "/competitions/<int:competition_id>/certificates/returns"


@bp.get(AT)
@allow(*STAFF, Role.AUDITOR, scope=path_of)
def index(competition_id: int) -> ResponseReturnValue:
    competition = get_or_404(Competition, competition_id)
    found = queries.papers(competition)
    return render_template(
        "returns/index.html",
        competition=competition,
        out=[paper for paper in found if paper.back is None],
        back=[paper for paper in found if paper.back],
        may=current_actor().may(STAFF, competition.host.path),
    )


@bp.route(f"{AT}/<int:certificate_id>", methods=["GET", "POST"])
@allow(*STAFF, scope=path_of)
def take_in(competition_id: int, certificate_id: int) -> ResponseReturnValue:
    competition = get_or_404(Competition, competition_id)
    paper = queries.paper_of(competition, certificate_id)
    form = ReturnForm(came_on=today(competition.host.zone))
    if form.validate_on_submit():
        given = (form.came_on.data, form.note.data or "")
        try:
            services.take_in(paper.certificate, *given, current_actor(), now())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            number = paper.certificate.number
            flash(tr(say(N_("It is noted that %(number)s came back."), number=number)), "success")
            return redirect(url_for(".index", competition_id=competition_id))
    return render_template("returns/take_in.html", competition=competition, paper=paper, form=form)


@bp.post(f"{AT}/<int:certificate_id>/forget")
@allow(*STAFF, scope=path_of)
def forget(competition_id: int, certificate_id: int) -> ResponseReturnValue:
    """Take a note away that was made by mistake."""
    paper = queries.paper_of(get_or_404(Competition, competition_id), certificate_id)
    if paper.back is None:
        raise NotFound
    services.forget(paper.back, request.form.get("version", 0, int), current_actor())
    return redirect(url_for(".index", competition_id=competition_id))
