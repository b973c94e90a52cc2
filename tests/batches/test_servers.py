"""Real processes of a server, killed as a machine kills them: what was asked for is done by whoever comes next."""

import os
import signal
import subprocess
import sys
import time

import pytest

from skillhub.app import create_app
from skillhub.batches import queries
from skillhub.batches.models import Batch
from skillhub.cli.reconcile import differences
from skillhub.kernel import jobs
from skillhub.kernel.db import db
from skillhub.kernel.jobs import JobState
from skillhub.kernel.schema import bring_up
from skillhub.kernel.settings import read_settings
from tests import make
from tests.batches import ordered
from tests.certificates import awarded

pytestmark = pytest.mark.slow
MAIN = [sys.executable, "-c", "from skillhub.cli import main; main()"]
SOON = 20  # seconds after which the work of a killed process goes on


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request, tmp_path, monkeypatch):
    monkeypatch.setenv("SKILLHUB_INSTANCE", str(tmp_path))
    monkeypatch.setenv("SKILLHUB_JOBS", "apart")
    monkeypatch.delenv("SKILLHUB_DATABASE_URL", raising=False)
    if request.param == "postgresql":
        from tests.postgres import postgres_url  # noqa: PLC0415  (its wheel is heavy)

        monkeypatch.setenv("SKILLHUB_DATABASE_URL", postgres_url("servers"))
    app = create_app(read_settings(tmp_path))
    bring_up(app)
    yield app
    with app.app_context():
        db.engine.dispose()


def started():
    return subprocess.Popen([*MAIN, "work", "--threads", "1"], start_new_session=True)


def seen(app, key):
    with app.app_context():
        job = db.session.get(Batch, key).job
        found = job.state, job.done, job.token
        db.session.remove()
    return found


def until(app, key, true, seconds):
    end = time.monotonic() + seconds
    while not true(*seen(app, key)):
        assert time.monotonic() < end, seen(app, key)
        time.sleep(0.05)


def killed(process):
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_another_worker_goes_on_within_twenty_seconds(app):
    with app.app_context():
        cup = awarded.competition(
            make.organisation("root", kind="union"), [f"选手{n}" for n in range(300)]
        )
        key = ordered.begin(cup).id
        db.session.remove()
    first = started()
    until(app, key, lambda state, done, token: state is JobState.RUNNING and done >= 120, 120)
    _, _, lost = seen(app, key)
    killed(first)
    fell = time.monotonic()
    second = started()
    try:
        until(app, key, lambda state, done, token: token != lost, SOON)
        print(f"taken up after {time.monotonic() - fell:.1f} s")
        until(app, key, lambda state, done, token: state is JobState.DONE, 120)
    finally:
        killed(second)
    with app.app_context():
        batch = db.session.get(Batch, key)
        assert queries.tally(batch) == {"rendered": 300, "all": 300, "done": 300}
        assert len({row.number for row in queries.plan(batch)}) == 300
        assert list(differences()) == []
        db.session.remove()


def test_a_worker_that_is_asked_to_go_leaves_its_work_at_once(app):
    with app.app_context():
        cup = awarded.competition(
            make.organisation("root", kind="union"), [f"选手{n}" for n in range(300)]
        )
        key = ordered.begin(cup).id
        db.session.remove()
    process = started()
    try:
        until(app, key, lambda state, done, token: state is JobState.RUNNING and done >= 20, 120)
        process.send_signal(signal.SIGTERM)
        process.wait(jobs.SILENCE.total_seconds())
    finally:
        if process.poll() is None:
            killed(process)
    state, _, _ = seen(app, key)
    assert state in (JobState.WAITING, JobState.DONE)
