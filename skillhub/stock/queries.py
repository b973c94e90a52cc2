"""Questions about stock: which papers and printers there are, and what became of numbered sheets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from skillhub.certificates.queries import STAFF
from skillhub.kernel.access import Actor, Role
from skillhub.kernel.areas import Area
from skillhub.kernel.db import db, get_or_404
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
        found[row.paper_id].append(Run(row.prefix, row.first, row.last, row.digits))
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
