"""The pages of the organisers' score: the table of units with reasons, the committee's points, commendations."""

from __future__ import annotations

from decimal import Decimal

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from skillhub.commendations import queries, services, sheet
from skillhub.commendations.forms import MoreForm, PointsForm, RuleForm, TakeBackForm
from skillhub.commendations.models import Commendation
from skillhub.commendations.rules import LABELS, Measure
from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Competition
from skillhub.competitions.queries import SEES, path_of
from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.db import get_or_404
from skillhub.kernel.downloads import sheet_file
from skillhub.kernel.errors import HouseError, NotFound
from skillhub.kernel.messages import N_, say
from skillhub.kernel.web import tr
from skillhub.organisations.models import Organisation

bp = Blueprint("commendations", __name__)
AT = "/competitions/<int:competition_id>/organisers"


@bp.get(AT)
@allow(*SEES, scope=path_of)
def index(competition_id: int) -> ResponseReturnValue:
    return _index(competitions.with_events(competition_id))


@bp.post(AT)
@allow(Role.ORGANISER, scope=path_of)
def confer(competition_id: int) -> ResponseReturnValue:
    competition = competitions.with_events(competition_id)
    try:
        made = services.confer(competition, current_actor(), now())
    except HouseError as refusal:
        return _index(competition, refusal), refusal.status
    flash(tr(say(N_("%(n)s units are commended."), n=len(made))), "success")
    return redirect(_at(competition))


@bp.get(f"{AT}.<any(xlsx,csv):kind>")
@allow(*SEES, scope=path_of)
def export(competition_id: int, kind: str) -> Response:
    competition = competitions.with_events(competition_id)
    rows = sheet.exported(queries.listed(competition, now()))
    return sheet_file(kind, f"{competition.code}-organisers", sheet.COLUMNS, rows)


@bp.route(f"{AT}/rule", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def rule(competition_id: int) -> ResponseReturnValue:
    competition = competitions.with_events(competition_id)
    form, status = RuleForm.of(queries.rule_of(competition)), 200
    if form.validate_on_submit():
        try:
            services.set_rule(competition, form.version.data or 0, form.values(), current_actor())
        except HouseError as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            flash(N_("It is saved how organisers are scored."), "success")
            return redirect(_at(competition))
    return render_template("commendations/rule.html", competition=competition, form=form), status


@bp.route(f"{AT}/<int:organisation_id>/points", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def give(competition_id: int, organisation_id: int) -> ResponseReturnValue:
    competition = competitions.with_events(competition_id)
    unit, line = _line(competition, organisation_id)
    known, status = queries.points_of(competition, unit), 200
    form = PointsForm(
        points=known.points if known else None,
        why=known.why if known else "",
        version=known.version if known else 0,
    )
    if form.validate_on_submit():
        version, why = form.version.data or 0, form.why.data
        points = form.points.data or Decimal(0)
        try:
            services.give(competition, unit, version, points, why, current_actor(), now())
        except HouseError as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            flash(
                tr(say(N_("The committee's points of %(unit)s are kept."), unit=unit.name)),
                "success",
            )
            return redirect(_at(competition))
    page = render_template(
        "commendations/give.html",
        competition=competition,
        unit=unit,
        line=line,
        form=form,
        labels=LABELS,
    )
    return page, status


@bp.route(f"{AT}/add", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def add(competition_id: int) -> ResponseReturnValue:
    competition = competitions.with_events(competition_id)
    found, form, status = queries.listed(competition, now()), MoreForm(), 200
    rest = [unit for unit, _ in found.lines if unit.id not in found.standing]
    form.unit.choices = [(str(unit.id), unit.name) for unit in rest]
    if form.validate_on_submit():
        unit = next(u for u in rest if str(u.id) == form.unit.data)
        try:
            services.add(competition, unit, form.why.data, current_actor(), now())
        except HouseError as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            flash(
                tr(say(N_("%(unit)s is commended outside the number."), unit=unit.name)), "success"
            )
            return redirect(_at(competition))
    return render_template("commendations/add.html", competition=competition, form=form), status


@bp.route(f"{AT}/<int:commendation_id>/take-back", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def take_back(competition_id: int, commendation_id: int) -> ResponseReturnValue:
    competition = competitions.with_events(competition_id)
    row, status = get_or_404(Commendation, commendation_id), 200
    if row.competition_id != competition.id:
        raise NotFound
    form = TakeBackForm(version=row.version)
    if form.validate_on_submit():
        try:
            services.take_back(row, form.version.data or 0, form.why.data, current_actor(), now())
        except HouseError as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            flash(N_("The commendation is taken back."), "success")
            return redirect(_at(competition))
    shown = {"competition": competition, "row": row, "form": form}
    return render_template("commendations/take_back.html", **shown), status


def _index(competition: Competition, refusal: HouseError | None = None) -> str:
    return render_template(
        "commendations/index.html",
        competition=competition,
        found=queries.listed(competition, now()),
        open_events=queries.open_events(competition),
        measures=list(Measure),
        labels=LABELS,
        refusal=refusal,
        rights=competitions.rights(current_actor(), competition),
    )


def _line(competition: Competition, organisation_id: int) -> tuple[Organisation, object]:
    """Find a unit that stands in the table; raises NotFound for another."""
    for unit, line in queries.listed(competition, now()).lines:
        if unit.id == organisation_id:
            return unit, line
    raise NotFound


def _at(competition: Competition) -> str:
    return url_for("commendations.index", competition_id=competition.id)
