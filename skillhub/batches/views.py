"""Three screens of paper: choose whose, see the batch through, and fetch its files."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, send_file, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from skillhub.batches import queries, services
from skillhub.batches.forms import (
    ORDER_WORDS,
    BeginForm,
    FilterForm,
    LookForm,
    PapersForm,
    RetryForm,
)
from skillhub.batches.models import Batch
from skillhub.batches.services import Order
from skillhub.certificates import queries as certificates
from skillhub.certificates.queries import STAFF
from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Competition
from skillhub.copies import queries as copies
from skillhub.designs import queries as designs
from skillhub.honours import queries as honours
from skillhub.honours.rules import KINDS
from skillhub.kernel import jobs
from skillhub.kernel.access import allow, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.db import db, get_or_404
from skillhub.kernel.downloads import named
from skillhub.kernel.errors import Conflict, HouseError
from skillhub.kernel.exact import day_of
from skillhub.kernel.jobs import Job, JobState
from skillhub.kernel.messages import N_, say
from skillhub.kernel.resolution import pictures
from skillhub.kernel.web import tr

bp = Blueprint("batches", __name__)

OWN = "/batches/<int:batch_id>"
VERBS = "pause,resume,cancel,retry,renew"
AWAITED = "awaited"  # in the session: batches whose end somebody waits for


@bp.get("/batches")
@allow(*STAFF)
def index() -> ResponseReturnValue:
    page = queries.listed(current_actor(), request.args.get("page", 1, int))
    tallies = queries.tallies(page.items)
    return render_template("batches/index.html", page=page, tallies=tallies)


@bp.route("/competitions/<int:competition_id>/certificates/choose", methods=["GET", "POST"])
@allow(*STAFF, scope=competitions.path_of)
def choose(competition_id: int) -> ResponseReturnValue:
    competition = get_or_404(Competition, competition_id)
    looked, form = _filter(competition), BeginForm()
    if form.validate_on_submit():
        try:
            known = queries.keys_of(competition, looked.wanted)
            batch = _begin(competition, looked, form, known)
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            return _awaited(batch)
    form.key.data = form.key.data or form.new_key()
    page = queries.page_of(competition, looked.wanted, request.args.get("page", 1, int))
    template = designs.template_named(looked.code)
    some = queries.unnumbered(competition, looked.wanted)
    proof = certificates.proof(some, template, _signed(form))
    return render_template(
        "batches/choose.html",
        competition=competition,
        counts=queries.counts(competition),
        filter=looked,
        form=form,
        page=page,
        found=[*proof.findings, *proof.doubts],
        doubts={one.award.id for one in proof.doubts},
        art=pictures(template),
        may=current_actor().may(STAFF, competition.host.path),
    )


@bp.route("/competitions/<int:competition_id>/papers/<paper>", methods=["GET", "POST"])
@allow(*STAFF, scope=competitions.path_of)
def papers(competition_id: int, paper: str) -> ResponseReturnValue:
    competition, kind = competitions.with_events(competition_id), honours.kind_of(paper)
    looked, form = LookForm(request.args), PapersForm()
    looked.of(designs.offered(competition.host.path), kind.template)
    lines = honours.lines_of(kind, competition, day_of(now(), competition.host.zone))
    wanted = honours.sought(lines, looked.wanted.which, looked.wanted.words)
    if form.validate_on_submit():
        try:
            batch = _begin(competition, looked, form, [x.honour.subject for x in wanted], kind.code)
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            return _awaited(batch)
    form.key.data = form.key.data or form.new_key()
    unnumbered = [line.honour for line in wanted if line.certificate is None]
    template, some = (
        designs.template_named(looked.code),
        unnumbered[: queries.LOOKED_AT],
    )
    proof = honours.proof(competition, kind, some, template, _signed(form))
    return render_template(
        "batches/papers.html",
        competition=competition,
        kind=kind,
        filter=looked,
        form=form,
        all=lines,
        page=honours.page_of(wanted, request.args.get("page", 1, int)),
        found=[*proof.findings, *proof.doubts],
        doubts={one.honour.subject for one in proof.doubts},
        art=pictures(template),
        may=current_actor().may(STAFF, competition.host.path),
    )


@bp.get(OWN)
@allow(*STAFF, scope=queries.path_of)
def view(batch_id: int) -> ResponseReturnValue:
    batch = get_or_404(Batch, batch_id)
    _told(batch)
    failures, forced = queries.failures(batch), queries.forced(batch)
    day = day_of(now(), batch.competition.host.zone)
    return render_template(
        "batches/view.html",
        batch=batch,
        kind=KINDS.get(batch.paper),
        honours=queries.honours_of(batch, [*failures, *forced], day),
        job=batch.job,
        tally=queries.tally(batch),
        on_paper=copies.tally(queries.certificates_of(batch)),
        failures=failures,
        forced=forced,
        files=[(path.name, path.stat().st_size) for path in queries.files(batch, now())],
        left=_left(batch),
        order=ORDER_WORDS[batch.arrangement],
        may=current_actor().may(STAFF, batch.competition.host.path),
    )


@bp.get(f"{OWN}/progress")
@allow(*STAFF, scope=queries.path_of)
def progress(batch_id: int) -> ResponseReturnValue:
    batch = get_or_404(Batch, batch_id)
    job = batch.job
    state = job.state.value if job else "waiting"
    done, total = (job.done, job.total) if job else (0, 0)
    return {"done": done, "total": total, "state": state, "left": _left(batch)}


@bp.post(f"{OWN}/<any({VERBS}):verb>")
@allow(*STAFF, scope=queries.path_of)
def take(batch_id: int, verb: str) -> ResponseReturnValue:
    batch, actor, moment = get_or_404(Batch, batch_id), current_actor(), now()
    job = batch.job
    if verb in ("retry", "renew"):
        keys = RetryForm().keys
        services.retry(batch, keys, actor, moment) if verb == "retry" else services.renew(
            batch, actor, moment
        )
        return _awaited(batch)
    if job is None:
        raise Conflict(say(N_("This batch has no work to stop or take up.")))
    if verb == "cancel":
        jobs.cancel(job, actor, moment)
    else:
        (jobs.pause if verb == "pause" else jobs.resume)(job, actor)
    return redirect(url_for("batches.view", batch_id=batch.id))


@bp.get(f"{OWN}/files/<name>")
@allow(*STAFF, scope=queries.path_of)
def file(batch_id: int, name: str) -> ResponseReturnValue:
    batch = get_or_404(Batch, batch_id)
    known = {path.name: path for path in queries.files(batch, now())}
    if name not in known:
        raise Conflict(
            say(N_("There is no such file, or it has had its time. Make the files again."))
        )
    answer = send_file(known[name], conditional=True)
    full = f"{batch.competition.code}-{batch.id}-{name}"
    return named(answer, full, f"batch-{batch.id}-{name}")


@bp.before_app_request
def tell_the_end() -> None:
    """Tell whoever waits for a batch that it has ended, on whatever page they read next, but for its own."""
    awaited = session.get(AWAITED) if request.method == "GET" else None
    if not awaited or request.endpoint in (None, "static", "batches.progress", "batches.view"):
        return
    rows = db.session.execute(
        db.select(Batch.id, Job.state, Job.message)
        .join(Job, Batch.job_id == Job.id)
        .where(Batch.id.in_(awaited), Job.state.in_([JobState.DONE, JobState.FAILED]))
    ).all()
    for key, state, message in rows:
        head = gettext(N_("Batch %(key)s has ended."), key=key)
        said = f"{head} {tr(message)}"
        flash(said, "success" if state is JobState.DONE else "error")
    if rows:
        ended = {row.id for row in rows}
        session[AWAITED] = [key for key in awaited if key not in ended]


def _told(batch: Batch) -> None:
    """Say nothing of a batch's end to somebody who looks at it."""
    if batch.id in session.get(AWAITED, []) and batch.job and batch.job.ended_at:
        session[AWAITED] = [key for key in session[AWAITED] if key != batch.id]


