"""Eight processes number papers at once, and four print while they are killed: no number twice, none lost (bar G5)."""

import multiprocessing
import os
import random
import signal
import time
from datetime import date

import pytest

from skillhub.app import create_app
from skillhub.awards.models import Award
from skillhub.certificates import queries, services
from skillhub.certificates.models import Certificate, Series
from skillhub.competitions.models import Competition
from skillhub.deeds import queries as deeds
from skillhub.kernel import journal
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.schema import bring_up
from skillhub.kernel.settings import read_settings
from tests import make
from tests.certificates import awarded
from tests.certificates.test_kill import labour, look
from tests.kernel.test_races import shared_app  # noqa: F401  (the fixture)

pytestmark = pytest.mark.slow
FORK = multiprocessing.get_context("fork")
PROCESSES, ISSUES, IN_ONE = 8, 500, 25
ROUNDS, AT_ONCE = int(os.environ.get("SKILLHUB_ROUNDS", "12")), 4


def field(host):
    """Competitions with awards enough: one and the same issuer, so one run of numbers for all of them."""
    for _ in range(PROCESSES * ISSUES // IN_ONE):
        event = make.event(make.competition(host))
        version = make.result_version(event)
        entries = [make.Entry(event=event, code=f"{n}", name=f"Person {n}") for n in range(IN_ONE)]
        awards = [
            Award(
                event=event, entry=entry, result_version=version, title="Gold", position=1, scheme="counts",
                place=1, awarded_on=make.DAY, because={"text": "-", "values": {}}, conferred_by="x",
                conferred_at=now(),
            )
            for entry in entries
        ]  # fmt: skip
        make.keep(*entries, *awards)


def number_them(app, ready, told, mine):
    """Number the awards of some competitions, one by one; tell how many could not be."""
    with app.app_context():
        db.engine.dispose(close=False)
        template, failed = awarded.template("plain"), 0
        ready.wait()
        for key in mine:
            cup = db.session.get(Competition, key)
            for award in queries.waiting(cup):
                facts = deeds.facts_of([award])
                try:
                    made = services.reserve(cup, facts, template, OPERATOR, now(), date(2026, 6, 1))
                    failed += len(made) != 1
                except Exception:  # noqa: BLE001  (what a person would have seen as an error)
                    db.session.rollback()
                    failed += 1
        told.put(failed)


def test_eight_processes_number_five_hundred_each(shared_app):  # noqa: F811
    with shared_app.app_context():
        field(make.organisation("root", kind="union"))
        cups = [row.id for row in db.session.query(Competition)]
        db.session.remove()
        db.engine.dispose()
    ready, told = FORK.Barrier(PROCESSES), FORK.Queue()
    started = [
        FORK.Process(target=number_them, args=(shared_app, ready, told, cups[n::PROCESSES]))
        for n in range(PROCESSES)
    ]
    began = time.monotonic()
    for process in started:
        process.start()
    failed = sum(told.get(timeout=1200) for _ in started)
    for process in started:
        process.join(30)
    with shared_app.app_context():
        serials = sorted(row for (row,) in db.session.query(Certificate.serial))
        numbers = {row for (row,) in db.session.query(Certificate.number)}
        codes = {row for (row,) in db.session.query(Certificate.code)}
        print(f"{len(serials)} numbers in {time.monotonic() - began:.0f} s, {failed} errors")
        assert serials == list(range(1, PROCESSES * ISSUES + 1))
        assert len(numbers) == len(codes) == PROCESSES * ISSUES
        assert db.session.query(Series).one().last == PROCESSES * ISSUES
        assert failed <= PROCESSES * ISSUES // 100
        assert journal.verify(journal.chain()) == []


def begun(folder, event):
    here, there = FORK.Pipe()
    child = FORK.Process(target=labour, args=(folder, event, there))
    child.start()
    there.close()
    return child, here


@pytest.fixture(params=["sqlite", "postgresql"])
def folder(request, tmp_path, monkeypatch):
    monkeypatch.delenv("SKILLHUB_DATABASE_URL", raising=False)
    if request.param == "postgresql":
        from tests.postgres import postgres_url  # noqa: PLC0415  (its wheel is heavy)

        monkeypatch.setenv("SKILLHUB_DATABASE_URL", postgres_url("four"))
    return tmp_path / "instance"


def test_four_issue_at_once_while_they_are_killed(folder):
    chance, kept = random.Random(5), {}
    app = create_app(read_settings(folder))
    bring_up(app)
    with app.app_context():
        cup = awarded.competition(make.organisation("root", kind="union"), ())
        for n in range(1, AT_ONCE + 1):
            awarded.event(cup, [f"选手{n}-{k}" for k in range(24)], code=f"E{n}")
        db.session.remove()
        db.engine.dispose()
    killed = 0
    for _ in range(ROUNDS):
        children = [begun(folder, event) for event in range(1, AT_ONCE + 1)]
        for _, here in children:
            assert here.poll(60)  # it has begun its work
        for child, here in children:
            time.sleep(chance.random() * 0.7)
            os.kill(child.pid, signal.SIGKILL) if child.is_alive() else None
            child.join()
            killed += child.exitcode == -signal.SIGKILL
            here.close()
        look(app, kept)
    assert killed > ROUNDS
    for child, here in [begun(folder, event) for event in range(1, AT_ONCE + 1)]:
        said = []
        while not said or said[-1] != "printed":
            said.append(here.recv())
        child.join()
        assert child.exitcode == 0
    assert look(app, kept) == AT_ONCE * 24 == len(kept)
