"""How long a mark takes from the key to the disk while many type: against the plainest UPDATE there is, in one run."""

import http.client
import json
import random
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from urllib.parse import urlencode

import psutil
import pytest
from flask.sessions import SecureCookieSessionInterface

from skillhub.app import create_app
from skillhub.entries.models import Entry
from skillhub.kernel import sessions
from skillhub.kernel.access import OPERATOR, Role
from skillhub.kernel.clock import now
from skillhub.kernel.db import db, insert_many, transaction
from skillhub.kernel.journal import act
from skillhub.kernel.settings import ROOT, read_settings
from skillhub.marking import queries as marking
from skillhub.table.models import TypedValue
from tests import make
from tests.browser.conftest import _free_port as free_port

pytestmark = pytest.mark.bench

MOST = 30  # times the bare page
PARTS = tuple((name, 100, 1) for name in ("theory", "practice", "tools", "safety", "drawing"))
UPDATE = """
import sqlite3, threading
from flask import Flask, request
app, own = Flask(__name__), threading.local()


@app.post("/")
def save():
    if not hasattr(own, "db"):
        own.db = sqlite3.connect("plain.sqlite", timeout=15, isolation_level=None)
        own.db.execute("PRAGMA synchronous=FULL")
    own.db.execute("BEGIN IMMEDIATE")
    own.db.execute("UPDATE marks SET points = ? WHERE id = ?", (request.form["points"], request.form["id"]))
    own.db.execute("COMMIT")
    return "saved"
"""


@pytest.fixture
def hall(tmp_path, monkeypatch):
    monkeypatch.delenv("SKILLHUB_DATABASE_URL", raising=False)
    app = create_app(read_settings(tmp_path))
    with app.app_context():
        db.create_all()
        yield Hall(app, tmp_path)
        db.session.remove()


class Hall:
    """An instance on its own folder, with clerks who are signed in."""

    def __init__(self, app, folder):
        self.app, self.folder = app, folder
        self.root = make.organisation("root", kind="union")

    def event(self, people):
        found = make.event(make.competition(self.root), parts=PARTS, code=f"e{people}")
        self._admit(found, people)
        keys = db.session.query(Entry.id).filter_by(event_id=found.id).order_by(Entry.id)
        return found, [key for (key,) in keys]

    @transaction()
    def _admit(self, event, people):
        usual = {
            "event_id": event.id,
            "official": True,
            "status": "OK",
            "status_reason": "",
            "version": 1,
        }
        insert_many(
            Entry,
            ({"code": f"{n:04d}", "name": f"Person {n}", **usual} for n in range(1, people + 1)),
        )
        act(OPERATOR, "test.make")

    def cookie(self, login):
        user = make.user(Role.ORGANISER, self.root, login=login)
        kept = {"_user_id": user.fs_uniquifier, "_fresh": True}
        sessions.begin(kept, now())
        signer = SecureCookieSessionInterface().get_signing_serializer(self.app)
        return f"session={signer.dumps(kept)}"

    @contextmanager
    def serve(self):
        environment = {
            "PATH": "/usr/bin:/bin",
            "SKILLHUB_INSTANCE": str(self.folder),
            "PYTHONPATH": str(ROOT),
        }
        with served("skillhub.app:create_app()", ROOT, environment) as house:
            yield house


