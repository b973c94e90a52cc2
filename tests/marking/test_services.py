"""Marks entered, clashing, confirmed and sent back."""

from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from skillhub.accounts.queries import actor_of
from skillhub.kernel.access import Role
from skillhub.kernel.clock import now
from skillhub.kernel.db import db, transaction
from skillhub.kernel.errors import BadInput, Conflict, Locked, NotAllowed
from skillhub.marking import queries, services
from skillhub.marking.models import SheetState
from tests import make


@pytest.fixture
def event(root):
    return make.event(make.competition(root), parts=(("theory", 100, 1), ("practice", 25, 1)))


@pytest.fixture
def judge(root):
    return actor_of(make.user(Role.JUDGE, root).username)


@pytest.fixture
def checker(root):
    return actor_of(make.user(Role.CHECKER, root).username)


def enter(event, entry, actor, code="theory", points="80", seen=0):
    part = next(part for part in event.components if part.code == code)
    points = None if points is None else Decimal(points)
    return services.enter(event, {(entry.id, part.id): (points, seen)}, actor, now())


def only(event):
    (sheet,) = queries.of(event).values()
    return sheet


@pytest.mark.parametrize("points", ["0", "25", "12.3456"])
def test_a_mark_is_kept_exactly_and_0_is_one(event, judge, points):
    enter(event, make.entry(event), judge, "practice", points)
    assert only(event).points == Decimal(points)


def test_a_blank_that_was_blank_makes_no_row(event, judge):
    assert enter(event, make.entry(event), judge, points=None) == 0
    assert queries.of(event) == {}


@pytest.mark.parametrize("points", ["25.0001", "100"])
def test_a_mark_above_the_maximum_names_its_cell(event, judge, points):
    entry = make.entry(event)
    with pytest.raises(BadInput) as refused:
        enter(event, entry, judge, "practice", points)
    assert refused.value.problems[0].where == f"m-{entry.id}-{event.components[1].id}"
    assert "above the maximum 25" in str(refused.value.problems[0])


def test_one_wrong_mark_keeps_all_out(event, judge):
    entry = make.entry(event)
    theory, practice = event.components
    with pytest.raises(BadInput):
        typed = {(entry.id, theory.id): (Decimal(1), 0), (entry.id, practice.id): (Decimal(26), 0)}
        services.enter(event, typed, judge, now())
    assert queries.of(event) == {}


def test_a_mark_of_another_event_is_refused(event, judge):
    foreign = make.entry(make.event(event.competition, code="02"))
    with pytest.raises(BadInput, match="Nothing was saved"):
        enter(event, foreign, judge)


def test_a_second_judge_does_not_overwrite_the_first(event, judge, checker):
    entry = make.entry(event)
    enter(event, entry, judge, points="80")
    with pytest.raises(Conflict) as refused:
        enter(event, entry, checker, points="81", seen=0)
    assert str(refused.value.problems[0].message) == (
        f"Theory: you typed 81, meanwhile 80 was stored by {judge.name}"
    )
    assert only(event).points == 80
    enter(event, entry, checker, points="81", seen=only(event).version)
    assert only(event).points == 81


def test_a_second_person_confirms_and_a_change_takes_it_back(event, judge, checker):
    entry = make.entry(event)
    enter(event, entry, judge)
    services.confirm(event, {only(event).id: only(event).version}, checker, now())
    assert (only(event).state, only(event).checked_by_id) == (SheetState.CHECKED, checker.user_id)
    enter(event, entry, judge, points="70", seen=only(event).version)
    assert (only(event).state, only(event).checked_by_id, only(event).checked_at) == (
        SheetState.ENTERED,
        None,
        None,
    )


def test_nobody_confirms_an_own_mark(event, judge):
    enter(event, make.entry(event), judge)
    seen = {only(event).id: only(event).version}
    with pytest.raises(NotAllowed):
        services.confirm(event, seen, judge, now())
    with pytest.raises(NotAllowed):
        services.reject(event, seen, "no", judge)


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"state": SheetState.CHECKED}, id="checked without checker and time"),
        pytest.param(
            {"state": SheetState.CHECKED, "checked_at": now()}, id="checked without checker"
        ),
        pytest.param({"checked_at": now()}, id="a time without a check"),
        pytest.param({"state": SheetState.REJECTED}, id="rejected without a reason"),
        pytest.param({"points": Decimal(-1)}, id="less than nothing"),
    ],
)
def test_the_database_holds_state_checker_and_time_together(event, judge, values):
    enter(event, make.entry(event), judge)
    with pytest.raises(IntegrityError):
        change(only(event), values)


def test_the_database_knows_the_second_person(event, judge):
    enter(event, make.entry(event), judge)
    own = {"state": SheetState.CHECKED, "checked_at": now(), "checked_by_id": judge.user_id}
    with pytest.raises(IntegrityError):
        change(only(event), own)


@transaction()
def change(sheet, values):
    for name, value in values.items():
        setattr(sheet, name, value)
    db.session.flush()


def test_what_changed_since_it_was_shown_is_not_confirmed(event, judge, checker):
    entry = make.entry(event)
    enter(event, entry, judge)
    seen = {only(event).id: only(event).version}
    enter(event, entry, judge, points="8", seen=only(event).version)
    with pytest.raises(Conflict, match="changed meanwhile"):
        services.confirm(event, seen, checker, now())


def test_rejecting_needs_a_reason_and_the_same_mark_may_come_again(event, judge, checker):
    entry = make.entry(event)
    enter(event, entry, judge)
    seen = {only(event).id: only(event).version}
    with pytest.raises(BadInput, match="does not match"):
        services.reject(event, seen, " ", checker)
    services.reject(event, seen, "paper says 8", checker)
    assert only(event).state is SheetState.REJECTED
    assert enter(event, entry, judge, points="80", seen=only(event).version) == 1
    assert only(event).state is SheetState.ENTERED


@pytest.mark.parametrize(
    ("state", "error"),
    [pytest.param("draft", Conflict, id="open rules"), pytest.param("final", Locked, id="final")],
)
def test_marks_are_taken_only_while_the_rules_are_locked(root, judge, state, error):
    locked = {"locked_at": now(), "locked_by": "x"} if state == "final" else {}
    event = make.event(
        make.competition(root), parts=(("theory", 9, 1),), locked=False, state=state, **locked
    )
    with pytest.raises(error):
        enter(event, make.entry(event), judge, points="1")
