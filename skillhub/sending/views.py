"""Sending papers to a printer, from a batch or from one certificate: the dialogue, and what it leads to."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from skillhub.balances import queries as balances
from skillhub.batches import queries as batches
from skillhub.batches.models import Batch
from skillhub.certificates.models import Certificate
from skillhub.certificates.queries import STAFF, path_of
from skillhub.copies import queries as copies
from skillhub.copies.models import Sending
from skillhub.copies.queries import Paper
from skillhub.copies.rules import STATE_WORDS
from skillhub.kernel.access import allow, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.db import get_or_404
from skillhub.kernel.downloads import named
from skillhub.kernel.errors import HouseError
from skillhub.organisations.models import Organisation
from skillhub.sending import queries, services, works
from skillhub.sending.forms import SendForm, WhichForm
from skillhub.stock import queries as stock
from skillhub.stock.models import PaperStock, Printer

bp = Blueprint("sending", __name__)


@bp.route("/certificates/<int:certificate_id>/send", methods=["GET", "POST"])
@allow(*STAFF, scope=path_of)
def certificate(certificate_id: int) -> ResponseReturnValue:
    row, form = get_or_404(Certificate, certificate_id), SendForm()
    issuer, paper = row.series.issuer, copies.paper_of(row)
    sent, status = _sent(form, issuer, [paper]) if request.method == "POST" else (None, 200)
    if sent:
        return redirect(url_for("copies.papers", sending=sent.id))
    _offer(form, issuer)
    page = render_template(
        "sending/certificate.html",
        paper=paper,
        form=form,
        before=queries.before(paper) if paper.sheets else None,
        state_words=STATE_WORDS,
        may=current_actor().may(STAFF, issuer.path),
    )
    return page, status


@bp.route("/batches/<int:batch_id>/send", methods=["GET", "POST"])
@allow(*STAFF, scope=batches.path_of)
def batch(batch_id: int) -> ResponseReturnValue:
    row, form, looked = get_or_404(Batch, batch_id), SendForm(), WhichForm(request.args)
    looked.of(queries.pieces_of(row))
    issuer = row.competition.host
    papers = queries.of_batch(row, looked.piece.data)
    ticked = set(form.item.data or ())
    sent, status = None, 200
    if request.method == "POST":
        chosen = [paper for paper in papers if paper.certificate.id in ticked]
        sent, status = _sent(form, issuer, chosen)
    if sent:
        return redirect(url_for("copies.papers", sending=sent.id))
    _offer(form, issuer)
    page = render_template(
        "sending/batch.html",
        batch=row,
        papers=queries.which(papers, looked.which.data),
        again=any(paper.sheets for paper in queries.which(papers, looked.which.data)),
        ticked=ticked,
        form=form,
        filter=looked,
        most=services.MOST,
        tally={state: sum(p.state == state for p in papers) for state in STATE_WORDS},
        state_words=STATE_WORDS,
        may=current_actor().may(STAFF, issuer.path),
    )
    return page, status


@bp.get("/copies/sendings/<int:sending_id>/file")
@allow(*STAFF, scope=queries.path_of_sending)
def file(sending_id: int) -> ResponseReturnValue:
    """Give the file to print: the one whose sheets are on the ledger."""
    sending = get_or_404(Sending, sending_id)
    answer = send_file(queries.kept_file(sending), mimetype="application/pdf", conditional=True)
    name = f"to-print-{sending.id}.pdf"
    return named(answer, name, name, inline="save" not in request.args)


def _sent(
    form: SendForm, issuer: Organisation, papers: Sequence[Paper]
) -> tuple[Sending | None, int]:
    """Send what was chosen; where that is refused, the form says why and keeps what was typed."""
    stocks, printers = _offer(form, issuer)
    if not form.validate():
        return None, 422
    try:
        keys = [paper.certificate.id for paper in papers]
        order = form.order(keys, printers, stocks)
        return works.send(order, current_actor(), now())[0], 200
    except HouseError as refusal:
        form.refuse(refusal)
        return None, refusal.status


def _offer(form: SendForm, issuer: Organisation) -> tuple[Sequence[PaperStock], Sequence[Printer]]:
    """Let a form offer what an issuer has to print with."""
    stocks, printers = stock.at_hand(issuer)
    form.of(printers, stocks, balances.following(stocks))
    return stocks, printers
