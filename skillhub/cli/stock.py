"""Commands about paper and printers."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from skillhub.certificates.queries import STAFF
from skillhub.cli.doors import AS, FORMAT, acting, in_app, show
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.areas import read
from skillhub.kernel.clock import today
from skillhub.kernel.errors import NotAllowed
from skillhub.kernel.messages import N_, say
from skillhub.stock import queries, services, works
from skillhub.stock.rules import balance


@click.group()
def stock() -> None:
    """Paper, its numbered sheets, and the printers it is put into."""


@stock.command("list")
@FORMAT
@in_app
def list_(form: str) -> None:
    """List papers and printers."""
    papers = queries.papers(OPERATOR)
    runs = queries.counted_of(papers)
    rows = [
        {
            "kind": "pre-printed" if paper.preprinted else "blank",
            "name": paper.name,
            "whose": paper.organisation.code,
            "about": f"{queries.upright(paper)} {paper.lies}",
            "sheets": balance(runs[paper.id], []).received or None,
        }
        for paper in papers
    ]
    for printer in queries.printers(OPERATOR):
        told = queries.adjustment(printer)
        about = f"right {told.x:f} mm, down {told.y:f} mm, {told.scale:f} %"
        whose = printer.organisation.code
        rows.append({"kind": "printer", "name": printer.name, "whose": whose, "about": about})
    show(rows, ("kind", "name", "whose", "about", "sheets"), form)


@stock.command()
@click.argument("paper")
@click.argument("first")
@click.argument("last")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Today, if not said.")
@AS
@in_app
def receive(paper: str, first: str, last: str, on: datetime | None, login: str) -> None:
    """Take in numbered sheets of a PAPER, from the FIRST to the LAST as printed on them."""
    row, actor = queries.paper_named(paper), acting(login)
    if not actor.may(STAFF, row.organisation.path):
        text = N_("%(login)s may not receive paper of %(unit)s.")
        raise NotAllowed(say(text, login=login, unit=row.organisation.name))
    day = on.date() if on else today(row.organisation.zone)
    run = queries.as_rule(services.receive(row, first, last, day, actor))
    click.echo(f"{row.name}: {run.named(run.first)} to {run.named(run.last)}, {len(run)} sheets")


@stock.command()
@click.argument("printer")
@click.argument("target", type=click.Path(path_type=Path), metavar="FILE.pdf")
@click.option("--paper", default="A4", show_default=True, metavar="SIZE", help="As “A4 landscape”.")
@in_app
def calibrate(printer: str, target: Path, paper: str) -> None:
    """Write the test sheet of a PRINTER, on which to measure how far off it prints."""
    row = queries.printer_named(printer)
    target.write_bytes(works.calibration(row, read(paper), today(row.organisation.zone)))
    click.echo(f"{target}: print it at actual size, measure, and type what you measured")


COMMANDS = (stock,)
