"""kill -9 in the middle of issuing and printing, fifty times: no number twice, none lost, nothing half kept."""

import hashlib
import multiprocessing
import os
import random
import signal
import time

import pikepdf
import pytest

from skillhub.app import create_app
from skillhub.certificates import queries, works
from skillhub.certificates.models import Certificate, CertificatePdf, Series
from skillhub.competitions.models import Competition
from skillhub.kernel import journal
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.db import db
from skillhub.kernel.pdf import Press
from skillhub.kernel.schema import bring_up
from skillhub.kernel.settings import read_settings
from tests import make
from tests.certificates import awarded

pytestmark = pytest.mark.slow
FORK = multiprocessing.get_context("fork")
EVENTS, AWARDS, KILLS = 10, 24, 50


def labour(folder, event, pipe):
    """Issue one event, then print all that is issued, telling each step."""
    works.Press = Press  # a press of its own, as in a server
    app = create_app(read_settings(folder))
    with app.app_context():
        cup = db.session.query(Competition).one()
        batch = works.Issuing(cup, [cup.events[event]], awarded.template(), OPERATOR)
        pipe.send("begun")
        for step in batch.steps():
            pipe.send(step)
        pipe.send("issued")
        for step in works.Printing(cup, None, "name", folder / "all.pdf", OPERATOR).steps():
            pipe.send(step)
        pipe.send("printed")


def killed(folder, event, moment):
    """Run the labour and kill it: after so many steps and so many seconds more."""
    here, there = FORK.Pipe()
    child = FORK.Process(target=labour, args=(folder, event, there))
    child.start()
    there.close()
    steps, pause = moment
    try:
        for _ in range(steps):
            here.recv()
    except EOFError:
        pass
    time.sleep(pause)
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    here.close()
    return child.exitcode


def finished(folder, event):
    here, there = FORK.Pipe()
    child = FORK.Process(target=labour, args=(folder, event, there))
    child.start()
    there.close()
    said = []
    while not said or said[-1] != "printed":
        said.append(here.recv())
    child.join()
    assert child.exitcode == 0


def look(app, kept):
    """See that nothing is torn, doubled or lost, and that what was kept once is still the same."""
    with app.app_context():
        rows = db.session.query(Certificate).order_by(Certificate.serial).all()
        series = db.session.query(Series).one_or_none()
        assert [row.serial for row in rows] == list(range(1, len(rows) + 1))
        assert (series.last if series else 0) == len(rows)
        assert len({row.award_id for row in rows}) == len(rows)
        with_bytes = {key for (key,) in db.session.query(CertificatePdf.certificate_id)}
        for row in rows:
            printed = row.id in with_bytes
            assert (row.state == "issued") == printed == (row.pdf_sha256 is not None)
            if printed:
                with_bytes.remove(row.id)
                assert hashlib.sha256(queries.pdf_of(row.id)).hexdigest() == row.pdf_sha256
                assert kept.setdefault(row.number, row.pdf_sha256) == row.pdf_sha256
        assert not with_bytes
        assert journal.verify(journal.chain()) == []
        db.session.remove()
    return len(rows)


def whole_or_absent(path):
    if path.exists():
        with pikepdf.open(path) as pdf:
            assert len(pdf.pages) > 0


def test_fifty_kills(tmp_path):
    folder, chance, kept = tmp_path / "instance", random.Random(2), {}
    app = create_app(read_settings(folder))
    bring_up(app)
    with app.app_context():
        cup = awarded.competition(make.organisation("root", kind="union"), ())
        for n in range(1, EVENTS):
            awarded.event(cup, [f"选手{n}-{k}" for k in range(AWARDS)], code=f"E{n}")
        db.session.remove()
        db.engine.dispose()

    during = 0
    for n in range(KILLS):
        event = 1 + n * (EVENTS - 1) // KILLS
        moment = chance.choice([0, 1, 1, 2, 3, 4, 6, 9]), chance.random() * 0.4
        during += killed(folder, event, moment) == -signal.SIGKILL
        look(app, kept)
        whole_or_absent(folder / "all.pdf")
    assert during > KILLS // 2

    for event in range(1, EVENTS):
        finished(folder, event)
    assert look(app, kept) == (EVENTS - 1) * AWARDS == len(kept)
    with pikepdf.open(folder / "all.pdf") as pdf:
        assert len(pdf.pages) == len(kept)
    with app.app_context():
        assert queries.waiting(db.session.query(Competition).one()) == []
        db.session.remove()
