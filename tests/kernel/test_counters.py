"""Counts of what is asked how often: one count for all processes, on a file, in a table."""

import multiprocessing
import time

import pytest
from limits import parse
from limits.strategies import FixedWindowRateLimiter

from skillhub.kernel.counters import Counters
from skillhub.kernel.db import db
from tests.kernel.test_races import shared_app  # noqa: F401  (the fixture)

PROCESSES, TRIES, MOST = 4, 25, 30
FORK = multiprocessing.get_context("fork")


@pytest.fixture
def store(request, tmp_path):
    """The store of an instance on SQLite: a file."""
    return Counters("database://", file=str(tmp_path / "counters.sqlite"))


def test_a_window_ends(store):
    assert [store.incr("a", 1), store.incr("a", 1), store.incr("b", 1)] == [1, 2, 1]
    assert (store.get("a"), store.get("nobody")) == (2, 0)
    assert 0 < store.get_expiry("a") - time.time() <= 1
    time.sleep(1.05)
    assert store.get("a") == 0
    assert store.incr("a", 60) == 1


def test_what_is_over_is_forgotten(store, monkeypatch):
    monkeypatch.setattr("skillhub.kernel.counters.OFTEN", 3)
    store.incr("old", 0)
    store.incr("new", 60)
    store.incr("new", 60)
    assert [row[0] for row in store._line(store.path).execute("SELECT key FROM counters")] == [
        "new"
    ]
    store.clear("new")
    assert store.get("new") == 0


def trying(app, ready, told):
    with app.app_context():
        db.engine.dispose(close=False)
        file = None if app.extensions["skillhub.settings"].database_url[:4] == "post" else "x"
        own = {"file": str(app.extensions["skillhub.settings"].instance / "c")} if file else {}
        limits = FixedWindowRateLimiter(Counters("database://", **own))
        ready.wait()
        told.put(sum(limits.hit(parse(f"{MOST} per minute"), "9.9.9.9") for _ in range(TRIES)))


def test_several_processes_count_together(shared_app):  # noqa: F811
    ready, told = FORK.Barrier(PROCESSES), FORK.Queue()
    with shared_app.app_context():
        db.session.remove()
        db.engine.dispose()
    started = [
        FORK.Process(target=trying, args=(shared_app, ready, told)) for _ in range(PROCESSES)
    ]
    for process in started:
        process.start()
    let_through = [told.get(timeout=60) for _ in started]
    for process in started:
        process.join(10)
    assert sum(let_through) == MOST