@contextmanager
def served(target, folder, environment):
    """A gunicorn as `skillhub serve` runs it: one process of eight threads."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-b",
        f"127.0.0.1:{port}",
        "--threads",
        "8",
        "--log-level",
        "error",
    ]
    process = subprocess.Popen([*command, target], cwd=folder, env=environment)
    try:
        for _ in range(200):
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=1)) as line:
                try:
                    line.connect()
                    break
                except OSError:
                    time.sleep(0.05)
        yield Served(port, process.pid)
    finally:
        process.terminate()
        process.wait()


class Served:
    """A running server, and the milliseconds of a processor that it has used."""

    def __init__(self, port, pid):
        self.port, self.process = port, psutil.Process(pid)

    @property
    def cpu(self):
        family = [self.process, *self.process.children(recursive=True)]
        return 1000 * sum(sum(one.cpu_times()[:2]) for one in family)


class Clerk(threading.Thread):
    """Types one value after the other, as a page sends them, and notes how long each took."""

    def __init__(self, port, cookie, path, cells, think, until=None):
        super().__init__()
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.path, self.cells, self.think, self.until = path, cells, think, until
        self.headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        self.times, self.wrong, self.kept, self.versions = [], [], {}, {}
        self.chance = random.Random(id(self))
        self._open()

    def _open(self):
        """Read the page, for the token of its forms."""
        self.line.request("GET", self.path, headers=self.headers)
        answer = self.line.getresponse()
        page = answer.read().decode()
        fresh = answer.headers.get("Set-Cookie", "").partition(";")[0]
        self.headers["Cookie"] = fresh or self.headers["Cookie"]
        found = page.partition('id="table-page">')[2].partition("</script>")[0]
        self.headers["X-CSRFToken"] = json.loads(found)["token"]

    def run(self):
        for n, (entry, part) in enumerate(self.cells):
            if self.until and time.monotonic() > self.until:
                return
            self.type(n, entry, part, f"{60 + n * 7 % 35}")
            time.sleep(self.think * self.chance.uniform(0.5, 1.5))

    def type(self, n, entry, part, text):
        version = self.versions.get((entry, part), 0)
        cell = {"key": f"{id(self)}-{n}", "entry": entry, "column": str(part), "text": text}
        body = urlencode({"cells": json.dumps([{**cell, "version": version, "again": True}])})
        started = time.perf_counter()
        status, answer = self.send(body)
        self.times.append((time.perf_counter() - started) * 1000)
        if status != 200:
            self.wrong.append((status, answer[:200]))
            return
        self.kept[entry, part] = text
        self.versions[entry, part] = json.loads(answer)["cells"][0]["cell"][1]

    def send(self, body):
        """Send it, and once more when the line was closed meanwhile: the key keeps it one value."""
        for again in (True, False):
            try:
                self.line.request("POST", self.path, body, self.headers)
                answer = self.line.getresponse()
                return answer.status, answer.read()
            except (ConnectionError, http.client.HTTPException):
                self.line.close()
                if not again:
                    raise
        raise AssertionError


def work(clerks):
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()
        clerk.line.close()
    assert [clerk.wrong for clerk in clerks if clerk.wrong] == []
    return [ms for clerk in clerks for ms in clerk.times]


def told(name, times):
    p99 = statistics.quantiles(times, n=100)[98]
    middle = statistics.median(times)
    print(
        f"{name:44} n {len(times):5}  p50 {middle:7.2f} ms  p99 {p99:7.2f} ms  max {max(times):7.2f} ms"
    )
    return middle


def test_eight_clerks_lose_nothing(hall):
    """G10 and G11: eight writers with 20 ms between two values; nobody is refused, starved or overwritten."""
    event, keys = hall.event(200)
    parts = [part.id for part in event.components]
    path = f"/competitions/{event.competition_id}/events/{event.id}/table"
    with hall.serve() as house:
        until = time.monotonic() + 10
        clerks = [
            Clerk(
                house.port,
                hall.cookie(f"clerk{n}"),
                path,
                [(e, p) for _ in range(20) for e in keys[n::8] for p in parts],
                0.02,
                until,
            )
            for n in range(8)
        ]
        times = work(clerks)
    print()
    told("eight clerks, 20 ms between values", times)
    db.session.rollback()  # what was read before is old
    stored = {key: str(sheet.points) for key, sheet in marking.of(event).items()}
    assert stored == {cell: text for clerk in clerks for cell, text in clerk.kept.items()}
    assert db.session.query(TypedValue).count() == len(times)
    counts = [len(clerk.times) for clerk in clerks]
    assert min(counts) / max(counts) >= 0.5, counts
    assert max(times) <= 2000


@pytest.mark.parametrize("people", [200, 2000])
def test_a_save_with_twenty_clerks_against_the_plainest_update(hall, people):
    event, keys = hall.event(people)
    parts = [part.id for part in event.components]
    path = f"/competitions/{event.competition_id}/events/{event.id}/table"
    saves, think = 20, 0.6  # a value each 0.6 s: a quick clerk
    with hall.serve() as house:
        clerks = [
            Clerk(
                house.port,
                hall.cookie(f"clerk{n}"),
                path,
                [(e, p) for e in keys[n::20] for p in parts][:saves],
                think,
            )
            for n in range(20)
        ]
        before = house.cpu
        ours = work(clerks)
        own = (house.cpu - before) / len(ours)
    with sqlite3.connect(hall.folder / "plain.sqlite") as plain:
        plain.execute("PRAGMA journal_mode=WAL")
        plain.execute("CREATE TABLE marks (id INTEGER PRIMARY KEY, points TEXT)")
        plain.executemany("INSERT INTO marks VALUES (?, NULL)", ((n,) for n in range(people * 5)))
    (hall.folder / "plain.py").write_text(UPDATE)
    with served("plain:app", hall.folder, {"PATH": "/usr/bin:/bin"}) as plain:
        before = plain.cpu
        bare = posted(plain.port, saves, think)
        least = (plain.cpu - before) / len(bare)
    direct = updated(hall.folder / "plain.sqlite", saves, think)
    print()
    middle = told(f"a save, 20 clerks, {people} entries", ours)
    beside = told("one UPDATE behind Flask", bare)
    below = told("one UPDATE, no web", direct)
    print(f"{'':44} {middle / beside:.1f} x Flask, {middle / below:.1f} x SQL")
    print(f"{'processor':44} {own:.2f} ms a save, {least:.2f} ms behind Flask: {own / least:.1f} x")
    assert own <= MOST * least


def each(clerks, once):
    """Let some clerks do something again and again, and measure."""
    times = []

    def clerk(n):
        chance = random.Random(n)
        for k in range(clerks[1]):
            started = time.perf_counter()
            once(n, k)
            times.append((time.perf_counter() - started) * 1000)
            time.sleep(clerks[2] * chance.uniform(0.5, 1.5))

    threads = [threading.Thread(target=clerk, args=(n,)) for n in range(clerks[0])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def posted(port, saves, think):
    lines = [http.client.HTTPConnection("127.0.0.1", port, timeout=60) for _ in range(20)]
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    def once(n, k):
        lines[n].request("POST", "/", urlencode({"points": k, "id": n * 20 + k}), form)
        assert lines[n].getresponse().read() == b"saved"

    times = each((20, saves, think), once)
    for line in lines:
        line.close()
    return times


def updated(path, saves, think):
    own = [
        sqlite3.connect(path, timeout=15, isolation_level=None, check_same_thread=False)
        for _ in range(20)
    ]
    for one in own:
        one.execute("PRAGMA synchronous=FULL")

    def once(n, k):
        own[n].execute("BEGIN IMMEDIATE")
        own[n].execute("UPDATE marks SET points = ? WHERE id = ?", (str(k), n * 20 + k))
        own[n].execute("COMMIT")

    times = each((20, saves, think), once)
    for one in own:
        one.close()
    return times
