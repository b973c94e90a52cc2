"""Commands about competitions."""

from __future__ import annotations

from pathlib import Path

import click

from skillhub.awards import services as awards
from skillhub.cli.doors import FORMAT, acting, in_app, show
from skillhub.competitions import queries
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.errors import BadInput
from skillhub.kernel.messages import N_, say


@click.group()
def competition() -> None:
    """Register competitions from their files."""


@competition.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "login", metavar="LOGIN", help="Who acts.")
@in_app
def load(file: Path, login: str | None) -> None:
    """Register a competition from FILE.toml, or update it."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(say(N_("Save the file as UTF-8, then load it again."))) from None
    loaded = awards.load(text, acting(login))
    for notice in loaded.notices:
        click.echo(str(notice), err=True)
    row = loaded.competition
    click.echo(
        f"{row.code}: {row.name}, {len(row.events)} events"
        f" (added {len(loaded.added)}, changed {len(loaded.changed)}, same {len(loaded.same)})"
    )
    if row.checking == "off":
        click.echo(
            'Marks count without a second person: write checking = "look_over" under [competition] to require one.'
        )


@competition.command("list")
@FORMAT
@in_app
def list_(form: str) -> None:
    """List the competitions."""
    rows = [
        {"code": c.code, "name": c.name, "year": c.year, "tier": c.tier, "events": len(c.events)}
        for c in queries.newest_first(OPERATOR)
    ]
    show(rows, ["code", "name", "year", "tier", "events"], form)


COMMANDS = (competition,)
