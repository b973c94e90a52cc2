"""The page on which it is said for how long papers are valid."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Competition
from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.db import get_or_404
from skillhub.kernel.errors import Conflict
from skillhub.kernel.messages import N_
from skillhub.terms import queries, services
from skillhub.terms.forms import TermsForm

bp = Blueprint("terms", __name__)

STAFF = (Role.CERTIFICATE_STAFF, Role.ORGANISER)


@bp.route("/competitions/<int:competition_id>/certificates/terms", methods=["GET", "POST"])
@allow(*STAFF, scope=competitions.path_of)
def edit(competition_id: int) -> ResponseReturnValue:
    competition = get_or_404(Competition, competition_id)
    possible, known = queries.possible(competition), queries.of(competition)
    rows = [
        {"template": t.code, "seen": known.get(t.code, ""), "years": known.get(t.code)}
        for t in possible
    ]
    form = TermsForm(data={"terms": rows})
    may = current_actor().may(STAFF, competition.host.path)
    if form.validate_on_submit():
        told = [row for row in form.terms.data if row["template"] in {t.code for t in possible}]
        years = {row["template"]: row["years"] for row in told}
        seen = {row["template"]: int(row["seen"]) for row in told if str(row["seen"]).isdecimal()}
        try:
            services.agree(competition, years, seen, current_actor())
        except Conflict as refusal:
            form.refuse(refusal)
            for row in form.terms:
                row.seen.data = known.get(row.template.data, "")
        else:
            flash(N_("Saved. It holds for what is issued from now on."), "success")
            return redirect(url_for("certificates.of_competition", competition_id=competition.id))
    language = "zh" if str(get_locale()).startswith("zh") else "en"
    titles = {t.code: t.title.get(language, t.code) for t in possible}
    return render_template(
        "terms/edit.html", competition=competition, form=form, titles=titles, may=may
    )
