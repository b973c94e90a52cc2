"""Tables to which rows are only added: the database itself refuses to change or delete one, on both engines."""

from __future__ import annotations

from sqlalchemy import DDL, Connection, event, inspect

from skillhub.kernel.db import M, table_of

APPEND_ONLY: list[str] = []  # the tables, as their models are loaded


def append_only(model: type[M]) -> type[M]:
    """Let rows of a model be added and never changed; stands over the class."""
    table = table_of(model)
    APPEND_ONLY.append(table.name)
    for dialect in ("sqlite", "postgresql"):
        for statement in refusals(table.name, dialect):
            laid: DDL = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", laid.execute_if(dialect=dialect))
    return model


def refusals(table: str, dialect: str) -> list[str]:
    """Give the statements that lay the triggers of a table."""
    said = f"the table {table} is append-only"
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{said}'; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
    ]


def guard(connection: Connection) -> None:
    """Lay the triggers of every such table anew, also after a migration built it anew."""
    there = set(inspect(connection).get_table_names())
    dialect = connection.dialect.name
    for table in there.intersection(APPEND_ONLY):
        for statement in refusals(table, dialect):
            if statement.startswith("CREATE TRIGGER"):
                where = "" if dialect == "sqlite" else f" ON {table}"
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {statement.split()[2]}{where}")
            connection.exec_driver_sql(statement)


def triggers(dialect: str) -> set[str]:
    """Name the triggers that must be there."""
    laid = [statement for table in APPEND_ONLY for statement in refusals(table, dialect)]
    return {s.split()[2] for s in laid if s.startswith("CREATE TRIGGER")}
