"""Questions about the register: its checkpoints, its keys, and a whole copy of it."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Sequence

from sqlalchemy import func, select

from skillhub.kernel import journal, keys
from skillhub.kernel.db import db
from skillhub.kernel.journal import JournalLine
from skillhub.kernel.settings import settings
from skillhub.register import rules
from skillhub.register.models import Checkpoint


def newest() -> Checkpoint | None:
    """Give the latest checkpoint."""
    return db.session.scalar(select(Checkpoint).order_by(Checkpoint.id.desc()).limit(1))


def latest(most: int = 30) -> Sequence[Checkpoint]:
    """Give the latest checkpoints, the newest first."""
    return db.session.scalars(select(Checkpoint).order_by(Checkpoint.id.desc()).limit(most)).all()


def of_size(size: int) -> Checkpoint | None:
    """Find the checkpoint over so many lines."""
    return db.session.scalar(select(Checkpoint).where(Checkpoint.size == size))


def lines() -> int:
    """Count the lines of the journal."""
    return db.session.scalar(select(func.coalesce(func.max(JournalLine.id), 0))) or 0


def happened_since(size: int) -> bool:
    """Tell whether anything happened after so many lines but the sealing itself."""
    later = JournalLine.verb.not_in(("register.seal", "keys.make")) & (JournalLine.id > size)
    return db.session.scalar(select(JournalLine.id).where(later).limit(1)) is not None


def written_keys() -> list[str]:
    """Give the public keys as a checker takes them, the one in use first."""
    name = rules.origin(settings.public_url)
    return [rules.written_key(name, b64decode(key.public)) for key in keys.published()]


def copy() -> Iterator[str]:
    """Give the register line by line: the hash, a tab, and the text that was sealed."""
    for line in journal.chain():
        yield f"{line.hash}\t{journal.sealed_text(line)}\n"
