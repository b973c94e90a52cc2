"""kill -9 while a correction is applied: either all of it is there or nothing."""

import contextlib
import multiprocessing
import os
import random
import signal
import time

import pytest
from sqlalchemy import func, select

from skillhub.app import create_app
from skillhub.corrections import works
from skillhub.corrections.models import Correction
from skillhub.kernel import journal
from skillhub.kernel.db import db
from skillhub.kernel.schema import bring_up
from skillhub.kernel.settings import read_settings
from skillhub.results.models import ResultVersion
from tests import make
from tests.corrections import events
from tests.corrections.test_random import found

pytestmark = pytest.mark.slow
FORK = multiprocessing.get_context("fork")
KILLS = 30


def apply_it(folder, key, actor, pipe):
    """Apply one correction in a process of its own, telling when it begins and ends."""
    app = create_app(read_settings(folder))
    with app.app_context():
        row = db.session.get(Correction, key)
        digest = events.row_digest(row)
        pipe.send("begun")
        works.approve(row, digest, actor, events.MOMENT)
        pipe.send("applied")


def killed(folder, key, actor, pause):
    here, there = FORK.Pipe()
    child = FORK.Process(target=apply_it, args=(folder, key, actor, there))
    child.start()
    there.close()
    heard(here)
    time.sleep(pause)
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    said = heard(here) == "applied"
    here.close()
    return child.exitcode == -signal.SIGKILL, said


def heard(pipe):
    with contextlib.suppress(EOFError):
        return pipe.recv()


def test_kill_midway_and_nothing_is_applied(tmp_path):
    folder, chance = tmp_path / "instance", random.Random(3)
    app = create_app(read_settings(folder))
    bring_up(app)
    with app.app_context():
        crew = {n: u.as_actor() for n, u in events.people(make.organisation("root")).items()}
        root = db.session.scalar(select(make.Organisation))
        event = events.final(root, range(60, 90), [f"Worker {n}" for n in range(30)])
        key = event.id
        db.session.remove()
        db.engine.dispose()

    torn = whole = during = 0
    for n in range(KILLS):
        with app.app_context():
            event = db.session.get(make.Event, key)
            points = {"Worker 3": 61 + n % 30, "Worker 9": 60 + (n * 7) % 30}
            row = events.proposed(
                events.marked(event, crew["proposer"], **points), crew["proposer"]
            )
            before, correction = found(event), row.id
            expected = works.Report.from_json(row.report)
            db.session.remove()
            db.engine.dispose()
        hit, said = killed(folder, correction, crew["approver"], chance.random() * 0.35)
        during += hit and not said
        with app.app_context():
            event, row = db.session.get(make.Event, key), db.session.get(Correction, correction)
            after, applied = found(event), row.state == "applied"
            assert applied or not said
            if applied:
                whole += 1
                assert {line.entry for line in expected.lines if line.moves_rank} <= {
                    entry for entry in after if after[entry] != before[entry]
                }
            else:
                torn += after != before
            current = (
                select(func.count()).select_from(ResultVersion).where(ResultVersion.is_current)
            )
            assert db.session.scalar(current) == 1
            assert event.state == "final"
            assert journal.verify(journal.chain()) == []
            db.session.remove()
            db.engine.dispose()
    print(f"{KILLS} kills: {during} in the middle, {whole} whole, {torn} torn")
    assert torn == 0
    assert during > KILLS // 4
