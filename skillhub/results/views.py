"""The pages of a ranking: as it stands, and the signature that makes it final."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skillhub.checking import queries as checking
from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Event
from skillhub.competitions.queries import SEES, path_of
from skillhub.entries import queries as entries
from skillhub.kernel import charts
from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.errors import BadInput, Conflict, HouseError
from skillhub.kernel.messages import N_, say
from skillhub.kernel.web import tr
from skillhub.panels import queries as panels
from skillhub.results import queries, services
from skillhub.results.forms import DrawForm, ShareForm, TimeForm
from skillhub.results.queries import Shown

bp = Blueprint("results", __name__)
MOST_HOLES = 20  # said one by one
EVENT = "/competitions/<int:competition_id>/events/<int:event_id>/results"


@bp.get(EVENT)
@allow(*SEES, scope=path_of)
def index(competition_id: int, event_id: int) -> ResponseReturnValue:
    event = competitions.event_of(competition_id, event_id)
    panels.refuse_judges(event, current_actor())
    checking.refuse_sums(event, current_actor())
    ranked, versions = queries.computed(event), queries.versions(event)
    version = next((v for v in versions if v.is_current), None)
    lines = _under_names(event, queries.shown(ranked, version))
    totals = [line.total for line in lines if line.total is not None and line.entry.official]
    return render_template(
        "results/index.html",
        event=event,
        lines=lines,
        notes=[note for note in (checking.note(event.competition), panels.decoding(event)) if note],
        placed=sum(line.rank is not None for line in lines),
        decimals=ranked.ranking.decimals,
        version=version,
        earlier=[v for v in versions if not v.is_current],
        columns=charts.bins(totals),
        scores=charts.histogram(totals, title=tr(N_("Totals"))) if len(totals) > 1 else "",
        rights=competitions.rights(current_actor(), event.competition),
    )


@bp.route(f"{EVENT}/freeze", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def freeze(competition_id: int, event_id: int) -> ResponseReturnValue:
    """Lay the ranking open as it stands: provisional, and closed to marking until it is final or taken back."""
    event, status = competitions.event_of(competition_id, event_id), 200
    if not event.markable and not event.rules_open:
        return redirect(_at(event))
    if request.method == "POST":
        try:
            services.freeze(event, current_actor(), now())
        except Conflict as refusal:
            status = refusal.status
        else:
            flash(
                N_("The ranking is frozen: it is provisional, and its marks are closed."), "success"
            )
            return redirect(_at(event))
    blockers = queries.unready(event)
    return render_template("results/freeze.html", event=event, blockers=blockers), status


@bp.route(f"{EVENT}/share", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def share(competition_id: int, event_id: int) -> ResponseReturnValue:
    """Let a tie that the rules leave open be shared, with the committee's reason."""
    event, form = competitions.event_of(competition_id, event_id), ShareForm()
    if form.validate_on_submit():
        try:
            services.let_share(event, form.why.data, current_actor())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("They share the place now."), "success")
            return redirect(
                url_for("doctor.finalise", competition_id=competition_id, event_id=event_id)
            )
    names = panels.names(event, current_actor())
    return render_template(
        "results/share.html",
        event=event,
        form=form,
        ties=[names.rows(tie) for tie in queries.unresolved(event)],
        untimed={names.outward(key) for key in queries.untimed(event)},
    )


@bp.route(f"{EVENT}/lots/<int:entry_id>", methods=["GET", "POST"])
@allow(Role.ORGANISER, Role.CHIEF_JUDGE, scope=path_of)
def lots(competition_id: int, event_id: int, entry_id: int) -> ResponseReturnValue:
    """Draw lots for the tie in which an entry stands."""
    event, form = competitions.event_of(competition_id, event_id), DrawForm()
    names = panels.names(event, current_actor())
    entry = entries.entry_of(event, names.inward(entry_id))
    tie = next((tie for tie in queries.unresolved(event) if entry in tie), [])
    tie = names.ordered(tie, lambda one: one.id)
    form.offer([names.called(one) for one in tie])
    if tie and form.validate_on_submit():
        drawn = [field.data for field in form.lots]
        order = [one for _, one in sorted(zip(drawn, tie, strict=False), key=lambda pair: pair[0])]
        given = (form.why.data, form.witness.data, current_actor(), now())
        try:
            if sorted(drawn) != list(range(1, len(tie) + 1)):
                raise BadInput(say(N_("Each lot is drawn once: 1, 2, 3 …")))
            services.draw_lots(event, order, *given)
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("Lots are drawn."), "success")
            return redirect(_at(event))
    return render_template("results/lots.html", event=event, form=form, tie=tie)


@bp.route(f"{EVENT}/time/<int:entry_id>", methods=["GET", "POST"])
@allow(Role.ORGANISER, Role.CHIEF_JUDGE, scope=path_of)
def time(competition_id: int, event_id: int, entry_id: int) -> ResponseReturnValue:
    """Enter a time that the order asks for and an entry has none of, with the evidence for it."""
    event, form = competitions.event_of(competition_id, event_id), TimeForm()
    names = panels.names(event, current_actor())
    entry = entries.entry_of(event, names.inward(entry_id))
    part = queries.untimed(event).get(entry.id)
    if part is not None and form.validate_on_submit():
        given = (form.points.data, form.evidence.data, current_actor(), now())
        try:
            services.enter_time(entry, part, *given)
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The time is entered. A second person checks it like any mark."), "success")
            return redirect(_at(event))
    called = names.called(entry)
    return render_template("results/time.html", event=event, called=called, part=part, form=form)


@bp.post(f"{EVENT}/carry")
@allow(Role.ORGANISER, scope=path_of)
def carry(competition_id: int, event_id: int) -> ResponseReturnValue:
    """Put down the points that people bring along from an earlier event."""
    event = competitions.event_of(competition_id, event_id)
    holes = services.carry(event, current_actor(), now())
    flash(N_("The points are carried over."), "success")
    for hole in holes[:MOST_HOLES]:
        flash(f"{hole.where}: {tr(hole.message)}", "warning")
    return redirect(url_for("marking.index", competition_id=competition_id, event_id=event_id))


def _at(event: Event) -> str:
    return url_for(".index", competition_id=event.competition_id, event_id=event.id)


def _rank(line: Shown) -> tuple[bool, int]:
    return line.rank is None, line.rank or 0


def _under_names(event: Event, lines: Sequence[Shown]) -> list[Shown]:
    """Give the lines of a ranking as they may be shown: under codes alone while names are closed."""
    names = panels.names(event, current_actor())
    found = names.ordered(lines, lambda line: line.entry.id, _rank)
    shown = [(line, names.one(line.entry)) for line in found]
    return [replace(line, entry=one) for line, one in shown if one is not None]
