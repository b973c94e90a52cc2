"""One real press, warm for all tests of a worker: to start it takes longer than to print."""

from contextlib import contextmanager

import pytest

from skillhub.certificates import works
from skillhub.kernel.pdf import Press


@pytest.fixture(scope="session")
def _warm():
    with Press() as press:
        yield press


@pytest.fixture(autouse=True)
def warm_press(_warm, monkeypatch):
    @contextmanager
    def ready(signer=None, plans=None):
        if signer is not _warm.signer:  # a plate has room for the signature of one key
            _warm.signer = signer
            _warm._stamps.clear()
        yield _warm

    monkeypatch.setattr(works, "Press", ready)
