"""What is found in stored events, what is written about it, and how it keeps a result open."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import event as hooks
from sqlalchemy import text

from skillhub.awards import services as awards
from skillhub.doctor import queries, services
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now, today
from skillhub.kernel.db import db
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.results import services as results
from tests import make

NAME = OPERATOR.name
TODAY = today("Asia/Shanghai")
PARTS = (("theory", 100, "0.3"), ("practice", 100, "0.7"))
MARKS = ((90, 80), (85, 70), (70, 75), (65, 60))


@pytest.fixture
def cup(root):
    return make.competition(root, checking="off", starts_on=make.DAY, ends_on=make.DAY)


@pytest.fixture
def event(cup, root):
    """An event in which nothing is wrong."""
    event = make.event(cup, parts=PARTS)
    for n, (theory, practice) in enumerate(MARKS, 1):
        name = f"Worker {'ABCD'[n - 1]}"
        person = make.person(name, employer=root, birth_date=date(1990, 1, n))
        marks = {"theory": theory, "practice": practice}
        make.entry(event, str(n), name=name, person=person, organisation=root, marks=marks)
    return event


def codes(event, today=TODAY):
    (looked,) = queries.look([event], today)
    return sorted(told.finding.check for told in looked.told)


def strike(statement):
    """Change the database behind the program's back."""
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(text(statement))
    db.session.expire_all()


def test_a_sound_event_has_no_finding_before_and_after_it_is_final(event):
    assert codes(event) == []
    services.finalise(event, NAME, OPERATOR, now())
    awards.confer(event, OPERATOR, now(), TODAY)
    assert codes(event) == []


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE sheets SET points = 0 WHERE id = 1", ["zero_unexplained"]),
        ("UPDATE sheets SET points = 1010000 WHERE id = 1", ["over_maximum"]),
        ("UPDATE entries SET name = 'Worker  A' WHERE id = 1", ["double_space"]),
        ("UPDATE entries SET person_id = NULL WHERE id = 1", ["no_person"]),
        ("UPDATE people SET birth_date = '2015-01-01' WHERE id = 1", ["under_age"]),
        ("UPDATE events SET held_on = '2026-05-30'", ["outside_days"]),
        ("UPDATE sheets SET entered_at = '2026-05-01 08:00:00' WHERE id = 1", ["early_mark"]),
        ("UPDATE entries SET status = 'DNS' WHERE id = 1", ["absent_marked"] * 2),
        ("DELETE FROM sheets WHERE component_id = 2", ["part_empty"]),
        ("UPDATE employments SET since = '2026-05-21'", []),
        ("UPDATE entries SET organisation_id = NULL", []),
    ],
)
def test_defects_of_stored_rows_are_found(event, statement, found):
    strike(statement)
    assert codes(event) == found


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE result_lines SET total = total + 100 WHERE id = 1", ["hash_differs", "sum_differs"]),
        ("UPDATE result_lines SET rank = 3 WHERE id = 2", ["award_place", "hash_differs", "rank_gap", "wrong_rank"]),
        ("UPDATE sheets SET points = points + 10000 WHERE id = 8", ["marks_differ", "sum_differs"]),
        ("UPDATE result_versions SET content_hash = 'x'", ["hash_differs"]),
        ("UPDATE result_versions SET signed_by = NULL, signed_at = NULL", ["unsigned_final"]),
        ("UPDATE awards SET place = 2 WHERE id = 1", ["award_place"]),
        ("UPDATE awards SET awarded_on = '2026-05-20'", ["uncertified"] * 3),
    ],
)  # fmt: skip
def test_defects_of_a_final_event_are_found(event, statement, found):
    services.finalise(event, NAME, OPERATOR, now())
    awards.confer(event, OPERATOR, now(), TODAY)
    strike(statement)
    assert codes(event) == found


def test_an_act_that_left_no_line_in_the_journal_is_found(event):
    make.result_version(event)
    strike("UPDATE events SET state = 'final'")
    assert "no_journal" in codes(event)


def test_a_certificate_that_says_something_else_is_found(event):
    services.finalise(event, NAME, OPERATOR, now())
    first = awards.confer(event, OPERATOR, now(), TODAY)[0]
    strike(f"UPDATE awards SET awarded_on = '2026-05-20' WHERE id = {first.id}")
    assert codes(event) == ["uncertified"]


def test_twins_and_namesakes_are_found(event, root):
    other = make.competition(root, name=event.competition.name.upper())
    assert codes(event) == ["twin_competition"]
    strike(f"DELETE FROM competitions WHERE id = {other.id}")
    strike("UPDATE people SET name = 'Li Wei' WHERE id < 3")
    strike("UPDATE entries SET name = 'Li Wei' WHERE id < 3")
    assert codes(event) == ["namesakes"]


def only(event):
    (looked,) = queries.look([event], TODAY)
    (told,) = looked.told
    return told


@pytest.fixture
def odd(event):
    """The event with one warning: nobody said why somebody has 0."""
    strike("UPDATE sheets SET points = 0 WHERE id = 1")
    return event


def test_an_unanswered_warning_keeps_the_result_open(odd):
    with pytest.raises(Conflict) as refusal:
        services.finalise(odd, NAME, OPERATOR, now())
    (problem,) = refusal.value.problems
    assert "answer it in writing" in str(problem)
    assert only(odd).finding.key in problem.page

    services.answer(odd, only(odd).finding.key, "a broken seam", OPERATOR, now())
    assert only(odd).answer.reason == "a broken seam"
    assert services.finalise(odd, NAME, OPERATOR, now()).signed_by == NAME


