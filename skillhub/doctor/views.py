"""The pages of the doctor: what looks wrong and what was said to it; and the finish line of an event."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Event
from skillhub.competitions.queries import path_of
from skillhub.doctor import queries, services
from skillhub.doctor.checks import BY_CODE
from skillhub.doctor.forms import AnswerForm, SignForm
from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.clock import now, today
from skillhub.kernel.errors import HouseError
from skillhub.kernel.messages import N_, say
from skillhub.kernel.settings import settings
from skillhub.kernel.web import tr
from skillhub.results import queries as results

bp = Blueprint("doctor", __name__)
AT = "/competitions/<int:competition_id>"
EVENT = f"{AT}/events/<int:event_id>"


@bp.get("/doctor")
@allow(Role.ORGANISER)
def index() -> ResponseReturnValue:
    """Walk through the archive, the latest competition first, some thousand entries a page."""
    page = request.args.get("page", 1, type=int)
    actor, day = current_actor(), today(settings.zone)
    looked, pages = queries.some(actor, day, page)
    return render_template(
        "doctor/index.html",
        looked=looked,
        page=page,
        pages_there=pages,
        checks=BY_CODE,
        ending=queries.ending(actor.paths(queries.READS), day) if page == 1 else (),
    )


@bp.get(f"{AT}/doctor")
@allow(Role.ORGANISER, scope=path_of)
def competition(competition_id: int) -> ResponseReturnValue:
    row = competitions.with_events(competition_id)
    looked = queries.look(row.events, today(row.host.zone))
    return render_template(
        "doctor/competition.html", competition=row, looked=looked, checks=BY_CODE
    )


@bp.get(f"{EVENT}/doctor")
@allow(Role.ORGANISER, scope=path_of)
def event(competition_id: int, event_id: int) -> ResponseReturnValue:
    row = competitions.event_of(competition_id, event_id)
    (looked,) = queries.look([row], today(row.competition.host.zone))
    return render_template(
        "doctor/event.html",
        event=row,
        looked=looked,
        said=queries.said(row),
        checks=BY_CODE,
        rights=competitions.rights(current_actor(), row.competition),
    )


@bp.route(f"{EVENT}/doctor/<finding>", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def answer(competition_id: int, event_id: int, finding: str) -> ResponseReturnValue:
    """Answer a warning in writing, or except any finding until a day."""
    row, form = competitions.event_of(competition_id, event_id), AnswerForm()
    (looked,) = queries.look([row], today(row.competition.host.zone))
    told = next((one for one in looked.told if one.finding.key == finding), None)
    if told is not None and form.validate_on_submit():
        given = (form.reason.data, current_actor(), now())
        try:
            if form.until.data:
                services.except_until(row, finding, form.until.data, *given)
            else:
                services.answer(row, finding, *given)
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("It is kept beside the finding."), "success")
            return redirect(_at(row))
    page = render_template("doctor/answer.html", event=row, form=form, told=told, checks=BY_CODE)
    return page, 200 if told else 409


@bp.post(f"{EVENT}/doctor/answers/<int:answer_id>/lift")
@allow(Role.ORGANISER, scope=path_of)
def lift(competition_id: int, event_id: int, answer_id: int) -> ResponseReturnValue:
    row = competitions.event_of(competition_id, event_id)
    services.lift(queries.answer_of(row, answer_id), current_actor(), now())
    flash(N_("It is lifted. The finding asks again."), "success")
    return redirect(_at(row))


@bp.route(f"{EVENT}/results/final", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def finalise(competition_id: int, event_id: int) -> ResponseReturnValue:
    """The finish line: everything that is open, each a link; and, when nothing is, the signature."""
    row, form, status = competitions.event_of(competition_id, event_id), SignForm(), 200
    if row.closed:
        return redirect(_results(row))
    if request.method == "POST":
        try:
            version = services.finalise(row, form.name.data or "", current_actor(), now())
        except HouseError as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            told = N_("The result is final: version %(n)s, signed by %(who)s.")
            flash(tr(say(told, n=version.number, who=version.signed_by)), "success")
            return redirect(_results(row))
    day = today(row.competition.host.zone)
    page = render_template(
        "doctor/finalise.html",
        event=row,
        form=form,
        version=results.frozen(row),
        blockers=queries.open_points(row, now(), day),
    )
    return page, status


def _at(event: Event) -> str:
    return url_for(".event", competition_id=event.competition_id, event_id=event.id)


def _results(event: Event) -> str:
    return url_for("results.index", competition_id=event.competition_id, event_id=event.id)
