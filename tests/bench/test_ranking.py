"""Ranking and awarding against the plainest Python that gives the same answer, in the same run.

One event of 100 000 entries in memory, and a season of 400 events with 130 000 entries from a database. The floors
sort whole numbers and count; they give no reasons, no gates, no ties over cuts: what the ratio buys is the rest.
"""

import random
import sqlite3
import statistics
import time
from decimal import Decimal

import pytest

from skillhub.app import create_app
from skillhub.awards import queries as awards
from skillhub.competitions.models import Event
from skillhub.entries.models import Entry, EntryStatus
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db, insert_many, transaction
from skillhub.kernel.journal import act
from skillhub.kernel.schema import bring_up
from skillhub.kernel.settings import read_settings
from skillhub.marking.models import Sheet, SheetState
from skillhub.results import queries as results
from skillhub.results.rules import Candidate, Part, rank, read_ranking
from tests import make
from tests.awards.events import outcome

pytestmark = pytest.mark.bench
ENTRIES, EVENTS, SEASON = 100_000, 400, 130_000
PARTS = (
    Part("theory", "Theory", Decimal(100), Decimal("0.3")),
    Part("practical", "Practical", Decimal(100), Decimal("0.7")),
)
RULES = {"keys": ["total desc", "practical desc"], "decimals": 2}
AWARDS = [{"scheme": "proportion", "titles": [["G", "10%"], ["S", "20%"], ["B", "30%"]]}]
ROUNDS = 3


def timed(work):
    """The median CPU seconds of some rounds, and what came out."""
    took = []
    for _ in range(ROUNDS):
        started = time.process_time()
        found = work()
        took.append(time.process_time() - started)
    return statistics.median(took), found


def marks(n, seed=7):
    chance = random.Random(seed)
    return [(chance.randrange(10_001), chance.randrange(10_001)) for _ in range(n)]  # hundredths


def plain_places(rows):
    """Sort whole numbers and count: place and medal of each row."""
    scored = [((30 * a + 70 * b + 50) // 100, b, n) for n, (a, b) in enumerate(rows)]
    scored.sort(key=lambda x: (-x[0], -x[1]))
    ends = (
        len(rows) // 10,
        len(rows) // 10 + len(rows) // 5,
        len(rows) // 10 + len(rows) // 5 + len(rows) * 3 // 10,
    )
    places, place, before = {}, 0, None
    for seat, (total, second, n) in enumerate(scored, 1):
        if (total, second) != before:
            place, before = seat, (total, second)
        places[n] = (
            place,
            next((t for t, end in zip("GSB", ends, strict=True) if place <= end), ""),
        )
    return places


def test_one_event_of_a_hundred_thousand():
    rows = marks(ENTRIES)
    candidates = [
        Candidate(n, "OK", True, {"theory": Decimal(a) / 100, "practical": Decimal(b) / 100})
        for n, (a, b) in enumerate(rows)
    ]
    ranking, _ = read_ranking(RULES, PARTS)
    floor, plain = timed(lambda: plain_places(rows))
    ranked, standings = timed(lambda: rank(candidates, PARTS, ranking))
    both, found = timed(lambda: outcome(AWARDS, candidates, PARTS, RULES))
    titles = {line.entry: str(line.award.title) if line.award else "" for line in found.lines}
    assert {s.entry: (s.rank, titles[s.entry]) for s in standings} == plain
    print(
        f"\none event of {ENTRIES} entries: plain Python {floor:.2f} s; ranked with reasons {ranked:.2f} s"
        f" ({ranked / floor:.1f} x); ranked and awarded with reasons {both:.2f} s ({both / floor:.1f} x)"
    )


@transaction()
def season(root):
    """Lay 400 events with 130 000 entries and two marks each."""
    cup = make.competition(root, code="season", checking="off")
    parts = [("theory", 100, "0.3"), ("practical", 100, "0.7")]
    for n in range(1, EVENTS + 1):
        make.event(cup, code=f"{n:03}", parts=parts, ranking=RULES, awards=AWARDS)
    keys = [(e.id, {c.code: c.id for c in e.components}) for e in cup.events]
    per_event = SEASON // EVENTS
    insert_many(
        Entry,
        (
            {
                "id": e * per_event + n + 1,
                "event_id": key,
                "code": f"{n:04}",
                "name": f"张伟 {n}",
                "official": True,
            }
            | {"status": EntryStatus.OK, "status_reason": "", "version": 1}
            for e, (key, _) in enumerate(keys)
            for n in range(per_event)
        ),
    )
    usual = {
        "state": SheetState.ENTERED,
        "entered_at": now(),
        "reason": "",
        "source": "",
        "version": 1,
    }
    insert_many(
        Sheet,
        (
            {
                **usual,
                "entry_id": e * per_event + n + 1,
                "component_id": part,
                "points": Decimal(pair[code == "practical"]) / 100,
            }
            for e, (_, codes) in enumerate(keys)
            for n, pair in enumerate(marks(per_event, e))
            for code, part in codes.items()
        ),
    )
    act(OPERATOR, "test.make")
    return cup


PLAIN_SQL = """
SELECT e.event_id, e.id, rank() OVER (PARTITION BY e.event_id ORDER BY t.total DESC, t.practical DESC)
FROM entries e JOIN (
  SELECT s.entry_id, (sum(s.points * CASE c.code WHEN 'theory' THEN 30 ELSE 70 END) + 5000) / 10000 AS total,
         max(CASE c.code WHEN 'practical' THEN s.points END) AS practical
  FROM sheets s JOIN components c ON c.id = s.component_id GROUP BY s.entry_id
) t ON t.entry_id = e.id
"""


def test_a_season(tmp_path, monkeypatch):
    monkeypatch.delenv("SKILLHUB_DATABASE_URL", raising=False)
    app = create_app(read_settings(tmp_path))
    bring_up(app)
    with app.app_context():
        cup = season(make.organisation("root", kind="union"))
        events = db.session.query(Event).filter_by(competition_id=cup.id).all()
        db.session.rollback()

        def in_sql():
            with sqlite3.connect(tmp_path / "skillhub.sqlite") as connection:
                return {entry: place for _, entry, place in connection.execute(PLAIN_SQL)}

        def in_ours():
            db.session.expire_all()
            return [(one, awards.propose(one.event, one)) for one in results.all_computed(events)]

        floor, plain = timed(in_sql)
        ours, found = timed(in_ours)
        assert {s.entry: s.rank for one, _ in found for s in one.standings} == plain
        given = sum(len(awarded.decisions) for _, awarded in found)
    print(
        f"\na season of {EVENTS} events, {SEASON} entries: places in one SQL statement {floor:.2f} s;"
        f" ranked and awarded with reasons {ours:.2f} s ({ours / floor:.1f} x), {given} awards"
    )
