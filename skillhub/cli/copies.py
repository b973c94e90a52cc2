"""Commands about papers that go to a printer and what becomes of them."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

import click

from skillhub.balances import queries as balances
from skillhub.certificates import rules as numbers
from skillhub.certificates.models import Certificate
from skillhub.certificates.queries import STAFF
from skillhub.cli.doors import AS, FORMAT, acting, in_app, show
from skillhub.copies import queries, services
from skillhub.copies.queries import Paper, Sheet
from skillhub.copies.rules import Reason
from skillhub.copies.services import Handing
from skillhub.kernel.access import OPERATOR, Actor
from skillhub.kernel.clock import now, today
from skillhub.kernel.db import db
from skillhub.kernel.errors import Conflict, NotAllowed, NotFound
from skillhub.kernel.messages import N_, say
from skillhub.kernel.settings import settings
from skillhub.sending import works
from skillhub.sending.services import Order

NUMBERS = click.argument("numbers_", metavar="NUMBER...", nargs=-1, required=True)
WHY = click.option("--why", required=True, help="The reason, which stays on the ledger.")


@click.group()
def copies() -> None:
    """Send papers to a printer, and note what became of each sheet."""


@copies.command("list")
@click.argument("words")
@FORMAT
@in_app
def list_(words: str, form: str) -> None:
    """List the sheets of what is found by a name, a number or the number of a sheet."""
    rows = [
        {
            "number": paper.certificate.number,
            "name": paper.holder,
            "copy": sheet.copy.number,
            "sheet": sheet.serial,
            "state": sheet.state.value,
            "sent": sheet.copy.sending.sent_at,
            "by": sheet.copy.sending.sent_by,
            "handed_to": sheet.handed.to_whom if sheet.handed else "",
        }
        for paper in queries.found(OPERATOR, words)
        for sheet in paper.sheets
    ]
    show(rows, ["number", "name", "copy", "sheet", "state", "sent", "by", "handed_to"], form)


@copies.command()
@NUMBERS
@click.option(
    *("-o", "--output", "target"),
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.pdf",
    help="The file to print.",
)
@click.option("--first-serial", default="", help="The number of the first pre-printed sheet.")
@click.option(
    "--reason",
    type=click.Choice([reason.value for reason in Reason]),
    help="Why a paper is printed again.",
)
@click.option("--words", default="", help="The reason in words.")
@click.option("--mark", is_flag=True, help="Say in the margin which copy it is.")
@AS
@in_app
def send(
    numbers_: tuple[str, ...],
    target: Path,
    first_serial: str,
    reason: str | None,
    words: str,
    mark: bool,
    login: str,
) -> None:
    """Make the file for a printer and write its sheets on the ledger."""
    actor = acting(login)
    papers = [_paper(number, actor) for number in numbers_]
    order = Order(
        [paper.certificate.id for paper in papers],
        uuid4().hex,
        first_serial=first_serial,
        reason=Reason(reason) if reason else None,
        words=words,
        marked=mark,
    )
    sending, path = works.send(order, actor, now())
    shutil.copyfile(path, target)
    click.echo(f"{target}: sending {sending.id}, {sending.copies} papers")


@copies.command()
@NUMBERS
@AS
@in_app
def confirm(numbers_: tuple[str, ...], login: str) -> None:
    """Note that the latest sheets came out of the printer and are good."""
    actor = acting(login)
    click.echo(f"{services.confirm(_sheets(numbers_, actor), actor, now())} confirmed")


@copies.command()
@NUMBERS
@WHY
@AS
@in_app
def spoil(numbers_: tuple[str, ...], why: str, login: str) -> None:
    """Note that the latest sheets are spoiled."""
    actor = acting(login)
    click.echo(f"{services.spoil(_sheets(numbers_, actor), why, actor, now())} spoiled")


@copies.command()
@NUMBERS
@click.option("--to", "to_whom", default="", help="Who took them; else each the person it is for.")
@click.option("--listed", is_flag=True, help="They signed on the printed list.")
@AS
@in_app
def hand(numbers_: tuple[str, ...], to_whom: str, listed: bool, login: str) -> None:
    """Note to whom the latest sheets were handed."""
    actor = acting(login)
    handing = Handing(to_whom, listed=listed)
    done = services.hand_over(_sheets(numbers_, actor), handing, actor, now())
    click.echo(f"{done} handed over")


@copies.command()
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Today unless told.")
@FORMAT
@in_app
def balance(day: datetime | None, form: str) -> None:
    """Say whether the sheets of a day add up; the exit status is 0 only when all do."""
    on: date = day.date() if day else today(settings.zone)
    lines = balances.lines(OPERATOR, on)
    rows = [
        {
            "issuer": line.issuer,
            "printer": line.printer,
            "paper": line.paper,
            "operator": line.hand.operator,
            **{
                name: getattr(line.balance, name)
                for name in ("taken", "good", "spoiled", "left", "open")
            },
            "findings": " ".join(str(one) for one in line.balance.findings),
        }
        for line in lines
    ]
    head = ["issuer", "printer", "paper", "operator", "taken", "good", "spoiled", "left", "open"]
    show(rows, [*head, "findings"], form)
    if wrong := sum(not line.balance.adds_up for line in lines):
        raise Conflict(say(N_("%(n)s lines of this day do not add up."), n=wrong))


def _paper(number: str, actor: Actor) -> Paper:
    """Find a certificate by its number, among those whose papers somebody may send and hand over."""
    folded = numbers.fold(number)
    row = db.session.query(Certificate).filter_by(folded=folded).one_or_none()
    if row is None:
        raise NotFound(say(N_("There is no certificate %(key)s."), key=number))
    if not actor.may(STAFF, row.series.issuer.path):
        text = N_("%(login)s may not issue certificates of this host.")
        raise NotAllowed(say(text, login=actor.login))
    return queries.paper_of(row)


def _sheets(typed: tuple[str, ...], actor: Actor) -> list[Sheet]:
    papers = [_paper(number, actor) for number in typed]
    missing = [paper.certificate.number for paper in papers if paper.leading is None]
    if missing:
        raise Conflict(say(N_("%(number)s was not sent to a printer."), number=missing[0]))
    return [paper.leading for paper in papers if paper.leading]


COMMANDS = (copies,)
