"""Commands that look after an instance: journal, check, backup, sample."""

from __future__ import annotations

from pathlib import Path

import click

from skillhub.board import services as boards
from skillhub.cli import sample as sample_year
from skillhub.cli.doors import FORMAT, complain, in_app, in_new_app, show
from skillhub.kernel import backup as backups
from skillhub.kernel import check as checks
from skillhub.kernel import journal as chain
from skillhub.kernel import restore as restores
from skillhub.kernel.clock import now
from skillhub.publishing import works as publishing
from skillhub.table import services as table


@click.group()
def journal() -> None:
    """Who did what, when, and why."""


@journal.command()
@in_app
def verify() -> None:
    """Follow the chain of the journal from its first line to its last."""
    broken = chain.verify(chain.chain())
    for line in broken:
        click.echo(f"line {line} does not fit", err=True)
    if broken:
        raise click.ClickException(
            f"{len(broken)} lines of the journal were changed, added or taken out."
        )
    click.echo("the journal is whole")


@journal.command("list")
@click.option("--verb", help="Only such acts, such as awards.confer.")
@FORMAT
@in_app
def list_(verb: str | None, form: str) -> None:
    """List the journal."""
    rows = [
        {
            "line": line.id,
            "at": line.at.isoformat(timespec="seconds"),
            "actor": line.actor,
            "verb": line.verb,
            "subject": line.subject,
            "changes": len(line.changes),
            "why": line.why,
        }
        for line in chain.chain()
        if not verb or line.verb == verb
    ]
    show(rows, ["line", "at", "actor", "verb", "subject", "changes", "why"], form)


@click.command()
@in_app
def check() -> None:
    """Look whether everything this instance needs is there and whole."""
    problems = [*checks.problems(), *publishing.problems()]
    complain(problems)
    if any(problem.severity == "error" for problem in problems):
        raise click.ClickException("something is wrong with this instance")
    click.echo("all is well")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@in_app
def backup(file: Path) -> None:
    """Write the database and what is published to FILE while others work; the keys in settings.toml lie apart."""
    for notice in backups.write(file):
        click.echo(str(notice), err=True)
    click.echo(f"{file}: {file.stat().st_size:,} bytes")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Put a backup into an instance that has its keys in settings.toml, and no database yet."""
    click.echo(f"{_restored(file)} published files")
    _settled()


@in_new_app
def _restored(file: Path) -> int:
    return restores.read(file)


@in_app
def _settled() -> None:
    """Bring the restored rows to this program, write the notes that readers need, and look at everything."""
    publishing.mend(now())
    boards.set_right()
    broken = chain.verify(chain.chain())
    problems = [*checks.problems(), *publishing.problems()]
    complain(problems)
    if broken or any(problem.severity == "error" for problem in problems):
        raise click.ClickException("the backup is restored, and something is wrong with it")
    click.echo("all is well")


@click.command()
@in_app
def tidy() -> None:
    """Forget what only a browser needed while marks were typed; the server does so once a day."""
    click.echo(f"{table.forget(now()):,} typed values forgotten")


@click.group()
def sample() -> None:
    """The sample year of a made-up district."""


@sample.command()
@in_app
def load() -> None:
    """Load the sample year, once."""
    sample_year.load_once()


COMMANDS = (journal, check, backup, restore, tidy, sample)
