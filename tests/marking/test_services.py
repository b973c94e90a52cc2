"""Marks typed one by one, and confirmed by a second person."""

from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.errors import BadInput, Conflict, Locked, NotAllowed
from skillhub.kernel.journal import about
from skillhub.marking import queries, services
from skillhub.marking.models import SheetState
from tests import make


@pytest.fixture
def event(root):
    return make.event(make.competition(root), parts=(("score", 100, 1),))


@pytest.fixture
def entry(event):
    return make.entry(event, "1")


@pytest.fixture
def judge(root):
    return make.user("judge", root).as_actor()


@pytest.fixture
def checker(root):
    return make.user("checker", root).as_actor()


def type_(event, entry, points, actor=OPERATOR, version=0):
    points = None if points is None else Decimal(points)
    return services.enter(
        event, {(entry.id, event.components[0].id): (points, version)}, actor, now()
    )


def only(event):
    (sheet,) = queries.of(event).values()
    return sheet


def confirm(event, actor):
    return services.confirm(event, {only(event).id: only(event).version}, actor, now())


def test_zero_is_a_mark_and_blank_is_none(event, entry):
    assert type_(event, entry, None) == 0
    assert queries.marks_of(event) == {}
    assert type_(event, entry, "0") == 1
    assert queries.marks_of(event) == {entry.id: {"score": Decimal(0)}}


def test_the_same_points_again_write_nothing(event, entry):
    type_(event, entry, "80")
    assert type_(event, entry, "80.00", version=only(event).version) == 0


@pytest.mark.parametrize(
    ("points", "said"), [("100.0001", "above the maximum 100"), ("-0.0001", "below 0")]
)
def test_points_stay_between_zero_and_the_maximum(event, entry, points, said):
    with pytest.raises(BadInput) as refused:
        type_(event, entry, points)
    assert said in str(refused.value.problems[0])
    assert type_(event, entry, "100") == 1


def test_a_mark_that_somebody_changed_meanwhile_is_refused_with_both_values(
    event, entry, judge, checker
):
    type_(event, entry, "80", judge)
    with pytest.raises(Conflict) as refused:
        type_(event, entry, "70", checker)
    told = str(refused.value.problems[0])
    assert "70" in told
    assert "80" in told
    assert only(event).points == Decimal(80)


def test_the_same_value_typed_by_two_people_is_no_conflict(event, entry, judge, checker):
    type_(event, entry, "80", judge)
    assert type_(event, entry, "80", checker) == 0


def test_nobody_confirms_their_own_marks(event, entry, judge, checker):
    type_(event, entry, "80", judge)
    with pytest.raises(NotAllowed, match="second person"):
        confirm(event, judge)
    assert confirm(event, checker) == 1
    assert (only(event).state, only(event).checked_by_id) == (SheetState.CHECKED, checker.user_id)


@pytest.mark.parametrize(
    "change",
    [
        "state = 'checked', checked_by_id = entered_by_id, checked_at = entered_at",
        "state = 'checked', checked_by_id = :other",
        "state = 'checked', checked_at = entered_at",
        "checked_by_id = :other, checked_at = entered_at",
        "state = 'rejected'",
        "points = -1",
        "state = 'approved'",
    ],
)
def test_the_database_itself_refuses_what_cannot_be(event, entry, judge, checker, change):
    type_(event, entry, "80", judge)
    with pytest.raises(IntegrityError):
        db.session.execute(
            text(f"UPDATE sheets SET {change}"), {"other": checker.user_id} if ":" in change else {}
        )
    db.session.rollback()


def test_what_was_confirmed_is_what_was_looked_at(event, entry, judge, checker):
    type_(event, entry, "80", judge)
    seen = {only(event).id: only(event).version}
    type_(event, entry, "81", judge, only(event).version)
    with pytest.raises(Conflict, match="changed meanwhile"):
        services.confirm(event, seen, checker, now())
    assert only(event).state is SheetState.ENTERED


def test_a_changed_mark_loses_its_confirmation_and_the_journal_keeps_both_values(
    event, entry, judge, checker
):
    type_(event, entry, "80", judge)
    confirm(event, checker)
    type_(event, entry, "81", judge, only(event).version)
    sheet = only(event)
    assert (sheet.state, sheet.checked_by_id, sheet.checked_at) == (SheetState.ENTERED, None, None)
    _, before, after = about([sheet])[0].changes[0]
    assert (before["points"], after["points"]) == ("80", "81")


def test_a_rejection_needs_a_reason_and_a_second_person(event, entry, judge, checker):
    type_(event, entry, "80", judge)
    seen = {only(event).id: only(event).version}
    with pytest.raises(BadInput):
        services.reject(event, seen, " ", checker)
    with pytest.raises(NotAllowed):
        services.reject(event, seen, "wrong", judge)
    services.reject(event, seen, "the paper says 18", checker)
    assert [str(p) for p in queries.blockers(event)] == [
        "marks: 1 marks were rejected by the checker; enter them again"
    ]


def test_marks_wait_for_the_rules_and_end_with_the_result(root):
    event = make.event(make.competition(root), locked=False)
    entry = make.entry(event, "1")
    with pytest.raises(Conflict, match="Lock the rules"):
        type_(event, entry, "80")
    services.competitions.lock(event, OPERATOR, now())
    services.competitions.close(event, OPERATOR)
    with pytest.raises(Locked, match="final"):
        type_(event, entry, "80")


def test_a_mark_of_another_event_is_refused(event, root):
    other = make.entry(make.event(event.competition, code="02"), "1")
    with pytest.raises(BadInput) as refused:
        type_(event, other, "80")
    assert "another event" in str(refused.value.problems[0])
