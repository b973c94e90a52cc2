"""SIGKILL in the middle of publishing: readers see the whole old or the whole new edition, never a mix."""

import multiprocessing
import os
import random
import re
import signal
import time

import pytest
from werkzeug.test import Client

from skillhub.app import create_app
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
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
        values = {**NAMED, "opens_at": now(), "notice": ""}
        services.announce(event.competition, 0, values, OPERATOR, BEFORE)
        results.finalise(event, OPERATOR.name, OPERATOR, BEFORE)
        services.publish(event, OPERATOR, BEFORE)
        key = event.id
        db.session.remove()
        db.engine.dispose()
        yield app, key
        db.session.remove()
        db.engine.dispose()


def publish_on(app, key, began, times=1000):
    """Publish again and again: names in full and hidden by turns, and another name of the event, drawn ahead."""
    with app.app_context():
        began.set()
        for n in range(times):
            event = db.session.get(queries.Event, key)
            release = queries.release_of(event.competition)
            names = "masked" if release.names == "full" else "full"
            services.announce(event.competition, release.version, {"names": names}, OPERATOR, AFTER)
            make.changed(event, name=f"Quills {n}")
            works.publish(event, OPERATOR, AFTER)


def read_on(app, stop, told):
    """Read the page and its second page over and over; tell how often, and whatever was not one whole edition.

    A second page may be gone (410): names were hidden meanwhile, and an edition that holds them is shown no more.
    """
    client, known, polls, mixed = Client(app.wsgi_app), {}, 0, []
    while not (stop.is_set() and polls >= POLLS):
        page = client.get("/results/cup/01")
        mark = page.headers.get("ETag", "")[3:-1]
        second = client.get(f"/results/cup/01/{mark}/2.en.html")
        polls += 2
        for n, one in enumerate((page, second) if second.status_code != 410 else (page,)):
            stated = MARK.search(one.text)
            whole = one.status_code == 200 and stated and stated[1] == mark
            one_kind = one.text.count(" Person") == 0 or one.text.count(" P*****") == 0
            if not (whole and one_kind and known.setdefault((n, mark), one.data) == one.data):
                mixed.append((one.status_code, mark, stated and stated[1]))
    told.send((polls, len(known), mixed[:5]))


def test_kill_publishing_at_any_moment(quills):
    app, key = quills
    chance, numbers = random.Random(20261127), []
    stop, (ours, theirs) = FORK.Event(), FORK.Pipe()
    reader = FORK.Process(target=read_on, args=(app, stop, theirs), daemon=True)
    reader.start()
    started = time.monotonic()
    first = FORK.Process(target=publish_on, args=(app, key, FORK.Event(), 2))
    first.start()
    first.join()
    whole = (time.monotonic() - started) / 2
    for _ in range(KILLS):
        began = FORK.Event()
        process = FORK.Process(target=publish_on, args=(app, key, began))
        process.start()
        assert began.wait(30)
        time.sleep(chance.uniform(0, 2 * whole))
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        with app.app_context():
            works.mend(AFTER)
            assert list(works.problems()) == [], "files and rows agree after the next start"
            numbers.append(queries.current(db.session.get(queries.Event, key)).number)
            db.session.remove()
            db.engine.dispose()
    stop.set()
    assert ours.poll(600)
    polls, seen, mixed = ours.recv()
    reader.join()
    print(f"\n{KILLS} kills in publishing of {whole:.2f} s, {numbers[-1]} editions")
    print(f"{polls} polls of {seen // 2} of them, mixed: {mixed}")
    assert numbers == sorted(numbers)
    assert numbers[-1] > KILLS / 5, "the kills met publishing at work"
    assert seen > 20
    assert mixed == []
