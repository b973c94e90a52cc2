"""Commands about templates that staff drew."""

from __future__ import annotations

from pathlib import Path

import click

from skillhub.cli.doors import AS, FORMAT, acting, in_app, show
from skillhub.designs import queries, services, sheet
from skillhub.designs.models import Design
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.errors import NotAllowed, NotFound
from skillhub.kernel.messages import N_, say
from skillhub.organisations import queries as organisations
from skillhub.studio.queries import used

COLUMNS = ("code", "title", "owner", "published", "under_way", "certificates")


@click.group()
def designs() -> None:
    """Templates drawn by staff: list them, carry them from one installation to another."""


@designs.command("list")
@FORMAT
@in_app
def list_(form: str) -> None:
    """Print the designs, with the version that is offered and how many certificates were printed on each."""
    rows = queries.listed(OPERATOR)
    counts = used(rows)
    show([_line(row, sum(counts[row.id].values())) for row in rows], COLUMNS, form)


@designs.command()
@click.argument("code")
@click.option("--number", type=int, metavar="N", help="Which version; else the newest published.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="CODE-vN.zip if not given.",
)
@in_app
def export(code: str, number: int | None, output: Path | None) -> None:
    """Write a design as one file."""
    row = next((one for one in queries.listed(OPERATOR) if one.code == code), None)
    if row is None:
        raise NotFound(say(N_("There is no design “%(code)s”."), code=code))
    version = queries.version_numbered(row.id, number) if number else queries.newest(row)
    version = version or row.versions[-1]
    target = output or Path(f"{code}-v{version.number}.zip")
    target.write_bytes(sheet.exported(version))
    click.echo(str(target))


@designs.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--owner", metavar="CODE", help="The organisation whose papers it is for.")
@AS
@in_app
def import_(file: Path, owner: str | None, login: str) -> None:
    """Bring in a design as a draft; somebody looks at it before it is printed on."""
    actor = acting(login)
    whose = organisations.by_code(owner) if owner else organisations.root()
    if whose is None:
        raise NotFound(say(N_("There is no organisation of this code or name.")))
    if not actor.may(queries.DRAWS, whose.path):
        raise NotAllowed()
    found = sheet.read(file.read_bytes())
    made = (found.title, found.document, found.pictures, actor, now(), found.making, found.code)
    row = services.begin(whose, *made)
    click.echo(f"{row.code}: v1, a draft")


def _line(row: Design, count: int) -> dict[str, object]:
    out, draft = queries.newest(row), queries.under_way(row.id)
    return {
        "code": row.code,
        "title": row.title_zh or row.title_en,
        "owner": row.owner.code,
        "published": out.number if out else None,
        "under_way": draft.number if draft else None,
        "certificates": count,
    }


COMMANDS = (designs,)
