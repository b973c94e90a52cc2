"""The pages of judges: what is theirs to mark, a ballot for the tablet, the panels, and the chief judge's desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skillhub.accounts.models import User
from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Component, Event
from skillhub.competitions.queries import SEES, path_of
from skillhub.entries import queries as entries
from skillhub.entries.models import Entry
from skillhub.judging import forms, queries, services
from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.db import get_or_404
from skillhub.kernel.errors import BadInput, Conflict, HouseError, NotFound
from skillhub.kernel.fields import row_number
from skillhub.kernel.messages import N_, Problem
from skillhub.panels import queries as panels
from skillhub.panels import services as panel_services
from skillhub.panels.models import Seat
from skillhub.panels.rules import GROUNDS
from skillhub.scoring import queries as scoring
from skillhub.scoring.queries import MarkKey

bp = Blueprint("judging", __name__)
EVENT = "/competitions/<int:competition_id>/events/<int:event_id>/panels"
PART = f"{EVENT}/<int:component_id>"
SEATS = (Role.ORGANISER, Role.CHIEF_JUDGE)
CHIEF = (Role.CHIEF_JUDGE,)


@bp.get("/judging")
@allow(*panels.JUDGES)
def mine() -> ResponseReturnValue:
    return render_template("judging/mine.html", found=queries.mine(current_actor().user_id))


@bp.get(EVENT)
@allow(*SEES, scope=path_of)
def index(competition_id: int, event_id: int) -> ResponseReturnValue:
    return _index(competitions.event_of(competition_id, event_id))


@bp.post(f"{PART}/seats")
@allow(*SEATS, scope=path_of)
def seat_panel(competition_id: int, event_id: int, component_id: int) -> ResponseReturnValue:
    part, actor = scoring.part_of(competition_id, event_id, component_id), current_actor()
    return _seated(part, lambda: services.seat_panel(part, _places(), actor, now()))


@bp.post(f"{PART}/replace")
@allow(*SEATS, scope=path_of)
def replace_panel(competition_id: int, event_id: int, component_id: int) -> ResponseReturnValue:
    """Give a component to another panel while it marks, with a reason; every mark of it is given anew."""
    part, actor = scoring.part_of(competition_id, event_id, component_id), current_actor()
    return _seated(part, lambda: services.replace_panel(part, _places(), _why(), actor, now()))


@bp.post(f"{PART}/recuse")
@allow(*CHIEF, scope=path_of)
def recuse(competition_id: int, event_id: int, component_id: int) -> ResponseReturnValue:
    """Confirm a recusal that was found, or add one, as the chief judge."""
    part, given = scoring.part_of(competition_id, event_id, component_id), request.form
    number, entry_id = given.get("seat", 0, int), given.get("entry", 0, int)
    seat = next((s for s in panels.seats_in([part]) if s.number == number), None)
    if seat is None:
        raise NotFound
    entry, actor = entries.entry_of(part.event, entry_id), current_actor()
    return _seated(part, lambda: services.recuse(seat, entry, _why(), actor, now()))


@bp.get(f"{PART}/bench")
@allow(*panels.JUDGES, scope=path_of)
def bench(competition_id: int, event_id: int, component_id: int) -> ResponseReturnValue:
    component, actor = scoring.part_of(competition_id, event_id, component_id), current_actor()
    seat = queries.seat_on(component, actor.user_id)
    if seat is None:
        return redirect(url_for(".mine"))
    own = next((p for p in queries.progress(component) if p.seat.id == seat.id), None)
    names = panels.names(component.event, actor)
    found = list(own.entries) if own else entries.of(component.event)
    done = {names.outward(key) for key in own.done} if own else set()
    return render_template(
        "judging/bench.html",
        event=component.event,
        component=component,
        seat=seat,
        found=names.rows(found),
        done=done,
        names_open=names.open,
    )


@bp.route(f"{PART}/bench/<int:entry_id>", methods=["GET", "POST"])
@allow(*panels.JUDGES, scope=path_of)
def ballot(
    competition_id: int, event_id: int, component_id: int, entry_id: int
) -> ResponseReturnValue:
    component, actor = scoring.part_of(competition_id, event_id, component_id), current_actor()
    names = panels.names(component.event, actor)
    entry = entries.entry_of(component.event, names.inward(entry_id))
    seat = queries.seat_on(component, actor.user_id)
    if seat is None:
        return redirect(url_for(".mine"))
    queries.refuse_recused(seat, entry)
    together = request.args.get("together", type=int) == 1
    own = queries.boxes(component, 0 if together else seat.number)
    problems: list[Problem] = []
    refused = 0
    if request.method == "POST":
        typed = forms.read(own, request.form)
        submit = request.form.get("act") == "submit"
        try:
            if together:
                services.measure(seat, entry, typed, actor, now())
            else:
                services.vote(seat, entry, typed, submit, actor, now())
        except (BadInput, Conflict) as refusal:
            refused = refusal.status
            problems = forms.placed(refusal.problems, own) or [Problem("", refusal.message)]
        else:
            flash(N_("Your marks are submitted.") if submit else N_("Saved."), "success")
            return redirect(_after(component, seat, submit))
    return _ballot(component, seat, entry, own, problems, together), refused or 200


@bp.get(f"{PART}/chief")
@allow(*CHIEF, scope=path_of)
def chief(competition_id: int, event_id: int, component_id: int) -> ResponseReturnValue:
    return _chief(scoring.part_of(competition_id, event_id, component_id))


@bp.post(f"{PART}/again/<int:entry_id>")
@allow(*CHIEF, scope=path_of)
def ask_again(
    competition_id: int, event_id: int, component_id: int, entry_id: int
) -> ResponseReturnValue:
    part, actor = scoring.part_of(competition_id, event_id, component_id), current_actor()
    key = panels.names(part.event, actor).inward(entry_id)
    entry = entries.entry_of(part.event, key)
    told = N_("The judges are asked to vote again.")
    return _signed(part, lambda: services.ask_again(part, entry, _why(), actor, now()), told)


@bp.post(f"{PART}/submit")
@allow(*CHIEF, scope=path_of)
def submit(competition_id: int, event_id: int, component_id: int) -> ResponseReturnValue:
    part, actor = scoring.part_of(competition_id, event_id, component_id), current_actor()
    told = N_("The marks are submitted.")
    return _signed(part, lambda: services.submit(part, actor, now()), told)


@bp.post(f"{PART}/take-back")
@allow(*CHIEF, scope=path_of)
def take_back(competition_id: int, event_id: int, component_id: int) -> ResponseReturnValue:
    part, actor = scoring.part_of(competition_id, event_id, component_id), current_actor()
    panel, version = panels.panel_of(part), request.form.get("version", 0, int)
    if panel is None:
        raise NotFound
    told = N_("The marks are open again.")
    verb = panel_services.take_back
    return _signed(part, lambda: verb(panel, version, _why(), actor), told)


def _seated(part: Component, verb: Callable[[], object]) -> ResponseReturnValue:
    """Do something to a panel, and show it."""
    try:
        verb()
    except (BadInput, Conflict) as refusal:
        return _index(part.event, refusal), refusal.status
    flash(N_("The panel is seated."), "success")
    return redirect(url_for(".index", **_of(part.event)))


def _signed(part: Component, verb: Callable[[], object], told: str) -> ResponseReturnValue:
    """Do something as the chief judge, and show the desk again."""
    try:
        verb()
    except (BadInput, Conflict) as refusal:
        return _chief(part, refusal), refusal.status
    flash(told, "success")
    return redirect(url_for(".chief", **_of(part.event), component_id=part.id))


def _why() -> str:
    return request.form.get("reason_given", "")


def _places() -> dict[int, User]:
    """Read which account sits where."""
    sent = {row_number(n[5:]): k for n, k in request.form.items() if n.startswith("seat-")}
    return {n: get_or_404(User, row_number(key)) for n, key in sent.items() if n and key}


def _index(event: Event, refusal: HouseError | None = None) -> str:
    actor, path = current_actor(), event.competition.host.path
    knows = actor.may((*SEATS, Role.AUDITOR), path)
    return render_template(
        "judging/index.html",
        event=event,
        panels=panels.panels_of(event),
        seats=queries.seating(event),
        needed=queries.needed(event),
        judges=panels.who_may_sit(event),
        grounds=panels.grounds(event.components) if knows and event.components else (),
        recusals=panels.recusals(event.components) if knows else (),
        hides=not panels.names_open(event) and bool(panels.codes(event)),
        words=GROUNDS,
        found=entries.of(event) if knows else (),
        may_seat=actor.may(SEATS, path),
        is_chief=actor.may(CHIEF, path),
        own=actor.user_id,
        problems=queries.unprepared(event),
        marking={part.id: bool(scoring.marked(part)) for part in event.components},
        refusal=refusal,
    )


def _ballot(
    component: Component,
    seat: Seat,
    entry: Entry,
    own: forms.Own,
    problems: list[Problem],
    together: bool,
) -> str:
    names = panels.names(component.event, current_actor())
    shown = names.one(entry)
    if shown is None:
        raise NotFound
    number = 0 if together else seat.number
    rows = scoring.rows(
        MarkKey(entry.id, component.id, aspect.code, number, slot.attempt)
        for aspect, slots in own
        for slot in slots
    )
    cast = queries.ballots(component)
    closed = (seat.id, entry.id) in cast and not together
    return render_template(
        "judging/ballot.html",
        event=component.event,
        component=component,
        seat=seat,
        entry=shown,
        together=together,
        joint=bool(queries.boxes(component, 0)),
        fields=forms.fields(own, rows, request.form, problems),
        problems=problems,
        closed=closed,
        others=[b for b in cast.values() if b.entry_id == entry.id] if closed else (),
        earlier=[b for b in queries.recalled(component, entry) if b.seat_id == seat.id],
    )


def _chief(component: Component, refusal: HouseError | None = None) -> str:
    event, actor = component.event, current_actor()
    names, panel = panels.names(event, actor), panels.panel_of(component)
    disputes = queries.disputes_for(component, actor.user_id)
    progress = [(p, names.rows(p.open)) for p in queries.progress(component)]
    return render_template(
        "judging/chief.html",
        event=event,
        component=component,
        panel=panel,
        progress=progress,
        disputes=[(d, names.one(d.entry)) for d in disputes],
        recalled=[(b, names.one(b.entry)) for b in queries.recalled(component)],
        open=queries.open_points(component),
        refusal=refusal,
    )


def _after(component: Component, seat: Seat, submit: bool) -> str:
    """Give the next entry that waits for this judge, or the list."""
    names = panels.names(component.event, current_actor())
    own = next((p for p in queries.progress(component) if p.seat.id == seat.id), None)
    left = names.rows(own.open) if own and submit else []
    if left:
        return url_for(
            ".ballot", **_of(component.event), component_id=component.id, entry_id=left[0].id
        )
    return url_for(".bench", **_of(component.event), component_id=component.id)


def _of(event: Event) -> dict[str, Any]:
    return {"competition_id": event.competition_id, "event_id": event.id}
