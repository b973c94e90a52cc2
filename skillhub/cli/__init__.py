"""The command line: the same services as the pages, without a browser."""

from __future__ import annotations

import click

from skillhub.cli import (
    accounts,
    awards,
    certificates,
    competitions,
    entries,
    incentives,
    league,
    marks,
    results,
    running,
    upkeep,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="skillhub")
def main() -> None:
    """SkillHub: competitions, results, awards, certificates and what they entitle to."""


for module in (
    *(running, competitions, entries, marks, results, awards, certificates, league, incentives),
    *(accounts, upkeep),
):
    for command in module.COMMANDS:
        main.add_command(command)
