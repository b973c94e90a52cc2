"""The organiser's pages: a competition and its events as a path, rules set, tried and locked."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skillhub.awards import services
from skillhub.awards.schemes import BY_CODE, SCHEMES
from skillhub.competitions import queries as competitions
from skillhub.competitions.models import (
    CHECKING_LABELS,
    GROUP_LABELS,
    TIER_LABELS,
    Event,
)
from skillhub.competitions.queries import SEES, path_of
from skillhub.competitions.rules import plain_event
from skillhub.doctor import queries as doctor
from skillhub.kernel import charts
from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.clock import now, today
from skillhub.kernel.errors import Conflict, HouseError, NotFound
from skillhub.kernel.forms import document
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.web import tr
from skillhub.organisations import queries as organisations
from skillhub.planning import queries
from skillhub.planning.forms import (
    WORDS,
    LoadForm,
    NewEventForm,
    WhyForm,
    event_form,
    own_and_common,
    scheme_form,
)
from skillhub.planning.rules import Stage, remarks, stage_of

bp = Blueprint("planning", __name__)
FILED = ("rescale", "team")
READS = (Role.ORGANISER, Role.JUDGE, Role.CHECKER, Role.CERTIFICATE_STAFF)
METALS = {
    "gold": N_("Gold"),
    "silver": N_("Silver"),
    "bronze": N_("Bronze"),
    "honour": N_("Other awards"),
}


@bp.get("/competitions/<int:competition_id>")
@allow(*SEES, scope=path_of)
def overview(competition_id: int) -> ResponseReturnValue:
    competition = competitions.with_events(competition_id)
    seen = queries.overview(competition)
    words = {metal: tr(word) for metal, word in METALS.items()}
    return render_template(
        "planning/overview.html",
        competition=competition,
        seen=seen,
        stage=stage_of(seen.events),
        stages=Stage,
        rights=competitions.rights(current_actor(), competition),
        tiers=TIER_LABELS,
        checkings=CHECKING_LABELS,
        columns=charts.bins(seen.shares),
        scores=charts.histogram(seen.shares, title=tr(N_("Totals in percent of the full score"))),
        bars=charts.stacked_bars(seen.units, title=tr(N_("Awards by unit")), words=words),
        metals=METALS,
    )


@bp.get("/competitions/<int:competition_id>/events/<int:event_id>")
@allow(*SEES, scope=path_of)
def event(competition_id: int, event_id: int) -> ResponseReturnValue:
    row = competitions.event_of(competition_id, event_id)
    rights = competitions.rights(current_actor(), row.competition)
    open_now = rights.organise and (row.markable or row.announced)
    day = today(row.competition.host.zone)
    return render_template(
        "planning/event.html",
        event=row,
        progress=queries.progress_of(row),
        stages=Stage,
        groups=GROUP_LABELS,
        rights=rights,
        finish=open_now,
        blockers=doctor.open_points(row, now(), day) if open_now else [],
    )


@bp.route("/competitions/load", methods=["GET", "POST"])
@allow(Role.ORGANISER)
def load() -> ResponseReturnValue:
    actor, form, problems, status = current_actor(), LoadForm(), [], 200
    if form.validate_on_submit():
        text = _sent(form)
        try:
            loaded = services.load(text, actor, organisations.top_of(actor, Role.ORGANISER))
        except HouseError as refusal:
            problems = list(refusal.problems) or [Problem("", refusal.message)]
            form.text.data, form.text.raw_data = text, [text]
            status = refusal.status
        else:
            text = N_("Loaded: %(added)s events added, %(changed)s changed, %(same)s the same.")
            counts = {name: len(getattr(loaded, name)) for name in ("added", "changed", "same")}
            flash(tr(say(text, **counts)), "success")
            for notice in loaded.notices:
                flash(tr(notice), "warning")
            return redirect(url_for("competitions.view", competition_id=loaded.competition.id))
    return render_template("planning/load.html", form=form, problems=problems), status


@bp.route("/competitions/<int:competition_id>/events/add", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def plan_event(competition_id: int) -> ResponseReturnValue:
    competition = competitions.with_events(competition_id)
    form = NewEventForm(team_size=1, decimals=2, keys=["total desc", "", "", ""])
    form.offer((), competition.events)
    if form.validate_on_submit():
        values = {**form.event_values(), "code": form.code.data.strip(), "awards": []}
        try:
            row = services.plan_event(competition, values, current_actor())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The event is planned. Now say how its awards are given."), "success")
            return redirect(_at(row, "rules"))
    return render_template("planning/plan_event.html", competition=competition, form=form)


@bp.get("/competitions/<int:competition_id>/events/<int:event_id>/rules")
@allow(*READS, scope=path_of)
def rules(competition_id: int, event_id: int) -> ResponseReturnValue:
    return _rules(competitions.event_of(competition_id, event_id))


@bp.route("/competitions/<int:competition_id>/events/<int:event_id>/edit", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def revise_event(competition_id: int, event_id: int) -> ResponseReturnValue:
    row = competitions.event_of(competition_id, event_id)
    form = event_form(row)
    if form.validate_on_submit():
        values = queries.revised(row, form.event_values())
        if "ranking" in values:  # what only a competition file states of it stays
            kept = {name: row.ranking[name] for name in FILED if name in row.ranking}
            values["ranking"] = {**kept, **values["ranking"]}
        try:
            services.set_rules(row, form.version.data or 0, values, current_actor())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The event is changed."), "success")
            return redirect(_at(row, "rules"))
    return render_template("planning/revise_event.html", event=row, form=form)


@bp.route(
    "/competitions/<int:competition_id>/events/<int:event_id>/rules/add/<code>",
    methods=["GET", "POST"],
)
@allow(Role.ORGANISER, scope=path_of)
def add_scheme(competition_id: int, event_id: int, code: str) -> ResponseReturnValue:
    row = competitions.event_of(competition_id, event_id)
    return _scheme(row, code, len(row.awards), {})


@bp.route(
    "/competitions/<int:competition_id>/events/<int:event_id>/rules/<int:place>",
    methods=["GET", "POST"],
)
@allow(Role.ORGANISER, scope=path_of)
def edit_scheme(competition_id: int, event_id: int, place: int) -> ResponseReturnValue:
    row = competitions.event_of(competition_id, event_id)
    table = _scheme_at(row, place)
    return _scheme(row, table["scheme"], place, {**table, **table.get("gates", {})})


@bp.post("/competitions/<int:competition_id>/events/<int:event_id>/rules/<int:place>/move")
@allow(Role.ORGANISER, scope=path_of)
def move_scheme(competition_id: int, event_id: int, place: int) -> ResponseReturnValue:
    """Let a scheme be asked before the one above it, or take it off the list."""
    row = competitions.event_of(competition_id, event_id)
    moved, schemes = _scheme_at(row, place), list(row.awards)
    del schemes[place]
    if request.form.get("to") != "remove":
        schemes.insert(max(place - 1, 0), moved)
    values = {**plain_event(row), "awards": schemes}
    services.set_rules(row, request.form.get("version", 0, int), values, current_actor())
    flash(N_("The award rules are changed."), "success")
    return redirect(_at(row, "rules"))


@bp.route(
    "/competitions/<int:competition_id>/events/<int:event_id>/unlock", methods=["GET", "POST"]
)
@allow(Role.ORGANISER, scope=path_of)
def unlock(competition_id: int, event_id: int) -> ResponseReturnValue:
    row, form = competitions.event_of(competition_id, event_id), WhyForm()
    if form.validate_on_submit():
        try:
            services.unlock(row, form.why.data, current_actor())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The rules are open again."), "success")
            return redirect(_at(row, "rules"))
    return render_template("planning/unlock.html", event=row, form=form)


def _rules(row: Event, refusal: HouseError | None = None) -> str:
    trial = None
    try:
        trial = queries.tried(row, request.args.get("field", None, int))
    except Conflict as unusable:
        refusal = refusal or unusable
    return render_template(
        "planning/rules.html",
        event=row,
        trial=trial,
        remarks=remarks(row.components),
        refusal=refusal,
        schemes=SCHEMES,
        by_code=BY_CODE,
        words=WORDS,
        rights=competitions.rights(current_actor(), row.competition),
    )


def _scheme(row: Event, code: str, place: int, stored: dict[str, Any]) -> ResponseReturnValue:
    """Show and take the form of one scheme, drawn from its parameters."""
    kind = BY_CODE.get(code)
    if kind is None:
        raise NotFound
    form = scheme_form(kind, stored, row.version)
    if form.validate_on_submit():
        schemes = list(row.awards)
        schemes[place : place + 1] = [{"scheme": code, **document(form, kind)}]
        values = {**plain_event(row), "awards": schemes}
        try:
            services.set_rules(row, form.version.data or 0, values, current_actor())
        except HouseError as refusal:
            form.refuse(_of_fields(refusal, f"awards[{place}]."))
        else:
            flash(N_("The award rules are changed. See below where they cut."), "success")
            return redirect(_at(row, "rules"))
    own, common = own_and_common(kind)
    return render_template(
        "planning/_scheme.html", event=row, form=form, kind=kind, own=own, common=common
    )


def _of_fields(refusal: HouseError, prefix: str) -> HouseError:
    """Let each problem of a scheme name the field it speaks of."""
    placed = [
        Problem(p.where.removeprefix(prefix).partition("[")[0].partition(".")[0], p.message)
        for p in refusal.problems
    ]
    return type(refusal)(refusal.message, placed)


def _scheme_at(row: Event, place: int) -> dict[str, Any]:
    if place >= len(row.awards):
        raise NotFound
    return dict(row.awards[place])


def _sent(form: LoadForm) -> str:
    """Read the file that was sent, or else the text that was typed."""
    if form.file.data:
        return str(form.file.data.read().decode("utf-8-sig", errors="replace"))
    return form.text.data or ""


def _at(row: Event, tab: str) -> str:
    own = url_for("planning.event", competition_id=row.competition_id, event_id=row.id)
    return f"{own}/{tab}"
