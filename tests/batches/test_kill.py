"""kill -9 amid batches of three hundred, two hundred times: each award one number, no file without its row."""

import multiprocessing
import os
import random
import signal
import threading
import time
from datetime import timedelta

import pypdfium2
import pytest

from skillhub.app import create_app
from skillhub.batches import queries, works
from skillhub.batches.models import Batch
from skillhub.batches.queries import Wanted
from skillhub.certificates import works as printing
from skillhub.certificates.models import Certificate
from skillhub.cli.reconcile import differences
from skillhub.competitions.models import Competition
from skillhub.kernel import jobs, journal, workers
from skillhub.kernel.db import db
from skillhub.kernel.jobs import JobState
from skillhub.kernel.pdf import Press
from skillhub.kernel.schema import bring_up
from skillhub.kernel.settings import read_settings
from tests import make
from tests.batches import ordered
from tests.certificates import awarded

pytestmark = pytest.mark.slow
FORK = multiprocessing.get_context("fork")
AWARDS, KILLS = 300, int(os.environ.get("SKILLHUB_KILLS", "200"))


@pytest.fixture(params=["sqlite", "postgresql"])
def folder(request, tmp_path, monkeypatch):
    monkeypatch.delenv("SKILLHUB_DATABASE_URL", raising=False)
    if request.param == "postgresql":
        from tests.postgres import postgres_url  # noqa: PLC0415  (its wheel is heavy)

        monkeypatch.setenv("SKILLHUB_DATABASE_URL", postgres_url("kills"))
    return tmp_path / "instance"


def labour(folder, stop):
    """Work as `skillhub work` does, until told to stop."""
    jobs.SILENCE = timedelta(seconds=0.6)  # so that two hundred recoveries do not take an hour
    workers.BEAT, workers.LOOK = 0.2, 0.05
    printing.Press = works.Press = Press  # presses of its own, as in a server
    app = create_app(read_settings(folder))
    ended = threading.Event()
    workers.start(app, works.WORKS, ended, 1)
    stop.wait()
    os._exit(0)


def begun(app, n):
    """Begin a batch of three hundred awards of another event."""
    with app.app_context():
        cup = db.session.query(Competition).one_or_none()
        cup = cup or awarded.competition(make.organisation("root", kind="union"), ())
        event = awarded.event(cup, [f"选手{n}-{k}" for k in range(AWARDS)], code=f"E{n}")
        key = ordered.begin(cup, awards=queries.keys_of(cup, Wanted(event=event.id))).id
        db.session.remove()
        db.engine.dispose()
    return key


def progress_of(app, key):
    with app.app_context():
        job = db.session.get(Batch, key).job
        found = job.done, job.state
        db.session.remove()
    return found


def look(app, kept):
    """See that nothing is torn, doubled or lost, and that what was kept once is still the same."""
    with app.app_context():
        assert list(differences()) == []
        rows = db.session.query(Certificate.number, Certificate.pdf_sha256).all()
        for number, mark in rows:
            if mark:
                assert kept.setdefault(number, mark) == mark
        assert kept.keys() <= {number for number, _ in rows}
        db.session.remove()


def whole(app, key):
    """See that a batch that is done has every page once, each saying what its row says."""
    with app.app_context():
        batch = db.session.get(Batch, key)
        assert queries.tally(batch) == {"rendered": AWARDS, "all": AWARDS, "done": AWARDS}
        plan = queries.plan(batch)
        assert len({row.number for row in plan}) == AWARDS
        document = pypdfium2.PdfDocument(ordered.files(batch)["all.pdf"])
        for page, row in zip(document, plan, strict=True):
            read = "".join(page.get_textpage().get_text_bounded().split())
            assert row.number in read and row.facts["holder_name"] in read
        document.close()
        assert journal.verify(journal.chain()) == []
        db.session.remove()


def test_two_hundred_kills(folder):
    """Each kill comes at a moment of its own: while the press starts, between papers, while files are made."""
    app, chance, kept = create_app(read_settings(folder)), random.Random(4), {}
    bring_up(app)
    batches, amid = [begun(app, 1)], 0
    for n in range(KILLS):
        child = FORK.Process(target=labour, args=(folder, FORK.Event()))
        child.start()
        before, _ = progress_of(app, batches[-1])
        until, wanted = time.monotonic() + 30, before + chance.choice([0, 1, 5, 20, 60])
        state = JobState.WAITING
        while time.monotonic() < until and state not in (JobState.DONE, JobState.FAILED):
            done, state = progress_of(app, batches[-1])
            if state is JobState.RUNNING and done >= wanted:
                break
            time.sleep(0.02)
        time.sleep(chance.random() * 0.15)
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        done, state = progress_of(app, batches[-1])
        assert state is not JobState.FAILED
        amid += state is JobState.RUNNING
        if n % 5 == 0:
            look(app, kept)
        if state is JobState.DONE:
            whole(app, batches[-1])
            batches.append(begun(app, n + 2))
    look(app, kept)
    print(f"{KILLS} kills, {amid} amid the work, {len(batches)} batches")
    assert amid > KILLS // 2
    finish(app, folder, batches[-1])
    look(app, kept)
    whole(app, batches[-1])


def finish(app, folder, key):
    """Let one worker work undisturbed, and see how soon it takes up what the killed one left."""
    stop = FORK.Event()
    child = FORK.Process(target=labour, args=(folder, stop))
    child.start()
    end = time.monotonic() + 120
    while progress_of(app, key)[1] is not JobState.DONE:
        assert time.monotonic() < end
        time.sleep(0.1)
    stop.set()
    child.join(10)
