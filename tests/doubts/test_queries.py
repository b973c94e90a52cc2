"""What the database knows around a mark: the rows beside it, earlier years of the same person, and the record."""

from decimal import Decimal

import pytest

from skillhub.doubts import queries
from skillhub.kernel.clock import now
from tests import make

PARTS = (("theory", 100, 1), ("practice", 50, 1))


@pytest.fixture
def welder(app):
    return make.occupation("welder")


def contest(root, welder, year, parts=PARTS, final=False):
    held = make.competition(root, year=year)
    state = {"state": "final", "locked_at": now(), "locked_by": "x"} if final else {}
    return make.event(held, occupation=welder, parts=parts, locked=not final, **state)


def asked(event, entry, *, sure=(), **typed):
    parts = {part.code: part.id for part in event.components}
    fresh = {entry.id: {parts[code]: Decimal(text) for code, text in typed.items()}}
    known = {(entry.id, parts[code]): Decimal(text) for code, text in sure}
    found = queries.asks(event, fresh, known)
    codes = {part.id: part.code for part in event.components}
    return {codes[part]: [str(m) for m in said] for (_, part), said in found.items()}


def field(event, n=30):
    """Ordinary rows, so that there is something usual."""
    return [
        make.entry(event, marks={"theory": 60 + k % 11, "practice": 30 + k % 7}) for k in range(n)
    ]


def test_an_ordinary_mark_is_not_asked_about(root, welder):
    event = contest(root, welder, 2026)
    field(event)
    assert asked(event, make.entry(event), theory="66") == {}


def test_a_mark_that_beats_the_record_of_earlier_years(root, welder):
    old = contest(root, welder, 2025, final=True)
    field(old, 20)
    event = contest(root, welder, 2026)
    entry = make.entry(event)
    assert asked(event, entry, theory="70") == {}
    assert asked(event, entry, theory="70.5") == {"theory": ["70.5 beats the record of 70"]}


@pytest.mark.parametrize(
    ("n", "final", "why"),
    [(19, True, "too few to be a record"), (20, False, "not yet final")],
)
def test_what_makes_no_record(root, welder, n, final, why):
    old = contest(root, welder, 2025, final=final)
    field(old, n)
    event = contest(root, welder, 2026)
    assert asked(event, make.entry(event), theory="71") == {}, why


def test_a_mark_far_from_the_same_persons_earlier_years(root, welder):
    """Last year practice had another maximum: it is brought to today's."""
    wang = make.person("Wang")
    old = contest(root, welder, 2025, parts=(("theory", 100, 1), ("practice", 100, 1)), final=True)
    make.entry(old, person=wang, marks={"theory": 64, "practice": 66})
    event = contest(root, welder, 2026)
    field(event)
    entry = make.entry(event, person=wang)
    assert asked(event, entry, theory="65") == {}
    (said,) = asked(event, entry, theory="95")["theory"]
    assert "far from this person's other parts and earlier years" in said
    assert asked(event, entry, theory="95", sure=[("theory", "95")]) == {}


def test_the_row_of_the_neighbour_once_more(root, welder):
    event = contest(root, welder, 2026)
    rows = [make.entry(event, marks={"theory": 50 + k, "practice": 20 + k / 2}) for k in range(40)]
    entry = make.entry(event)
    (said,) = asked(event, entry, theory="89", practice="39.5")["practice"]
    assert said == f"the same 2 values as {rows[-1].code}"
    names = {rows[-1].id: "K7"}
    parts = [part.id for part in event.components]
    fresh = {entry.id: dict(zip(parts, (Decimal(89), Decimal("39.5")), strict=True))}
    found = queries.asks(event, fresh, {}, names)
    assert [str(m) for said in found.values() for m in said] == ["the same 2 values as K7"]
