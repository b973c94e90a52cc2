"""The pages of an amendment: begun, written, looked at, proposed, approved by a second person."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skillhub.amendments import works
from skillhub.amendments.forms import BeginForm, FiguresForm, GiveUpForm
from skillhub.amendments.rules import Line, Remark, Report
from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Component, Event
from skillhub.competitions.queries import SEES, path_of
from skillhub.drafting import queries, services
from skillhub.drafting.models import Amendment
from skillhub.drafting.queries import APPROVES
from skillhub.drafting.rules import OPEN, AmendmentState, figures, plain
from skillhub.entries import queries as entries
from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.errors import BadInput, Conflict, HouseError, NotFound
from skillhub.kernel.messages import N_, Message, Problem
from skillhub.panels import queries as panels

bp = Blueprint("amendments", __name__)
EVENT = "/competitions/<int:competition_id>/events/<int:event_id>/amendments"
ONE = f"{EVENT}/<int:amendment_id>"
PART = f"{ONE}/parts/<int:component_id>"
READS = (*SEES, Role.CHIEF_JUDGE)
LINES = 200  # of a report on one page


@bp.get(EVENT)
@allow(*READS, scope=path_of)
def index(competition_id: int, event_id: int) -> ResponseReturnValue:
    event = competitions.event_of(competition_id, event_id)
    return render_template(
        "amendments/index.html",
        event=event,
        amendments=queries.of_event(event),
        may=_may(event) and event.state in services.AMENDABLE and not queries.under_way(event),
    )


@bp.route(f"{EVENT}/begin", methods=["GET", "POST"])
@allow(*APPROVES, scope=path_of)
def begin(competition_id: int, event_id: int) -> ResponseReturnValue:
    """Begin an amendment; from the scheme of a component one goes on there."""
    event, form = competitions.event_of(competition_id, event_id), BeginForm()
    if form.validate_on_submit():
        try:
            row = services.begin(event, form.reason.data or "", current_actor(), now())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            key = request.args.get("component_id", 0, int)
            if key in {part.id for part in event.components if part.scheme}:
                own = {**_place(event), "component_id": key, "amendment": row.id}
                return redirect(url_for("drafting.scheme", **own))
            return _back(row)
    return render_template("amendments/begin.html", event=event, form=form)


@bp.get(ONE)
@allow(*READS, scope=path_of)
def show(**at: int) -> ResponseReturnValue:
    return _show(_row(**at))


@bp.route(f"{PART}", methods=["GET", "POST"])
@allow(*APPROVES, scope=path_of)
def part(component_id: int, **at: int) -> ResponseReturnValue:
    """Put the maximum, weight and pass mark of a component right."""
    row = _row(**at)
    own = _part(row, component_id)
    form = FiguresForm(obj=queries.part_of(row, own) or own, version=row.version)
    if form.validate_on_submit():
        values = {name: form[name].data for name in ("maximum", "weight", "pass_mark")}
        try:
            services.put(row, own, values, current_actor(), form.version.data or 0)
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            return _looked(row)
    return render_template("amendments/part.html", row=row, event=row.event, part=own, form=form)


@bp.post(f"{PART}/drop")
@allow(*APPROVES, scope=path_of)
def drop(component_id: int, **at: int) -> ResponseReturnValue:
    row = _row(**at)
    services.drop(row, _part(row, component_id), current_actor())
    return _looked(row) if row.parts else _back(row)


@bp.post(f"{ONE}/look")
@allow(*APPROVES, scope=path_of)
def look(**at: int) -> ResponseReturnValue:
    row = _row(**at)
    if row.state not in OPEN:
        raise NotFound
    return _looked(row)


@bp.post(f"{ONE}/propose")
@allow(*APPROVES, scope=path_of)
def propose(**at: int) -> ResponseReturnValue:
    row = _row(**at)
    services.propose(row, request.form.get("version", 0, int), current_actor(), now())
    flash(N_("It waits for a second person now."), "success")
    return _back(row)


@bp.post(f"{ONE}/take-up")
@allow(*APPROVES, scope=path_of)
def take_up(**at: int) -> ResponseReturnValue:
    row = _row(**at)
    services.take_up(row, request.form.get("version", 0, int), current_actor())
    return _back(row)


@bp.post(f"{ONE}/approve")
@allow(*APPROVES, scope=path_of)
def approve(**at: int) -> ResponseReturnValue:
    """Apply it whole; when its consequences are not the ones that were shown, show the new ones."""
    row, actor, moment = _row(**at), current_actor(), now()
    try:
        works.approve(row, request.form.get("digest", ""), actor, moment)
    except (BadInput, Conflict) as refusal:
        row = _row(**at)
        if row.state is AmendmentState.PROPOSED:
            works.look(row, actor, moment)
        return _show(row, refusal), refusal.status
    flash(N_("The amendment is applied; every sheet is reckoned by it."), "success")
    return _back(row)


@bp.route(f"{ONE}/give-up", methods=["GET", "POST"])
@allow(*APPROVES, scope=path_of)
def give_up(**at: int) -> ResponseReturnValue:
    row = _row(**at)
    form = GiveUpForm(version=row.version)
    if form.validate_on_submit():
        try:
            services.give_up(row, form.version.data or 0, form.why.data or "", current_actor())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The amendment is given up; nothing beside it was touched."), "success")
            return _back(row)
    return render_template("amendments/give_up.html", row=row, event=row.event, form=form)


def _show(row: Amendment, refusal: HouseError | None = None) -> str:
    event, actor = row.event, current_actor()
    panels.refuse_judges(event, actor)
    own, names = row.opened_by_id == actor.user_id, panels.names(event, actor)
    report = Report.from_json(row.report) if row.report else None
    found = {entry.id: names.one(entry) for entry in entries.of(event)}
    lines = names.ordered(report.lines, _entry, _rank) if report else []
    shown = [line for line in lines if found.get(line.entry)]
    again = names.ordered(report.remarks, _entry) if report else []
    remarks = [one for one in again if found.get(one.entry)]
    return render_template(
        "amendments/show.html",
        row=row,
        event=event,
        report=report,
        lines=shown[:LINES],
        more=max(len(shown) - LINES, 0),
        remarks=remarks[:LINES],
        again=len(remarks),
        found=found,
        named=names.open,
        changed=[part for part in event.components if _moves(shown, part.code)],
        changes=[(one, queries.part_of(row, one)) for one in event.components],
        before={one.component_id: one.before for one in row.parts},
        after={one.component_id: plain(figures(one)) for one in row.parts},
        problems=[Problem(where, Message.from_json(said)) for where, said in row.problems],
        refusal=refusal,
        own=own,
        may=_may(event),
        builds=own and row.state is AmendmentState.DRAFT,
        approves=not own and row.state is AmendmentState.PROPOSED and _may(event),
    )


def _entry(one: Line | Remark) -> int:
    return one.entry


def _rank(line: Line) -> tuple[bool, int]:
    return line.after.rank is None, line.after.rank or 0


def _moves(lines: list[Any], code: str) -> bool:
    """Tell whether the points of a component change for anybody."""
    return any(line.before.marks.get(code) != line.after.marks.get(code) for line in lines)


def _looked(row: Amendment) -> ResponseReturnValue:
    works.look(row, current_actor(), now())
    return _back(row)


def _row(competition_id: int, event_id: int, amendment_id: int) -> Amendment:
    return queries.amendment_of(competitions.event_of(competition_id, event_id), amendment_id)


def _part(row: Amendment, component_id: int) -> Component:
    found = next((one for one in row.event.components if one.id == component_id), None)
    if found is None:
        raise NotFound
    return found


def _may(event: Event) -> bool:
    return current_actor().may(APPROVES, event.competition.host.path)


def _place(event: Event) -> dict[str, Any]:
    return {"competition_id": event.competition_id, "event_id": event.id}


def _back(row: Amendment) -> ResponseReturnValue:
    return redirect(url_for(".show", **_place(row.event), amendment_id=row.id))
