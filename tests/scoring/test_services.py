"""Marks of judges: entered, refused, voted again, and what they do to the sheet of their component."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from skillhub.entries.rules import Draft
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.errors import BadInput, Conflict, Locked
from skillhub.marking import queries as marking
from skillhub.marking import services as sheets
from skillhub.results import queries as results
from skillhub.scoring import queries, services, works
from skillhub.scoring.models import EarlierMark, Mark
from skillhub.scoring.queries import MarkKey
from tests import make

JUDGED = {
    "aspects": [
        {"code": "look", "kind": "judgement", "max": "2"},
        {"code": "size", "kind": "measurement", "max": "1"},
    ]
}


@pytest.fixture
def event(root):
    row = make.event(
        make.competition(root, checking="off"), parts=(("work", 3, 1), ("theory", 100, 1))
    )
    return with_scheme(row, JUDGED)


def with_scheme(event, scheme, part=0):
    make.changed(event.components[part], scheme=scheme)
    return event


def keys(event, entry, **typed):
    """Write look="2 3 2" as boxes; * leaves one out."""
    part = event.components[0]
    read = queries.scheme_of(part)
    return {
        MarkKey(entry.id, part.id, code, slot.seat, slot.attempt): (word, 0)
        for code, words in typed.items()
        for slot, word in zip(read.by_code[code].slots(), words.split(), strict=False)
        if word != "*"
    }


def seen(typed):
    """The same boxes with the versions that stand there now."""
    known = queries.rows(typed)
    return {k: (v, known[k].version if k in known else 0) for k, (v, _) in typed.items()}


def sheet(event, entry, part=0):
    return marking.of(event).get((entry.id, event.components[part].id))


def test_the_sheet_is_reckoned_with_the_last_box(event, operator):
    entry = make.entry(event)
    services.enter(event, keys(event, entry, look="2 3 2"), operator, now())
    assert sheet(event, entry) is None
    services.enter(event, keys(event, entry, size="1"), operator, now())
    assert (sheet(event, entry).points, sheet(event, entry).exact) == (Decimal("2.56"), "23/9")


def test_case_12_a_blank_box_is_never_zero(event, operator):
    entry = make.entry(event)
    services.enter(event, keys(event, entry, look="2 3 *", size="0"), operator, now())
    assert sheet(event, entry) is None
    done = queries.scored(event, {entry.id}, {event.components[0].id})
    assert done[entry.id, event.components[0].id].missing == ("look",)


def test_case_13_a_dispute_holds_the_sheet_and_both_votes_are_kept(event, operator):
    entry = make.entry(event)
    services.enter(event, keys(event, entry, look="3 1 2", size="1"), operator, now())
    assert sheet(event, entry) is None
    assert marking.to_check(event) == []
    again = seen(keys(event, entry, look="2 1 2"))
    assert services.enter(event, again, operator, now()) == 1
    assert sheet(event, entry).points == Decimal("2.11")
    before = db.session.scalars(select(EarlierMark)).one()
    assert (before.value, before.mark.value) == (Decimal(3), Decimal(2))


def test_a_box_that_was_emptied_empties_the_sheet(event, operator):
    entry = make.entry(event)
    typed = keys(event, entry, look="2 2 2", size="1")
    services.enter(event, typed, operator, now())
    key = MarkKey(entry.id, event.components[0].id, "size")
    services.enter(event, {key: (None, queries.rows([key])[key].version)}, operator, now())
    assert sheet(event, entry).points is None


def test_who_was_slower_sees_both_values(event, operator):
    entry = make.entry(event)
    services.enter(event, keys(event, entry, size="1"), operator, now())
    with pytest.raises(Conflict) as refusal:
        services.enter(event, keys(event, entry, size="0"), operator, now())
    assert "you typed 0, meanwhile 1 was stored" in str(refusal.value.problems[0])
    assert services.enter(event, keys(event, entry, size="1"), operator, now()) == 0


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param({"look": "4 2 2"}, "not from 0 to 3", id="above the top"),
        pytest.param({"size": "x"}, "is no number", id="no number"),
    ],
)
def test_what_no_box_takes_is_refused_and_nothing_is_stored(event, operator, typed, said):
    entry = make.entry(event)
    with pytest.raises(BadInput) as refusal:
        services.enter(event, keys(event, entry, **{"size": "1", **typed}), operator, now())
    assert said in str(refusal.value.problems[0])
    assert db.session.scalars(select(Mark)).all() == []


def test_there_are_only_the_boxes_of_the_scheme(event, operator):
    entry, other = make.entry(event), make.entry(make.event(event.competition, code="02"))
    part = event.components[0].id
    for key in (
        MarkKey(entry.id, part, "look", 4),
        MarkKey(entry.id, part, "nothing"),
        MarkKey(other.id, part, "size"),
        MarkKey(entry.id, event.components[1].id, "size"),
    ):
        with pytest.raises(BadInput):
            services.enter(event, {key: (Decimal(1), 0)}, operator, now())


def test_points_of_a_scheme_are_not_typed(event, operator):
    entry = make.entry(event)
    cell = (entry.id, event.components[0].id)
    with pytest.raises(BadInput) as refusal:
        sheets.enter(event, {cell: (Decimal(2), 0)}, operator, now())
    assert "come from its aspects" in str(refusal.value.problems[0])


def test_marks_are_entered_while_the_event_is_marked(root, operator):
    event = make.event(make.competition(root), locked=False)
    event = with_scheme(event, JUDGED)
    entry = make.entry(event)
    with pytest.raises(Conflict, match="Lock the rules"):
        services.enter(event, keys(event, entry, size="1"), operator, now())


def test_a_component_that_reads_the_marks_of_another(root, operator):
    event = make.event(
        make.competition(root),
        parts=(("average", 1, 0, None, "time"), ("best", 1, 0, None, "time")),
    )
    solves = {"code": "solve", "kind": "attempts", "attempts": 3, "lower_wins": True}
    with_scheme(event, {"aspects": [{**solves, "combine": "mean"}]})
    with_scheme(event, {"aspects": [solves], "marks_of": "average"}, part=1)
    entry, failed = make.entry(event), make.entry(event)
    services.enter(event, keys(event, entry, solve="9.5 8 8.5"), operator, now())
    services.enter(event, keys(event, failed, solve="9.5 DNF 8.5"), operator, now())
    assert [sheet(event, entry, n).points for n in (0, 1)] == [Decimal("8.67"), Decimal(8)]
    assert [sheet(event, failed, n).points for n in (0, 1)] == [None, Decimal("8.5")]
    assert sheet(event, failed).token == "DNF"
    with pytest.raises(BadInput):
        key = MarkKey(entry.id, event.components[1].id, "solve", 0, 1)
        services.enter(event, {key: (Decimal(1), 0)}, operator, now())


def test_a_final_event_takes_no_marks(event, operator):
    entry = make.entry(event)
    typed = keys(event, entry, size="1")
    make.changed(event, state="final")
    with pytest.raises(Locked):
        services.enter(event, typed, operator, now())


def test_exact_thirds_add_up_and_are_rounded_once(root, operator):
    """Three judged parts of 4/9 each are 1.33, though each is printed as 0.44."""
    parts = tuple((code, 1, 1) for code in ("a", "b", "c"))
    event = make.event(make.competition(root, checking="off"), parts=parts)
    judged = {"aspects": [{"code": "look", "kind": "judgement", "max": "1"}]}
    for n in range(3):
        with_scheme(event, judged, part=n)
    entry = make.entry(event)
    typed = {
        MarkKey(entry.id, part.id, "look", seat): (word, 0)
        for part in event.components
        for seat, word in enumerate("112", 1)
    }
    services.enter(event, typed, operator, now())
    assert [sheet(event, entry, n).points for n in range(3)] == [Decimal("0.44")] * 3
    assert results.computed(event).standings[0].total == Decimal("1.33")
    for n in range(3):
        with_scheme(event, {**judged, "rounding": "part"}, part=n)
    services.reckon(event, {entry.id}, operator, now())
    assert results.computed(event).standings[0].total == Decimal("1.32")


def test_who_did_not_finish_stands_last_and_is_no_hole(root, operator):
    event = make.event(
        make.competition(root, checking="off"),
        parts=(("time", 1000, 0, None, "time"),),
        ranking={"keys": ["time asc"]},
    )
    with_scheme(event, {"aspects": [{"code": "run", "kind": "time"}]})
    first, failed, waits = make.entry(event), make.entry(event), make.entry(event)
    for entry, word in ((first, "61.2"), (failed, "dnf")):
        services.enter(event, keys(event, entry, run=word), operator, now())
    places = {s.entry: (s.rank, s.missing) for s in results.computed(event).standings}
    assert places == {first.id: (1, ()), failed.id: (2, ()), waits.id: (None, ("time",))}


def test_a_penalty_takes_from_the_total(root):
    event = make.event(
        make.competition(root), parts=(("work", 100, 1), ("fault", 10, 1, None, "penalty"))
    )
    make.entry(event, marks={"work": 90, "fault": 3})
    assert results.computed(event).standings[0].total == Decimal(87)


@pytest.mark.parametrize("asked", ["codes", "a least field", None])
def test_a_sheet_of_judges_locks_no_rules_of_which_something_is_asked_before(root, asked):
    cup = make.competition(root, checking="off", blind=asked == "codes")
    least = 2 if asked == "a least field" else 0
    event = with_scheme(
        make.event(cup, parts=(("work", 3, 1),), locked=False, min_entries=least), JUDGED
    )
    make.entry(event, "1")
    stated = [works.Stated(2, Draft(2, "01", "1"), "work", "size", "1")]
    if asked is None:
        works.take_in(cup, stated, "judges.csv", OPERATOR, now())
        assert event.state == "prepared"
        return
    with pytest.raises(BadInput) as refused:
        works.take_in(cup, stated, "judges.csv", OPERATOR, now())
    assert "Prepare event 01 on its page first" in str(refused.value.problems[-1].message)
    assert event.state == "draft"
