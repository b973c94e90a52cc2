"""Questions about stock: which papers and printers there are, and what became of numbered sheets."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NoReturn

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from skillhub.certificates.queries import STAFF
from skillhub.kernel import journal
from skillhub.kernel.access import Actor, Role
from skillhub.kernel.areas import Area
from skillhub.kernel.db import db, get_or_404
from skillhub.kernel.errors import NotFound
from skillhub.kernel.journal import Trace
from skillhub.kernel.messages import N_, say
from skillhub.organisations.models import Organisation
from skillhub.organisations.queries import below, steps
from skillhub.stock import rules
from skillhub.stock.models import PaperRun, PaperStock, Printer
from skillhub.stock.rules import Adjustment, Run

READERS = (*STAFF, Role.AUDITOR)


def path_of_paper(paper_id: int, **_: object) -> str:
    """Give the path of the organisation whose paper it is."""
    return get_or_404(PaperStock, paper_id).organisation.path


def path_of_printer(printer_id: int, **_: object) -> str:
    """Give the path of the organisation whose printer it is."""
    return get_or_404(Printer, printer_id).organisation.path


def papers(actor: Actor) -> Sequence[PaperStock]:
    """List the papers a reader may see, by organisation and name."""
    return db.session.scalars(_seen(select(PaperStock), PaperStock, actor)).all()


def printers(actor: Actor) -> Sequence[Printer]:
    """List the printers a reader may see, by organisation and name."""
    return db.session.scalars(_seen(select(Printer), Printer, actor)).all()


def _seen(rows: Select[Any], kind: Any, actor: Actor) -> Select[Any]:
    seen = rows.join(kind.organisation).where(below(actor.paths(READERS)))
    return seen.order_by(Organisation.path, kind.name).options(joinedload(kind.organisation))


def at_hand(organisation: Organisation) -> tuple[Sequence[PaperStock], Sequence[Printer]]:
    """Give the papers and printers for what an organisation prints: its own, and those of its superiors."""
    line = steps(organisation.path)
    own = select(PaperStock).where(PaperStock.organisation_id.in_(line)).order_by(PaperStock.name)
    near = select(Printer).where(Printer.organisation_id.in_(line)).order_by(Printer.name)
    return db.session.scalars(own).all(), db.session.scalars(near).all()


def paper_named(name: str) -> PaperStock:
    """Find a paper by its name; raises NotFound with those there are."""
    found = db.session.scalars(select(PaperStock).order_by(PaperStock.name)).all()
    return next((p for p in found if p.name == name), None) or _none(name, [p.name for p in found])


def printer_named(name: str) -> Printer:
    """Find a printer by its name; raises NotFound with those there are."""
    found = db.session.scalars(select(Printer).order_by(Printer.name)).all()
    return next((p for p in found if p.name == name), None) or _none(name, [p.name for p in found])


def _none(name: str, known: Sequence[str]) -> NoReturn:
    text = N_("There is no “%(name)s”. There are: %(known)s.")
    raise NotFound(say(text, name=name, known=", ".join(known) or "–"))


def runs_of(paper: PaperStock) -> Sequence[PaperRun]:
    """Give all runs of a paper that were received, the latest first; those struck out too."""
    own = select(PaperRun).where(PaperRun.paper_id == paper.id).order_by(PaperRun.id.desc())
    return db.session.scalars(own).all()


def counted(paper: PaperStock) -> list[Run]:
    """Give the runs of a paper that count, as the rules take them."""
    return counted_of([paper])[paper.id]


def counted_of(some: Sequence[PaperStock]) -> dict[int, list[Run]]:
    """Give the runs that count of several papers, by paper."""
    found: dict[int, list[Run]] = {paper.id: [] for paper in some}
    rows = select(PaperRun).where(PaperRun.paper_id.in_(found), PaperRun.struck_at.is_(None))
    for row in db.session.scalars(rows.order_by(PaperRun.prefix, PaperRun.first)):
        found[row.paper_id].append(as_rule(row))
    return found


def named(paper: PaperStock, typed: str) -> str:
    """Give the number of a sheet of a paper as it is printed; raises BadInput when none has it."""
    return rules.named(counted(paper), typed)


def upright(paper: PaperStock) -> Area:
    """Give the size of a paper as it stands upright."""
    return Area(paper.width, paper.height)


def adjustment(printer: Printer | None) -> Adjustment:
    """Give what a printer must be told; of none, nothing."""
    return (
        Adjustment(printer.offset_x, printer.offset_y, printer.scale) if printer else Adjustment()
    )


def path_of_run(run_id: int, **_: object) -> str:
    """Give the path of the organisation whose paper came in a run."""
    return get_or_404(PaperRun, run_id).paper.organisation.path


def as_rule(run: PaperRun) -> Run:
    """Give a run as the rules take it."""
    return Run(run.prefix, run.first, run.last, run.digits)


def told_before(printer: Printer) -> list[tuple[Trace, Adjustment]]:
    """Give what a printer was told, by whom and when, the latest first."""
    found, told = [], adjustment(printer)._asdict()
    for trace in journal.about([printer]):
        if trace.verb != "stock.calibrate":
            continue
        found.append((trace, Adjustment(**told)))
        before: dict[str, Any] = next((old for _, old, _ in trace.changes if old), {})
        told |= {x: Decimal(before[name]) for name, x in COLUMNS.items() if name in before}
    return found


COLUMNS = {"offset_x": "x", "offset_y": "y", "scale": "scale"}
