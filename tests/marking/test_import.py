"""A mark sheet: blank is not 0, words are statuses, and all of it or none of it."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from skillhub.competitions import services as competitions
from skillhub.entries.models import Entry
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.errors import BadInput
from skillhub.kernel.journal import JournalLine, about, chain, verify
from skillhub.kernel.sheets import load
from skillhub.marking import queries, services, sheet
from skillhub.marking.models import Sheet, SheetState
from tests import make


@pytest.fixture
def cup(root):
    cup = make.competition(root, code="cup")
    event = make.event(
        cup, code="01", parts=(("theory", 100, "0.3"), ("practice", 100, "0.7")), locked=False
    )
    for code in ("1", "2", "3"):
        make.entry(event, code)
    return cup


def drafts(cup, *lines):
    text = "\n".join(["event,entry,theory,practice", *lines])
    table = load(text.encode(), "marks.csv", sheet.columns(cup))
    assert table.ok, [str(p) for p in table.problems]
    return sheet.drafts(table.rows, sheet.components(cup))


def import_(cup, *lines, create=False, actor=OPERATOR):
    return services.import_sheet(cup, drafts(cup, *lines), "marks.csv", actor, now(), create)


def changes(plan):
    return [row.change.value for row in plan.preview.rows]


def refused(cup, *lines, create=False):
    before = state()
    with pytest.raises(BadInput) as error:
        import_(cup, *lines, create=create)
    assert state() == before
    return [str(problem) for problem in error.value.problems if problem.severity == "error"]


def state():
    counted = [
        db.session.scalar(select(func.count()).select_from(m)) for m in (Sheet, Entry, JournalLine)
    ]
    return (*counted, db.session.scalar(select(func.sum(Sheet.version))))


def marks(cup):
    codes = dict(db.session.execute(select(Entry.id, Entry.code)).all())
    return {codes[key]: given for key, given in queries.marks_in(cup.events).items()}


def test_blank_is_not_zero(cup):
    import_(cup, "01,1,0,", "01,2,,50", "01,3,-,NA")
    assert marks(cup) == {"1": {"theory": Decimal(0)}, "2": {"practice": Decimal(50)}}


def test_an_empty_cell_takes_nothing_back(cup):
    import_(cup, "01,1,80,90")
    assert changes(import_(cup, "01,1,,91")) == ["changed"]
    assert marks(cup)["1"] == {"theory": Decimal(80), "practice": Decimal(91)}


@pytest.mark.parametrize(
    ("word", "status"),
    [("DNS", "DNS"), ("缺考", "DNS"), ("dnf", "DNF"), ("取消资格", "DSQ"), ("NC", "NC")],
)
def test_a_word_in_a_mark_cell_is_a_status(cup, word, status):
    import_(cup, f"01,1,{word},", "01,2,80,")
    entry = db.session.scalars(select(Entry).where(Entry.code == "1")).one()
    assert (entry.status, bool(entry.status_reason)) == (status, status != "DNS")
    assert "1" not in marks(cup)
    assert changes(import_(cup, f"01,1,{word},", "01,2,80,")) == ["same", "same"]


def test_every_problem_is_told_at_once(cup):
    told = refused(cup, "01,1,100.5,-1", "01,9,80,80", "02,1,80,80", "01,2,80,80", "01,2,80,80")
    assert told == [
        "row 3: there is no entry “9” in event 01; import the entries first, or let this import add them",
        "row 4: there is no event “02”; the competition has 01",
        "row 6: entry 2 of event 01 stands in row 5 already",
        "row 2: 100.5 is above the maximum 100 for Theory",
        "row 2: -1 is below 0 for Practice",
    ]


def test_a_mark_may_reach_the_maximum_and_not_pass_it(cup):
    import_(cup, "01,1,100,0")
    assert refused(cup, "01,1,100.0001,0") == [
        "row 2: 100.0001 is above the maximum 100 for Theory"
    ]


def test_a_component_of_another_event_is_refused(cup):
    make.event(cup, code="02", parts=(("speed", 10, 1),))
    make.entry(cup.events[1], "1")
    assert refused(cup, "02,1,5,") == [
        "row 2: event 02 has no component “theory”; leave the cell empty"
    ]


def test_importing_locks_the_rules_and_says_so_before(cup):
    plan = queries.plan(cup, drafts(cup, "01,1,80,90"))
    assert [str(n) for n in plan.preview.notices] == ["Importing locks the rules of: 01."]
    assert cup.events[0].state == "draft"
    import_(cup, "01,1,80,90")
    assert cup.events[0].state == "prepared"


def test_a_final_event_takes_no_marks(cup):
    import_(cup, "01,1,80,90")
    make.keep(cup.events[0])
    competitions.close(cup.events[0], OPERATOR)
    assert refused(cup, "01,1,80,91") == [
        "row 2: Event 01 is final; its marks can no longer change."
    ]


@pytest.mark.parametrize("state", ["provisional", "public_notice", "suspended", "cancelled"])
def test_a_sheet_is_held_to_the_state_of_the_event_as_typing_is(cup, state):
    import_(cup, "01,1,80,90")
    left = {"left_state": "running"} if state == "suspended" else {}
    make.changed(cup.events[0], state=state, **left)
    (told,) = refused(cup, "01,1,80,91")
    assert told.endswith("marks are entered while it runs and is scored.")


@pytest.mark.parametrize("asked", ["codes", "a least field", "a scheme"])
def test_a_sheet_locks_no_rules_of_which_something_is_asked_before(cup, asked):
    event = cup.events[0]
    if asked == "codes":
        make.changed(cup, blind=True)
    elif asked == "a least field":
        make.changed(event, min_entries=4)
    else:
        make.changed(event.components[1], scheme={"aspects": [{"code": "a", "max": "9"}]})
    (told,) = refused(cup, "01,1,80,")
    assert told.startswith("row 2: Prepare event 01 on its page first")
    assert event.state == "draft"
    if asked == "a least field":
        make.changed(event, waived_why="the only ones of their trade")
        import_(cup, "01,1,80,90")
        assert event.state == "prepared"


def test_the_same_sheet_again_writes_not_even_a_journal_line(cup):
    import_(cup, "01,1,80,90", "01,2,DNS,")
    before = state()
    assert changes(import_(cup, "01,1,80.0,90", "01,2,DNS,")) == ["same", "same"]
    assert state() == before


def test_a_changed_mark_loses_its_confirmation_and_the_journal_keeps_the_old_value(cup, root):
    judge, checker = make.user("judge", root), make.user("checker", root)
    import_(cup, "01,1,80,90", actor=judge.as_actor())
    waiting = queries.to_check(cup.events[0])
    services.confirm(cup.events[0], {s.id: s.version for s in waiting}, checker.as_actor(), now())
    plan = import_(cup, "01,1,81,90", actor=judge.as_actor())
    assert plan.preview.rows[0].before == {"theory": Decimal(80)}
    theory, practice = sorted(queries.of(cup.events[0]).values(), key=lambda s: s.points)
    assert (theory.state, theory.checked_by_id, practice.state) == (
        SheetState.ENTERED,
        None,
        SheetState.CHECKED,
    )
    trace = about([theory])[0]
    assert (trace.changes[0][1]["points"], trace.changes[0][2]["points"]) == ("80", "81")
    assert verify(chain()) == []


def test_a_rejected_mark_that_is_sent_again_is_entered_again(cup, root):
    checker = make.user("checker", root)
    import_(cup, "01,1,80,")
    only = queries.to_check(cup.events[0])[0]
    services.reject(
        cup.events[0], {only.id: only.version}, "does not match the paper", checker.as_actor()
    )
    assert changes(import_(cup, "01,1,80,")) == ["changed"]
    assert changes(import_(cup, "01,1,80,")) == ["same"]
    assert [s.state for s in queries.to_check(cup.events[0])] == ["entered"]


def test_missing_entries_are_added_when_asked_for_and_the_others_stay(cup):
    plan = import_(cup, "01,1,80,90", "01,7,70,60", "01,8,DNS,", create=True)
    assert changes(plan) == ["new", "new", "new"]
    assert [row.change.value for row in plan.entries.rows] == ["same", "new", "new"]
    assert set(marks(cup)) == {"1", "7"}
    assert (
        changes(import_(cup, "01,1,80,90", "01,7,70,60", "01,8,DNS,", create=True)) == ["same"] * 3
    )


def test_a_lost_zero_finds_its_entry(cup):
    make.entry(cup.events[0], "007")
    import_(cup, "1,7,80,90")
    assert set(marks(cup)) == {"007"}


def test_one_bad_row_in_five_hundred_stores_nothing(cup):
    told = refused(cup, *(f"01,{n},80,90" for n in range(1, 500)), "01,500,101,90", create=True)
    assert told == ["row 501: 101 is above the maximum 100 for Theory"]
