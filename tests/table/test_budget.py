"""What one value that is typed asks of the database: no more than this, however many people are in the event."""

import pytest

from skillhub.kernel.access import Role
from tests import make
from tests.portal.counting import statements
from tests.table import test_boxes as boxes
from tests.table.test_save import results_of, send, value

WHOLE, LOCKED = 24, 13  # statements in all, and those while nobody else can write
# Four of them ask what is usual for a judge, before the lock; one within it looks at a settled reading.
WHOLE_BOX, LOCKED_BOX = 35, 24


@pytest.fixture(autouse=True)
def big(monkeypatch):
    """Places are asked for apart, as in an event of many."""
    monkeypatch.setattr("skillhub.table.views.MANY", 0)


@pytest.fixture
def clerk(root, sign_in):
    return sign_in(make.user(Role.ORGANISER, root, login="olga"))


def locked(asked):
    """Those from taking the lock to giving it back."""
    return asked[asked.index("BEGIN IMMEDIATE") :] if "BEGIN IMMEDIATE" in asked else asked


@pytest.mark.parametrize("people", [3, 90])
def test_a_value_of_a_part(clerk, root, people):
    parts = (("theory", 100, 1), ("practice", 25, 1))
    event = make.event(make.competition(root), occupation=make.occupation("w"), parts=parts)
    entries = [make.entry(event, marks={"practice": 10}) for _ in range(people)]
    theory = event.components[0]
    send(clerk, event, value(entries[1], theory, "50"))
    typed, _ = value(entries[0], theory, "51"), event.id
    with statements() as asked:
        answer = send(clerk, event, typed)
    assert results_of(answer) == ["saved"]
    assert len(asked) <= WHOLE, "\n".join(asked)
    assert len(locked(asked)) <= LOCKED, "\n".join(locked(asked))


@pytest.mark.parametrize("people", [3, 90])
def test_a_value_of_a_box(clerk, root, people):
    event = make.event(make.competition(root), parts=(("work", 1, 1), ("theory", 100, 1)))
    work = make.changed(event.components[0], scheme={"aspects": boxes.JUDGED["aspects"][1:]})
    entries = [make.entry(event) for _ in range(people)]
    column = f"{work.id}:size:0:1"
    boxes.post(clerk, event, work, value(entries[1], column, "0.5"))
    typed, _ = value(entries[0], column, "1"), (event.id, work.id)
    with statements() as asked:
        answer = boxes.post(clerk, event, work, typed)
    assert results_of(answer) == ["saved"]
    assert answer.json["reckoned"] == [[entries[0].id, str(work.id), ["1", 1, "entered", ""]]]
    assert len(asked) <= WHOLE_BOX, "\n".join(asked)
    assert len(locked(asked)) <= LOCKED_BOX, "\n".join(locked(asked))
