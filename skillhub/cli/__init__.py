"""The command line: the same services as the pages, without a browser."""

from __future__ import annotations

from importlib import import_module

import click

# Each command is imported when it is called, so that a small one starts fast.
WHERE = {
    "start": "running",
    "serve": "running",
    "work": "running",
    "competition": "competitions",
    "entries": "entries",
    "marks": "marks",
    "results": "results",
    "compare": "compare",
    "awards": "awards",
    "certificates": "certificates",
    "stock": "stock",
    "copies": "copies",
    "designs": "designs",
    "organisations": "organisations",
    "publishing": "publishing",
    "standing": "standing",
    "eligibility": "incentives",
    "policy": "incentives",
    "accounts": "accounts",
    "doctor": "doctor",
    "journal": "upkeep",
    "register": "register",
    "keys": "register",
    "mail": "mail",
    "check": "upkeep",
    "backup": "upkeep",
    "restore": "upkeep",
    "sample": "upkeep",
}


class Commands(click.Group):
    """The commands by name, in the order of the work."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Name them."""
        return list(WHERE)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Import one."""
        if name not in WHERE:
            return None
        module = import_module(f"skillhub.cli.{WHERE[name]}")
        return next((command for command in module.COMMANDS if command.name == name), None)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="skillhub")
def main() -> None:
    """SkillHub: competitions, results, awards, certificates and what they entitle to."""
