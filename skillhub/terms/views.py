"""The page on which it is said for how long papers are valid."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Competition
from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.db import get_or_404
from skillhub.kernel.messages import N_
from skillhub.terms import queries, services
from skillhub.terms.forms import TermsForm

bp = Blueprint("terms", __name__)

STAFF = (Role.CERTIFICATE_STAFF, Role.ORGANISER)


@bp.route("/competitions/<int:competition_id>/certificates/terms", methods=["GET", "POST"])
@allow(*STAFF, scope=competitions.path_of)
def edit(competition_id: int) -> ResponseReturnValue:
    competition = get_or_404(Competition, competition_id)
    possible, known = queries.possible(), queries.of(competition)
    rows = [{"template": t.code, "years": known.get(t.code)} for t in possible]
    form = TermsForm(data={"terms": rows})
    may = current_actor().may(STAFF, competition.host.path)
    if form.validate_on_submit():
        codes = {template.code for template in possible}
        asked = {row["template"]: row["years"] for row in form.terms.data}
        services.agree(competition, {c: n for c, n in asked.items() if c in codes}, current_actor())
        flash(N_("Saved. It holds for what is issued from now on."), "success")
        return redirect(url_for("certificates.of_competition", competition_id=competition.id))
    language = "zh" if str(get_locale()).startswith("zh") else "en"
    titles = {t.code: t.title.get(language, t.code) for t in possible}
    return render_template(
        "terms/edit.html", competition=competition, form=form, titles=titles, may=may
    )
