"""The page on which the host says how an event takes entrants."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from skillhub.competitions import queries as competitions
from skillhub.competitions.queries import path_of
from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.errors import HouseError
from skillhub.kernel.messages import N_
from skillhub.registrations import queries, services
from skillhub.registrations.forms import EntryRuleForm

bp = Blueprint("registrations", __name__)


@bp.route(
    "/competitions/<int:competition_id>/events/<int:event_id>/registrations/rules",
    methods=["GET", "POST"],
)
@allow(Role.ORGANISER, scope=path_of)
def rules(competition_id: int, event_id: int) -> ResponseReturnValue:
    event = competitions.event_of(competition_id, event_id)
    form = EntryRuleForm.of(queries.rule_of(event))
    if form.validate_on_submit():
        try:
            services.set_rules(event, form.version.data or 0, form.values(event), current_actor())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("It is saved who may enter."), "success")
            return redirect(
                url_for("admissions.index", competition_id=competition_id, event_id=event_id)
            )
    return render_template("registrations/rules.html", event=event, form=form)
