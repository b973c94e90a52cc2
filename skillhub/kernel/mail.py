"""Mail: written with what it is about, sent afterwards, once each; by SMTP, or into a folder to be looked at.

The row is written in the write unit of its cause, and not at all where no mail is set up. `send_due` then takes one
after the other in hand, sends it and notes that it went. A process killed between the two sends it again after some
minutes under the same Message-ID, by which a mailbox knows it.
"""

from __future__ import annotations

import hashlib
import logging
import smtplib
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import JSON, select
from sqlalchemy.orm import Mapped, mapped_column

from skillhub.kernel.clock import now
from skillhub.kernel.db import Model, db, transaction
from skillhub.kernel.exact import Instant, Key
from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.settings import settings
from skillhub.kernel.web import speaking, tr

log = logging.getLogger(__name__)

FOLDER = "folder"  # the setting `mail` for a demonstration: files in instance/mail
IN_HAND = timedelta(
    minutes=10
)  # after which a mail that was taken in hand and not sent is tried again
PAUSES = tuple(timedelta(minutes=n) for n in (1, 5, 30, 120, 360, 720))  # between tries
PATIENCE = 20  # seconds for a server to answer
AT_ONCE = 200  # in one round
PORTS = {"smtp": 587, "smtps": 465}
SENT_BY = N_(
    "Sent by %(site)s. We never ask for a password by mail; a link of ours leads to %(site)s only."
)


class Mail(Model):
    """One mail to one address: its sentences, and whether it went."""

    __tablename__ = "mails"
    __journaled__ = False  # its cause is

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(unique=True)  # of what it is about: written twice is once
    address: Mapped[str]
    subject: Mapped[dict[str, Any]] = mapped_column(JSON)
    body: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # paragraphs
    path: Mapped[str]  # of the page it leads to; "" for none
    written_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime | None] = mapped_column(Instant, index=True)  # None: sent, or given up
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(default="")  # what the server said last


class Refused(Exception):
    """The server takes this mail neither now nor later."""


def is_set_up() -> bool:
    """Tell whether this instance sends mail."""
    return bool(settings.mail)


@transaction()
def write(
    key: str, address: str | None, subject: Message, body: Sequence[Message], path: str = ""
) -> Mail | None:
    """Write a mail, to be sent soon; None where none is set up, without an address, and the second time for a key."""
    known = db.session.scalar(select(Mail.id).where(Mail.key == key))
    if not settings.mail or not address or known:
        return None
    moment = now()
    mail = Mail(
        key=key,
        address=address,
        subject=subject.as_json(),
        body=[sentence.as_json() for sentence in body],
        path=path,
        written_at=moment,
        due_at=moment,
    )
    db.session.add(mail)
    return mail


def send_due(moment: datetime) -> int:
    """Send what is due; gives how many went. What a server does not take now is tried again later."""
    keys = db.session.scalars(
        select(Mail.id).where(Mail.due_at <= moment).order_by(Mail.due_at).limit(AT_ONCE)
    ).all()
    if not keys:
        return 0
    try:
        with _door() as send:
            return sum(_sent(key, moment, send) for key in keys)
    except (OSError, smtplib.SMTPException) as trouble:
        log.warning("no mail goes out: %s", trouble)
        for key in keys:
            if _in_hand(key, moment):
                _note(key, moment, str(trouble))
        return 0


def _sent(key: int, moment: datetime, send: Any) -> bool:
    """Take a mail in hand and send it; False when another has it, or the server did not take it."""
    mail = _in_hand(key, moment)
    if mail is None:
        return False
    try:
        send(composed(mail))
    except smtplib.SMTPServerDisconnected:
        raise
    except Refused as refusal:
        _note(key, moment, str(refusal), last=True)
        return False
    except (smtplib.SMTPException, ValueError) as trouble:
        _note(key, moment, str(trouble), last=isinstance(trouble, ValueError))
        return False
    _note(key, moment, "")
    return True


