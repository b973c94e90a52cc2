"""The pages of certificates."""

from __future__ import annotations

import io

from flask import (
    Blueprint,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue

from skillhub.certificates import queries, rules, services
from skillhub.certificates.forms import ReasonForm, ReplaceForm
from skillhub.certificates.models import Certificate
from skillhub.certificates.queries import STAFF, path_of, path_of_batch
from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Competition
from skillhub.deeds import queries as deeds
from skillhub.designs import queries as designs
from skillhub.kernel import jobs, journal
from skillhub.kernel.access import allow, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.db import get_or_404
from skillhub.kernel.downloads import named
from skillhub.kernel.errors import HouseError
from skillhub.kernel.exact import day_of
from skillhub.kernel.stationery import told

bp = Blueprint("certificates", __name__)

OWN = "/certificates/<int:certificate_id>"
BATCH = "/certificates/batches/<int:job_id>"


@bp.get("/certificates")
@allow(*STAFF)
def index() -> ResponseReturnValue:
    actor, words = current_actor(), request.args.get("q", "")
    return render_template(
        "certificates/index.html",
        page=queries.listed(actor, words, request.args.get("page", 1, int)),
        words=words,
        unprinted=[] if words else queries.unprinted(actor),
        outdated=[] if words else queries.outdated(actor),
    )


@bp.get("/competitions/<int:competition_id>/certificates")
@allow(*STAFF, scope=competitions.path_of)
def of_competition(competition_id: int) -> ResponseReturnValue:
    competition = get_or_404(Competition, competition_id)
    return render_template(
        "certificates/of_competition.html",
        competition=competition,
        tallies=queries.tallies(competition),
        outdated=queries.outdated(current_actor(), competition),
        may=current_actor().may(STAFF, competition.host.path),
    )


@bp.get(BATCH)
@allow(*STAFF, scope=path_of_batch)
def batch(job_id: int) -> ResponseReturnValue:
    job = queries.batch(job_id)
    competition = get_or_404(Competition, job.arguments["work"]["competition"])
    return render_template(
        "certificates/batch.html",
        job=job,
        competition=competition,
        stuck=queries.unprinted(current_actor(), competition),
    )


@bp.get(f"{BATCH}/progress")
@allow(*STAFF, scope=path_of_batch)
def batch_progress(job_id: int) -> ResponseReturnValue:
    job = queries.batch(job_id)
    return {"done": job.done, "total": job.total, "state": job.state.value}


@bp.get(OWN)
@allow(*STAFF, scope=path_of)
def view(certificate_id: int) -> ResponseReturnValue:
    certificate = get_or_404(Certificate, certificate_id)
    version = certificate.template_version
    stale = queries.stale([certificate] if certificate.state == "issued" else [])
    return render_template(
        "certificates/view.html",
        certificate=certificate,
        competition=certificate.competition,
        facts=rules.printed(certificate.facts),
        template=told(version.code, version.files),
        stale=[names for _, names in stale],
        history=journal.about([certificate]),
        may=current_actor().may(STAFF, certificate.series.issuer.path),
    )


@bp.get(f"{OWN}/pdf")
@allow(*STAFF, scope=path_of)
def download(certificate_id: int) -> ResponseReturnValue:
    certificate = get_or_404(Certificate, certificate_id)
    if certificate.award_id:
        deeds.refuse_waiting([certificate.award])
    kept = io.BytesIO(queries.pdf_of(certificate.id))
    mark = certificate.pdf_sha256 or False
    answer = send_file(kept, mimetype="application/pdf", conditional=True, etag=mark)
    name = rules.file_name(certificate.serial, certificate.facts)
    return named(answer, name, f"{certificate.number}.pdf", "save" not in request.args)


@bp.route(f"{OWN}/replace", methods=["GET", "POST"])
@allow(*STAFF, scope=path_of)
def replace(certificate_id: int) -> ResponseReturnValue:
    certificate, form = get_or_404(Certificate, certificate_id), ReplaceForm()
    if not certificate.award_id:
        return redirect(url_for("honours.replace", certificate_id=certificate.id))
    form.of_paper(
        designs.offered(certificate.series.issuer.path), certificate.template_version.code
    )
    if form.validate_on_submit():
        moment, template = now(), designs.template_named(form.code)
        day = day_of(moment, certificate.series.issuer.zone)
        why, actor = form.why.data, current_actor()
        try:
            new = services.replace(certificate, why, template, actor, moment, day)
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            work = {
                "competition": new.award.event.competition_id,
                "certificates": [new.id],
            }
            return _asked("certificates.issue", work, new.award.event.competition)
    return render_template("certificates/replace.html", certificate=certificate, form=form)


@bp.route(f"{OWN}/withdraw", methods=["GET", "POST"])
@allow(*STAFF, scope=path_of)
def withdraw(certificate_id: int) -> ResponseReturnValue:
    certificate, form = get_or_404(Certificate, certificate_id), ReasonForm()
    if form.validate_on_submit():
        take_back = services.void if certificate.state == "reserved" else services.withdraw
        try:
            take_back(certificate, form.why.data, current_actor(), now())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            return redirect(url_for("certificates.view", certificate_id=certificate.id))
    return render_template("certificates/withdraw.html", certificate=certificate, form=form)


def _asked(kind: str, work: dict[str, object], competition: Competition) -> ResponseReturnValue:
    """Put a batch in the line and show how far it is."""
    job = jobs.ask(kind, work, competition.host.path, current_actor(), now())
    return redirect(url_for("certificates.batch", job_id=job))
