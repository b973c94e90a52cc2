"""The pages on which a second person looks: by eye in the order of the pile, or by entering every mark again, blind."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skillhub.checking import forms, queries, services
from skillhub.checking.rules import PILE, Settled
from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Checking, Competition, Event
from skillhub.competitions.queries import SEES, path_of
from skillhub.entries import queries as entries
from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.bulk import FEW, typed_back
from skillhub.kernel.clock import now
from skillhub.kernel.db import get_or_404
from skillhub.kernel.errors import BadInput, Conflict, HouseError, NotFound
from skillhub.kernel.messages import N_, say
from skillhub.kernel.web import tr
from skillhub.marking import queries as marking
from skillhub.panels import queries as panels

bp = Blueprint("checking", __name__)
AT = "/competitions/<int:competition_id>"
EVENT = f"{AT}/events/<int:event_id>/marks"
CHECKS = (Role.ORGANISER, Role.CHECKER)
SHOWN = 50  # papers, or entries, on one page


@bp.get(f"{EVENT}/check")
@allow(*SEES, scope=path_of)
def index(competition_id: int, event_id: int) -> ResponseReturnValue:
    return _index(competitions.event_of(competition_id, event_id))


@bp.post(f"{EVENT}/check")
@allow(*CHECKS, scope=path_of)
def confirm(competition_id: int, event_id: int) -> ResponseReturnValue:
    """Confirm or reject what was looked at, each mark in the version that was shown."""
    event, verb = competitions.event_of(competition_id, event_id), request.form.get("act", "")
    field = "shown" if verb == "all" else "picked"
    n = len(request.form.getlist(field))
    try:
        if not typed_back(n, request.form.get("count", "")):
            raise BadInput(say(N_("These are %(n)s marks at once: type %(n)s to confirm."), n=n))
        told = _decide(event, verb, field)
    except (BadInput, Conflict) as refusal:
        return _index(event, refusal), refusal.status
    flash(told, "success")
    return redirect(url_for(".index", **_of(event), by=request.args.get("by")))


@bp.post(f"{EVENT}/check/undo")
@allow(*CHECKS, scope=path_of)
def undo(competition_id: int, event_id: int) -> ResponseReturnValue:
    """Take back what was confirmed at once: all of it waits for a second person again."""
    event = competitions.event_of(competition_id, event_id)
    n = services.take_back(event, request.form.get("at", ""), current_actor())
    flash(tr(say(N_("%(n)s marks wait for a second person again."), n=n)), "success")
    return redirect(url_for(".index", **_of(event), by=request.args.get("by")))


@bp.get(f"{EVENT}/check/<int:entry_id>")
@allow(*SEES, scope=path_of)
def paper(competition_id: int, event_id: int, entry_id: int) -> ResponseReturnValue:
    return _paper(competitions.event_of(competition_id, event_id), entry_id)


@bp.post(f"{EVENT}/check/<int:entry_id>")
@allow(*CHECKS, scope=path_of)
def look(competition_id: int, event_id: int, entry_id: int) -> ResponseReturnValue:
    """Say of one sheet of paper that it matches, or what does not; then show the next."""
    event, by = competitions.event_of(competition_id, event_id), request.args.get("by", type=int)
    after = _following(event, entry_id, by)
    verb = "reject" if request.form.get("act") == "differs" else "confirm"
    try:
        told = _decide(event, verb, "shown")
    except (BadInput, Conflict) as refusal:
        return _paper(event, entry_id, refusal), refusal.status
    flash(told, "success")
    if after is None:
        return redirect(url_for(".index", **_of(event), by=by))
    return redirect(url_for(".paper", **_of(event), entry_id=after, by=by))


@bp.post(f"{EVENT}/check/<int:entry_id>/claim")
@allow(*CHECKS, scope=path_of)
def claim(competition_id: int, event_id: int, entry_id: int) -> ResponseReturnValue:
    """Take one sheet of paper, so that nobody else checks it."""
    event, actor = competitions.event_of(competition_id, event_id), current_actor()
    entry = entries.entry_of(event, panels.names(event, actor).inward(entry_id))
    services.claim(event, [entry.id], actor, now())
    return _paper(event, entry_id)


@bp.post(f"{EVENT}/check/pile")
@allow(*CHECKS, scope=path_of)
def take_pile(competition_id: int, event_id: int) -> ResponseReturnValue:
    """Take the next sheets that are free, and show the first."""
    event, actor = competitions.event_of(competition_id, event_id), current_actor()
    by = request.args.get("by", type=int)
    found = [p for p in queries.papers(event, by) if p.free(actor.user_id, now())][:PILE]
    services.claim(event, [paper.entry.id for paper in found], actor, now())
    first = panels.names(event, actor).outward(found[0].entry.id)
    return redirect(url_for(".paper", **_of(event), entry_id=first, by=by))


@bp.route(f"{EVENT}/second", methods=["GET", "POST"])
@allow(Role.CHECKER, scope=path_of, alone=True)
def second(competition_id: int, event_id: int) -> ResponseReturnValue:
    """Enter the marks a second time without seeing the first."""
    event, actor = competitions.event_of(competition_id, event_id), current_actor()
    panels.refuse_judges(event, actor)
    names, found = panels.names(event, actor), entries.of(event)
    states = _states(event)
    typed, problems = forms.read(states, request.form)
    refused = 0
    if request.method == "POST":
        refused = BadInput.status if problems else 0
        try:
            if not problems:
                done = services.enter_again(event, names.stored(typed), actor, now())
                flash(tr(done.told), "warning" if done.differ else "success")
                return redirect(url_for(".second", **_of(event), page=request.args.get("page")))
        except (BadInput, Conflict) as refusal:
            refused, problems = refusal.status, names.problems(refusal.message, refusal.problems)
    last = max(-(-len(states) // SHOWN), 1)
    page = min(max(request.args.get("page", 1, int), 1), last)
    shown = forms.lines(states[(page - 1) * SHOWN : page * SHOWN], request.form, problems)
    drawn = render_template(
        "checking/second.html",
        event=event,
        lines=shown,
        problems=forms.named(shown, problems),
        n=len(found),
        differences=len(queries.differences(event)),
        page={"page": page, "pages": last, "total": len(states)},
    )
    return drawn, refused or 200


@bp.get(f"{EVENT}/differences")
@allow(*SEES, scope=path_of)
def differences(competition_id: int, event_id: int) -> ResponseReturnValue:
    return _differences(competitions.event_of(competition_id, event_id))


@bp.post(f"{EVENT}/differences/<int:second_id>")
@allow(*CHECKS, scope=path_of)
def settle(competition_id: int, event_id: int, second_id: int) -> ResponseReturnValue:
    """End one difference by a third look."""
    event, given = competitions.event_of(competition_id, event_id), request.form
    found = next((d for d in queries.differences(event) if d.second.id == second_id), None)
    if found is None:
        raise NotFound
    how = given.get("how", "")
    if how not in set(Settled):
        raise BadInput(say(N_("Say which entry is right.")))
    version = given.get("version", 0, int)
    try:
        services.settle(found, version, Settled(how), given.get("why", ""), current_actor(), now())
    except (BadInput, Conflict) as refusal:
        return _differences(event, refusal), refusal.status
    flash(N_("The difference is settled."), "success")
    return redirect(url_for(".differences", **_of(event)))


@bp.route(f"{AT}/do-without", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def do_without(competition_id: int) -> ResponseReturnValue:
    competition = get_or_404(Competition, competition_id)
    form = forms.WaiverForm(version=competition.version)
    if form.validate_on_submit():
        version, why = form.version.data or 0, form.why.data or ""
        try:
            services.do_without(competition, version, why, current_actor(), now())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("Marks now count without a second person; the result sheet says so."), "info")
            return redirect(url_for("competitions.view", competition_id=competition_id))
    off = competition.checking is Checking.OFF
    return render_template("checking/do_without.html", competition=competition, form=form, off=off)


def _decide(event: Event, verb: str, field: str) -> str:
    """Confirm or reject the marks that were sent back as they were shown."""
    actor = current_actor()
    seen = forms.looks(request.form.getlist(field))
    if verb == "reject":
        n = services.reject(event, seen, request.form.get("why", ""), actor, now())
        return tr(say(N_("%(n)s marks are sent back to be entered again."), n=n))
    n = services.confirm(event, seen, actor, now())
    return tr(say(N_("%(n)s marks are confirmed."), n=n))


def _index(event: Event, refusal: HouseError | None = None) -> str:
    actor, by = current_actor(), request.args.get("by", type=int)
    panels.refuse_judges(event, actor)
    names, papers = panels.names(event, actor), queries.papers(event, by, SHOWN)
    counts = marking.counts(event)
    shown = [(p, names.one(p.entry), p.free(actor.user_id, now())) for p in papers]
    return render_template(
        "checking/index.html",
        event=event,
        papers=shown,
        all=[(entry, mark) for p, entry, may in shown if entry and may for mark in p.sheets],
        few=FEW,
        most=SHOWN,
        clerks=queries.clerks(event),
        by=by,
        counts={state.value: n for state, n in counts.items()},
        own=actor.user_id,
        refusal=refusal,
        picked=request.form.getlist("picked"),
        why=request.form.get("why", ""),
        rights=competitions.rights(actor, event.competition),
        differences=len(queries.differences(event)),
        sign=forms.sign,
        count=request.form.get("count", ""),
        done=queries.last_confirmed(event, actor.user_id) if event.markable else None,
    )


def _paper(event: Event, key: int, refusal: HouseError | None = None) -> str:
    actor, by = current_actor(), request.args.get("by", type=int)
    panels.refuse_judges(event, actor)
    names = panels.names(event, actor)
    papers = queries.papers(event, by)
    entry_id = names.inward(key)
    n = next((n for n, p in enumerate(papers) if p.entry.id == entry_id), -1)
    if n < 0:
        raise NotFound(say(N_("Nothing of this entry waits for a second person any more.")))
    found, counts = papers[n], marking.counts(event)
    return render_template(
        "checking/paper.html",
        event=event,
        paper=found,
        entry=names.one(found.entry),
        free=found.free(actor.user_id, now()),
        mine=found.clerk is not None and found.clerk.id == actor.user_id,
        counts={state.value: n for state, n in counts.items()},
        by=by,
        left=len(papers),
        following=_following(event, key, by),
        refusal=refusal,
        why=request.form.get("why", ""),
        rights=competitions.rights(actor, event.competition),
        sign=forms.sign,
    )


def _following(event: Event, key: int, by: int | None) -> int | None:
    """Give the next sheet of paper that the reader may check, after this one in the order of the pile."""
    actor = current_actor()
    names, papers = panels.names(event, actor), queries.papers(event, by)
    own = names.inward(key)
    at = next((n for n, p in enumerate(papers) if p.entry.id == own), -1)
    ahead = papers[at + 1 :] + papers[: max(at, 0)]
    free = (p for p in ahead if p.entry.id != own and p.free(actor.user_id, now()))
    return next((names.outward(p.entry.id) for p in free), None)


def _states(event: Event) -> list[tuple[Any, Any]]:
    """Give what is still to be entered twice, each entry as it may be shown."""
    actor = current_actor()
    names, found = panels.names(event, actor), entries.of(event)
    own = queries.to_enter_twice(event, found, marking.of(event), actor.user_id)
    shown = {names.inward(one.id): one for one in names.rows(found)}
    states = [(shown[entry.id], parts) for entry, parts in own if entry.id in shown]
    return states if names.open else sorted(states, key=lambda one: one[0].id)


def _differences(event: Event, refusal: HouseError | None = None) -> str:
    actor = current_actor()
    panels.refuse_judges(event, actor)
    names = panels.names(event, actor)
    apart = names.ordered(queries.differences(event), lambda d: d.entry.id)
    found = [(d, names.one(d.entry)) for d in apart]
    rights = competitions.rights(actor, event.competition)
    return render_template(
        "checking/differences.html",
        event=event,
        found=found,
        own=actor.user_id,
        rights=rights,
        refusal=refusal,
    )


def _of(event: Event) -> dict[str, Any]:
    return {"competition_id": event.competition_id, "event_id": event.id}
