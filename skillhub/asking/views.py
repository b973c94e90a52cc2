"""The pages on which a worker, or their unit, says that something about a result looks wrong."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from skillhub.appeals import queries as appeals
from skillhub.appeals import services as appeal_services
from skillhub.appeals.models import KIND_LABELS, OUTCOME_LABELS, SUBJECT_LABELS, Appeal
from skillhub.appeals.rules import OPEN, AppealKind, Filing, Subject
from skillhub.asking import services
from skillhub.asking.forms import QueryForm, WithdrawForm
from skillhub.corrections import queries as corrections
from skillhub.corrections.queries import unit_path
from skillhub.entries.models import Entry
from skillhub.kernel.access import PUBLIC, Role, allow, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.db import get_or_404
from skillhub.kernel.errors import HouseError, NotAllowed, NotFound
from skillhub.kernel.limits import limiter
from skillhub.kernel.messages import N_
from skillhub.kernel.web import tr

bp = Blueprint("asking", __name__)
WORDS = {"kinds": KIND_LABELS, "subjects": SUBJECT_LABELS, "outcomes": OUTCOME_LABELS}
OWN = "/standing/results/<int:entry_id>"


@bp.route(f"{OWN}/query", methods=["GET", "POST"])
@allow(Role.WORKER)
def query(entry_id: int) -> ResponseReturnValue:
    """Take in what a worker holds to be wrong in an own result."""
    back = url_for("portal.result", entry_id=entry_id)
    return _query(_own(entry_id), back, "asking.withdraw")


@bp.route("/entries/<int:entry_id>/query", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=unit_path)
def query_for(entry_id: int) -> ResponseReturnValue:
    """Take in what a unit holds to be wrong in the result of somebody it sent."""
    back = url_for(".query_for", entry_id=entry_id)
    return _query(get_or_404(Entry, entry_id), back, "asking.withdraw_for")


@bp.get(f"{OWN}/queries/<int:appeal_id>/photo")
@allow(Role.WORKER)
def photo(entry_id: int, appeal_id: int) -> ResponseReturnValue:
    """Show the picture that came with a query about an own result, to nobody else."""
    answer = make_response(appeals.photo_of(_filed(_own(entry_id), appeal_id)))
    answer.mimetype = "image/jpeg"
    return answer


@bp.route(f"{OWN}/queries/<int:appeal_id>/withdraw", methods=["GET", "POST"])
@allow(Role.WORKER)
def withdraw(entry_id: int, appeal_id: int) -> ResponseReturnValue:
    """Take back a query or an appeal about an own result."""
    back = url_for("portal.result", entry_id=entry_id)
    return _withdraw(_filed(_own(entry_id), appeal_id), back)


@bp.route("/entries/<int:entry_id>/queries/<int:appeal_id>/withdraw", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=unit_path)
def withdraw_for(entry_id: int, appeal_id: int) -> ResponseReturnValue:
    """Take back what a unit filed about the result of somebody it sent."""
    back = url_for(".query_for", entry_id=entry_id)
    return _withdraw(_filed(get_or_404(Entry, entry_id), appeal_id), back)


@bp.route("/objections/<key>", methods=["GET", "POST"])
@allow(PUBLIC)
@limiter.limit("60 per hour")
def objection(key: str) -> ResponseReturnValue:
    """Show whoever filed an objection how far it has come, and let them take it back; the address is their key."""
    appeal, form = appeals.by_key(key), WithdrawForm()
    status = _taken(form, appeal, services.withdraw_objection)
    form.version.data = appeal.version
    page = render_template(
        "asking/objection.html", appeal=appeal, form=form, open=appeal.state in OPEN, **WORDS
    )
    answer = make_response(page, status or 200)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _withdraw(appeal: Appeal, back: str) -> ResponseReturnValue:
    form, mine = WithdrawForm(version=appeal.version), appeal.filed_by_id == current_actor().user_id
    if form.is_submitted() and not mine:
        raise NotFound
    status = _taken(form, appeal, services.withdraw)
    if form.is_submitted() and status is None:
        flash(N_("Taken back. It stays in the list, and no longer holds anything up."), "success")
        return redirect(back)
    return render_template(
        "asking/withdraw.html", appeal=appeal, form=form, back=back, mine=mine, **WORDS
    ), status or 200


def _taken(form: WithdrawForm, appeal: Appeal, act: Callable[..., None]) -> int | None:
    """Take something back if the form says so; gives the status of a refusal, which stays with the form."""
    if not form.validate_on_submit():
        return 422 if form.is_submitted() else None
    try:
        act(appeal, form.version.data or 0, form.why.data or "", current_actor(), now())
    except HouseError as refusal:
        form.refuse(refusal)
        return refusal.status
    return None


def _filed(entry: Entry, appeal_id: int) -> Appeal:
    """Find what was filed about an entry; raises NotFound for anything else."""
    found = [appeal for appeal in appeals.filed_about(entry) if appeal.id == appeal_id]
    if not found:
        raise NotFound
    return found[0]


def _query(entry: Entry, back: str, takes: str) -> ResponseReturnValue:
    """File a query or an appeal about an entry; one that is late is kept, and answered with 403 and the date."""
    form, moment, status, filed = QueryForm(), now(), 200, None
    windows = corrections.windows(entry.event, moment)
    begun = [window for window in windows if window.is_open or window.deadline]
    form.kind.choices = [(w.kind.value, tr(KIND_LABELS[w.kind])) for w in begun]
    if form.validate_on_submit():
        deadlines = {w.kind: w.deadline for w in windows}
        kind, subject = AppealKind(form.kind.data), Subject(form.subject.data)
        sent = form.photo.data.read() if form.photo.data else b""
        filing = Filing(kind, subject, form.reason.data, sent)
        try:
            filed = appeal_services.file(entry, filing, deadlines[kind], current_actor(), moment)
        except HouseError as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            if filed.state in OPEN:
                flash(N_("Received. You see here how far it has come."), "success")
                return redirect(back)
            status = NotAllowed.status
    return render_template(
        "asking/query.html",
        entry=entry,
        form=form,
        windows=windows,
        late=filed,
        filed=appeals.filed_about(entry),
        zone=entry.event.competition.host.zone,
        back=back,
        own=current_actor().user_id,
        takes=takes,
        **WORDS,
    ), status


def _own(entry_id: int) -> Entry:
    """Find an entry of the one who asks, alone or in a team; raises NotFound for anybody else's."""
    entry = get_or_404(Entry, entry_id)
    if not appeals.competed(entry, current_actor().person_id):
        raise NotFound
    return entry
