"""Writing down that papers go to a printer: refused where one may not, once for every key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from skillhub.copies import queries as copies
from skillhub.copies import services as ledger
from skillhub.copies.models import Copy, Sending
from skillhub.copies.queries import Paper
from skillhub.copies.rules import REASON_WORDS, WASTES, Reason, counted_on
from skillhub.copies.rules import ended as ended_one
from skillhub.deeds import queries as deeds
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, insert_many, transaction
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.kernel.exact import day_of
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Problem, say
from skillhub.sending import queries
from skillhub.stock import queries as stock
from skillhub.stock.models import PaperStock, Printer
from skillhub.stock.rules import serial as read_serial

MOST = 500  # papers in one sending: its file is made while somebody waits


@dataclass(frozen=True, slots=True)
class Order:
    """Which papers go to which printer, in the order of the file; `reason` where one was sent before."""

    certificates: Sequence[int]
    key: str
    printer: Printer | None = None
    paper: PaperStock | None = None
    first_serial: str = ""
    reason: Reason | None = None
    words: str = ""
    marked: bool = False
    stacked: bool = False  # two on a sheet: once cut, one pile laid on the other is in order


@transaction()
def planned(order: Order) -> list[Paper]:
    """Give the papers of an order as they stand, or refuse it: nothing is written yet."""
    if not order.certificates:
        raise BadInput(say(N_("Nothing is chosen. Tick which papers go to the printer.")))
    if len(order.certificates) > MOST:
        text = N_("%(n)s papers are too many for one file; send them in pieces of up to %(most)s.")
        raise BadInput(say(text, n=len(order.certificates), most=MOST))
    papers = copies.papers(copies.certificates(order.certificates), steps=False)
    if len({paper.certificate.series.issuer_id for paper in papers}) > 1:
        raise BadInput(say(N_("These papers were issued by different organisations.")))
    ended = [ended_one(p.certificate.number, p.certificate.state) for p in papers]
    if wrong := [problem for problem in ended if problem]:
        raise Conflict(wrong[0].message, wrong)
    deeds.refuse_waiting([p.certificate.award for p in papers if p.certificate.award_id])
    again = [paper for paper in papers if paper.sheets]
    if again and order.reason is None:
        before = [Problem(paper.certificate.number, queries.before(paper)) for paper in again]
        raise Conflict(
            say(
                N_("Sent to a printer already: %(n)s. Say why they are printed again."),
                n=len(again),
            ),
            [Problem("reason", say(N_("Say why."))), *before],
        )
    if order.printer and not order.paper:
        choose = N_("Choose the paper as well: how words are moved for a printer depends on it.")
        raise BadInput(say(choose), [Problem("paper", say(choose))])
    _serials(order, 1)
    if order.reason is Reason.OTHER and not order.words.strip():
        raise BadInput(say(N_("Say why.")), [Problem("words", say(N_("Say why.")))])
    return papers


@transaction()
def send(
    order: Order,
    numbers: Mapping[int, int],
    sheets: Sequence[Sequence[int]],
    actor: Actor,
    moment: datetime,
) -> Sending:
    """Write down that papers go to a printer; `numbers` are the copies for which the file was made.

    `sheets` says which certificates are on each sheet, as they leave the printer.

    With the same key again it is the same sending. Raises Conflict when somebody else sent one meanwhile.
    """
    if known := queries.asked_before(order.key, order.certificates):
        return known
    papers = planned(order)
    if {p.certificate.id: p.next_number for p in papers} != dict(numbers):
        raise Conflict(say(N_("Somebody else sent one of these papers meanwhile. Look again.")))

    sending = _sending(order, papers, actor, moment)
    db.session.add(sending)
    act(actor, "copies.send", sending, why=order.words, note={"papers": len(papers)})
    insert_many(Copy, _rows(order, papers, sending, sheets))
    if order.reason in WASTES:
        before_it = [paper.sheets[0] for paper in papers if paper.sheets]
        why = order.words.strip() or REASON_WORDS[order.reason]
        ledger.waste(before_it, why, actor, moment)
    return sending


def _sending(order: Order, papers: Sequence[Paper], actor: Actor, moment: datetime) -> Sending:
    issuer = papers[0].certificate.series.issuer
    return Sending(
        key=order.key,
        issuer=issuer,
        day=day_of(moment, issuer.zone),
        printer_id=order.printer.id if order.printer else None,
        paper_id=order.paper.id if order.paper else None,
        printer=order.printer.name if order.printer else "",
        paper=order.paper.name if order.paper else "",
        copies=len(papers),
        operator=actor.login,
        sent_by=actor.name or actor.login,
        sent_at=moment,
    )


def _rows(
    order: Order, papers: Sequence[Paper], sending: Sending, sheets: Sequence[Sequence[int]]
) -> list[dict[str, Any]]:
    serials = _serials(order, len(sheets))
    lies = {key: n for n, some in enumerate(sheets, 1) for key in some}
    rows = []
    for position, paper in enumerate(papers, 1):
        again, key = bool(paper.sheets), paper.certificate.id
        row = {
            "certificate_id": key,
            "number": paper.next_number,
            "sending_id": sending.id,
            "position": position,
            "sheet": lies[key],
            "serial": serials[lies[key] - 1],
            "reason": order.reason if again else None,
            "words": order.words.strip() if again else "",
            "marked": order.marked and again,
        }
        rows.append(row)
    return rows


def _serials(order: Order, count: int) -> list[str]:
    """Count the numbers of pre-printed sheets on; where runs were received, each must be one of them."""
    first = order.first_serial.strip()
    try:
        if not first and order.paper and stock.counted(order.paper):
            text = N_("The sheets of “%(paper)s” are numbered: type the number of the first one.")
            raise BadInput(say(text, paper=order.paper.name))
        if not first:
            return [""] * count
        if order.paper is None or not stock.counted(order.paper):
            return counted_on(str(read_serial(first)), count)
        first = stock.named(order.paper, first)
        return [stock.named(order.paper, one) for one in counted_on(first, count)]
    except BadInput as refusal:
        raise BadInput(refusal.message, [Problem("first_serial", refusal.message)]) from refusal
