"""Where it is counted how often something was asked for: in one place for all processes of an instance.

On SQLite it is a file of its own, so that counting never waits for the one who writes; on PostgreSQL a table, so that
several machines count together. A setting names Redis instead.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from limits.storage import Storage
from sqlalchemy import Float, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from skillhub.kernel.db import Model, db
from skillhub.kernel.shelf import alone

SCHEME = "database"
OFTEN = 200  # counts between two tidyings
TABLE = "CREATE TABLE IF NOT EXISTS counters (key TEXT PRIMARY KEY, hits INTEGER, ends FLOAT)"
COUNT = (
    "INSERT INTO counters (key, hits, ends) VALUES (:key, :hits, :ends) ON CONFLICT (key) DO UPDATE SET "
    "hits = CASE WHEN counters.ends <= :now THEN excluded.hits ELSE counters.hits + excluded.hits END, "
    "ends = CASE WHEN counters.ends <= :now THEN excluded.ends ELSE counters.ends END RETURNING hits"
)
LOOK = "SELECT hits, ends FROM counters WHERE key = :key AND ends > :now"
TIDY = "DELETE FROM counters WHERE ends <= :now"
FORGET = "DELETE FROM counters WHERE key = :key"
EMPTY = "DELETE FROM counters"


class Counter(Model):
    """How often something was asked for until an instant; used on PostgreSQL, and says nothing of who."""

    __tablename__ = "counters"
    __journaled__ = False

    key: Mapped[str] = mapped_column(primary_key=True)
    hits: Mapped[int]
    ends: Mapped[float] = mapped_column(Float)  # seconds since 1970


class Counters(Storage):
    """Counts in fixed windows, as the limits of pages need them."""

    STORAGE_SCHEME = [SCHEME]

    def __init__(
        self, uri: str | None = None, wrap_exceptions: bool = False, **options: Any
    ) -> None:
        super().__init__(uri, wrap_exceptions)
        self.path = Path(str(options["file"])) if options.get("file") else None
        self.own, self.counted = threading.local(), 0

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """Name what may go wrong."""
        return (sqlite3.Error, SQLAlchemyError)

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, and say how many it are in this window."""
        moment = time.time()
        self.counted += 1
        if self.counted % OFTEN == 0:
            self._do(TIDY, now=moment)
        found = self._do(COUNT, key=key, hits=amount, ends=moment + expiry, now=moment)
        return int(found[0][0])

    def get(self, key: str) -> int:
        """Say how many it are in this window."""
        found = self._do(LOOK, key=key, now=time.time())
        return int(found[0][0]) if found else 0

    def get_expiry(self, key: str) -> float:
        """Say when the window ends."""
        found = self._do(LOOK, key=key, now=time.time())
        return float(found[0][1]) if found else time.time()

    def check(self) -> bool:
        """Tell whether it can be counted at all."""
        return self._do(LOOK, key="", now=0) is not None

    def reset(self) -> int | None:
        """Forget every count."""
        self._do(EMPTY)
        return None

    def clear(self, key: str) -> None:
        """Forget one count."""
        self._do(FORGET, key=key)

    def _do(self, statement: str, **values: Any) -> Sequence[Any]:
        if self.path:
            return self._line(self.path).execute(statement, values).fetchall()
        with db.engine.begin() as link:
            done = link.execute(text(statement), values)
            return done.all() if done.returns_rows else []

    def _line(self, path: Path) -> sqlite3.Connection:
        """Give this thread's connection to the file; a power cut may cost the counts of a minute."""
        line: sqlite3.Connection | None = getattr(self.own, "line", None)
        if line is None:
            line = self.own.line = _opened(path)
        return line


def _opened(path: Path) -> sqlite3.Connection:
    """Open the file, one process after the other: none waits by itself for another that turns on the log ahead."""
    with alone(path.parent):
        line = sqlite3.connect(str(path), timeout=5, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=OFF"):
            line.execute(f"PRAGMA {pragma}")
        line.execute(TABLE)
    return line
