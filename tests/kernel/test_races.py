"""Many at once: nobody's change is lost, nobody is turned away, nobody starves."""

import multiprocessing
import sqlite3
import time
from itertools import pairwise

import pytest
from sqlalchemy import text
from sqlalchemy.orm.exc import StaleDataError

from skillhub.app import create_app
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.db import db, get_or_404, same_version, transaction
from skillhub.kernel.errors import Conflict
from skillhub.kernel.journal import JournalLine, act, chain, verify
from skillhub.kernel.schema import bring_up
from skillhub.kernel.settings import read_settings
from skillhub.organisations.models import Organisation
from tests import make

WRITERS, EDITS = 8, 50
FORK = multiprocessing.get_context("fork")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def shared_app(request, tmp_path, monkeypatch, worker_id):
    """An app on a database of its own that several processes write to."""
    monkeypatch.delenv("SKILLHUB_DATABASE_URL", raising=False)
    if request.param == "postgresql":
        from tests.postgres import postgres_url  # noqa: PLC0415  (its wheel is heavy)

        monkeypatch.setenv("SKILLHUB_DATABASE_URL", postgres_url(f"races_{worker_id}"))
    app = create_app(read_settings(tmp_path))
    bring_up(app)
    yield app
    with app.app_context():
        db.engine.dispose()


def at_once(work, *arguments):
    """Run the work in every writer at the same moment; give what each reports."""
    ready, told = FORK.Barrier(WRITERS), FORK.Queue()
    started = [
        FORK.Process(target=_reporting, args=(work, ready, told, *arguments))
        for _ in range(WRITERS)
    ]
    for process in started:
        process.start()
    reports = [told.get(timeout=60) for _ in started]
    for process in started:
        process.join(10)
    return reports


def _reporting(work, ready, told, *arguments):
    try:
        told.put(work(ready, *arguments))
    except BaseException as error:  # noqa: BLE001  (whatever went wrong is what the test wants to hear)
        told.put(repr(error))


def count_up(ready, app, key):
    """Read a number and write the next one, fifty times; report when each was done."""
    with app.app_context():
        db.engine.dispose(close=False)
        ready.wait()
        done = []
        for _ in range(EDITS):
            with transaction():
                row = get_or_404(Organisation, key)
                row.name = str(int(row.name) + 1)
                act(OPERATOR, "test.count", row)
            done.append(time.monotonic())
        return done


def test_no_edit_is_lost_and_nobody_starves(shared_app):
    with shared_app.app_context():
        key = make.organisation("counter", name="0").id
        db.session.remove()
        db.engine.dispose()

        began = time.monotonic()
        reports = at_once(count_up, shared_app, key)

        assert [r for r in reports if isinstance(r, str)] == [], "nobody is turned away"
        assert get_or_404(Organisation, key).name == str(WRITERS * EDITS)
        assert get_or_404(Organisation, key).version == WRITERS * EDITS + 2
        counted = db.session.query(JournalLine).filter_by(verb="test.count").count()
        assert counted == WRITERS * EDITS
        assert verify(chain()) == []
        first = min(done[-1] for done in reports)
        shares = [sum(moment <= first for moment in done) for done in reports]
        waits = [b - a for done in reports for a, b in pairwise(done)]
        print(
            f"{db.engine.dialect.name}: {WRITERS * EDITS} edits in {max(map(max, reports)) - began:.2f} s,"
            f" longest wait {max(waits) * 1000:.0f} ms, fewest/most {min(shares)}/{max(shares)}"
        )
        assert min(shares) / max(shares) >= 0.25
        assert max(waits) < 5


def careless(ready, path):
    """What a plain connection does: read, think for a moment, write."""
    connection = sqlite3.connect(path, timeout=30)
    ready.wait()
    for _ in range(10):
        (number,) = connection.execute("SELECT number FROM counter").fetchone()
        time.sleep(0.001)
        connection.execute("UPDATE counter SET number = ?", (number + 1,))
        connection.commit()
    connection.close()
    return []


def test_a_plain_connection_loses_edits(tmp_path):
    path = tmp_path / "plain.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE counter (number INTEGER)")
        connection.execute("INSERT INTO counter VALUES (0)")

    assert at_once(careless, path) == [[]] * WRITERS, "and it says that all went well"

    with sqlite3.connect(path) as connection:
        (number,) = connection.execute("SELECT number FROM counter").fetchone()
    assert number < WRITERS * 10


def test_an_edit_that_began_from_an_older_state_is_refused(root):
    seen = root.version
    with transaction():
        root.name = "Other"
        act(OPERATOR, "organisations.rename", root)

    with pytest.raises(Conflict, match="changed"), transaction():
        same_version(root, seen)
        root.name = "Mine"
        act(OPERATOR, "organisations.rename", root)

    assert get_or_404(Organisation, root.id).name == "Other"


@pytest.mark.postgres
def test_the_database_refuses_an_outdated_row_too(root):
    with pytest.raises(StaleDataError), transaction():
        root.name = "Mine"
        db.session.connection().execute(text("UPDATE organisations SET version = version + 1"))
        act(OPERATOR, "organisations.rename", root)
    assert get_or_404(Organisation, root.id).name == "District federation"
