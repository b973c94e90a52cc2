"""The migrated schema is the one the models describe, guards included, and laying it is safe to do twice at once."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from skillhub.app import create_app
from skillhub.kernel import schema
from skillhub.kernel.db import db
from skillhub.kernel.errors import Conflict
from skillhub.kernel.settings import read_settings

ROOT = Path(__file__).resolve().parents[2]
ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
BRING_UP = (
    "from skillhub.app import create_app; from skillhub.kernel.schema import bring_up;"
    "print(bring_up(create_app()))"
)


@pytest.fixture
def new_app(tmp_path, monkeypatch, worker_id):
    """new_app(engine, name) gives an app on a database that holds nothing yet."""

    def build(engine, name):
        monkeypatch.delenv("SKILLHUB_DATABASE_URL", raising=False)
        if engine == "postgresql":
            from tests.postgres import postgres_url  # noqa: PLC0415  (its wheel is heavy)

            monkeypatch.setenv("SKILLHUB_DATABASE_URL", postgres_url(f"{name}_{worker_id}"))
        app = create_app(read_settings(tmp_path / name))
        app.config["TESTING"] = True
        return app

    return build


def pieces(connection):
    """Say everything the database knows about its schema, in an order that does not matter."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT type, tbl_name, sql FROM sqlite_master")).all()
        return {
            (kind, table, line.strip().rstrip(","))
            for kind, table, sql in rows
            if table != "alembic_version"
            for line in re.split(r"\n|, (?=\w+ [A-Z]+)", re.sub(r'["`]', "", sql or ""))
        }
    questions = (
        "SELECT table_name, column_name, data_type, is_nullable, column_default"
        " FROM information_schema.columns WHERE table_schema = 'public'",
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace",
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    )
    rows = [tuple(row) for question in questions for row in connection.execute(text(question))]
    return {row for row in rows if row[0] != "alembic_version"}


@pytest.mark.parametrize("engine", ENGINES)
def test_the_migrated_schema_is_the_one_of_the_models(new_app, engine):
    migrated, made = new_app(engine, "migrated"), new_app(engine, "made")
    assert schema.bring_up(migrated) is True
    assert schema.bring_up(migrated) is False
    with migrated.app_context(), db.engine.connect() as connection:
        compared = compare_metadata(MigrationContext.configure(connection), db.metadata)
        by_migration = pieces(connection)
    with made.app_context():
        db.create_all()
        with db.engine.connect() as connection:
            by_models = pieces(connection)
    assert compared == []
    assert by_migration ^ by_models == set(), "make the first version anew"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("statement", ["UPDATE journal SET why = 'x'", "DELETE FROM journal"])
def test_a_migrated_journal_refuses_to_forget(new_app, engine, statement):
    app = new_app(engine, "guarded")
    schema.bring_up(app)
    line = (
        "INSERT INTO journal (id, at, actor, verb, subject, why, note, changes, request_id, previous, hash)"
        " VALUES (1, '2026-01-01 00:00:00', '', '', '', '', '{}', '[]', '', '', '')"
    )
    with app.app_context():
        with db.engine.begin() as connection:
            connection.execute(text(line))
        with pytest.raises(Exception, match="append-only"), db.engine.begin() as connection:
            connection.execute(text(statement))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_database_of_a_newer_program_is_left_alone(new_app, engine):
    app = new_app(engine, "newer")
    schema.bring_up(app)
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Conflict, match="newer SkillHub"):
        schema.bring_up(app)


def test_two_at_once_lay_it_once(tmp_path):
    environment = {
        **{k: v for k, v in os.environ.items() if k != "SKILLHUB_DATABASE_URL"},
        "SKILLHUB_INSTANCE": str(tmp_path),
        "PYTHONPATH": str(ROOT),
    }
    started = [
        subprocess.Popen([sys.executable, "-c", BRING_UP], env=environment, stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    told = sorted(process.communicate(timeout=60)[0].decode().strip() for process in started)
    assert told == ["False", "False", "True"]


def test_there_is_one_line_of_versions(app):
    assert len(schema._scripts().get_heads()) == 1
