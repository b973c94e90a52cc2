"""The pages of papers beside awards: which kinds there are, and the papers of one kind."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from skillhub.certificates.queries import FOLDER, STAFF
from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Competition
from skillhub.competitions.queries import path_of
from skillhub.honours import queries
from skillhub.honours.forms import IssueForm
from skillhub.honours.rules import KINDS, Kind
from skillhub.kernel import jobs, prints
from skillhub.kernel.access import allow, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.downloads import named
from skillhub.kernel.errors import Conflict, NotFound
from skillhub.kernel.exact import day_of
from skillhub.kernel.jobs import Job
from skillhub.kernel.messages import N_, say
from skillhub.kernel.paper import template_named

bp = Blueprint("honours", __name__)
AT = "/competitions/<int:competition_id>/papers"
KEY = f"{AT}/<paper>"


@bp.get(AT)
@allow(*STAFF, scope=path_of)
def index(competition_id: int) -> ResponseReturnValue:
    competition = competitions.with_events(competition_id)
    day = day_of(now(), competition.host.zone)
    lines = {code: queries.lines_of(kind, competition, day) for code, kind in KINDS.items()}
    return render_template(
        "honours/index.html", competition=competition, kinds=list(KINDS.values()), lines=lines
    )


@bp.route(KEY, methods=["GET", "POST"])
@allow(*STAFF, scope=path_of)
def issue(competition_id: int, paper: str) -> ResponseReturnValue:
    competition, kind = competitions.with_events(competition_id), queries.kind_of(paper)
    form = IssueForm(request.form if request.method == "POST" else request.args)
    form.of(FOLDER, kind.template)
    if form.validate_on_submit():
        return _asked(competition, kind, form)
    lines = queries.lines_of(kind, competition, day_of(now(), competition.host.zone))
    template = template_named(FOLDER, form.code)
    ready, problems = queries.proof(competition, kind, lines, template, form.signed)
    return render_template(
        "honours/issue.html",
        competition=competition,
        kind=kind,
        form=form,
        lines=lines,
        ready=ready,
        problems=problems,
        job=queries.latest(competition, kind),
        may=current_actor().may(STAFF, competition.host.path),
    )


@bp.get(f"{KEY}/progress")
@allow(*STAFF, scope=path_of)
def progress(competition_id: int, paper: str) -> ResponseReturnValue:
    job = _job(competition_id, paper)
    return {"done": job.done, "total": job.total, "state": job.state.value}


@bp.get(f"{KEY}/file")
@allow(*STAFF, scope=path_of)
def file(competition_id: int, paper: str) -> ResponseReturnValue:
    job = _job(competition_id, paper)
    path = prints.printed_file(job.id, "pdf")
    if not path.exists():
        raise Conflict(
            say(N_("There is no such file, or it has had its time. Make the files again."))
        )
    competition = competitions.with_events(competition_id)
    answer = send_file(path, conditional=True)
    return named(answer, f"{competition.code}-{paper}.pdf", f"papers-{job.id}.pdf")


def _job(competition_id: int, paper: str) -> Job:
    job = queries.latest(competitions.with_events(competition_id), queries.kind_of(paper))
    if job is None:
        raise NotFound
    return job


def _asked(competition: Competition, kind: Kind, form: IssueForm) -> ResponseReturnValue:
    """Put the work in the line and show how far it is."""
    work = {
        "competition": competition.id,
        "kind": kind.code,
        "template": form.code,
        "signatories": [list(pair) for pair in form.signed],
    }
    jobs.ask(queries.WORK, work, competition.host.path, current_actor(), now())
    return redirect(url_for("honours.issue", competition_id=competition.id, paper=kind.code))
