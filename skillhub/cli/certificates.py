"""Commands about certificates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from skillhub.certificates import queries, works
from skillhub.certificates.models import Certificate
from skillhub.certificates.rules import ORDERS, Answer, Verified, holder_masked
from skillhub.cli.doors import AS, EVENT, FORMAT, acting, complain, in_app, show
from skillhub.cli.reconcile import differences
from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Competition, Event
from skillhub.designs import queries as designs
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db, get_or_404
from skillhub.kernel.errors import Conflict, NotAllowed
from skillhub.kernel.exact import day_of
from skillhub.kernel.messages import N_, say
from skillhub.kernel.settings import settings
from skillhub.kernel.signing.look import Seen
from skillhub.verifying import queries as verifying

MOST_FINDINGS = 20
SEEN = {
    Seen.UNCHANGED: "unchanged since it was signed by us",
    Seen.CHANGED: "CHANGED since it was signed",
    Seen.ADDED: "SOMETHING WAS ADDED after it was signed",
    Seen.FOREIGN: "unchanged, but SIGNED BY SOMEBODY ELSE",
    Seen.STRIPPED: "THE SIGNATURE WAS TAKEN AWAY",
    Seen.UNSIGNED: "none",
}
SHOWN = (
    *("holder_name", "members", "organisation", "award", "award_en", "event", "event_en"),
    *("competition", "competition_en", "rank_line", "date_zh", "date_en", "issuer", "issuer_en"),
)


@click.group()
def certificates() -> None:
    """Issue, print and verify certificates."""


@certificates.command()
@click.argument("competition")
@EVENT
@click.option("--template", default="award", show_default=True, metavar="CODE")
@click.option(
    "--signed-by",
    "signatories",
    multiple=True,
    metavar="NAME=OFFICE",
    help="Who signs; up to two.",
)
@AS
@in_app
def issue(
    competition: str, event: str | None, template: str, signatories: tuple[str, ...], login: str
) -> None:
    """Give every award without a certificate its number, and print it."""
    row, actor = competitions.named(competition), acting(login)
    if not actor.may(queries.STAFF, row.host.path):
        raise NotAllowed(say(N_("%(login)s may not issue certificates of this host."), login=login))
    signed = [(name, office) for name, _, office in (pair.partition("=") for pair in signatories)]
    events = _events(row, event)
    batch = works.Issuing(row, events, designs.template_named(template), actor, signed)
    _follow(batch.steps())
    complain([*batch.left_out, *batch.failed])
    in_force = len(queries.to_print(row, events))
    click.echo(f"{row.code}: {batch.issued} issued, {in_force} in force")
    if bad := len(batch.left_out) + len(batch.failed):
        raise Conflict(say(N_("%(n)s could not be issued; mend them and issue again."), n=bad))
    if not in_force:
        raise Conflict(say(N_("No award stands here yet. Confer the awards first.")))


@certificates.command("print")
@click.argument("competition")
@EVENT
@click.option(
    *("-o", "--output", "target"),
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE.pdf|FILE.zip|DIR",
)
@click.option("--order", type=click.Choice(ORDERS), default="organisation", show_default=True)
@in_app
def print_(competition: str, event: str | None, target: Path, order: str) -> None:
    """Put the certificates in force into one PDF, one ZIP or one folder."""
    row = competitions.named(competition)
    batch = works.Printing(row, _events(row, event), order, target, OPERATOR)
    _follow(batch.steps())
    click.echo(f"{target}: {batch.printed} certificates")


@certificates.command()
@click.argument("number_or_code")
@click.option("--names", is_flag=True, help="Print names in full, not as the public page does.")
@in_app
def verify(number_or_code: str, names: bool) -> None:
    """Say whether a certificate is valid; the exit status is 0 only when it is."""
    found = queries.verified(number_or_code, now())
    if found.certificate_id:
        row = get_or_404(Certificate, found.certificate_id)
        facts = {"state": found.answer.value, "number": row.number}
        facts |= {name: _text(row.facts.get(name, "")) for name in SHOWN}
        if not names:
            facts |= {"holder_name": holder_masked(row.facts), "members": ""}
        if row.replaced_by:
            facts["replaced_by"] = row.replaced_by.number
        if row.ended_why:
            facts["why"] = row.ended_why
        for name, value in facts.items():
            if value:
                click.echo(f"{name}: {value}")
    if found.answer is not Answer.VALID:
        click.echo(_words(found), err=True)
        raise click.exceptions.Exit(1)


@certificates.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@in_app
def check_(file: Path) -> None:
    """Say whether a PDF is a certificate of ours and unchanged; the exit status is 0 only when it is, and is valid."""
    if file.stat().st_size > verifying.MOST:
        raise click.ClickException(f"{file}: larger than {verifying.MOST} bytes")
    found = verifying.checked(file.read_bytes(), day_of(now(), settings.zone))
    for name, value in _told(found):
        if value:
            click.echo(f"{name}: {value}")
    if not found.good:
        raise click.exceptions.Exit(1)


@certificates.command("list")
@click.argument("competition")
@EVENT
@FORMAT
@in_app
def list_(competition: str, event: str | None, form: str) -> None:
    """List the certificates with their states."""
    row = competitions.named(competition)
    chosen = queries.certificates_of(row, _events(row, event))
    rows = [
        {
            "number": c.number,
            "state": c.state,
            "name": c.facts["holder_name"],
            "organisation": c.facts["organisation"],
            "award": c.facts["award"] or c.facts["award_en"],
            "event": c.award.event.code,
            "entry": c.award.entry.code,
            "replaced_by": c.replaced_by.number if c.replaced_by else "",
            "sha256": c.pdf_sha256 or "",
        }
        for c in db.session.scalars(chosen)
    ]
    columns = ["number", "state", "event", "entry", "name", "organisation", "award"]
    show(rows, [*columns, "replaced_by", "sha256"], form)


def _told(found: verifying.Checked) -> Iterator[tuple[str, object]]:
    """List what was found about a file, line by line."""
    report = found.report
    yield "signature", SEEN[report.seen]
    yield "signed by", report.signer
    if found.seal and found.seal.demo:
        yield "warning", "a demonstration key, which proves nothing"
    yield "says it was signed at", report.claimed
    yield "seen by a timestamp server at", report.stamped
    yield "why", report.why
    yield "certificate", found.certificate.number if found.certificate else "none of ours"
    yield "state", found.answer.value
    yield "file", "byte for byte the one we kept" if found.kept else "not the one we kept"
    for finding in found.findings[:MOST_FINDINGS] or [
        "PDF/A-3a and PDF/UA-1, as far as its structure tells"
    ]:
        yield "archive", finding


@certificates.command()
@in_app
def reconcile() -> None:
    """Compare numbers, register, kept files and batches; the exit status is 0 only when all agree."""
    found = list(differences())
    for one in found:
        click.echo(one, err=True)
    if found:
        raise click.ClickException(f"{len(found)} things do not agree")
    click.echo("numbers, register, files and batches agree")


def _events(competition: Competition, code: str | None) -> list[Event] | None:
    return competitions.events_of(competition, code) if code else None


def _follow(steps: works.Steps) -> None:
    """Tell how far a long work is, about ten times."""
    told = 0
    for done, total in steps:
        if total and done * 10 // total > told:
            told = done * 10 // total
            click.echo(f"{done} of {total}", err=True)


def _text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else "; ".join(value)


def _words(found: Verified) -> str:
    if found.typed == "slip":
        return "unknown: a sign is mistyped; compare it with the paper"
    return found.answer.value


COMMANDS = (certificates,)
