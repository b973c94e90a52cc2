"""One real press, warm for all tests of a worker: to start it takes longer than to print."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event

from skillhub.batches import works as batches
from skillhub.certificates import works
from skillhub.kernel import jobs
from skillhub.kernel.db import db
from skillhub.kernel.pdf import Press
from tests import make
from tests.certificates import awarded


@pytest.fixture(scope="session")
def _warm():
    with Press() as papers, Press() as covers:
        yield papers, covers


@pytest.fixture(autouse=True)
def warm_press(_warm, monkeypatch):
    papers, covers = _warm

    @contextmanager
    def ready(signer=None, plans=None):
        if signer is not papers.signer:  # a plate has room for the signature of one key
            papers.signer = signer
            papers._stamps.clear()
        yield papers

    @contextmanager
    def front():
        yield covers

    monkeypatch.setattr(works, "Press", ready)
    monkeypatch.setattr(batches, "Press", front)
    monkeypatch.setattr(batches, "OFTEN", 0)
    monkeypatch.setattr(jobs, "OFTEN", 0)


@pytest.fixture
def cup(root):
    return awarded.competition(root, awarded.NAMES)


@pytest.fixture
def staff(root, sign_in):
    return sign_in(make.user("certificate_staff", root))


@pytest.fixture
def count_queries(app):
    """count_queries(look) counts what looking asks of the database."""

    def count(look):
        asked = []

        def note(*given):
            asked.append(given[2])

        event.listen(db.engine, "before_cursor_execute", note)
        look()
        event.remove(db.engine, "before_cursor_execute", note)
        return len(asked)

    return count
