"""Commands about accounts."""

from __future__ import annotations

import click

from skillhub.accounts import queries, services
from skillhub.accounts.models import User
from skillhub.cli.doors import AS, FORMAT, acting, in_app, show
from skillhub.kernel.access import Role
from skillhub.kernel.db import db
from skillhub.kernel.errors import NotFound
from skillhub.kernel.messages import N_, say
from skillhub.organisations import queries as organisations

PASSWORD = click.option(
    "--password", prompt=True, hide_input=True, confirmation_prompt=True, help="At least 12 signs."
)


@click.group()
def accounts() -> None:
    """Open accounts and give them roles."""


@accounts.command()
@click.argument("account", metavar="LOGIN")
@click.option("--role", type=click.Choice([str(role) for role in Role]), required=True)
@click.option("--organisation", metavar="CODE", default="root", show_default=True)
@click.option("--name", default="")
@PASSWORD
@AS
@in_app
def add(account: str, role: str, organisation: str, name: str, password: str, login: str) -> None:
    """Open an account with a first role."""
    over = organisations.find(organisation)
    user = services.open_account(account, password, Role(role), over, acting(login), name=name)
    click.echo(f"{user.username}: {role} over {over.code}")


@accounts.command()
@click.argument("login")
@PASSWORD
@in_app
def password(login: str, password: str) -> None:
    """Set the password of an account, as the operator of this machine."""
    user = queries.by_login(login)
    if user is None:
        raise NotFound(say(N_("There is no account “%(login)s”."), login=login))
    services.set_password(user, password, acting(None))
    click.echo(f"{user.username}: the password is set")


@accounts.command("list")
@FORMAT
@in_app
def list_(form: str) -> None:
    """List the accounts."""
    rows = [
        {
            "login": user.username,
            "name": user.name,
            "active": user.active,
            "roles": "; ".join(f"{g.role} over {g.organisation.code}" for g in user.roles),
        }
        for user in db.session.query(User).order_by(User.username)
    ]
    show(rows, ["login", "name", "active", "roles"], form)


COMMANDS = (accounts,)
