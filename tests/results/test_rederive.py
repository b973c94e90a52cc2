"""What an instance has signed and conferred, derived again from its raw marks by the second calculator."""

import pytest
from sqlalchemy import select, text

from skillhub.awards import services as awards
from skillhub.awards.models import Award, AwardState
from skillhub.competitions.models import Component
from skillhub.entries.models import Entry
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.marking.models import Sheet
from skillhub.results import services
from skillhub.results.models import ResultLine, ResultVersion
from tests import make
from tests.results.test_oracle import plain

KEYS = ["total desc", "b desc"]
PARTS = (("a", 100, "0.3", 40), ("b", 100, "0.7"), ("t", 1000, 0, None, "time"))
MARKS = [(90, 80), (80, 90), (90, 80), ("39.99", 99), (60, 60), (50, 70), (None, None), (41, 42)]
GOLDS, SILVERS = 2, 2


@pytest.fixture
def event(root):
    schemes = [{"scheme": "counts", "titles": [["G", GOLDS], ["S", SILVERS]]}]
    ranking = {"keys": KEYS, "remaining_tie": "share", "decimals": 2}
    row = make.event(
        make.competition(root, checking="off"), parts=PARTS, ranking=ranking, awards=schemes
    )
    for a, b in MARKS:
        absent = {"status": "DNS"} if a is None else {}
        make.entry(row, marks={} if absent else {"a": a, "b": b}, **absent)
    return row


def differing():
    """Name the entries whose signed place or standing award is not what their raw marks give."""
    found = []
    for version in db.session.scalars(select(ResultVersion).where(ResultVersion.is_current)):
        entries = db.session.scalars(select(Entry).where(Entry.event_id == version.event_id)).all()
        rows = [(e.status.value, e.official, *marks_of(e)) for e in entries]
        places = plain(rows, KEYS, 2, rank_dnf=False)
        earn = [n for n in places if places[n] and rows[n][2] >= 40 and places[n][0] > 0]
        for n, entry in enumerate(entries):
            ahead = sum(places[m][1] < places[n][1] for m in earn) if n in earn else len(rows)
            title = "G" if ahead < GOLDS else "S" if ahead < GOLDS + SILVERS else None
            place = places[n][:2] if places[n] else (None, None)
            if (*place, title) != (*signed(version, entry), conferred(entry)):
                found.append(entry.id)
    return found


def marks_of(entry):
    stored = select(Component.code, Sheet.points).join(Sheet.component)
    found = dict(db.session.execute(stored.where(Sheet.entry_id == entry.id)).all())
    return [found.get(code) for code in "abt"]


def signed(version, entry):
    chosen = select(ResultLine.total, ResultLine.rank).where(
        ResultLine.result_version_id == version.id, ResultLine.entry_id == entry.id
    )
    return tuple(db.session.execute(chosen).one())


def conferred(entry):
    stands = Award.state == AwardState.CONFERRED
    return db.session.scalar(select(Award.title).where(Award.entry_id == entry.id, stands))


@pytest.mark.parametrize(
    "mutation",
    [
        pytest.param(None, id="nothing: all agree"),
        pytest.param("UPDATE sheets SET points = points + 10000 WHERE id = 1", id="one mark"),
        pytest.param("UPDATE result_lines SET total = total + 100 WHERE id = 2", id="one total"),
        pytest.param("UPDATE result_lines SET rank = rank + 1 WHERE id = 3", id="one place"),
        pytest.param("UPDATE awards SET title = 'S' WHERE id = 1", id="one title"),
        pytest.param("DELETE FROM awards WHERE id = 2", id="one award"),
        pytest.param("UPDATE entries SET official = false WHERE id = 5", id="one guest"),
    ],
)
def test_what_was_signed_and_conferred_is_what_the_marks_give(event, mutation):
    services.finalise(event, OPERATOR.name, OPERATOR, now())
    awards.confer(event, OPERATOR, now(), make.DAY)
    if mutation:
        db.session.execute(text(mutation))
    db.session.expire_all()
    assert bool(differing()) == bool(mutation)
