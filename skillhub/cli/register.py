"""Commands about the register and the keys it is sealed with."""

from __future__ import annotations

from pathlib import Path

import click

from skillhub.cli.doors import in_app
from skillhub.kernel import keys as ring
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.register import queries, works


@click.group()
def register() -> None:
    """Seal the journal, and give copies of it that others can check."""


@register.command()
@in_app
def seal() -> None:
    """Sign how the journal stands; the server does so once a day."""
    works.seal(OPERATOR)
    last = queries.newest()
    click.echo(f"{last.size if last else 0} lines are sealed")


@register.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@in_app
def export(folder: Path) -> None:
    """Write a copy of the register, its newest checkpoint and its key to FOLDER."""
    works.seal(OPERATOR)
    last = queries.newest()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "register.txt").open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(queries.copy())
    if last:
        works.export(last, folder / "checkpoint.txt")
    (folder / "key.txt").write_text(f"{queries.written_keys()[0]}\n", encoding="utf-8")
    click.echo(f"{folder}: check it by verify_register.py register.txt checkpoint.txt key.txt")


@click.group()
def keys() -> None:
    """The keys this instance signs with."""


@keys.command("list")
@in_app
def list_() -> None:
    """List them, the one in use first."""
    for key in ring.published():
        until = key.retired_at.isoformat(timespec="seconds") if key.retired_at else "in use"
        click.echo(f"{key.kid}  {key.since.isoformat(timespec='seconds')}  {until}")


@keys.command()
@in_app
def rotate() -> None:
    """Make a new key and retire the one in use, whose public half stays published."""
    works.seal(OPERATOR)
    click.echo(f"{ring.rotate(OPERATOR, now()).kid} is in use")
    works.seal(OPERATOR)


COMMANDS = (register, keys)
