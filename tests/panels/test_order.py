"""While names are closed, no list of codes comes in the order of the list of names: it would be its key."""

import re
from decimal import Decimal

import pytest

from skillhub.checking import queries
from skillhub.kernel.access import Role
from skillhub.kernel.clock import now
from skillhub.marking import services as marking
from skillhub.panels import queries as panels
from skillhub.panels.models import Code, Draw
from skillhub.scoring import services as scoring
from skillhub.scoring.queries import MarkKey
from tests import make

CODES = ("846", "215", "973", "402", "638", "157")  # in the order of the names
MARKED, BARE = CODES[:4], CODES[4:]
LOOK = {"aspects": [{"code": "look", "name": "Look", "kind": "judgement", "max": "3"}]}


@pytest.fixture
def event(root):
    """Six entries; four are marked alike in one go, as from a file, and in dispute; two are not marked yet."""
    event = make.event(make.competition(root, blind=True), parts=(("work", 3, 1), ("theory", 9, 1)))
    work, theory = event.components
    make.changed(work, scheme=LOOK)
    entries = [make.entry(event, f"{n:02d}") for n in range(1, 7)]
    own = make.user(Role.CODE_OFFICER, root).id
    make.keep(
        Draw(event=event, numbers_by_id=own, codes_by_id=own, numbers_at=now(), codes_at=now())
    )
    for n, (entry, code) in enumerate(zip(entries, CODES, strict=True), 1):
        make.keep(Code(event_id=event.id, entry_id=entry.id, number=n, code=code))
    make.changed(event, state="running")
    marks = {
        MarkKey(entry.id, work.id, "look", seat, 1): (score, 0)
        for entry in entries[:4]
        for seat, score in ((1, "3"), (2, "1"), (3, "3"))
    }
    scoring.enter(event, marks, make.OPERATOR, now())
    typed = {(entry.id, theory.id): (Decimal(5), 0) for entry in entries[:4]}
    marking.enter(event, typed, make.OPERATOR, now())
    return event


def codes_in(text, some):
    """Give the codes in the order in which a page first names them."""
    found = re.findall(
        rf"\b({'|'.join(some)})\b", re.sub(r"<head>.*?</head>", "", text, flags=re.DOTALL)
    )
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("some", [MARKED, BARE], ids=["marked alike", "not marked"])
@pytest.mark.parametrize(
    "tab", ["results", "results/final", "marks", "marks/check", "table", "panels/{part}/chief"]
)
def test_codes_stand_by_code(event, root, sign_in, tab, some):
    reader = sign_in(make.user(Role.ADMINISTRATOR, root))
    at = f"/competitions/{event.competition_id}/events/{event.id}"
    answer = reader.get(f"{at}/{tab.format(part=event.components[0].id)}")
    assert answer.status_code == 200
    named = codes_in(answer.text, some)
    assert named == sorted(named)
    assert not panels.names_open(event)


def test_a_pile_of_one_moment_lies_by_code(event):

    assert [panels.codes(event)[p.entry.id] for p in queries.papers(event)] == sorted(MARKED)
