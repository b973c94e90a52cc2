"""The pages of blank sheets: asking for them, how far they are, and the file."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from skillhub.blanks import queries, services, works
from skillhub.blanks.forms import FILE_WORDS, PrintForm
from skillhub.competitions.models import Component
from skillhub.competitions.queries import SEES, path_of
from skillhub.kernel import prints
from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.db import get_or_404
from skillhub.kernel.downloads import named
from skillhub.kernel.errors import Conflict, HouseError, NotAllowed
from skillhub.kernel.jobs import Job
from skillhub.kernel.messages import N_, say
from skillhub.panels import queries as panels
from skillhub.scoring import queries as scoring

bp = Blueprint("blanks", __name__)
PART = "/competitions/<int:competition_id>/events/<int:event_id>/schemes/<int:component_id>/sheets"
OWN = "/marking-sheets/<int:print_id>"
READS = (*SEES, Role.CHIEF_JUDGE)
PRINTS = (Role.ORGANISER, Role.CHIEF_JUDGE, Role.JUDGE)


@bp.get(PART)
@allow(*READS, scope=path_of)
def index(competition_id: int, event_id: int, component_id: int) -> ResponseReturnValue:
    part = scoring.part_of(competition_id, event_id, component_id)
    return _index(part, PrintForm(formdata=None))


@bp.post(PART)
@allow(*PRINTS, scope=path_of)
def ask(competition_id: int, event_id: int, component_id: int) -> ResponseReturnValue:
    part, form = scoring.part_of(competition_id, event_id, component_id), PrintForm()
    if not form.validate_on_submit():
        return _index(part, form, 422)
    asked = (part, form.only.data or "", form.file.data, str(get_locale()))
    try:
        job = services.ask(*asked, current_actor(), now())
    except HouseError as refusal:
        form.refuse(refusal)
        return _index(part, form, refusal.status)
    return redirect(url_for(".show", print_id=job))


def _index(part: Component, form: PrintForm, status: int = 200) -> ResponseReturnValue:
    if queries.scheme_of(part) is None:  # its points are typed as one number
        event = part.event
        own: dict[str, Any] = {"competition_id": event.competition_id, "event_id": event.id}
        return redirect(url_for("drafting.scheme", component_id=part.id, **own))
    page = render_template(
        "blanks/index.html",
        event=part.event,
        part=part,
        form=form,
        n=len(queries.chosen(part, without=panels.hidden_from(part.event, current_actor()))),
        names_open=panels.names_open(part.event),
        jobs=queries.latest(part),
        may=current_actor().may(PRINTS, part.event.competition.host.path),
    )
    return page, status


@bp.get(OWN)
@allow(*READS, scope=queries.path_of_job)
def show(print_id: int) -> ResponseReturnValue:
    job = queries.job(print_id)
    part, ending = _about(job)
    found = works.found_file(job)
    return render_template(
        "blanks/show.html",
        event=part.event,
        part=part,
        job=job,
        file_word=FILE_WORDS[ending],
        until=prints.kept_until(found[0]) if found else None,
        closed=bool(found and found[1] and not panels.names_open(part.event)),
    )


@bp.get(f"{OWN}/progress")
@allow(*READS, scope=queries.path_of_job)
def progress(print_id: int) -> ResponseReturnValue:
    job = queries.job(print_id)
    return {"done": job.done, "total": job.total, "state": job.state.value}


@bp.get(f"{OWN}/file")
@allow(*READS, scope=queries.path_of_job)
def file(print_id: int) -> ResponseReturnValue:
    job = queries.job(print_id)
    part, ending = _about(job)
    found = works.found_file(job)
    if found is None:
        raise Conflict(say(N_("There is no file, or it has had its time. Print the sheets again.")))
    path, has_names = found
    if not panels.hidden_from(part.event, current_actor()) <= set(job.arguments["work"]["without"]):
        raise NotAllowed(say(N_("It holds a sheet that is not for you. Print your own sheets.")))
    if has_names and not panels.names_open(part.event):
        raise Conflict(
            say(N_("These sheets bear names, and names are closed now. Print them again."))
        )
    name = f"{part.event.competition.code}-{part.event.code}-{part.code}-{job.id}.{ending}"
    answer = send_file(path, conditional=True)
    return named(answer, name, f"marking-sheets-{job.id}.{ending}", inline=ending == "pdf")


def _about(job: Job) -> tuple[Component, str]:
    work = job.arguments["work"]
    return get_or_404(Component, work["part"]), work["as"]
