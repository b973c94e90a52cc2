"""The page on which an organiser says how the teams of an event are made up."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from skillhub.awards import services
from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Event
from skillhub.competitions.queries import path_of
from skillhub.competitions.rules import plain_event
from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.errors import HouseError, Locked
from skillhub.kernel.messages import N_, Problem
from skillhub.results import queries as results
from skillhub.teams.forms import OUT, TAKES, TeamForm

bp = Blueprint("teams", __name__)
WHERE = "ranking.team."


@bp.route("/competitions/<int:competition_id>/events/<int:event_id>/team", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def edit(competition_id: int, event_id: int) -> ResponseReturnValue:
    event = competitions.event_of(competition_id, event_id)
    rule, status = results.ranking_of(event).team, 200
    form = TeamForm.of(event, rule)
    if form.is_submitted() and not event.rules_open:  # the page has no form then
        raise Locked(competitions.locked(event, {"team_size", "ranking"}))
    if form.validate_on_submit():
        try:
            version = form.version.data or 0
            services.set_rules(event, version, _values(event, form), current_actor())
        except HouseError as refusal:
            form.refuse(_of_fields(refusal))
            status = refusal.status
        else:
            flash(N_("It is saved how teams are made up."), "success")
            return redirect(
                url_for("planning.rules", competition_id=competition_id, event_id=event_id)
            )
    page = render_template(
        "teams/edit.html", event=event, form=form, rule=rule, takes=TAKES, out=OUT
    )
    return page, status


def _values(event: Event, form: TeamForm) -> dict[str, Any]:
    """Write the event as a plain table with its teams changed."""
    plain = plain_event(event)
    ranking = {name: value for name, value in plain["ranking"].items() if name != "team"}
    team = form.document()
    if team:
        ranking["team"] = team
    return {**plain, "team_size": form.team_size.data, "ranking": ranking}


def _of_fields(refusal: HouseError) -> HouseError:
    """Let each problem of the rule name its field."""
    placed = [Problem(p.where.removeprefix(WHERE), p.message) for p in refusal.problems]
    return type(refusal)(refusal.message, placed)
