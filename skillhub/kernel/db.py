"""The database: one way to read, and one way to write.

A write unit is the only writer while it lasts, on both engines: SQLite opens it with BEGIN IMMEDIATE behind a fair
file lock, PostgreSQL behind an advisory lock. So a value read inside a write unit cannot be outdated when it is
written, numbers have no gaps, and the journal is one chain.
"""

from __future__ import annotations

import enum
import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ContextDecorator
from itertools import islice
from types import TracebackType
from typing import Any, TypeVar, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Enum, MetaData, Table, event, insert, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import ColumnProperty, DeclarativeBase, Session

from skillhub.kernel.errors import Conflict, NotFound
from skillhub.kernel.messages import N_, say

WRITERS = 7_465_003  # the advisory lock that stands for "the writer"


class Model(DeclarativeBase):
    """One table; every constraint has a name, so that a migration can find it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Model)

M = TypeVar("M", bound=Model)
T = TypeVar("T")


class transaction(ContextDecorator):  # noqa: N801  (reads as a word where it is used)
    """Commit when the outermost block ends well; roll back when it does not."""

    def __enter__(self) -> None:
        session = db.session()
        depth = session.info.get("depth", 0)
        if depth == 0:
            _open(session)
        session.info["depth"] = depth + 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        session = db.session()
        session.info["depth"] -= 1
        session.info["failed"] = session.info.get("failed", False) or kind is not None
        if session.info["depth"]:
            return
        failed = session.info["failed"]
        try:
            if failed:
                session.rollback()
                if kind is None:
                    raise RuntimeError("an error inside the transaction was swallowed")
            else:
                session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            _close(session)


def once_committed(then: Callable[[], None]) -> None:
    """Do something outside the database as soon as the transaction has been stored; nothing if it is not."""
    db.session.info.setdefault("then", []).append(then)


class rehearsal(transaction):  # noqa: N801  (reads as a word where it is used)
    """Do all that a write unit does, and take all of it back: a way to see what it would do."""

    def __enter__(self) -> None:
        if db.session().info.get("depth", 0):
            raise RuntimeError("a rehearsal stands alone: it would take back what is around it")
        super().__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        session = db.session()
        session.info["depth"] -= 1
        try:
            session.rollback()
        finally:
            _close(session)


def choice(kind: type[enum.Enum], name: str = "") -> Enum:
    """Make the column type of a state: its plain value, held to the known ones by a CHECK constraint."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=name or kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


def batched(items: Iterable[T], most: int) -> Iterator[list[T]]:
    """Cut a long row of items into lists, so that a statement never carries all of them."""
    rest = iter(items)
    while some := list(islice(rest, most)):
        yield some


def table_of(model: type[Model]) -> Table:
    """Give the table of a model, for statements about bare rows."""
    return cast(Table, model.__table__)


def insert_many(model: type[Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows by their columns, some thousand in one statement; the journal is told their number, not each."""
    statement = insert(table_of(model))
    for some in batched(rows, 5000):
        db.session.execute(statement, some)


def get_or_404(model: type[M], key: int) -> M:
    """Find a row by its key, or refuse with "nothing at this address"."""
    row = db.session.get(model, key) if 0 < key < 2**63 else None
    if row is None:
        raise NotFound()
    return row


def same_version(row: Any, version: int) -> None:
    """Refuse an edit that began from an older state of the row."""
    if row.version != version:
        raise Conflict(
            say(
                N_(
                    "Somebody changed this meanwhile. Compare with what stands there now, then save again."
                )
            )
        )


def _open(session: Session) -> None:
    if session.new or session.deleted or any(session.is_modified(row) for row in session.dirty):
        raise RuntimeError("rows were changed outside a transaction")
    session.rollback()
    session.info.update(failed=False, queue=_stand_in_line(db.engine))
    try:
        connection = session.connection(execution_options={"writing": True})
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITERS})
    except BaseException:
        session.rollback()
        _close(session)
        raise


def _close(session: Session) -> None:
    session.info["failed"] = False
    queue = session.info.pop("queue", None)
    if queue is not None:
        os.close(queue)


def _stand_in_line(engine: Engine) -> int | None:
    """Wait for our turn to write; SQLite's own waiting is unfair and can starve a writer for seconds."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:":
        return None
    turn = os.open(f"{path}.writer", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(turn, fcntl.LOCK_EX)
    return turn


@event.listens_for(Session, "after_commit")
def _follow(session: Session) -> None:
    for then in session.info.pop("then", ()):
        then()


@event.listens_for(Session, "after_soft_rollback")
def _drop(session: Session, previous: Any) -> None:
    session.info.pop("then", None)


@event.listens_for(Engine, "connect")
def _prepare(connection: Any, record: Any) -> None:
    """Take BEGIN into our own hands, and make a commit survive a power cut."""
    if not type(connection).__module__.startswith("sqlite3"):
        return
    connection.isolation_level = None
    cursor = connection.cursor()
    lasting = ("busy_timeout=15000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
    # Without the last, a row that replaces another takes it away past the trigger that forbids deleting.
    for pragma in (*lasting, "recursive_triggers=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    if connection.get_execution_options().get("writing"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:  # cannot fail and stands before every page, so not by way of the engine
        cast(Any, connection.connection.dbapi_connection).execute("BEGIN")


@event.listens_for(Model, "before_mapper_configured", propagate=True)
def _remember_old_values(mapper: Any, model: type[Model]) -> None:
    """Load what a column held before it is overwritten: the journal needs it."""
    for attribute in mapper.attrs:
        if isinstance(attribute, ColumnProperty) and not attribute.deferred:
            attribute.active_history = True
