"""The pages of awards: proposed, conferred, taken back; and the table of units."""

from __future__ import annotations

from collections.abc import Hashable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skillhub.awards import queries, services
from skillhub.awards.forms import DecideForm, WhyForm
from skillhub.awards.schemes import Outcome
from skillhub.checking import queries as checking
from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Event
from skillhub.competitions.queries import SEES, path_of
from skillhub.kernel import charts
from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.clock import now, today
from skillhub.kernel.errors import BadInput, Conflict, HouseError
from skillhub.kernel.messages import N_, say
from skillhub.kernel.settings import settings
from skillhub.kernel.web import tr
from skillhub.league import queries as leagues
from skillhub.league.rules import By, Honour, Level
from skillhub.panels import queries as panels
from skillhub.results import queries as results
from skillhub.scoring import queries as scoring

bp = Blueprint("awards", __name__)
AT = "/competitions/<int:competition_id>"
EVENT = f"{AT}/events/<int:event_id>"


@bp.get(f"{EVENT}/awards")
@allow(*SEES, scope=path_of)
def index(competition_id: int, event_id: int) -> ResponseReturnValue:
    return _index(competitions.event_of(competition_id, event_id))


@bp.post(f"{EVENT}/awards")
@allow(Role.ORGANISER, scope=path_of)
def confer(competition_id: int, event_id: int) -> ResponseReturnValue:
    event = competitions.event_of(competition_id, event_id)
    try:
        awards = services.confer(event, current_actor(), now(), today(settings.zone))
    except Conflict as refusal:
        return _index(event, refusal), refusal.status
    flash(tr(say(N_("%(n)s awards are conferred."), n=len(awards))), "success")
    return redirect(_at("index", event))


@bp.route(f"{EVENT}/awards/decide", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def decide(competition_id: int, event_id: int) -> ResponseReturnValue:
    event, form = competitions.event_of(competition_id, event_id), DecideForm()
    if not panels.names_open(event, current_actor()):
        return redirect(_at("index", event))
    ranked, known = results.computed(event), queries.rulings_of(event)
    asked = queries.to_decide(queries.propose(event, ranked), known)
    names = [f"{ranked.entries[key].code} {ranked.entries[key].name}" for key in asked]
    given = [known[key].title if key in known else None for key in asked]
    form.offer(queries.titles_of(event), names, given)
    if asked and form.validate_on_submit():
        titles = dict(zip(asked, (field.data or "" for field in form.titles), strict=False))
        try:
            services.decide(event, titles, form.why.data, current_actor(), now())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The decision is recorded. See below what it gives."), "success")
            return redirect(_at("index", event))
    return render_template("awards/decide.html", event=event, form=form, asked=asked)


@bp.route(f"{EVENT}/awards/<int:award_id>/revoke", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def revoke(competition_id: int, event_id: int, award_id: int) -> ResponseReturnValue:
    event, form = competitions.event_of(competition_id, event_id), WhyForm()
    award = queries.award_of(event, award_id)
    if form.validate_on_submit():
        try:
            services.revoke(award, form.why.data, current_actor(), now())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The award is revoked. Its row stays to be seen."), "success")
            return redirect(_at("index", event))
    return render_template("awards/revoke.html", event=event, award=award, form=form)


@bp.route(f"{EVENT}/results/reopen", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def reopen(competition_id: int, event_id: int) -> ResponseReturnValue:
    event, form = competitions.event_of(competition_id, event_id), WhyForm()
    if form.validate_on_submit():
        try:
            services.reopen(event, form.why.data, current_actor())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The result is provisional again. Its version stays to be seen."), "success")
            return redirect(url_for("results.index", **request.view_args or {}))
    standing = len(queries.of(event.competition, event))
    return render_template("awards/reopen.html", event=event, form=form, standing=standing)


@bp.get(f"{AT}/units")
@allow(*SEES, scope=path_of)
def units(competition_id: int) -> ResponseReturnValue:
    competition = competitions.with_events(competition_id)
    by = request.args.get("by") if request.args.get("by") in list(By) else None
    level = request.args.get("level") if request.args.get("level") in list(Level) else None
    later = True if request.args.get("by_successor") else None
    league = queries.league_of(competition, by=by, level=level, by_successor=later)
    shown = [event for event in competition.events if _open(event)]
    lines = queries.units_of(shown, league)
    given: dict[Hashable, list[Honour]] = {}
    for honour in leagues.honours_of(lines, league):
        given.setdefault(honour.unit, []).append(honour)
    return render_template(
        "awards/units.html",
        competition=competition,
        league=league,
        ways=By,
        levels=Level,
        lines=lines,
        honours=given,
        best=queries.best_of(lines),
        best_of_all=results.best_of_all(shown) if league.by is By.TOTALS else [],
    )


def _open(event: Event) -> bool:
    """Tell whether the reader may see who stands where: names are open, no own panel marks, no own entry is due."""
    actor = current_actor()
    shut = panels.only_judges(event, actor) or scoring.unseen(event, actor)
    return panels.names_open(event, actor) and not shut


def _index(event: Event, refusal: HouseError | None = None) -> str:
    """Show what is conferred, or what would be; rules that cannot be used are shown as a refusal."""
    panels.refuse_judges(event, current_actor())
    checking.refuse_sums(event, current_actor())
    named = panels.names_open(event, current_actor())
    closed = say(N_("Names are closed. Awards are proposed once the codes are opened."))
    refusal = refusal if named else refusal or Conflict(closed)
    ranked = results.computed(event) if event.components and named else None
    outcome = Outcome([], [], [])
    try:
        outcome = queries.propose(event, ranked) if ranked and event.awards else outcome
    except (Conflict, BadInput) as unusable:
        refusal = refusal or unusable
    standings = ranked.standings if ranked else ()
    totals = [s.total for s in standings if s.total is not None and s.official]
    cuts = [(str(cut.title), cut.least_total) for cut in outcome.cuts if cut.least_total]
    drawn = charts.histogram(totals, cuts, title=tr(N_("Totals, and where each award cuts")))
    return render_template(
        "awards/index.html",
        event=event,
        entries=ranked.entries if ranked else {},
        standings={s.entry: s for s in standings},
        outcome=outcome,
        decided=queries.to_decide(outcome, queries.rulings_of(event)),
        awards=queries.ever_of(event),
        decimals=ranked.ranking.decimals if ranked else 2,
        refusal=refusal,
        final=event.closed,
        scores=drawn if len(totals) > 1 else "",
        columns=charts.bins(totals),
        rights=competitions.rights(current_actor(), event.competition),
    )


def _at(endpoint: str, event: Event) -> str:
    return url_for(f".{endpoint}", competition_id=event.competition_id, event_id=event.id)
