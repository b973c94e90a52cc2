"""Many people at one desk: the same paper sent, confirmed and handed over at once, on both engines."""

import pytest

from skillhub.certificates.models import Certificate
from skillhub.copies import queries, services
from skillhub.copies.models import Copy, CopyStep, Sending
from skillhub.copies.rules import Reason
from skillhub.kernel.access import OPERATOR, Actor
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.errors import Conflict
from skillhub.sending import works
from skillhub.sending.queries import file_of
from skillhub.sending.services import Order
from tests import make
from tests.copies import papers
from tests.kernel.test_races import WRITERS, at_once, shared_app  # noqa: F401  (the fixture)

pytestmark = pytest.mark.filterwarnings("ignore:This process")


def laid(app):
    with app.app_context():
        [one] = papers.issued(make.organisation("root", kind="union"), ["李伟"])
        key = one.id
        db.session.remove()
        db.engine.dispose()
    return key


def send(ready, app, order, key=None, reason=None):
    """Send one paper at the same moment as everybody else; tell its copy, or why not."""
    with app.app_context():
        db.engine.dispose(close=False)
        ready.wait()
        try:
            own = key or f"key-{id(ready)}-{__import__('os').getpid()}"
            sending, path = works.send(Order([order], own, reason=reason), OPERATOR, now())
            return sending.id if path.is_file() else "no file"
        except Conflict as refusal:
            return str(refusal.message)


def test_two_people_send_the_same_paper_at_once_and_it_is_sent_once(shared_app):  # noqa: F811
    key = laid(shared_app)
    reports = at_once(send, shared_app, key)
    refused = [said for said in reports if isinstance(said, str)]
    assert len(refused) == WRITERS - 1, reports
    assert all("already" in said or "meanwhile" in said for said in refused), refused
    with shared_app.app_context():
        assert [c.number for c in db.session.query(Copy)] == [1]
        kept = db.session.query(Sending).one().key
        files = [path.name for path in file_of(kept).parent.iterdir()]
        assert files == [file_of(kept).name], "no file without its rows"


def test_the_same_key_from_many_is_one_sending(shared_app):  # noqa: F811
    key = laid(shared_app)
    assert at_once(send, shared_app, key, "one") == [1] * WRITERS
    with shared_app.app_context():
        assert db.session.query(Sending).count() == db.session.query(Copy).count() == 1


def test_with_a_reason_everybody_gets_a_copy_of_their_own_or_hears_of_the_other(shared_app):  # noqa: F811
    key = laid(shared_app)
    with shared_app.app_context():
        works.send(Order([key], "first"), OPERATOR, now())
        db.session.remove()
        db.engine.dispose()
    reports = at_once(send, shared_app, key, None, Reason.ASKED)
    made = [said for said in reports if isinstance(said, int)]
    with shared_app.app_context():
        numbers = sorted(c.number for c in db.session.query(Copy))
        assert numbers == list(range(1, len(made) + 2)), "no number twice, none left out"
    assert made
    assert all("meanwhile" in said for said in reports if isinstance(said, str)), reports


def confirm(ready, app, copy):
    with app.app_context():
        db.engine.dispose(close=False)
        sheets = queries.sheets([copy])
        ready.wait()
        try:
            return services.confirm(sheets, Actor("bo", "Bo"), now())
        except Conflict as refusal:
            return str(refusal.message)


def test_one_of_many_confirms_a_sheet(shared_app):  # noqa: F811
    key = laid(shared_app)
    with shared_app.app_context():
        works.send(Order([key], "first"), OPERATOR, now())
        copy = db.session.query(Copy.id).scalar()
        assert db.session.get(Certificate, key)
        db.session.remove()
        db.engine.dispose()
    reports = at_once(confirm, shared_app, copy)
    assert reports.count(1) == 1
    with shared_app.app_context():
        assert db.session.query(CopyStep).count() == 1
