"""What a worker holds after five hundred papers, beside what it held after fifty."""

import multiprocessing

import psutil
import pytest

from skillhub.app import create_app
from skillhub.batches import queries, works
from skillhub.batches.queries import Wanted
from skillhub.certificates import works as printing
from skillhub.kernel import workers
from skillhub.kernel.db import db
from skillhub.kernel.pdf import Press
from skillhub.kernel.schema import bring_up
from skillhub.kernel.settings import read_settings
from tests import make
from tests.batches import ordered
from tests.certificates import awarded

pytestmark = pytest.mark.slow
FORK = multiprocessing.get_context("fork")


def labour(folder, pipe):
    """Print fifty, then five hundred, in one process; tell what it holds with its children after each, at the most."""
    printing.Press = works.Press = Press
    app = create_app(read_settings(folder))
    bring_up(app)
    with app.app_context():
        cup = awarded.competition(make.organisation("root", kind="union"), ())
        for n, papers in enumerate((50, 500), 1):
            event = awarded.event(cup, [f"选手{n}-{k}" for k in range(papers)], code=f"E{n}")
            batch = ordered.begin(cup, awards=queries.keys_of(cup, Wanted(event=event.id)))
            held, progress = [], works.Run._mark

            def mark(run, tell=True, held=held, progress=progress):
                held.append(resident())
                progress(run, tell)

            works.Run._mark = mark
            assert workers.run_next(works.WORKS)
            works.Run._mark = progress
            pipe.send((queries.tally(batch)["rendered"], max([*held, resident()])))
            db.session.remove()


def resident():
    """Give what this process and its printing process hold, in MB."""
    own = psutil.Process()
    return sum(one.memory_info().rss for one in (own, *own.children(recursive=True))) / 1e6


def test_memory_does_not_grow_with_the_batch(tmp_path):
    here, there = FORK.Pipe()
    child = FORK.Process(target=labour, args=(tmp_path / "instance", there))
    child.start()
    there.close()
    few, many = here.recv(), here.recv()
    child.join()
    print(f"{few[1]:.0f} MB after {few[0]}, {many[1]:.0f} MB after {many[0]}")
    assert (few[0], many[0]) == (50, 500)
    assert many[1] <= 1.5 * few[1]
