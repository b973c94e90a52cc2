"""Questions about a day's sheets: what the ledger knows of them, and what was counted by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from skillhub.balances.models import SheetCount
from skillhub.balances.rules import Balance
from skillhub.certificates.models import Certificate
from skillhub.copies.models import Copy, Sending
from skillhub.copies.queries import READERS, SERIAL, STATE
from skillhub.copies.rules import CopyState
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db
from skillhub.organisations.models import Organisation
from skillhub.organisations.queries import below
from skillhub.stock import queries as stock
from skillhub.stock import rules as serials
from skillhub.stock.models import PaperStock, Printer


@dataclass(frozen=True, slots=True)
class Hand:
    """Whose sheets: of an issuer, a printer, a paper and an operator; None and "" stand for "as it is"."""

    issuer_id: int
    printer_id: int | None
    paper_id: int | None
    operator: str


@dataclass(slots=True)
class Line:
    """The balance of one hand on a day, with its words and the latest count."""

    hand: Hand
    issuer: str
    printer: str = ""
    paper: str = ""
    who: str = ""
    balance: Balance = field(default_factory=Balance)
    count: SheetCount | None = None


def lines(actor: Actor, day: date) -> list[Line]:
    """Give the balance of a day, by printer, paper and operator."""
    told: dict[Hand, dict[tuple[int, int], list[str]]] = defaultdict(lambda: defaultdict(list))
    found: dict[Hand, Line] = {}
    rows: Any = select(Sending, Copy.sheet, STATE).join(Copy, Copy.sending_id == Sending.id)
    for sending, sheet, state in db.session.execute(_seen(rows, Sending, actor, day)):
        hand = _hand(sending)
        told[hand][sending.id, sheet].append(state)
        found.setdefault(
            hand, Line(hand, sending.issuer.name, sending.printer, sending.paper, sending.sent_by)
        )
    for count in db.session.scalars(
        _seen(select(SheetCount), SheetCount, actor, day).order_by(SheetCount.id)
    ):
        line = found.setdefault(_hand(count), _counted_only(count))
        line.count = count
    for hand, line in found.items():
        line.balance = _balance(list(told[hand].values()), line.count)
    return sorted(found.values(), key=lambda one: (one.issuer, one.printer, one.paper, one.who))


def _seen(rows: Select[Any], kind: Any, actor: Actor, day: date) -> Select[Any]:
    owned = rows.join(Organisation, kind.issuer_id == Organisation.id)
    return owned.where(kind.day == day, below(actor.paths(READERS)))


def _hand(row: Sending | SheetCount) -> Hand:
    return Hand(row.issuer_id, row.printer_id, row.paper_id, row.operator)


def _counted_only(count: SheetCount) -> Line:
    issuer = db.session.get_one(Organisation, count.issuer_id)
    printer = db.session.get(Printer, count.printer_id) if count.printer_id else None
    paper = db.session.get(PaperStock, count.paper_id) if count.paper_id else None
    return Line(
        _hand(count),
        issuer.name,
        printer.name if printer else "",
        paper.name if paper else "",
        count.operator,
    )


def _balance(sheets: Sequence[Sequence[str]], count: SheetCount | None) -> Balance:
    """Tell sheets apart: two papers may lie on one, which is spoiled when neither is good."""
    kinds = [_kind(states) for states in sheets]
    return Balance(
        good=kinds.count("good"),
        spoiled=kinds.count("spoiled"),
        open=kinds.count("open"),
        unused=kinds.count("unused"),
        taken=count.taken if count else None,
        left=count.left_over if count else None,
    )


def _kind(states: Sequence[str]) -> str:
    if CopyState.SENT in states:
        return "open"
    if all(state == CopyState.UNUSED for state in states):
        return "unused"
    good = CopyState.CONFIRMED in states or CopyState.HANDED_OVER in states
    return "good" if good else "spoiled"


def by_key(actor: Actor, day: date, key: str) -> Line | None:
    """Find a line of a day by its key."""
    return next((line for line in lines(actor, day) if key_of(line.hand) == key), None)


def key_of(hand: Hand) -> str:
    """Write a hand as it stands in a form."""
    return f"{hand.issuer_id}/{hand.printer_id or 0}/{hand.paper_id or 0}/{hand.operator}"


def numbered(actor: Actor) -> list[tuple[PaperStock, serials.Balance]]:
    """Account for the numbered sheets of every paper a reader may see that has some, over all days."""
    papers = [paper for paper in stock.papers(actor) if paper.preprinted]
    found = accounts(papers)
    return [(paper, found[paper.id]) for paper in papers if paper.id in found]


def accounts(papers: Sequence[PaperStock]) -> dict[int, serials.Balance]:
    """Account for the numbered sheets of papers, by paper; one without any is left out."""
    runs = {key: some for key, some in stock.counted_of(papers).items() if some}
    stated = _stated(runs)
    return {p.id: serials.balance(runs[p.id], *stated[p.id]) for p in papers if p.id in runs}


def following(papers: Sequence[PaperStock]) -> dict[int, str]:
    """Give the next numbered sheet of each paper that has one."""
    return {key: balance.next for key, balance in accounts(papers).items() if balance.next}


def _stated(papers: Collection[int]) -> dict[int, tuple[list[str], list[str]]]:
    """Give the numbers of the sheets of papers that were used, and of those spoiled, by paper, each sheet once."""
    rows = (
        select(Sending.paper_id, Sending.id, Copy.sheet, SERIAL, STATE)
        .join(Copy, Copy.sending_id == Sending.id)
        .where(Sending.paper_id.in_(papers))
    )
    sheets: dict[tuple[int | None, int, int], tuple[str, list[str]]] = {}
    for paper, sending, sheet, serial, state in db.session.execute(rows) if papers else ():
        sheets.setdefault((paper, sending, sheet), (serial, []))[1].append(state)
    stated: dict[int, tuple[list[str], list[str]]] = {key: ([], []) for key in papers}
    for (paper, *_), (serial, states) in sheets.items():
        kind = _kind(states)
        if paper is not None and serial and kind != "unused":
            stated[paper][kind == "spoiled"].append(serial)
    return stated


def ledger(actor: Actor, day: date) -> list[dict[str, Any]]:
    """List the sheets that were sent on a day, for a spreadsheet."""
    rows: Any = (
        select(Sending, Copy, Certificate, STATE, SERIAL)
        .join(Copy, Copy.sending_id == Sending.id)
        .join(Certificate, Copy.certificate_id == Certificate.id)
        .order_by(Sending.id, Copy.position)
    )
    return [
        {
            "at": sending.sent_at,
            "who": sending.sent_by,
            "printer": sending.printer,
            "paper": sending.paper,
            "number": certificate.number,
            "name": str(certificate.facts.get("holder_name", "")),
            "unit": str(certificate.facts.get("organisation", "")),
            "copy": copy.number,
            "sheet": serial,
            "reason": copy.reason,
            "words": copy.words,
            "state": CopyState(state),
        }
        for sending, copy, certificate, state, serial in db.session.execute(
            _seen(rows, Sending, actor, day)
        )
    ]
