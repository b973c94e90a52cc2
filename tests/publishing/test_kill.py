"""SIGKILL in the middle of publishing: readers see the whole old or the whole new edition, never a mix."""

import multiprocessing
import os
import random
import re
import signal
import threading
import time

import pytest
from werkzeug.test import Client

from skillhub.app import create_app
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.db import db
from skillhub.kernel.schema import bring_up
from skillhub.kernel.settings import read_settings
from skillhub.publishing import queries, services, works
from skillhub.results import services as results
from tests import make
from tests.publishing.cup import AFTER, BEFORE, NAMED

pytestmark = pytest.mark.slow
FORK = multiprocessing.get_context("fork")
KILLS, POLLS, FIELD = 100, 10_000, 120
MARK = re.compile(r'<meta name="edition" content="([^"]+)">')


@pytest.fixture
def quills(tmp_path, monkeypatch):
    """An instance of its own with an event of 120 entries on two pages, released and final."""
    monkeypatch.delenv("SKILLHUB_DATABASE_URL", raising=False)
    app = create_app(read_settings(tmp_path))
    bring_up(app)
    with app.app_context():
        root = make.organisation("root", kind="union")
        event = make.event(make.competition(root, code="cup", checking="off"), code="01")
        for n in range(FIELD):
            make.entry(event, str(n), name=f"Named{n:03} Person", marks={"score": 100 - n / 10})
        values = {**NAMED, "opens_at": BEFORE, "notice": ""}
        services.announce(event.competition, 0, values, OPERATOR, BEFORE)
        results.finalise(event, OPERATOR.name, OPERATOR, BEFORE)
        services.publish(event, OPERATOR, BEFORE)
        key = event.id
        db.session.remove()
        db.engine.dispose()
        yield app, key
        db.session.remove()
        db.engine.dispose()


def publish_on(app, key):
    """Publish again and again, with names in full and hidden by turns."""
    with app.app_context():
        while True:
            event = db.session.get(queries.Event, key)
            release = queries.release_of(event.competition)
            names = "masked" if release.names == "full" else "full"
            services.announce(event.competition, release.version, {"names": names}, OPERATOR, AFTER)
            services.publish(event, OPERATOR, AFTER)


class Reader(threading.Thread):
    """Reads the page and its second page over and over, and notes whatever is not one whole edition."""

    def __init__(self, app):
        super().__init__(daemon=True)
        self.client, self.polls, self.mixed, self.marks = Client(app.wsgi_app), 0, [], {}
        self.stop = threading.Event()

    def run(self):
        while not self.stop.is_set():
            page = self.client.get("/results/cup/01")
            mark = self.look(page, page.headers.get("ETag", "")[3:-1])
            if mark:
                self.look(self.client.get(f"/results/cup/01/{mark}/2.en.html"), mark)

    def look(self, page, mark):
        self.polls += 1
        told = MARK.search(page.text)
        full = page.text.count(" Person")
        whole = page.status_code == 200 and told and told[1] == mark
        one_kind = full == 0 or page.text.count(" P*****") == 0
        same = (
            self.marks.setdefault((mark, page.text[:0] or len(page.text)), page.data) == page.data
        )
        if not (whole and one_kind and same):
            self.mixed.append((page.status_code, mark, told and told[1], page.text[:200]))
        return mark if whole else None


def test_kill_publishing_at_any_moment(quills):
    app, key = quills
    reader, chance, numbers = Reader(app), random.Random(20261127), []
    reader.start()
    for _ in range(KILLS):
        process = FORK.Process(target=publish_on, args=(app, key))
        process.start()
        time.sleep(0.05 + chance.uniform(0, 0.15))
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        with app.app_context():
            works.mend(AFTER)
            assert list(works.problems()) == [], "files and rows agree after the next start"
            numbers.append(queries.current(db.session.get(queries.Event, key)).number)
            db.session.remove()
            db.engine.dispose()
    while reader.polls < POLLS:
        time.sleep(0.1)
    reader.stop.set()
    reader.join()
    print(
        f"\n{KILLS} kills, {numbers[-1]} editions, {reader.polls} polls, {len(reader.mixed)} mixed"
    )
    assert numbers == sorted(numbers)
    assert numbers[-1] > KILLS / 4, "the kills met publishing at work"
    assert reader.mixed == []