@transaction()
def _in_hand(key: int, moment: datetime) -> Mail | None:
    mail = db.session.get(Mail, key)
    if mail is None or mail.due_at is None or mail.due_at > moment:
        return None
    mail.due_at, mail.tries = moment + IN_HAND, mail.tries + 1
    return mail


@transaction()
def _note(key: int, moment: datetime, problem: str, *, last: bool = False) -> None:
    """Note that a mail went, or why it did not and when it is tried again."""
    mail = db.session.get_one(Mail, key)
    mail.problem = problem[:500]
    if not problem:
        mail.sent_at, mail.due_at = moment, None
    elif last or mail.tries > len(PAUSES):
        mail.due_at = None
        log.warning("mail %s is given up: %s", mail.id, problem)
    else:
        mail.due_at = moment + PAUSES[mail.tries - 1]


def composed(mail: Mail) -> EmailMessage:
    """Make the message: Chinese, then English, the link between; raises ValueError for what is no address."""
    site = urlsplit(settings.public_url).hostname or ""
    message = EmailMessage(policy=SMTP)
    titles, parts = [], []
    for language in ("zh", "en"):
        with speaking(language):
            titles.append(_one_line(tr(mail.subject)))
            link = [settings.public_url.rstrip("/") + mail.path] if mail.path else []
            closing = tr(say(SENT_BY, site=site))
            parts.append("\n\n".join([*(tr(text) for text in mail.body), *link, closing]))
    message["Subject"] = " / ".join(dict.fromkeys(titles))
    message["From"] = settings.mail_from or f"SkillHub <skillhub@{site}>"
    message["To"] = mail.address
    if len(message["To"].addresses) != 1:
        raise ValueError("not one address")  # nobody else reads along
    message["Date"] = mail.written_at
    message["Message-ID"] = f"<{hashlib.sha256(mail.key.encode()).hexdigest()[:40]}@{site}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n\n— — —\n\n".join(parts) + "\n")
    return message


def _one_line(text: str) -> str:
    return " ".join(text.split())


@contextmanager
def _door() -> Iterator[Any]:
    """Open the way out: a function that sends one message."""
    if settings.mail == FOLDER:
        yield _keep
        return
    place = urlsplit(settings.mail)
    safe = ssl.create_default_context()
    port = place.port or PORTS[place.scheme]
    if place.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            place.hostname or "", port, timeout=PATIENCE, context=safe
        )
    else:
        server = smtplib.SMTP(place.hostname or "", port, timeout=PATIENCE)
    with server:
        covered = place.scheme == "smtps"
        if not covered and server.ehlo() and server.has_extn("starttls"):
            server.starttls(context=safe)
            covered = True
        if place.username and not covered:
            raise smtplib.SMTPException(
                "it offers no TLS, and the password is not told in the clear"
            )
        if place.username:
            server.login(place.username, settings.mail_password)

        def send(message: EmailMessage) -> None:
            try:
                server.send_message(message)
            except smtplib.SMTPRecipientsRefused as refusal:
                raise _told(refusal.recipients) from refusal

        yield send


def _told(recipients: Mapping[str, tuple[int, bytes]]) -> Exception:
    """Tell a mailbox that does not exist from one that is full or slow."""
    code, said = next(iter(recipients.values()))
    words = f"{code} {said.decode(errors='replace')}"
    return Refused(words) if code >= 500 else smtplib.SMTPException(words)


def _keep(message: EmailMessage) -> None:
    """Put a message into the folder, under a name of its own: sent again it is the same file."""
    folder = settings.instance / "mail"
    folder.mkdir(exist_ok=True)
    name = message["Message-ID"].strip("<>").partition("@")[0]
    draft = folder / f".{name}.part"
    draft.write_bytes(message.as_bytes())
    draft.replace(folder / f"{name}.eml")
