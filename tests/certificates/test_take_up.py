"""A new key is taken up by several workers at the same moment: it is one seal, and none of them is turned away."""

from dataclasses import replace

import pytest

from skillhub.certificates import services
from skillhub.certificates.models import Seal
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.settings import settings
from skillhub.kernel.signing.keys import DEMO, open_signer
from tests.kernel.test_races import WRITERS, at_once, shared_app  # noqa: F401  (the fixture)

pytestmark = pytest.mark.usefixtures("shared_app")


def take_up(ready, app):
    """Open the key, which the first to come makes, and take it up; gives the key of the seal."""
    with app.app_context():
        db.engine.dispose(close=False)
        signing = replace(settings._get_current_object(), signing_key=DEMO)
        ready.wait()
        return services.take_up(open_signer(signing), OPERATOR, now())


def test_one_key_is_one_seal_whoever_comes_first(shared_app):  # noqa: F811
    told = at_once(take_up, shared_app)
    assert told == [told[0]] * WRITERS and isinstance(told[0], int), told
    with shared_app.app_context():
        assert db.session.query(Seal).count() == 1
        db.session.remove()
