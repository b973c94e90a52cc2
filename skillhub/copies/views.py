"""The desk: what a scanner finds, what became of it, piles that are handed over, and the ledger of one paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from skillhub.certificates.models import Certificate
from skillhub.certificates.queries import STAFF, path_of
from skillhub.copies import queries, services
from skillhub.copies.forms import PileForm, StepForm, TogetherForm
from skillhub.copies.models import Sending
from skillhub.copies.queries import Sheet
from skillhub.copies.rules import HOW_WORDS, REASON_WORDS, STATE_WORDS, STEP_WORDS
from skillhub.kernel.access import Actor, allow, current_actor
from skillhub.kernel.bulk import FEW, refuse_untyped
from skillhub.kernel.clock import now, today
from skillhub.kernel.db import get_or_404
from skillhub.kernel.errors import HouseError, NotFound
from skillhub.kernel.messages import N_, say
from skillhub.kernel.settings import settings
from skillhub.kernel.web import tr
from skillhub.stock.models import Printer

bp = Blueprint("copies", __name__)

VERBS = "confirm,spoil,unused,hand,serial,back"
TOGETHER = "confirm,hand,back"
MOST_DIGITS = 19  # more has no key
PILE = ("competition", "unit", "state", "sending")
WORDS = {
    "state_words": STATE_WORDS,
    "step_words": STEP_WORDS,
    "reason_words": REASON_WORDS,
    "how_words": HOW_WORDS,
}


@bp.get("/copies")
@allow(*STAFF)
def index() -> ResponseReturnValue:
    actor, words = current_actor(), request.args.get("q", "")[:200]
    hits = queries.found(actor, words)
    return render_template(
        "copies/index.html",
        words=words,
        hits=hits,
        form=StepForm(formdata=None),
        may=len(hits) == 1 and _may(actor, hits[0].certificate),
        waiting={state: sum(n for _, n in rows) for state, rows in queries.waiting(actor).items()},
        sendings=queries.sendings(actor),
        **WORDS,
    )


@bp.get("/certificates/<int:certificate_id>/copies")
@allow(*STAFF, scope=path_of)
def view(certificate_id: int) -> ResponseReturnValue:
    return _view(get_or_404(Certificate, certificate_id), StepForm(formdata=None))


@bp.post(f"/copies/<int:copy_id>/<any({VERBS}):verb>")
@allow(*STAFF, scope=queries.path_of_copy)
def take(copy_id: int, verb: str) -> ResponseReturnValue:
    """Note what became of a sheet."""
    [sheet], form = queries.sheets([copy_id]), StepForm()
    try:
        if not form.validate():
            return _view(sheet.copy.certificate, form), 422
        _take(sheet, verb, form)
    except HouseError as refusal:
        form.refuse(refusal)
        return _view(sheet.copy.certificate, form), refusal.status
    [after] = queries.sheets([copy_id])
    whose = sheet.copy.certificate.facts.get("holder_name", "")
    flash(f"{whose}: {gettext(STATE_WORDS[after.state])}", "success")
    if form.back.data == "ledger":
        return redirect(url_for("copies.view", certificate_id=sheet.copy.certificate_id))
    return redirect(url_for("copies.index"))


@bp.get("/copies/papers")
@allow(*STAFF)
def papers() -> ResponseReturnValue:
    return _papers(TogetherForm(formdata=None))


@bp.post(f"/copies/papers/<any({TOGETHER}):verb>")
@allow(*STAFF)
def together(verb: str) -> ResponseReturnValue:
    """Note the same for many papers: confirmed, handed over, or the last step taken back."""
    form, actor = TogetherForm(), current_actor()
    sheets = [s for s in queries.sheets(_ticked()) if actor.may(STAFF, s.copy.sending.issuer.path)]
    if not form.validate():
        return _papers(form), 422
    try:
        refuse_untyped(len(sheets), request.form.get("count", ""))
        _together(sheets, verb, form)
    except HouseError as refusal:
        form.refuse(refusal)
        return _papers(form), refusal.status
    flash(tr(say(N_("It is noted for %(n)s papers."), n=len(sheets))), "success")
    return redirect(url_for("copies.papers", **_asked()))


@bp.get("/copies/papers/list")
@allow(*STAFF)
def papers_list() -> ResponseReturnValue:
    """Give a list to print, with a line for each to sign."""
    form = _pile_form()
    listed = queries.piled(current_actor(), form.pile)
    day, units = today(settings.zone), {paper.unit for paper in listed}
    return render_template(
        "copies/papers_list.html", papers=listed, units=units, today=day, asked=_asked()
    )


def _view(certificate: Certificate, form: StepForm) -> str:
    return render_template(
        "copies/view.html",
        paper=queries.paper_of(certificate),
        form=form,
        may=_may(current_actor(), certificate),
        **WORDS,
    )


def _papers(form: TogetherForm) -> str:
    looked = _pile_form()
    listed, actor = queries.piled(current_actor(), looked.pile), current_actor()
    sending = get_or_404(Sending, looked.pile.sending) if looked.pile.sending else None
    if sending and not actor.may(queries.READERS, sending.issuer.path):
        raise NotFound
    return render_template(
        "copies/papers.html",
        papers=listed,
        filter=looked,
        form=form,
        sending=sending,
        tray=get_or_404(Printer, sending.printer_id).tray if sending and sending.printer_id else "",
        asked=_asked(),
        ticked=_ticked(),
        few=FEW,
        most=queries.LISTED,
        may=actor.has(*STAFF),
        **WORDS,
    )


def _asked() -> dict[str, Any]:
    """Give what was looked for, for the next address."""
    return {name: request.args[name] for name in PILE if request.args.get(name)}


def _ticked() -> list[int]:
    """Give the keys of what was ticked, as many as a page lists."""
    sent = request.form.getlist("item")
    return [int(key) for key in sent if key.isdecimal() and len(key) < MOST_DIGITS][
        : queries.LISTED
    ]


def _pile_form() -> PileForm:
    form, actor = PileForm(request.args), current_actor()
    cups = queries.competitions_of(actor)
    form.competition.choices = [
        (0, gettext(N_("All competitions"))),
        *((c.id, c.name) for c in cups),
    ]
    units = queries.units_of(actor, form.pile)
    form.unit.choices = [("", gettext(N_("All units"))), *((unit, unit) for unit in units)]
    return form


def _take(sheet: Sheet, verb: str, form: StepForm) -> None:
    actor, moment = current_actor(), now()
    if verb == "confirm":
        services.confirm([sheet], actor, moment)
    elif verb == "spoil":
        services.spoil([sheet], form.spoiled_why, actor, moment)
    elif verb == "unused":
        services.not_printed([sheet], form.unused_why.data or "", actor, moment)
    elif verb == "hand":
        services.hand_over([sheet], form.handing(form.signature.data or ""), actor, moment)
    elif verb == "serial":
        services.renumber(sheet, form.serial.data or "", actor, moment)
    else:
        services.take_back(sheet, form.seen.data or 0, form.why.data or "", actor, moment)


def _together(sheets: Sequence[Sheet], verb: str, form: TogetherForm) -> None:
    actor, moment = current_actor(), now()
    if verb == "confirm":
        services.confirm(sheets, actor, moment)
    elif verb == "hand":
        services.hand_over(sheets, form.handing(), actor, moment)
    else:
        services.take_all_back(sheets, form.why.data or "", actor, moment)


def _may(actor: Actor, certificate: Certificate) -> bool:
    return actor.may(STAFF, certificate.series.issuer.path)
