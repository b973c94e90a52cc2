"""The pages that lead events through their life: where each stands, what comes next, and the verbs that lead on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skillhub.approvals import queries as approvals
from skillhub.competitions import queries as competitions
from skillhub.competitions.models import STATE_LABELS, TIER_LABELS, Competition, Event
from skillhub.competitions.queries import SEES, path_of
from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.bulk import FEW, refuse_untyped
from skillhub.kernel.clock import now
from skillhub.kernel.errors import HouseError, NotFound
from skillhub.kernel.fields import row_number
from skillhub.kernel.forms import HouseForm
from skillhub.kernel.journal import about
from skillhub.kernel.messages import N_, say
from skillhub.kernel.web import tr
from skillhub.life import queries, services
from skillhub.life.forms import CheckInForm, ExtendForm, StepForm, WhyForm
from skillhub.life.queries import Life, Offer
from skillhub.life.rules import BACK, TOGETHER, WITH_REASON, Verb

bp = Blueprint("life", __name__)
DONE = {
    Verb.OPEN: N_("Registration is open."),
    Verb.CLOSE: N_("Registration is closed."),
    Verb.PREPARE: N_("The rules are locked. Marks can be entered now."),
    Verb.BEGIN: N_("The event has begun."),
    Verb.END: N_("The event has ended. Its marks are completed now."),
    Verb.ARCHIVE: N_("The event is archived."),
    Verb.SUSPEND: N_("The event is suspended."),
    Verb.RESUME: N_("The event goes on where it stopped."),
    Verb.CANCEL: N_("The event is cancelled. All its data are kept."),
}


@bp.get("/competitions/<int:competition_id>/life")
@allow(*SEES, scope=path_of)
def competition(competition_id: int) -> ResponseReturnValue:
    return _competition(competitions.with_events(competition_id))


@bp.get("/competitions/<int:competition_id>/events/<int:event_id>/life")
@allow(*SEES, scope=path_of)
def event(competition_id: int, event_id: int) -> ResponseReturnValue:
    row = competitions.event_of(competition_id, event_id)
    return render_template(
        "life/event.html",
        event=row,
        life=queries.life_of(row, now()),
        past=[one for one in about([row]) if _moved(one.changes)],
        labels=STATE_LABELS,
        verbs=Verb,
        with_reason=WITH_REASON,
        rights=competitions.rights(current_actor(), row.competition),
    )


@bp.route(
    "/competitions/<int:competition_id>/events/<int:event_id>/life/<verb>", methods=["GET", "POST"]
)
@allow(Role.ORGANISER, scope=path_of)
def take(competition_id: int, event_id: int, verb: str) -> ResponseReturnValue:
    row, step = competitions.event_of(competition_id, event_id), _verb(verb)
    form, status = StepForm(version=row.version), 200
    if form.validate_on_submit():
        try:
            actor, why = current_actor(), form.why.data or ""
            services.take(row, step, form.version.data or 0, actor, now(), why)
        except HouseError as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            flash(DONE[step], "success")
            return redirect(_at(row) if step is not Verb.PREPARE else _at(row, "entries.index"))
    return render_template(
        "life/take.html",
        event=row,
        form=form,
        verb=step,
        verbs=Verb,
        asks_why=step in WITH_REASON,
        life=queries.life_of(row, now()),
    ), status


@bp.route(
    "/competitions/<int:competition_id>/events/<int:event_id>/arrivals", methods=["GET", "POST"]
)
@allow(Role.ORGANISER, scope=path_of)
def arrivals(competition_id: int, event_id: int) -> ResponseReturnValue:
    row, form, status = competitions.event_of(competition_id, event_id), CheckInForm(), 200
    if form.validate_on_submit():
        present = set(request.form.getlist("present", int))
        try:
            n = services.check_in(row, form.version.data or 0, present, current_actor(), now())
        except HouseError as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            flash(tr(say(N_("%(n)s entries are there."), n=n)), "success")
            return redirect(_at(row))
    else:
        form.version.data = row.version
    entries = queries.entrants(row)
    return render_template("life/arrivals.html", event=row, form=form, entries=entries), status


@bp.post("/competitions/<int:competition_id>/life/file")
@allow(Role.ORGANISER, scope=path_of)
def file(competition_id: int) -> ResponseReturnValue:
    return _led(
        competition_id,
        lambda row, version: services.file(row, version, current_actor(), now()),
        N_("It is filed. A second person approves it now."),
    )


@bp.post("/competitions/<int:competition_id>/life/approve")
@allow(Role.ORGANISER, scope=path_of)
def approve(competition_id: int) -> ResponseReturnValue:
    return _led(
        competition_id,
        lambda row, version: services.approve(row, version, current_actor(), now()),
        N_("The competition is approved and public."),
    )


@bp.route("/competitions/<int:competition_id>/life/send-back", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def send_back(competition_id: int) -> ResponseReturnValue:
    row, form = competitions.with_events(competition_id), WhyForm()

    def act() -> None:
        services.send_back(row, form.version.data or 0, form.why.data, current_actor())

    answer = _answer(row, form, act, N_("It is a draft again."))
    return answer or render_template("life/send_back.html", competition=row, form=form)


@bp.route("/competitions/<int:competition_id>/life/extend", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def extend(competition_id: int) -> ResponseReturnValue:
    row = competitions.with_events(competition_id)
    form = ExtendForm(until=row.registration_closes_at)

    def act() -> None:
        until, why, version = form.until.data, form.why.data, form.version.data or 0
        services.extend(row, version, until, why, current_actor(), now())

    answer = _answer(row, form, act, N_("Registration is extended."))
    return answer or render_template("life/extend.html", competition=row, form=form)


@bp.route("/competitions/<int:competition_id>/life/together/<verb>", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def together(competition_id: int, verb: str) -> ResponseReturnValue:
    """Say whom a step with all events touches, then take it."""
    row, step = competitions.with_events(competition_id), _verb(verb)
    if step not in TOGETHER:
        raise NotFound
    if request.method == "GET":
        return _together(row, step)
    try:
        refuse_untyped(len(_touched(_offered(row, step))), request.form.get("count", ""))
        seen = _seen(request.form.get("seen", ""))
        taken = services.take_together(row, step, seen, current_actor(), now())
    except HouseError as refusal:
        return _together(row, step, refusal), refusal.status
    flash(tr(say(N_("%(n)s events moved on."), n=len(taken.moved))), "success")
    for event_left, need in taken.left:
        flash(f"{event_left.code} {event_left.name}: {tr(need.message)}", "warning")
    return redirect(url_for("life.competition", competition_id=row.id))


@bp.post("/competitions/<int:competition_id>/life/undo")
@allow(Role.ORGANISER, scope=path_of)
def undo(competition_id: int) -> ResponseReturnValue:
    """Take back a step that was taken with several events at once."""
    row = competitions.with_events(competition_id)
    try:
        n = services.take_back(row, request.form.get("at", ""), current_actor(), now())
    except HouseError as refusal:
        return _competition(row, refusal), refusal.status
    flash(tr(say(N_("%(n)s events are where they were before."), n=n)), "info")
    return redirect(url_for("life.competition", competition_id=row.id))


def _together(row: Competition, step: Verb, refusal: HouseError | None = None) -> str:
    offered = _offered(row, step)
    return render_template(
        "life/together.html",
        competition=row,
        verb=step,
        verbs=Verb,
        offered=offered,
        people=queries.affected([one.event for one, _ in offered]),
        touched=_touched(offered),
        few=FEW,
        back=step in BACK,
        seen=" ".join(f"{event.id}:{event.version}" for event in row.events),
        count=request.form.get("count", ""),
        refusal=refusal,
        rights=competitions.rights(current_actor(), row),
    )


def _offered(row: Competition, step: Verb) -> list[tuple[Life, Offer]]:
    """Give the events for which a step is offered, ready for it or not."""
    lives = queries.lives_of(row, row.events, now())
    return [(life, offer) for life in lives for offer in life.offers if offer.verb is step]


def _touched(offered: Sequence[tuple[Life, Offer]]) -> list[str]:
    """Name those who stand in the events that are ready to move on."""
    moved = [life.event for life, offer in offered if not offer.needs]
    return [name for names in queries.affected(moved).values() for name in names]


def _competition(row: Competition, refusal: HouseError | None = None) -> str:
    actor, lives = current_actor(), queries.lives_of(row, row.events, now())
    ready = {
        verb: [one for one in lives if verb in {o.verb for o in one.offers}] for verb in TOGETHER
    }
    done = queries.last_together(row, actor, now())
    return render_template(
        "life/competition.html",
        competition=row,
        lives=lives,
        drafts=[one for one in lives if one.event.state == "draft"],
        ready={verb: found for verb, found in ready.items() if found},
        done=done if done and done.stands(row.events) else None,
        verbs=Verb,
        labels=STATE_LABELS,
        tiers=TIER_LABELS,
        refusal=refusal,
        may_approve=approvals.may_approve(row, actor),
        changed=approvals.changed_since(row),
        rights=competitions.rights(actor, row),
    )


def _led(
    competition_id: int, act: Callable[[Competition, int], None], done: str
) -> ResponseReturnValue:
    """Take a step with a competition as one button does."""
    row = competitions.with_events(competition_id)
    try:
        act(row, request.form.get("version", 0, int))
    except HouseError as refusal:
        return _competition(row, refusal), refusal.status
    flash(done, "success")
    return redirect(url_for("life.competition", competition_id=row.id))


def _answer(
    row: Competition, form: HouseForm, act: Callable[[], None], done: str
) -> ResponseReturnValue | None:
    """Take a form that leads a whole competition; None where its page is shown, perhaps with the refusal."""
    if not form.validate_on_submit():
        form.version.data = form.version.data or row.version
        return None
    try:
        act()
    except HouseError as refusal:
        form.refuse(refusal)
        return None
    flash(done, "success")
    return redirect(url_for("life.competition", competition_id=row.id))


def _seen(text: str) -> dict[int, int]:
    """Read the versions a page showed, such as "12:3 13:1"."""
    pairs = [one.partition(":") for one in text.split()]
    return {row_number(key): row_number(n) for key, _, n in pairs}


def _moved(changes: Any) -> bool:
    return any(isinstance(after, dict) and "state" in after for _, _, after in changes)


def _verb(word: str) -> Verb:
    if word not in set(Verb):
        raise NotFound
    return Verb(word)


def _at(row: Event, endpoint: str = "life.event") -> str:
    return url_for(endpoint, competition_id=row.competition_id, event_id=row.id)