def test_an_answer_needs_words_and_stands_once(odd):
    key = only(odd).finding.key
    with pytest.raises(BadInput):
        services.answer(odd, key, " ", OPERATOR, now())
    services.answer(odd, key, "a broken seam", OPERATOR, now())
    with pytest.raises(Conflict, match="answered meanwhile"):
        services.answer(odd, key, "again", OPERATOR, now())


def test_once_the_facts_change_the_finding_asks_anew(odd):
    services.answer(odd, only(odd).finding.key, "a broken seam", OPERATOR, now())
    strike("UPDATE entries SET code = '77' WHERE id = 1")
    assert only(odd).answer is None


def test_an_error_is_excepted_not_answered(event):
    strike("UPDATE sheets SET points = 1010000 WHERE id = 1")
    told = only(event)
    with pytest.raises(Conflict, match="mended or excepted"):
        services.answer(event, told.finding.key, "fine", OPERATOR, now())
    services.except_until(event, told.finding.key, TODAY, "a bonus point", OPERATOR, now())
    assert services.finalise(event, NAME, OPERATOR, now())


def test_an_exception_hides_its_own_finding_only_and_ends_after_its_last_day(odd):
    strike("UPDATE sheets SET points = 0 WHERE id = 3")
    (looked,) = queries.look([odd], TODAY)
    first, second = looked.told
    until = TODAY + timedelta(3)
    services.except_until(odd, first.finding.key, until, "known", OPERATOR, now())

    for day, hidden in ((TODAY, True), (until, True), (until + timedelta(1), False)):
        (looked,) = queries.look([odd], day)
        shown = {told.finding.key for told in looked.open}
        assert (first.finding.key not in shown) is hidden
        assert second.finding.key in shown


def test_an_exception_lies_ahead_and_can_be_lifted(odd):
    key = only(odd).finding.key
    with pytest.raises(BadInput):
        services.except_until(odd, key, TODAY - timedelta(2), "old", OPERATOR, now())
    row = services.except_until(odd, key, TODAY + timedelta(9), "known", OPERATOR, now())
    services.lift(row, OPERATOR, now())
    assert only(odd).answer is None
    with pytest.raises(Conflict):
        services.lift(row, OPERATOR, now())
    assert services.except_until(odd, key, TODAY + timedelta(9), "known", OPERATOR, now())


@pytest.mark.parametrize(
    ("ahead", "lifted", "shown"),
    [
        pytest.param(0, False, True, id="on its last day"),
        pytest.param(30, False, True, id="thirty days before"),
        pytest.param(31, False, False, id="a day earlier"),
        pytest.param(3, True, False, id="lifted"),
    ],
)
def test_an_exception_is_shown_before_it_ends(odd, root, sign_in, ahead, lifted, shown):
    key, until = only(odd).finding.key, TODAY + timedelta(ahead)
    row = services.except_until(odd, key, until, "A known slip.", OPERATOR, now())
    if lifted:
        services.lift(row, OPERATOR, now())
    assert (row in queries.ending(None, TODAY)) is shown
    page = sign_in(make.user("organiser", root)).get("/doctor").text
    assert ("A known slip." in page) is shown
    elsewhere = make.organisation("elsewhere", parent=root)
    assert "A known slip." not in sign_in(make.user("organiser", elsewhere)).get("/doctor").text


def test_an_exception_that_has_ended_is_not_about_to(odd):
    key = only(odd).finding.key
    row = services.except_until(odd, key, TODAY, "known", OPERATOR, now())
    assert queries.ending(None, TODAY) == [row]
    assert queries.ending(None, TODAY + timedelta(1)) == []


def test_two_sweeps_over_unchanged_data_give_the_same_bytes(odd, cup):
    make.event(cup, code="02")

    def swept():
        found = [
            [told.finding.key, told.finding.check, str(told.finding.message), told.finding.page]
            for looked in queries.sweep(today=TODAY)
            for told in looked.told
        ]
        return json.dumps(found).encode()

    assert swept() == swept()
    assert len(swept()) > 10


def test_a_sweep_asks_as_much_for_one_event_as_for_many(event, cup, root):
    def counted():
        asked = []
        listener = lambda *_: asked.append(1)  # noqa: E731
        hooks.listen(db.engine, "before_cursor_execute", listener)
        assert list(queries.sweep(today=TODAY))
        hooks.remove(db.engine, "before_cursor_execute", listener)
        return len(asked)

    one = counted()
    for n in range(2, 7):
        more = make.event(db.session.merge(cup), code=f"0{n}", parts=PARTS)
        make.entry(more, "1", marks={"theory": 50, "practice": 60})
    assert counted() == one <= 25


def test_a_batch_is_cut_at_whole_events(event, cup, monkeypatch):
    monkeypatch.setattr(queries, "MOST", 4)
    make.entry(make.event(cup, code="02"), "1")
    batches = list(queries._batches([]))
    assert [len(batch) for batch in batches] == [1, 1]


def test_frozen_first_then_nothing_changes_for_the_doctor(event):
    results.freeze(event, OPERATOR, now())
    assert codes(event) == []
