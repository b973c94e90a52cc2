"""One real press, warm for all tests of a worker."""

import pytest

from skillhub.designs import works
from skillhub.kernel.pdf import Press


@pytest.fixture(scope="session")
def warm():
    with Press() as press:
        yield press


@pytest.fixture(autouse=True)
def one_press(warm, monkeypatch):
    monkeypatch.setattr(works, "press", lambda: warm)
