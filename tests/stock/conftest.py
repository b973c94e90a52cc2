"""One real press, warm for all tests of a worker: to start it takes longer than to print."""

from contextlib import contextmanager

import pytest

from skillhub.certificates import works as certificates
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.pdf import Press
from skillhub.stock import services, works
from tests import make

FOIL = {
    "name": "金箔边 Gold foil",
    "size": "A4",
    "lies": "landscape",
    "preprinted": True,
    "note": "",
}
LASER = {"name": "HP 2F", "place": "二楼", "tray": "2", "duplex": "one"}


@pytest.fixture(scope="session")
def _warm():
    with Press() as press:
        yield press


@pytest.fixture
def press(_warm):
    return _warm


@pytest.fixture(autouse=True)
def warm_press(request, monkeypatch):
    if "app" not in request.fixturenames:
        return
    warm = request.getfixturevalue("_warm")

    @contextmanager
    def ready(signer=None, plans=None):
        if signer is not warm.signer:  # a plate has room for the signature of one key
            warm.signer = signer
            warm._stamps.clear()
        yield warm

    monkeypatch.setattr(certificates, "Press", ready)
    monkeypatch.setattr(works, "Press", ready)


@pytest.fixture
def foil(root):
    return services.stock(root, FOIL, OPERATOR)


@pytest.fixture
def printer(root):
    return services.install(root, LASER, OPERATOR)


@pytest.fixture
def staff(root, sign_in):
    return sign_in(make.user("certificate_staff", root))
