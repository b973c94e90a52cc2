"""Taking paper in, and telling printers apart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from skillhub.kernel import areas
from skillhub.kernel.access import Actor
from skillhub.kernel.areas import Lies, Size
from skillhub.kernel.db import db, same_version, transaction
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Problem, say
from skillhub.organisations.models import Organisation
from skillhub.stock import queries, rules
from skillhub.stock.models import PaperRun, PaperStock, Printer
from skillhub.stock.rules import Adjustment

Answers = Mapping[str, Any]


@transaction()
def stock(organisation: Organisation, answers: Answers, actor: Actor) -> PaperStock:
    """Add a kind of paper: name, size (own with width and height), lies, preprinted, templates, note."""
    ready = _of_paper(answers)
    _refuse_taken(PaperStock, organisation, ready["name"])
    paper = PaperStock(organisation=organisation, **ready)
    db.session.add(paper)
    act(actor, "stock.stock", paper)
    return paper


@transaction()
def describe(paper: PaperStock, answers: Answers, version: int, actor: Actor) -> None:
    """Say anew what a paper is; one with numbered sheets stays pre-printed."""
    same_version(paper, version)
    ready = _of_paper(answers)
    _refuse_taken(PaperStock, paper.organisation, ready["name"], but=paper.id)
    if queries.counted(paper) and not ready["preprinted"]:
        text = N_("Numbered sheets of this paper were received: it is pre-printed.")
        raise BadInput(say(text), [Problem("preprinted", say(text))])
    for name, value in ready.items():
        setattr(paper, name, value)
    act(actor, "stock.describe", paper)


@transaction()
def receive(paper: PaperStock, first: str, last: str, on: date, actor: Actor) -> PaperRun:
    """Take in numbered sheets, from the first to the last; none of them may be there already."""
    if not paper.preprinted:
        raise Conflict(say(N_("This paper is blank: only pre-printed sheets are numbered.")))
    run = rules.run(first, last)
    if other := next((held for held in queries.counted(paper) if held.overlaps(run)), None):
        text = N_("Sheets %(first)s to %(last)s were received already. A sheet comes once.")
        ends = {"first": other.named(other.first), "last": other.named(other.last)}
        raise BadInput(say(text, **ends), [Problem("first", say(text, **ends))])

    row = PaperRun(
        paper=paper,
        prefix=run.prefix,
        first=run.first,
        last=run.last,
        digits=run.digits,
        received_on=on,
        received_by=actor.name or actor.login,
    )
    db.session.add(row)
    act(actor, "stock.receive", paper, note={"first": first, "last": last, "sheets": len(run)})
    return row


@transaction()
def strike(run: PaperRun, why: str, actor: Actor, moment: datetime) -> None:
    """Strike out a run that was mistyped: it counts no more, and stays to be read."""
    if run.struck_at:
        raise Conflict(say(N_("This run is struck out already.")))
    if not why.strip():
        raise BadInput(say(N_("Say why.")), [Problem("why", say(N_("Say why.")))])
    run.struck_at, run.struck_why = moment, why.strip()
    act(actor, "stock.strike", run.paper, why=why)


@transaction()
def install(organisation: Organisation, answers: Answers, actor: Actor) -> Printer:
    """Add a printer: name, place, tray, duplex. What it is told is nothing until it is calibrated."""
    _refuse_taken(Printer, organisation, answers["name"])
    printer = Printer(organisation=organisation, **answers)
    db.session.add(printer)
    act(actor, "stock.install", printer)
    return printer


@transaction()
def rename(printer: Printer, answers: Answers, version: int, actor: Actor) -> None:
    """Say anew what a printer is called, where it stands, and what its staff must choose on it."""
    same_version(printer, version)
    _refuse_taken(Printer, printer.organisation, answers["name"], but=printer.id)
    for name, value in answers.items():
        setattr(printer, name, value)
    act(actor, "stock.rename", printer)


@transaction()
def calibrate(
    printer: Printer, told: Adjustment, version: int, actor: Actor, moment: datetime
) -> None:
    """Tell a printer how far and how large from now on; the journal keeps what it was told before."""
    same_version(printer, version)
    if problems := rules.out_of_reach(told):
        raise BadInput(problems[0].message, problems)
    printer.offset_x, printer.offset_y, printer.scale = told
    printer.calibrated_at, printer.calibrated_by = moment, actor.name or actor.login
    act(actor, "stock.calibrate", printer, note={"x": told.x, "y": told.y, "scale": told.scale})


@transaction()
def measure(
    printer: Printer,
    measured: tuple[Decimal, Decimal, Decimal],
    version: int,
    actor: Actor,
    moment: datetime,
) -> None:
    """Tell a printer what its test sheet shows: from the left and the top to the cross, and on to the second (mm)."""
    told, wrong = rules.read_off(queries.adjustment(printer), *measured)
    if wrong:
        raise BadInput(wrong[0].message, wrong)
    calibrate(printer, told, version, actor, moment)


def _of_paper(answers: Answers) -> dict[str, Any]:
    """Work out the sides of a paper from its size, and refuse what no paper is."""
    size, lies = Size(answers["size"]), Lies(answers["lies"])
    sides = _own(answers) if size is Size.OWN else tuple(map(Decimal, areas.MM[size]))
    if answers["preprinted"] and lies is Lies.EITHER:
        text = say(
            N_("A pre-printed sheet lies one way: choose the way in which its print is read.")
        )
        raise BadInput(text, [Problem("lies", text)])
    plain = {name: answers[name] for name in ("name", "preprinted", "note")}
    width, height = sorted(sides)
    return plain | {
        "size": size,
        "lies": lies,
        "width": width,
        "height": height,
        "templates": list(answers.get("templates") or ()),
    }


def _own(answers: Answers) -> tuple[Decimal, ...]:
    sides = {name: answers.get(name) for name in ("width", "height")}
    text = say(
        N_("Write the side in mm, from %(least)s to %(most)s, with two decimals at most."),
        least=areas.LEAST_SIDE,
        most=areas.MOST_SIDE,
    )
    bad = [name for name, side in sides.items() if side is None or not areas.is_side(side)]
    if bad:
        raise BadInput(text, [Problem(name, text) for name in bad])
    return tuple(side for side in sides.values() if side is not None)


def _refuse_taken(kind: Any, organisation: Organisation, name: str, but: int | None = None) -> None:
    same = select(kind.id).where(kind.organisation_id == organisation.id, kind.name == name)
    taken = db.session.scalar(same)
    if taken is not None and taken != but:
        text = say(
            N_("There is “%(name)s” already. Choose a name that tells them apart."), name=name
        )
        raise BadInput(text, [Problem("name", text)])