def _filter(competition: Competition) -> FilterForm:
    form = FilterForm(request.args)
    everything = gettext(N_("All events"))
    form.event.choices = [
        (0, everything),
        *((event.id, f"{event.code} {event.name}") for event in competition.events),
    ]
    units = queries.units_of(competition)
    form.unit.choices = [(0, gettext(N_("All units"))), *((unit.id, unit.name) for unit in units)]
    form.of(designs.offered(competition.host.path))
    return form


def _awaited(batch: Batch) -> ResponseReturnValue:
    """Lead to a batch, and remember to tell its end to whoever leaves it."""
    session[AWAITED] = [*session.get(AWAITED, [])[-9:], batch.id]
    return redirect(url_for("batches.view", batch_id=batch.id))


def _signed(form: BeginForm) -> list[tuple[str, str]]:
    """Give who signs: name and office."""
    return [(str(row[0]), str(row[1])) for row in form.signatories.data or ()]


def _begin(
    competition: Competition,
    looked: LookForm,
    form: BeginForm,
    known: Sequence[int | str],
    paper: str = "",
) -> Batch:
    """Order what was ticked, or all that is looked for but for what was found, and what is forced."""
    whole = request.form.get("all") == "1"
    shown, out = {*(form.award.data or ())}, {*request.form.getlist("found")}
    forced = dict.fromkeys(form.force.data or (), form.why.data or "")
    art = pictures(designs.template_named(looked.code))
    if any(problem.severity == "error" for problem in art):
        raise Conflict(art[0].message)
    chosen = [k for k in known if (whole and str(k) not in out) or k in shown or k in forced]
    if art:
        forced = dict.fromkeys(chosen, form.why.data or "")
    order = Order(chosen, looked.code, form.arrangement.data, _signed(form), forced, paper)
    return services.begin(competition, order, current_actor(), now(), form.key.data)


def _left(batch: Batch) -> str:
    """Say how long a batch will still take, in the reader's words; "" while nobody knows."""
    found = jobs.left(batch.job, now()) if batch.job else None
    if found is None:
        return ""
    minutes = round(found.total_seconds() / 60)
    return (
        tr(say(N_("about %(n)s min left"), n=minutes))
        if minutes
        else gettext(N_("less than a minute left"))
    )
