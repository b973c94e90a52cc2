"""The pages of a correction: begun from a cell, looked at, proposed, approved by a second person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skillhub.appeals import queries as appeals
from skillhub.awards import queries as awards
from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Component, Event
from skillhub.competitions.queries import SEES, path_of
from skillhub.corrections import queries, services, works
from skillhub.corrections.forms import (
    BeginForm,
    BoxForm,
    CancelForm,
    GraceForm,
    PointsForm,
    RulingForm,
    StatusForm,
    UntilForm,
)
from skillhub.corrections.models import Correction
from skillhub.corrections.queries import APPROVES
from skillhub.corrections.rules import OPEN, CorrectionState, Report
from skillhub.entries import queries as entries
from skillhub.entries.models import Entry, EntryStatus
from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.errors import Conflict, HouseError, NotFound
from skillhub.kernel.forms import HouseForm
from skillhub.kernel.messages import N_, Message, Problem
from skillhub.kernel.web import tr
from skillhub.publishing import works as editions
from skillhub.results import queries as results
from skillhub.scoring import queries as scoring
from skillhub.scoring.rules import Given

bp = Blueprint("corrections", __name__)
EVENT = "/competitions/<int:competition_id>/events/<int:event_id>/corrections"
ONE = f"{EVENT}/<int:correction_id>"
READS = (*SEES, Role.CHIEF_JUDGE)


@bp.get(EVENT)
@allow(*READS, scope=path_of)
def index(competition_id: int, event_id: int) -> ResponseReturnValue:
    event = competitions.event_of(competition_id, event_id)
    key = request.args.get("appeal", 0, int)  # those to which one appeal led
    found = [row for row in queries.of_event(event) if key in (0, row.appeal_id)]
    return render_template(
        "corrections/index.html",
        event=event,
        corrections=found,
        versions=results.versions(event),
        grid=queries.grid(event, request.args.get("q", "")),
        words=request.args.get("q", ""),
        may=event.state in services.CORRECTABLE and _may(Role.ORGANISER, event),
    )


@bp.route(f"{EVENT}/begin", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def begin(competition_id: int, event_id: int) -> ResponseReturnValue:
    """Begin a correction, from a cell that is wrong or from an appeal that was upheld."""
    event, form = competitions.event_of(competition_id, event_id), BeginForm()
    key = request.args.get("appeal", 0, int)
    appeal = appeals.appeal_of(event, key) if key else None
    if form.validate_on_submit():
        words = (form.reason.data, form.evidence.data or "")
        try:
            row = services.open_draft(event, *words, current_actor(), now(), appeal)
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            cell: dict[str, Any] = {
                name: request.args.get(name, 0, int) for name in ("entry_id", "component_id")
            }
            if all(cell.values()):
                return redirect(url_for(".mark", **_of(row), **cell))
            return _back(row)
    elif appeal and not form.is_submitted():
        form.reason.data = appeal.decision
    return render_template("corrections/begin.html", event=event, form=form, appeal=appeal)


@bp.get(ONE)
@allow(*READS, scope=path_of)
def show(**at: int) -> ResponseReturnValue:
    row, actor = _row(**at), current_actor()
    own = row.opened_by_id == actor.user_id
    return render_template(
        "corrections/show.html",
        row=row,
        event=row.event,
        report=Report.from_json(row.report) if row.report else None,
        problems=[Problem(where, Message.from_json(said)) for where, said in row.problems],
        builds=own and row.state is CorrectionState.DRAFT,
        approves=not own and row.state is CorrectionState.PROPOSED and _may(APPROVES, row.event),
        own=own,
        organises=_may(Role.ORGANISER, row.event),
        grid=queries.grid(row.event, request.args.get("q", "")) if own else None,
        words=request.args.get("q", ""),
        tied=awards.titles_of(row.event),
    )


@bp.route(f"{ONE}/marks/<int:entry_id>/<int:component_id>", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def mark(entry_id: int, component_id: int, **at: int) -> ResponseReturnValue:
    row = _row(**at)
    entry, form = entries.entry_of(row.event, entry_id), PointsForm()
    part = next((p for p in row.event.components if p.id == component_id), None)
    if part is None:
        raise NotFound
    if boxes := queries.boxes_of(entry, part):
        return _fill(row, entry, part, boxes)
    if form.validate_on_submit() and _done(
        form, lambda: services.mark(row, entry, part, form.points.data, current_actor()), row
    ):
        return _back(row)
    return _mark(row, entry, part, form)


@bp.route(f"{ONE}/status/<int:entry_id>", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def rule(entry_id: int, **at: int) -> ResponseReturnValue:
    row = _row(**at)
    entry = entries.entry_of(row.event, entry_id)
    form = StatusForm(status=entry.status.value)
    if form.validate_on_submit():
        status, why = EntryStatus(form.status.data), form.why.data or ""
        if _done(form, lambda: services.rule(row, entry, status, why, current_actor()), row):
            return _back(row)
    return render_template("corrections/rule.html", entry=entry, form=form, **_about(row))


@bp.route(f"{ONE}/ruling/<int:entry_id>", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def decide(entry_id: int, **at: int) -> ResponseReturnValue:
    """Write down what the committee gives an entry of a tie that the correction makes."""
    row = _row(**at)
    entry, form = entries.entry_of(row.event, entry_id), RulingForm()
    titles = [str(title) for title in awards.titles_of(row.event)]
    form.title.choices = [("", tr(N_("no award"))), *((title, title) for title in titles)]
    if form.validate_on_submit():
        title, why = form.title.data or "", form.why.data
        if _done(form, lambda: services.decide(row, entry, title, why, current_actor()), row):
            return _back(row)
    return render_template("corrections/decide.html", entry=entry, form=form, **_about(row))


@bp.route(f"{ONE}/grace/<int:entry_id>", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def spare(entry_id: int, **at: int) -> ResponseReturnValue:
    """Let an entry keep by grace what the new ranking would take."""
    row = _row(**at)
    entry = entries.entry_of(row.event, entry_id)
    form = GraceForm(why=next((g.why for g in row.graces if g.entry_id == entry_id), ""))
    if form.validate_on_submit():
        why = form.why.data or ""
        if _done(form, lambda: services.spare(row, entry, why, current_actor()), row):
            return _back(row)
    return render_template("corrections/spare.html", entry=entry, form=form, **_about(row))


@bp.route(f"{ONE}/until", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def until(**at: int) -> ResponseReturnValue:
    row = _row(**at)
    form, actor = UntilForm(until=row.notice_until), current_actor()
    if form.validate_on_submit():
        day = form.until.data
        if _done(form, lambda: services.until(row, day, actor), row):
            return _back(row)
    return render_template("corrections/until.html", form=form, **_about(row))


@bp.post(f"{ONE}/drop/<int:change_id>")
@allow(Role.ORGANISER, scope=path_of)
def drop(change_id: int, **at: int) -> ResponseReturnValue:
    row = _row(**at)
    if change_id not in {change.id for change in row.changes}:
        raise NotFound
    services.drop(row, change_id, current_actor())
    works.look(row, current_actor(), now())
    return _back(row)


@bp.post(f"{ONE}/look")
@allow(*APPROVES, scope=path_of)
def look(**at: int) -> ResponseReturnValue:
    row = _row(**at)
    if row.state not in OPEN:
        raise NotFound
    works.look(row, current_actor(), now())
    return _back(row)


@bp.post(f"{ONE}/propose")
@allow(Role.ORGANISER, scope=path_of)
def propose(**at: int) -> ResponseReturnValue:
    row = _row(**at)
    services.propose(row, request.form.get("version", 0, int), current_actor(), now())
    flash(N_("It waits for a second person now."), "success")
    return _back(row)


@bp.post(f"{ONE}/approve")
@allow(*APPROVES, scope=path_of)
def approve(**at: int) -> ResponseReturnValue:
    """Apply it whole; when its consequences are not the ones that were shown, show the new ones."""
    row, actor, moment = _row(**at), current_actor(), now()
    try:
        works.approve(row, request.form.get("digest", ""), actor, moment)
    except Conflict as refusal:
        row = _row(**at)
        if row.state is CorrectionState.PROPOSED:
            works.look(row, actor, moment)
        flash(tr(refusal.message), "warning")
        return _back(row)
    editions.follow(row.event, actor, moment)
    flash(N_("The correction is applied: the new version stands, the old one is kept."), "success")
    return _back(row)


@bp.route(f"{ONE}/cancel", methods=["GET", "POST"])
@allow(*APPROVES, scope=path_of)
def cancel(**at: int) -> ResponseReturnValue:
    row, form = _row(**at), CancelForm()
    form.version.data = form.version.data or row.version
    if form.validate_on_submit():
        try:
            services.cancel(row, form.version.data, form.why.data, current_actor())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The correction is given up; nothing beside it was touched."), "success")
            return _back(row)
    return render_template("corrections/cancel.html", form=form, **_about(row))


def _fill(
    row: Correction, entry: Entry, part: Component, boxes: Mapping[scoring.MarkKey, Given]
) -> ResponseReturnValue:
    """Correct one box of a marking scheme."""
    form, keys = BoxForm(), {scoring.box(key): key for key in boxes}
    form.box.choices = [(n, f"{scoring.at(*k[2:])}: {boxes[k] or '–'}") for n, k in keys.items()]
    if form.validate_on_submit():
        key, typed = keys[form.box.data], form.typed.data or ""
        if _done(form, lambda: services.fill(row, entry, part, key, typed, current_actor()), row):
            return _back(row)
    return _mark(row, entry, part, form)


def _mark(row: Correction, entry: Entry, part: Component, form: HouseForm) -> str:
    before = queries.points_of(entry, part)
    shown = {"entry": entry, "part": part, "before": before, **_about(row)}
    return render_template("corrections/mark.html", form=form, **shown)


def _done(form: HouseForm, change: Any, row: Correction) -> bool:
    """Change a draft and look at what it does now; a refusal stays with the form."""
    try:
        change()
    except HouseError as refusal:
        form.refuse(refusal)
        return False
    works.look(row, current_actor(), now())
    return True


def _row(competition_id: int, event_id: int, correction_id: int) -> Correction:
    return queries.correction_of(competitions.event_of(competition_id, event_id), correction_id)


def _may(roles: Any, event: Event) -> bool:
    return current_actor().may(roles, event.competition.host.path)


def _about(row: Correction) -> dict[str, Any]:
    return {"row": row, "event": row.event}


def _of(row: Correction) -> dict[str, Any]:
    place = {"competition_id": row.event.competition_id, "event_id": row.event_id}
    return {**place, "correction_id": row.id}


def _back(row: Correction) -> ResponseReturnValue:
    return redirect(url_for(".show", **_of(row)))
