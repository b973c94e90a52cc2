"""Commands about mail."""

from __future__ import annotations

import secrets
from typing import Any

import click
from sqlalchemy import select

from skillhub.cli.doors import FORMAT, in_app, show
from skillhub.kernel import mail as post
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.mail import Mail
from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.settings import settings

COLUMNS = ("mail", "to", "subject", "written", "sent", "tries", "problem")


@click.group()
def mail() -> None:
    """What goes out by mail."""


@mail.command("list")
@click.option("--waiting", is_flag=True, help="Only what has not gone out.")
@FORMAT
@in_app
def list_(waiting: bool, form: str) -> None:
    """List the mails, the newest first."""
    chosen = select(Mail).order_by(Mail.id.desc())
    if waiting:
        chosen = chosen.where(Mail.sent_at.is_(None))
    show([_row(one) for one in db.session.scalars(chosen)], COLUMNS, form)


def _row(one: Mail) -> dict[str, Any]:
    return {
        "mail": one.id,
        "to": one.address,
        "subject": str(Message.from_json(one.subject)),
        "written": one.written_at.isoformat(timespec="seconds"),
        "sent": one.sent_at.isoformat(timespec="seconds") if one.sent_at else "",
        "tries": one.tries,
        "problem": one.problem,
    }


@mail.command()
@click.argument("address")
@in_app
def test(address: str) -> None:
    """Send one mail to ADDRESS now, to see whether the settings are right."""
    if not post.is_set_up():
        text = "No mail is set up: give the setting mail, such as smtp://user@host:587."
        raise click.ClickException(text)
    hello = say(N_("A mail from SkillHub, to see whether it arrives."))
    row = post.write(f"test:{secrets.token_hex(8)}", address, hello, [hello])
    if row is None or not post.send_due(now()):
        db.session.expire_all()
        raise click.ClickException(f"It did not go out: {row.problem if row else address}")
    click.echo(f"It went to {address} by {settings.mail.rpartition('@')[2]}.")


COMMANDS = (mail,)
