"""Reading a spreadsheet at the command line: what it cannot tell is asked for by name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from skillhub.cli.doors import chosen
from skillhub.kernel.errors import BadInput
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.sheets import Change, Column, Preview, Table, load
from skillhub.kernel.uploads import digest

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


def read(
    file: Path, columns: Sequence[Column], pairs: Sequence[str], answers: Sequence[str]
) -> tuple[Table, str]:
    """Read a file by its columns: the table and the name of its source, or every problem and question."""
    mapping = chosen(pairs)
    known = [column.name for column in columns]
    unknown = [name for name in mapping if name not in known]
    if unknown:
        text = N_("--map knows no “%(names)s” here; it knows %(known)s.")
        raise BadInput(say(text, names=", ".join(unknown), known=", ".join(known)))
    content = file.read_bytes()
    table = load(content, file.name, columns, mapping, chosen(answers))
    open_questions = [
        Problem(
            "",
            say(
                N_("%(question)s Answer with --answer %(key)s=VALUE; one of: %(choices)s"),
                question=question.message,
                key=question.key,
                choices="; ".join(f"{c.value} ({c.sample})" for c in question.choices),
            ),
        )
        for question in table.questions
    ]
    if table.problems or open_questions:
        raise BadInput(say(N_("The file was not read.")), [*table.problems, *open_questions])
    for notice in table.notices:
        click.echo(str(notice), err=True)
    return table, f"{file.name} ({digest(content)[:12]})"


def tell(preview: Preview, dry_run: bool) -> None:
    """Print what an import did or would do; with problems it fails."""
    for notice in preview.notices:
        click.echo(str(notice), err=True)
    if preview.problems:
        raise BadInput(say(N_("Nothing was imported.")), preview.problems)
    counts = ", ".join(f"{preview.counts[change]} {change.value}" for change in Change)
    click.echo(f"{'would be' if dry_run else 'imported'}: {counts}")
