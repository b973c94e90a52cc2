"""What a worker holds while five hundred papers are put on sheets, beside what it held for fifty."""

import multiprocessing
import threading
import time

import psutil
import pytest

from skillhub.app import create_app
from skillhub.certificates import works as certificates
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.pdf import Press
from skillhub.kernel.schema import bring_up
from skillhub.kernel.settings import read_settings
from skillhub.stock import services, works
from tests import make
from tests.certificates import awarded
from tests.stock.conftest import FOIL, LASER

pytestmark = pytest.mark.slow
FORK = multiprocessing.get_context("fork")


def labour(folder, pipe):
    """Send fifty, then five hundred, on pre-printed and on blank paper; tell what is held at the most."""
    certificates.Press = works.Press = Press
    app = create_app(read_settings(folder))
    bring_up(app)
    with app.app_context():
        root = make.organisation("root", kind="union")
        cup = awarded.competition(root, ())
        for n in range(500):
            if n % 100 == 0:
                awarded.event(cup, [f"选手{n}-{k}" for k in range(100)], code=f"E{n}")
        awarded.issue(cup)
        keys = [row.id for row in awarded.all_of(cup)]
        printer = services.install(root, LASER, OPERATOR)
        blank = FOIL | {"name": "blank", "size": "A3", "lies": "either", "preprinted": False}
        for paper in (services.stock(root, one, OPERATOR) for one in (FOIL, blank)):
            for some in (keys[:50], keys):
                sending = works.PrintFile(some, paper, printer, folder / "sent.pdf", stacked=True)
                begun = time.monotonic()
                pipe.send(
                    (most_held(sending), time.monotonic() - begun, sending.target.stat().st_size)
                )


def most_held(sending):
    """Do the work; give what this process and its printing process hold at the most, in MB."""
    held, done = [], threading.Event()

    def look():
        own = psutil.Process()
        while not done.wait(0.05):
            held.append(sum(one.memory_info().rss for one in (own, *own.children())) / 1e6)

    watch = threading.Thread(target=look)
    watch.start()
    for _ in sending.steps():
        pass
    done.set()
    watch.join()
    return max(held)


def test_memory_does_not_grow_with_what_is_sent(tmp_path):
    here, there = FORK.Pipe()
    child = FORK.Process(target=labour, args=(tmp_path / "instance", there))
    child.start()
    there.close()
    bare_few, bare_many, few, many = (here.recv() for _ in range(4))
    child.join()
    assert bare_many[0] < bare_few[0] + 40
    assert many[0] < few[0] + 40
    assert bare_many[1] < 60
    assert many[1] < 60
    assert bare_many[2] < 10 * bare_few[2]
    assert many[2] < 10 * few[2]
