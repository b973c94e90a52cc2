"""The pages of a public notice, of objections, and of the panel that decides."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skillhub.appeals import queries, services
from skillhub.appeals.forms import DayForm, DecisionForm, NoticeForm, ObjectionForm
from skillhub.appeals.models import (
    KIND_LABELS,
    OUTCOME_LABELS,
    SUBJECT_LABELS,
    Appeal,
    Notice,
)
from skillhub.appeals.queries import PANEL
from skillhub.appeals.rules import (
    OPEN,
    AppealKind,
    Filing,
    NoticeState,
    Outcome,
    Subject,
    Terms,
    in_time,
)
from skillhub.competitions import queries as competitions
from skillhub.competitions.queries import path_of
from skillhub.competitions.rules import EventState
from skillhub.kernel.access import PUBLIC, Role, allow, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.db import get_or_404
from skillhub.kernel.errors import HouseError, NotAllowed
from skillhub.kernel.limits import limiter
from skillhub.kernel.messages import N_
from skillhub.organisations import queries as organisations

bp = Blueprint("appeals", __name__)
EVENT = "/competitions/<int:competition_id>/events/<int:event_id>"
ONE = f"{EVENT}/appeals/<int:appeal_id>"
LABELS: dict[str, Any] = {
    "kinds": KIND_LABELS,
    "subjects": SUBJECT_LABELS,
    "outcomes": OUTCOME_LABELS,
}


def top(**_: object) -> str:
    """Give the path of the organisation at the top: the calendar belongs to all, so its administrators keep it."""
    first = organisations.root()
    return first.path if first else "/"


@bp.get("/appeals")
@allow(*PANEL)
def index() -> ResponseReturnValue:
    found = queries.to_decide(current_actor())
    return render_template("appeals/index.html", appeals=found, **LABELS)


@bp.get(f"{EVENT}/appeals")
@allow(*PANEL, scope=path_of)
def of_event(competition_id: int, event_id: int) -> ResponseReturnValue:
    event = competitions.event_of(competition_id, event_id)
    found = queries.of_event(event)
    notices = queries.notices(event)
    return render_template(
        "appeals/of_event.html", event=event, appeals=found, notices=notices, **LABELS
    )


@bp.route(f"{EVENT}/notice", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def announce(competition_id: int, event_id: int) -> ResponseReturnValue:
    event, moment = competitions.event_of(competition_id, event_id), now()
    form, status = NoticeForm(), 200
    if form.validate_on_submit():
        terms = Terms(
            form.contact_name.data, form.contact.data, form.words.data or "", form.until.data
        )
        try:
            services.announce(event, terms, current_actor(), moment)
        except HouseError as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            flash(N_("The public notice is open. Whoever knows better may object now."), "success")
            return redirect(request.path)
    notices = queries.notices(event)
    return render_template(
        "appeals/announce.html",
        event=event,
        form=form,
        notices=notices,
        may_open=event.state is EventState.PROVISIONAL and event.competition.notice_days > 0,
        span=queries.span_of(event, moment) if event.competition.notice_days else None,
        open=queries.open_in(event),
    ), status


@bp.get(ONE)
@allow(*PANEL, scope=path_of)
def show(competition_id: int, event_id: int, appeal_id: int) -> ResponseReturnValue:
    appeal = queries.appeal_of(competitions.event_of(competition_id, event_id), appeal_id)
    return _show(appeal, DecisionForm(formdata=None, obj=appeal, corrects=True))


@bp.post(f"{ONE}/look")
@allow(Role.APPEALS_PANEL, scope=path_of)
def look_at(competition_id: int, event_id: int, appeal_id: int) -> ResponseReturnValue:
    appeal = queries.appeal_of(competitions.event_of(competition_id, event_id), appeal_id)
    services.look_at(appeal, request.form.get("version", 0, int), current_actor(), now())
    flash(N_("You look at it now; whoever filed it sees that."), "success")
    return _back(appeal)


@bp.post(f"{ONE}/decide")
@allow(Role.APPEALS_PANEL, scope=path_of)
def decide(competition_id: int, event_id: int, appeal_id: int) -> ResponseReturnValue:
    appeal = queries.appeal_of(competitions.event_of(competition_id, event_id), appeal_id)
    form = DecisionForm()
    if not form.validate_on_submit():
        return _show(appeal, form), 422
    outcome, why, version = Outcome(form.outcome.data), form.why.data or "", form.version.data or 0
    actor, corrects = current_actor(), form.corrects.data
    try:
        services.decide(appeal, version, outcome, why, actor, now(), corrects=corrects)
    except NotAllowed:
        raise
    except HouseError as refusal:
        form.refuse(refusal)
        return _show(appeal, form), refusal.status
    flash(N_("It is decided; whoever filed it reads the decision and its reason."), "success")
    return _back(appeal)


@bp.get(f"{ONE}/photo")
@allow(*PANEL, scope=path_of)
def photo(competition_id: int, event_id: int, appeal_id: int) -> ResponseReturnValue:
    appeal = queries.appeal_of(competitions.event_of(competition_id, event_id), appeal_id)
    answer = make_response(queries.photo_of(appeal))
    answer.mimetype = "image/jpeg"
    return answer


@bp.route("/notices/<int:notice_id>", methods=["GET", "POST"])
@allow(PUBLIC)
@limiter.limit("10 per hour", methods=["POST"])
def notice(notice_id: int) -> ResponseReturnValue:
    """Show a public notice to everybody, and take in what somebody objects."""
    row, form, status = get_or_404(Notice, notice_id), ObjectionForm(), 200
    filed = None
    if form.validate_on_submit():
        filing = Filing(AppealKind.OBJECTION, Subject(form.subject.data), form.reason.data)
        who = (form.name.data, form.contact.data)
        try:
            filed = services.object_to(row, filing, *who, current_actor(), now())
        except HouseError as refusal:
            form.refuse(refusal)
            status = refusal.status
    late = filed is not None and filed.state not in OPEN
    return render_template(
        "appeals/notice.html",
        notice=row,
        form=form,
        filed=filed,
        key=queries.key_of(filed) if filed else "",
        late=late,
        runs=row.state is NoticeState.OPEN and in_time(now(), row.closes_at),
    ), 403 if late else status


@bp.get("/working-days")
@allow(*PANEL)
def working_days() -> ResponseReturnValue:
    may = current_actor().may(Role.ADMINISTRATOR, top())
    return render_template("appeals/working_days.html", days=queries.listed_days(), may=may)


@bp.route("/working-days/add", methods=["GET", "POST"])
@allow(Role.ADMINISTRATOR, scope=top)
def know_day() -> ResponseReturnValue:
    """Say of a day whether it is worked, where the published calendar is silent or wrong."""
    form = DayForm()
    if form.validate_on_submit():
        is_worked = form.is_worked.data == "yes"
        try:
            services.know_day(form.day.data, is_worked, form.source.data, current_actor())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(
                N_("The day counts so from now on; notices that are open keep their end."),
                "success",
            )
            return redirect(url_for(".working_days"))
    return render_template("appeals/know_day.html", form=form)


def _show(appeal: Appeal, form: DecisionForm) -> str:
    actor = current_actor()
    return render_template(
        "appeals/show.html",
        appeal=appeal,
        event=appeal.event,
        form=form,
        open=appeal.state in OPEN,
        has_photo=bool(queries.with_photo([appeal])),
        decides=actor.may(Role.APPEALS_PANEL, appeal.event.competition.host.path),
        organises=actor.may(Role.ORGANISER, appeal.event.competition.host.path),
        waits=queries.waits(appeal),
        **LABELS,
    )


def _back(appeal: Appeal) -> ResponseReturnValue:
    place = (appeal.event.competition_id, appeal.event_id)
    return redirect(
        url_for(".show", competition_id=place[0], event_id=place[1], appeal_id=appeal.id)
    )
