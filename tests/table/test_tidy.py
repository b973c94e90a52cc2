"""Keys of typed values are kept while a browser may send them again, and answers until their event is final."""

import threading
import time
from datetime import timedelta

import pytest

from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.table import services
from skillhub.table.models import TypedValue
from skillhub.table.works import start_tidying
from tests import make

DAY = timedelta(days=1)


def typed(event, age, *, confirmed=False):
    entry = make.entry(event)
    key = f"key-{entry.id}"
    row = TypedValue(
        key=key, entry_id=entry.id, column="1", value="88", made=1, confirmed=confirmed,
        asked=[], typed_at=now() - age,
    )  # fmt: skip
    make.keep(row)
    return key


def left():
    db.session.rollback()
    return {row.key for row in db.session.query(TypedValue)}


@pytest.mark.parametrize(
    ("state", "age", "confirmed", "kept"),
    [
        pytest.param("scoring", 29 * DAY, False, True, id="a browser may send it again"),
        pytest.param("scoring", 31 * DAY, False, False, id="no browser sends so late"),
        pytest.param("scoring", 99 * DAY, True, True, id="an answer counts until final"),
        pytest.param("final", DAY * 0.9, False, True, id="final since this morning"),
        pytest.param("final", DAY * 1.1, False, False, id="final and a day old"),
        pytest.param("final", DAY * 1.1, True, False, id="an answer of what is final"),
        pytest.param("archived", DAY * 1.1, True, False, id="archived"),
    ],
)
def test_what_is_forgotten(root, state, age, confirmed, kept):
    event = make.event(make.competition(root))
    key = typed(event, age, confirmed=confirmed)
    make.changed(event, state=state)
    assert services.forget(now()) == (0 if kept else 1)
    assert left() == ({key} if kept else set())


def test_the_server_tidies_by_itself(app, root):
    old, young = (typed(make.event(make.competition(root)), age) for age in (40 * DAY, DAY))
    stop = threading.Event()
    thread = start_tidying(app, stop)
    for _ in range(100):
        if left() == {young}:
            break
        time.sleep(0.05)
    stop.set()
    thread.join(5)
    assert left() == {young} != {old}
