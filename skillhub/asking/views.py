"""The pages on which a worker, or their unit, says that something about a result looks wrong."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from skillhub.appeals import queries as appeals
from skillhub.appeals import services
from skillhub.appeals.models import KIND_LABELS, OUTCOME_LABELS, SUBJECT_LABELS
from skillhub.appeals.rules import OPEN, AppealKind, Subject
from skillhub.appeals.services import Filing
from skillhub.asking.forms import QueryForm
from skillhub.corrections import queries as corrections
from skillhub.corrections.queries import unit_path
from skillhub.entries.models import Entry
from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.db import get_or_404
from skillhub.kernel.errors import HouseError, NotAllowed, NotFound
from skillhub.kernel.messages import N_
from skillhub.kernel.web import tr

bp = Blueprint("asking", __name__)
WORDS = {"kinds": KIND_LABELS, "subjects": SUBJECT_LABELS, "outcomes": OUTCOME_LABELS}
OWN = "/standing/results/<int:entry_id>"


@bp.route(f"{OWN}/query", methods=["GET", "POST"])
@allow(Role.WORKER)
def query(entry_id: int) -> ResponseReturnValue:
    """Take in what a worker holds to be wrong in an own result."""
    return _query(_own(entry_id), url_for("portal.result", entry_id=entry_id))


@bp.route("/entries/<int:entry_id>/query", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=unit_path)
def query_for(entry_id: int) -> ResponseReturnValue:
    """Take in what a unit holds to be wrong in the result of somebody it sent."""
    return _query(get_or_404(Entry, entry_id), url_for(".query_for", entry_id=entry_id))


@bp.get(f"{OWN}/queries/<int:appeal_id>/photo")
@allow(Role.WORKER)
def photo(entry_id: int, appeal_id: int) -> ResponseReturnValue:
    """Show the picture that came with a query about an own result, to nobody else."""
    own = [appeal for appeal in appeals.filed_about(_own(entry_id)) if appeal.id == appeal_id]
    if not own:
        raise NotFound
    answer = make_response(appeals.photo_of(own[0]))
    answer.mimetype = "image/jpeg"
    return answer


def _query(entry: Entry, back: str) -> ResponseReturnValue:
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
            filed = services.file(entry, filing, deadlines[kind], current_actor(), moment)
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
        **WORDS,
    ), status


def _own(entry_id: int) -> Entry:
    """Find an entry of the one who asks, alone or in a team; raises NotFound for anybody else's."""
    entry = get_or_404(Entry, entry_id)
    if not appeals.competed(entry, current_actor().person_id):
        raise NotFound
    return entry
