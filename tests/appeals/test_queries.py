"""What is open holds up finality and certificates."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from skillhub.appeals import queries
from skillhub.appeals.models import Appeal, Notice
from skillhub.appeals.rules import end_of
from tests import make

OPENED = datetime(2026, 6, 8, 1, tzinfo=UTC)
LAST = date(2026, 6, 15)
CLOSES = end_of(LAST, "Asia/Shanghai")


@pytest.fixture
def event(root):
    return make.event(make.competition(root), state="provisional")


def notice(event, **values):
    row = Notice(
        event=event, number=values.pop("number", 1), working_days=5, from_day=date(2026, 6, 8), until_day=LAST,
        zone="Asia/Shanghai", closes_at=CLOSES, contact_name="Office", contact="0531-1234", opened_by="o",
        opened_at=OPENED, **values,
    )  # fmt: skip
    return make.keep(row)


def appeal(entry, **values):
    values = {"kind": "query", "subject": "score", "reason": "I had 87", "filed_by": "Li", **values}
    return make.keep(Appeal(event=entry.event, entry=entry, filed_at=OPENED, **values))


def said(event, moment):
    return [str(problem) for problem in queries.blockers(event, moment)]


def test_the_notice_blocks_until_its_last_instant_is_over(event):
    notice(event)
    assert said(event, CLOSES) == [
        "notice: the public notice runs until the end of 2026-06-15 (Asia/Shanghai)"
    ]
    assert said(event, CLOSES + timedelta(seconds=1)) == []


def test_a_stopped_notice_counts_no_more(event):
    notice(event, state="stopped", stopped_why="ranks changed")
    assert queries.notice_of(event) is None
    assert said(event, OPENED) == []


def test_an_open_query_blocks_and_holds_its_entry_alone(event):
    mine, other = make.entry(event, "1", name="Li Wei"), make.entry(event, "2")
    waiting = appeal(mine)
    assert said(event, OPENED) == [
        f"appeals/{waiting.id}: a query about 1 Li Wei waits for its decision"
    ]
    assert queries.held([mine.id, other.id]) == {mine.id}


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"state": "rejected_late", "deadline": OPENED - timedelta(seconds=1)}, id="late"),
        pytest.param({"state": "decided", "outcome": "dismissed", "decision": "The sheet says 78.",
                      "decided_at": OPENED, "decided": True}, id="decided"),
    ],
)  # fmt: skip
def test_what_came_late_or_is_decided_holds_nothing(event, root, values):
    if values.pop("decided", False):
        values["decided_by"] = make.user("appeals_panel", root)
    entry = make.entry(event, "1")
    appeal(entry, **values)
    assert said(event, OPENED) == []
    assert queries.held([entry.id]) == set()


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"state": "decided", "outcome": "upheld", "decided_at": OPENED}, id="decided without a reason"),
        pytest.param({"state": "rejected_late", "deadline": OPENED}, id="late although in time"),
        pytest.param({"state": "under_review"}, id="looked at by nobody"),
        pytest.param({"reason": ""}, id="without a reason"),
        pytest.param({"kind": "objection"}, id="an objection without a way to answer"),
    ],
)  # fmt: skip
def test_the_database_refuses(event, values):
    with pytest.raises(IntegrityError):
        appeal(make.entry(event, "1"), **values)
