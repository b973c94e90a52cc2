"""The doctor's walk through an archive against a plain reading of the same rows, in the same run.

The floor reads every entry, sheet, result line and award of the archive by one statement each and touches every row; it
looks for nothing. What the ratio buys is every check on every event, with its sentence and the key of its finding.
"""

import sqlite3
import statistics
import time

import pytest

from skillhub.app import create_app
from skillhub.awards import services as awards
from skillhub.competitions.models import Event
from skillhub.doctor import queries
from skillhub.doctor.checks import CHECKS
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now, today
from skillhub.kernel.db import db
from skillhub.kernel.schema import bring_up
from skillhub.kernel.settings import read_settings
from skillhub.results import services as results
from tests import make
from tests.bench import test_ranking as seasons

pytestmark = pytest.mark.bench
EVENTS, ENTRIES, FINAL, ROUNDS = 60, 18_000, 20, 3
MOST = 60  # times the floor; the sweep has no deadline, but must not become a night
READ = (
    "SELECT * FROM events ORDER BY id",
    "SELECT * FROM entries ORDER BY event_id, id",
    "SELECT s.* FROM sheets s JOIN entries e ON e.id = s.entry_id ORDER BY e.event_id, s.id",
    "SELECT l.* FROM result_lines l JOIN result_versions v ON v.id = l.result_version_id ORDER BY v.event_id, l.id",
    "SELECT * FROM awards ORDER BY event_id, id",
)


def timed(work):
    took = []
    for _ in range(ROUNDS):
        started = time.process_time()
        found = work()
        took.append(time.process_time() - started)
    return statistics.median(took), found


def test_a_sweep_over_an_archive(tmp_path, monkeypatch):
    monkeypatch.delenv("SKILLHUB_DATABASE_URL", raising=False)
    monkeypatch.setattr(seasons, "EVENTS", EVENTS)
    monkeypatch.setattr(seasons, "SEASON", ENTRIES)
    app = create_app(read_settings(tmp_path))
    bring_up(app)
    with app.app_context():
        cup = seasons.season(make.organisation("root", kind="union"))
        rows = db.session.query(Event).filter_by(competition_id=cup.id).order_by(Event.id).all()
        for event in rows[:FINAL]:
            results.finalise(event, OPERATOR.name, OPERATOR, now())
            awards.confer(event, OPERATOR, now(), today("Asia/Shanghai"))
        db.session.rollback()

        def read():
            with sqlite3.connect(tmp_path / "skillhub.sqlite") as connection:
                return sum(len(row) > 0 for text in READ for row in connection.execute(text))

        def swept():
            db.session.expire_all()
            day = today("Asia/Shanghai")
            return [(one.event.code, len(one.told)) for one in queries.sweep(today=day)]

        floor, n = timed(read)
        ours, looked = timed(swept)
    assert len(looked) == EVENTS
    assert n >= ENTRIES * 3
    print(
        f"\nan archive of {EVENTS} events, {ENTRIES} entries, {FINAL} events final: {n} rows read {floor:.2f} s;"
        f" {len(CHECKS)} checks on all of them {ours:.2f} s ({ours / floor:.1f} x),"
        f" {sum(found for _, found in looked)} findings"
    )
    assert ours <= MOST * floor
