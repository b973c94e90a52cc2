"""Whether everything an instance needs is there and whole: settings, database, schema, journal, type faces."""

from __future__ import annotations

import shutil
import stat
from base64 import urlsafe_b64decode
from binascii import Error as NotEncoded
from collections.abc import Iterator
from urllib.parse import urlsplit

from cryptography.fernet import InvalidToken
from sqlalchemy import select, text

from skillhub.kernel import journal, schema
from skillhub.kernel.crypto import unseal
from skillhub.kernel.db import db
from skillhub.kernel.errors import HouseError
from skillhub.kernel.mail import FOLDER, PORTS
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.kernel.paper import load_template
from skillhub.kernel.pdf import families_lost
from skillhub.kernel.settings import ROOT, settings

ROOM = 200 * 1024 * 1024
NAMED = 5


def problems() -> list[Problem]:
    """Look at everything; nothing is changed. Without the right schema the database is not looked into."""
    found = [*_settings(), *_mail(), *_room()]
    if schema.present() != schema.head():
        wrong = say(
            N_("The schema is %(present)s and must be %(head)s. Start SkillHub once."),
            present=schema.present() or "–",
            head=schema.head() or "–",
        )
        return [*found, Problem("database", wrong)]
    return [*found, *_database(), *_sealed(), *_journal(), *_type()]


def _settings() -> Iterator[Problem]:
    path = settings.instance / "settings.toml"
    if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield _warning(
            "settings.toml", say(N_("Others can read the keys. Run: chmod 600 settings.toml"))
        )
    if not _is_fernet_key(settings.identity_key):
        yield Problem(
            "identity_key", say(N_("This is not a key. Put back the one from your copy."))
        )
    if not _is_hex(settings.index_key):
        yield Problem("index_key", say(N_("This is not a key. Put back the one from your copy.")))
    for name in ("secret_key", "password_salt"):
        if len(getattr(settings, name)) < 16:
            yield Problem(name, say(N_("This is too short to be a secret.")))
    address = urlsplit(settings.public_url)
    if address.scheme not in {"http", "https"} or not address.hostname:
        yield Problem(
            "public_url", say(N_("Write the whole address, such as https://skills.example."))
        )
    if (address.scheme == "https") is not settings.secure_cookies:
        yield _warning(
            "secure_cookies",
            say(
                N_("Set secure_cookies to true when, and only when, public_url begins with https.")
            ),
        )


def _mail() -> Iterator[Problem]:
    if settings.mail not in ("", FOLDER) and urlsplit(settings.mail).scheme not in PORTS:
        yield Problem("mail", say(N_("Write smtp://user@host:587 or smtps://user@host:465.")))


def _is_fernet_key(key: str) -> bool:
    try:
        return len(urlsafe_b64decode(key)) == 32
    except (NotEncoded, ValueError):
        return False


def _is_hex(key: str) -> bool:
    try:
        return len(bytes.fromhex(key)) >= 32
    except ValueError:
        return False


def _room() -> Iterator[Problem]:
    free = shutil.disk_usage(settings.instance).free
    if free < ROOM:
        megabytes = say(
            N_("Only %(n)s MB are free. Make room before you print."), n=free // 1024**2
        )
        yield _warning("disk", megabytes)


def _database() -> Iterator[Problem]:
    with db.engine.connect() as connection:
        if connection.dialect.name != "sqlite":
            connection.execute(text("SELECT 1"))
            return
        for (told,) in connection.exec_driver_sql("PRAGMA integrity_check(5)"):
            if told != "ok":
                broken = say(N_("The file is damaged: %(what)s. Restore a backup."), what=told)
                yield Problem("database", broken)
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if lost:
        tables = ", ".join(sorted({row[0] for row in lost}))
        points = say(
            N_("%(n)s rows point at rows that are gone, in %(tables)s."), n=len(lost), tables=tables
        )
        yield Problem("database", points)


def _sealed() -> Iterator[Problem]:
    """Open one sealed value of each column: a wrong identity_key shows here and not at the counter."""
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            if column.info.get("sealed"):
                one = db.session.scalar(select(column).where(column.is_not(None)).limit(1))
                try:
                    unseal(one) if one else None
                except (InvalidToken, ValueError):
                    wrong = say(
                        N_(
                            "It does not open the identity numbers. Put back the one from your copy."
                        )
                    )
                    yield Problem("identity_key", wrong)


def _journal() -> Iterator[Problem]:
    broken = journal.verify(journal.chain())
    if broken:
        lines = ", ".join(map(str, broken[:NAMED]))
        changed = say(
            N_("%(n)s lines were changed, added or taken out; the first: %(lines)s."),
            n=len(broken),
            lines=lines,
        )
        yield Problem("journal", changed)
    if not schema.ledgers_are_guarded():
        open_ = say(
            N_("The database would let lines be changed: its guards are gone. Restore a backup.")
        )
        yield Problem("journal", open_)


def _type() -> Iterator[Problem]:
    for folder in sorted((ROOT / "templates" / "certificates").glob("*/about.toml")):
        try:
            lost = families_lost(load_template(folder.parent))
        except HouseError as refusal:
            yield Problem(f"templates/certificates/{folder.parent.name}", refusal.message)
            continue
        if lost:
            missing = say(
                N_("These type faces are not in static/fonts: %(names)s."), names=", ".join(lost)
            )
            yield Problem(f"templates/certificates/{folder.parent.name}", missing)


def _warning(where: str, message: Message) -> Problem:
    return Problem(where, message, "warning")
