"""SIGKILL in the middle of an import: nothing or everything of the file is there, and sending it again completes it."""

import multiprocessing
import os
import random
import shutil
import signal
import sqlite3
import time
from contextlib import closing

import pytest
from sqlalchemy import func, select, text

from skillhub.app import create_app
from skillhub.awards import services as awards
from skillhub.cli import main
from skillhub.entries.models import Entry
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.db import db
from skillhub.kernel.journal import chain, verify
from skillhub.kernel.schema import bring_up
from skillhub.kernel.settings import read_settings
from skillhub.marking.models import Sheet
from tests import make

pytestmark = pytest.mark.slow
FORK = multiprocessing.get_context("fork")
KILLS, ROWS, CHUNK = 100, 3000, 100
NOTHING, EVERYTHING = (0, 0), (ROWS, 2 * ROWS)
FILE = """\
[competition]
code = "cup"
name = "Cup"
year = 2026
tier = "city"
[[event]]
code = "01"
name = "Welding"
components = [{ code = "theory", max = "100" }, { code = "practice", max = "100" }]
awards = { scheme = "counts", titles = [["Gold", 1]] }
"""


@pytest.fixture
def instance(tmp_path, monkeypatch):
    """An instance with a competition, kept as it was to start from again, and a mark sheet beside it."""
    monkeypatch.delenv("SKILLHUB_DATABASE_URL", raising=False)
    monkeypatch.setenv("SKILLHUB_INSTANCE", str(tmp_path))
    app = create_app(read_settings(tmp_path))
    bring_up(app)
    lines = [f"01,{n},Name {n},{n % 101},{n % 97}" for n in range(1, ROWS + 1)]
    (tmp_path / "marks.csv").write_text("\n".join(["event,entry,name,theory,practice", *lines]))
    with app.app_context():
        awards.load(FILE, OPERATOR, make.organisation("root", kind="union"))
        db.session.remove()
        db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.remove()
        db.engine.dispose()
        shutil.copy(tmp_path / "skillhub.sqlite", tmp_path / "before.sqlite")
        yield tmp_path
        db.session.remove()
        db.engine.dispose()


def restore(folder):
    db.session.remove()
    db.engine.dispose()
    for left in ("-wal", "-shm"):
        (folder / f"skillhub.sqlite{left}").unlink(missing_ok=True)
    shutil.copy(folder / "before.sqlite", folder / "skillhub.sqlite")


def import_all(folder):
    """Import the sheet as a person at the machine does."""
    main(
        ["marks", "import", "cup", str(folder / "marks.csv"), "--create-entries"],
        standalone_mode=False,
    )


def import_in_chunks(folder):
    """Import as nobody should: a commit for every hundred rows."""
    with closing(sqlite3.connect(folder / "skillhub.sqlite")) as connection:
        for n in range(1, ROWS + 1):
            connection.execute(
                "INSERT INTO entries (event_id, code, name, official, status, status_reason, version)"
                " VALUES (1, ?, ?, 1, 'OK', '', 1)",
                (str(n), f"Name {n}"),
            )
            if n % CHUNK == 0:
                connection.commit()


def run(work, folder, seconds=None):
    """Run the work in a process of its own, kill it after some seconds; tell its life, and if it ended well."""
    began = time.monotonic()
    process = FORK.Process(target=work, args=(folder,))
    process.start()
    process.join(seconds)
    if process.is_alive():
        os.kill(process.pid, signal.SIGKILL)
        process.join()
    return time.monotonic() - began, process.exitcode == 0


def found(folder):
    """Look at what a start after the kill finds: whole pages, no duplicate, an unbroken journal; give the counts."""
    assert db.session.scalar(text("PRAGMA integrity_check")) == "ok"
    codes = (
        select(Entry.event_id, Entry.code)
        .group_by(Entry.event_id, Entry.code)
        .having(func.count() > 1)
    )
    assert db.session.execute(codes).all() == []
    assert verify(chain()) == []
    counts = tuple(
        db.session.scalar(select(func.count()).select_from(model)) for model in (Entry, Sheet)
    )
    db.session.remove()
    db.engine.dispose()
    return counts


def test_kill_an_import_at_any_moment(instance):
    whole, well = run(import_all, instance)
    assert well
    assert found(instance) == EVERYTHING
    restore(instance)
    chance, told = random.Random(20261120), []
    for _ in range(KILLS):
        _, ended = run(import_all, instance, chance.uniform(0, whole * 1.1))
        told.append(found(instance))
        assert told[-1] in (NOTHING, EVERYTHING)
        assert told[-1] == EVERYTHING or not ended, "what was acknowledged is there"
        if told[-1] == EVERYTHING:
            assert run(import_all, instance)[1]
            assert found(instance) == EVERYTHING, "sending the file again writes nothing twice"
            restore(instance)
    assert run(import_all, instance)[1]
    assert found(instance) == EVERYTHING
    counted = f"{told.count(NOTHING)} found nothing, {told.count(EVERYTHING)} everything"
    print(f"\n{KILLS} kills within {whole:.2f} s: {counted}")


def test_kill_sees_a_loader_that_commits_in_chunks(instance):
    whole, _ = run(import_in_chunks, instance)
    restore(instance)
    chance, torn = random.Random(1), 0
    for _ in range(KILLS // 4):
        run(import_in_chunks, instance, chance.uniform(0, whole))
        torn += found(instance)[0] not in (0, ROWS)
        restore(instance)
    print(f"\n{torn} of {KILLS // 4} kills tore the chunks apart")
    assert torn > 0
