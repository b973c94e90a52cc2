"""The pages of papers beside awards: which kinds there are, and replacing one."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from skillhub.certificates.models import Certificate
from skillhub.certificates.queries import STAFF
from skillhub.certificates.queries import path_of as path_of_certificate
from skillhub.competitions import queries as competitions
from skillhub.competitions.queries import path_of
from skillhub.designs import queries as designs
from skillhub.honours import queries, rules, services
from skillhub.honours.forms import ReplaceForm
from skillhub.honours.rules import KINDS
from skillhub.kernel import jobs
from skillhub.kernel.access import allow, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.db import get_or_404
from skillhub.kernel.errors import HouseError
from skillhub.kernel.exact import day_of

bp = Blueprint("honours", __name__)


@bp.get("/competitions/<int:competition_id>/papers")
@allow(*STAFF, scope=path_of)
def index(competition_id: int) -> ResponseReturnValue:
    competition = competitions.with_events(competition_id)
    day = day_of(now(), competition.host.zone)
    lines = {code: queries.lines_of(kind, competition, day) for code, kind in KINDS.items()}
    return render_template(
        "honours/index.html", competition=competition, kinds=list(KINDS.values()), lines=lines
    )


@bp.route("/papers/<int:certificate_id>/replace", methods=["GET", "POST"])
@allow(*STAFF, scope=path_of_certificate)
def replace(certificate_id: int) -> ResponseReturnValue:
    certificate, form = get_or_404(Certificate, certificate_id), ReplaceForm()
    if certificate.award_id:
        return redirect(url_for("certificates.replace", certificate_id=certificate.id))
    form.of_paper(
        designs.offered(certificate.series.issuer.path), certificate.template_version.code
    )
    if form.validate_on_submit():
        actor, moment = current_actor(), now()
        issuer, template = certificate.series.issuer, designs.template_named(form.code)
        day = day_of(moment, issuer.zone)
        try:
            new = services.replace(certificate, form.why.data, template, actor, moment, day)
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            _, competition_id, _ = rules.kind_and_key(new.subject)
            work = {"competition": competition_id, "certificates": [new.id]}
            job = jobs.ask("certificates.issue", work, issuer.path, actor, moment)
            return redirect(url_for("certificates.batch", job_id=job))
    return render_template("honours/replace.html", certificate=certificate, form=form)
