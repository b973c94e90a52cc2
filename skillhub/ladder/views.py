"""The host's pages of the ladder: what an event feeds, who goes up, and how each seat stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Event
from skillhub.competitions.queries import SEES, path_of
from skillhub.entries import queries as entries
from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.db import get_or_404
from skillhub.kernel.errors import BadInput, Conflict, HouseError, NotFound
from skillhub.kernel.fields import row_number
from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.web import tr
from skillhub.ladder import queries, services
from skillhub.ladder.forms import AdvancementForm, NewAdvancementForm
from skillhub.ladder.models import Advancement, LadderSeat
from skillhub.ladder.rules import GONE, LIVE, Selection

bp = Blueprint("ladder", __name__)
EVENT = "/competitions/<int:competition_id>/events/<int:event_id>/ladder"
ONE = f"{EVENT}/<int:advancement_id>"


@dataclass(frozen=True, slots=True)
class Shown:
    """One rule with its line, or with who would go up today, or why nobody can say yet."""

    row: Advancement
    line: tuple[LadderSeat, ...]
    chosen: Selection | None
    closed: Message | None
    late: int


@bp.get(EVENT)
@allow(*SEES, scope=path_of)
def index(competition_id: int, event_id: int) -> ResponseReturnValue:
    return _index(competitions.event_of(competition_id, event_id))


@bp.route(f"{EVENT}/add", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def add(competition_id: int, event_id: int) -> ResponseReturnValue:
    event = competitions.event_of(competition_id, event_id)
    form, targets = NewAdvancementForm.of(None, event), queries.targets_for(event)
    form.offer(targets)
    if form.validate_on_submit():
        try:
            target = next(t for t in targets if str(t.id) == form.target.data)
            services.feed(event, target, form.values(), current_actor())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The rule is set. The seats are offered once the result is final."), "success")
            return redirect(_at(event))
    return render_template("ladder/add.html", event=event, form=form, targets=targets)


@bp.route(f"{ONE}/edit", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def edit(competition_id: int, event_id: int, advancement_id: int) -> ResponseReturnValue:
    event = competitions.event_of(competition_id, event_id)
    row = queries.advancement_of(event, advancement_id)
    form = AdvancementForm.of(row, event)
    if form.validate_on_submit():
        try:
            services.revise(row, form.version.data or 0, form.values(), current_actor())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The rule is changed."), "success")
            return redirect(_at(event))
    return render_template("ladder/edit.html", event=event, form=form, row=row)


@bp.post(ONE)
@allow(Role.ORGANISER, scope=path_of)
def act(competition_id: int, event_id: int, advancement_id: int) -> ResponseReturnValue:
    """Offer the seats, end the offers that ran out, record lots, or cut the rule."""
    event = competitions.event_of(competition_id, event_id)
    row = queries.advancement_of(event, advancement_id)
    try:
        said = _act(event, row, request.form.get("step", ""))
    except HouseError as refusal:
        return _index(event, refusal), refusal.status
    flash(tr(said), "success")
    return redirect(_at(event))


@bp.post(f"{ONE}/consent")
@allow(Role.ORGANISER, scope=path_of)
def consent(competition_id: int, event_id: int, advancement_id: int) -> ResponseReturnValue:
    """Agree, as the event that is fed, to take all who share the last place."""
    event = competitions.event_of(competition_id, event_id)
    row = get_or_404(Advancement, advancement_id)
    if row.target_id != event.id:
        raise NotFound
    services.consent(row, current_actor(), now())
    flash(N_("It is recorded that all who share the last place are taken."), "success")
    return redirect(_at(event))


@bp.post(f"{ONE}/seats/<int:seat_id>")
@allow(Role.ORGANISER, scope=path_of)
def answer(
    competition_id: int, event_id: int, advancement_id: int, seat_id: int
) -> ResponseReturnValue:
    """Answer a seat for somebody who has no phone at hand."""
    event = competitions.event_of(competition_id, event_id)
    row, seat = queries.advancement_of(event, advancement_id), get_or_404(LadderSeat, seat_id)
    if seat.advancement_id != row.id or request.form.get("step") not in ("accept", "decline"):
        raise NotFound
    version = row_number(request.form.get("version", ""))
    try:
        if request.form.get("step") == "accept":
            services.accept(seat, version, current_actor(), now())
        else:
            services.decline(
                seat, version, request.form.get("why", "")[:500], current_actor(), now()
            )
    except HouseError as refusal:
        return _index(event, refusal), refusal.status
    flash(N_("The answer is recorded."), "success")
    return redirect(_at(event))


def _act(event: Event, row: Advancement, step: str) -> Message:
    actor, moment = current_actor(), now()
    match step:
        case "offer":
            line = services.offer(row, actor, moment)
            n = sum(seat.state in LIVE for seat in line)
            text = N_("%(n)s seats are offered, %(rest)s stand in reserve.")
            return say(text, n=n, rest=len(line) - n)
        case "expire":
            return say(N_("%(n)s offers ran out."), n=services.expire(row, actor, moment))
        case "draw":
            services.draw(row, _lots(event, request.form.get("lots", "")), actor)
            return say(N_("The order drawn is recorded."))
        case "cut":
            services.cut(row, row_number(request.form.get("version", "")), actor)
            return say(N_("The event no longer feeds that one."))
    raise NotFound


def _lots(event: Event, written: str) -> list[int]:
    """Read the numbers of entries in the order drawn."""
    known = {entry.code.casefold(): entry.id for entry in entries.of(event)}
    codes = [code for code in re.split(r"[\s,;，；、]+", written.casefold()) if code]
    unknown = [code for code in codes if code not in known]
    if unknown or not codes:
        text = N_("There is no entry with the number %(code)s.")
        raise BadInput(say(text, code=next(iter(unknown), "–")))
    return [known[code] for code in dict.fromkeys(codes)]


def _index(event: Event, refusal: HouseError | None = None) -> str:
    above, below = queries.from_event(event), queries.to_event(event)
    return render_template(
        "ladder/index.html",
        event=event,
        above=[_shown(row) for row in above],
        below=[_shown(row) for row in below],
        free=queries.free_in(event),
        names={e.id: e for e in entries.of(event)},
        live=LIVE,
        gone=GONE,
        refusal=refusal,
        rights=competitions.rights(current_actor(), event.competition),
    )


def _shown(row: Advancement) -> Shown:
    line = tuple(queries.line_of(row))
    chosen, closed = None, None
    if row.offered_at is None:
        try:
            chosen = queries.selection(row)
        except Conflict as not_yet:
            closed = not_yet.message
    return Shown(row, line, chosen, closed, len(queries.due(row, now())))


def _at(event: Event) -> str:
    return url_for("ladder.index", competition_id=event.competition_id, event_id=event.id)
