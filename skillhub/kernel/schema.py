"""The schema of the database: whether it is the one this program needs, and how it becomes that."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Connection, DateTime, Engine, inspect, text
from sqlalchemy.types import BigInteger

from skillhub.kernel.db import db
from skillhub.kernel.errors import Conflict
from skillhub.kernel.exact import Exact, Instant
from skillhub.kernel.ledgers import triggers
from skillhub.kernel.messages import N_, say
from skillhub.kernel.settings import ROOT

FOLDER = ROOT / "skillhub" / "migrations"
MIGRATORS = 7_465_004  # the advisory lock that stands for "whoever changes the schema"


def bring_up(app: Flask) -> bool:
    """Bring the database to the schema of this program; tell whether anything had to be done.

    Safe in several processes at once: one works, the others wait and then find it done. Raises Conflict when the
    database was written by a newer program.
    """
    with app.app_context():
        if present() == head():
            return False
        with _alone(db.engine):
            if present() == head():
                return False
            if present() not in known():
                raise Conflict(
                    say(
                        N_(
                            "The database has schema %(present)s, which this program does not know. It was used by a"
                            " newer SkillHub: start that one, or restore a backup."
                        ),
                        present=present(),
                    )
                )
            command.upgrade(_config(), "head")
            return True


def present() -> str | None:
    """Give the version of the schema that the database has; None for an empty database."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return str(found) if found else None


def head() -> str | None:
    """Give the version of the schema that this program needs."""
    return _scripts().get_current_head()


def known() -> set[str | None]:
    """Give every version this program can start from; None stands for an empty database."""
    return {None, *(script.revision for script in _scripts().walk_revisions())}


def ledgers_are_guarded() -> bool:
    """Tell whether the triggers that keep the journal and its like append-only are there."""
    with db.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        there = connection.execute(
            text("SELECT name FROM sqlite_master" if sqlite else "SELECT tgname FROM pg_trigger")
        ).scalars()
        return triggers(connection.dialect.name) <= set(there)


def plain_type(kind: str, item: Any, context: Any) -> str | Literal[False]:
    """Write our column types into a migration as what they are in the database, free of our later code."""
    if kind == "type" and isinstance(item, Exact | Instant):
        plain = BigInteger if isinstance(item, Exact) else DateTime
        return f"sa.{plain.__name__}()"
    return False


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(FOLDER))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """Wait until nobody else changes the schema."""
    path = engine.url.database
    if engine.dialect.name == "sqlite" and path and path != ":memory:":
        turn = os.open(f"{path}.schema", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(turn, fcntl.LOCK_EX)
            yield
        finally:
            os.close(turn)
        return
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATORS})
        yield  # the lock goes with the connection's transaction or session
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATORS})


def set_checks(
    connection: Connection, table: str, checks: Mapping[str, str], fill: str = ""
) -> None:
    """Give a table CHECK constraints by name, in place of those it had under these names; for migrations.

    `fill` is a statement that mends rows while no check stands. SQLite cannot alter a check: the table is built anew
    from its own text, so that nothing else of it is lost.
    """
    if connection.dialect.name != "sqlite":
        for name in checks:
            connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
        if fill:
            connection.exec_driver_sql(fill)
        for name, condition in checks.items():
            connection.exec_driver_sql(
                f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({condition})"
            )
        return
    rows = _texts(connection, table)
    written = next(sql for kind, sql in rows if kind == "table")
    _build_anew(connection, table, _without_checks(written, checks), fill)
    rules = {name: f"CHECK ({condition})" for name, condition in checks.items()}
    _build_anew(connection, table, _with_constraints(_without_checks(written, checks), rules), "")
    for kind, sql in rows:
        if kind != "table":
            connection.exec_driver_sql(sql)


def set_nullable(connection: Connection, table: str, columns: Mapping[str, bool]) -> None:
    """Say of columns whether they may be empty; for migrations, after every row was filled."""
    if connection.dialect.name != "sqlite":
        for name, may in columns.items():
            change = f"ALTER COLUMN {name} {'DROP' if may else 'SET'} NOT NULL"
            connection.exec_driver_sql(f"ALTER TABLE {table} {change}")
        return
    rows = _texts(connection, table)
    written = next(sql for kind, sql in rows if kind == "table")
    for name, may in columns.items():
        line = re.compile(rf"(?<=[\s,(])({name} \w+(?:\(\d+\))?)( NOT NULL)?(?=\s*[,)])")
        written = line.sub(r"\1" if may else r"\1 NOT NULL", written, count=1)
    _build_anew(connection, table, written, "")
    for kind, sql in rows:
        if kind != "table":
            connection.exec_driver_sql(sql)


def set_references(connection: Connection, table: str, references: Mapping[str, str]) -> None:
    """Let columns of a table refer to others, such as {"series_id": "series (id)"}; for migrations."""
    names = {f"fk_{table}_{column}": column for column in references}
    rules = {n: f"FOREIGN KEY({c}) REFERENCES {references[c]}" for n, c in names.items()}
    if connection.dialect.name != "sqlite":
        for name, rule in rules.items():
            connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {rule}")
        return
    rows = _texts(connection, table)
    written = next(sql for kind, sql in rows if kind == "table")
    _build_anew(connection, table, _with_constraints(written, rules), "")
    for kind, sql in rows:
        if kind != "table":
            connection.exec_driver_sql(sql)


def _texts(connection: Connection, table: str) -> Sequence[Any]:
    """Give the texts by which SQLite knows a table and its indexes: kind and text."""
    chosen = f"SELECT type, sql FROM sqlite_master WHERE tbl_name = '{table}' AND sql IS NOT NULL"  # noqa: S608
    return connection.exec_driver_sql(chosen).all()


def _build_anew(connection: Connection, table: str, written: str, fill: str) -> None:
    """Replace a table of SQLite by one of another text with the same columns."""
    body = written[written.index("(") :]
    columns = ", ".join(f'"{column["name"]}"' for column in inspect(connection).get_columns(table))
    connection.exec_driver_sql(f'CREATE TABLE "_new_{table}" {body}')
    copied = f'SELECT {columns} FROM "{table}"'  # noqa: S608  (names of ours)
    connection.exec_driver_sql(f'INSERT INTO "_new_{table}" ({columns}) {copied}')
    connection.exec_driver_sql(f'DROP TABLE "{table}"')
    connection.exec_driver_sql(
        "PRAGMA legacy_alter_table=ON"
    )  # leave the references of others alone
    connection.exec_driver_sql(f'ALTER TABLE "_new_{table}" RENAME TO "{table}"')
    connection.exec_driver_sql("PRAGMA legacy_alter_table=OFF")
    if fill:
        connection.exec_driver_sql(fill)


def _without_checks(written: str, names: Iterable[str]) -> str:
    for name in names:
        start = written.find(f"CONSTRAINT {name} CHECK")
        if start < 0:
            continue
        depth, end = 0, start
        for found in re.finditer(r"[()]", written[start:]):
            depth += 1 if found[0] == "(" else -1
            if not depth:
                end = start + found.end()
                break
        written = written[:start].rstrip().removesuffix(",") + written[end:]
    return written


def _with_constraints(written: str, rules: Mapping[str, str]) -> str:
    added = "".join(f",\n\tCONSTRAINT {name} {rule}" for name, rule in rules.items())
    return f"{written[: written.rindex(')')].rstrip()}{added}\n)"
