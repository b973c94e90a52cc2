"""Looking at marks as a second person: claims, the blind second entry, the third look, and doing without."""

from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from sqlalchemy.exc import IntegrityError

from skillhub.checking import queries, services
from skillhub.checking.rules import Settled
from skillhub.checking.services import Look
from skillhub.competitions.models import Checking
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.errors import BadInput, Conflict, NotAllowed
from skillhub.kernel.journal import JournalLine
from skillhub.marking import queries as marking
from skillhub.marking.models import SheetState
from skillhub.results import queries as results
from skillhub.scoring import services as boxes
from skillhub.scoring.queries import MarkKey
from tests import make
from tests.judged import enter

D = Decimal


def again(event, entry, actor, *points):
    cells = {(entry.id, p.id): D(v) for p, v in zip(event.components, points, strict=True) if v}
    return services.enter_again(event, cells, actor, now())


def seen(event):
    return {s.id: Look(s.version, s.points) for s in marking.of(event).values()}


def states(event):
    return sorted(s.state.value for s in marking.of(event).values())


def test_the_enterer_confirming_an_own_mark_is_refused_in_sql_too(event, clerk):
    enter(event, make.entry(event), clerk, "80", "20")
    with pytest.raises(NotAllowed):
        services.confirm(event, seen(event), clerk, now())
    with pytest.raises(IntegrityError), db.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE sheets SET state = 'checked', checked_at = entered_at, checked_by_id = entered_by_id"
        )


def test_who_entered_one_aspect_of_a_sheet_does_not_check_it(root, clerk, second):
    """The sheet bears the name of whoever typed into it last; a colleague's one digit must not free the others."""
    event = make.event(make.competition(root), parts=(("work", 10, 1),))
    (work,) = event.components
    kind = {"kind": "points", "max": "5"}
    aspects = [{"code": "a", "name": "A", **kind}, {"code": "b", "name": "B", **kind}]
    make.changed(work, scheme={"aspects": aspects})
    entry = make.entry(event)
    for who, aspect in ((clerk, "a"), (second, "b")):
        boxes.enter(event, {MarkKey(entry.id, work.id, aspect, 0, 1): (D(4), 0)}, who, now())
    (sheet,) = marking.of(event).values()
    assert (sheet.points, sheet.entered_by_id) == (D(8), second.user_id)
    with pytest.raises(NotAllowed, match="themselves"):
        services.confirm(event, seen(event), clerk, now())


def test_confirming_with_changed_values_is_refused(event, clerk, second):
    enter(event, make.entry(event), clerk, "80", "20")
    changed = {key: look._replace(points=look.points + 1) for key, look in seen(event).items()}
    with pytest.raises(BadInput, match="cannot change a mark"):
        services.confirm(event, changed, second, now())


def test_a_row_edited_after_confirmation_falls_back_to_entered(event, clerk, second):
    entry = make.entry(event)
    enter(event, entry, clerk, "80", "20")
    services.confirm(event, seen(event), second, now())
    enter(event, entry, clerk, "81", None)
    assert states(event) == ["checked", "entered"]


def test_blind_mode_with_three_planted_differences_shows_exactly_those_cells(twice, clerk, second):
    entries = [make.entry(twice, str(n)) for n in range(1, 6)]
    for entry in entries:
        enter(twice, entry, clerk, "80", "20")
    theory, practice = twice.components
    planted = {(entries[0].id, theory.id), (entries[2].id, practice.id), (entries[4].id, theory.id)}
    typed = {(e.id, p.id): D(80 if p is theory else 20) for e in entries for p in twice.components}
    done = services.enter_again(twice, typed | dict.fromkeys(planted, D(2)), second, now())
    assert (done.agreed, set(done.differ)) == (7, planted)
    assert {(d.entry.id, d.component.id) for d in queries.differences(twice)} == planted
    assert states(twice) == ["checked"] * 7 + ["entered"] * 3


def test_what_differs_blocks_the_result(twice, clerk, second, third):
    entry = make.entry(twice)
    enter(twice, entry, clerk, "80", "20")
    again(twice, entry, second, "80", "2")
    blocked = [str(p.message) for p in results.open_points(twice, now())]
    assert "1 marks were read differently by two people" in blocked
    (difference,) = queries.differences(twice)
    services.settle(difference, difference.second.version, Settled.FIRST, "", third, now())
    assert not [p for p in results.open_points(twice, now()) if p.where == "marks"]


@pytest.mark.parametrize(
    ("how", "points", "state"),
    [
        pytest.param(Settled.FIRST, 80, "checked", id="the first was right"),
        pytest.param(Settled.SECOND, 8, "checked", id="the second was right"),
        pytest.param(Settled.NEITHER, 80, "rejected", id="neither was"),
    ],
)
def test_a_third_look_settles(twice, clerk, second, third, how, points, state):
    entry = make.entry(twice)
    enter(twice, entry, clerk, "80", None)
    again(twice, entry, second, "8", None)
    (difference,) = queries.differences(twice)
    services.settle(difference, difference.second.version, how, "paper says 88", third, now())
    (sheet,) = marking.of(twice).values()
    assert (sheet.points, sheet.state.value) == (points, state)
    assert queries.differences(twice) == []
    if state == "checked":
        assert sheet.checked_by_id == third.user_id


@pytest.mark.parametrize("who", ["clerk", "second"])
def test_nobody_settles_with_an_own_entry(twice, clerk, second, who):
    entry = make.entry(twice)
    enter(twice, entry, clerk, "80", None)
    again(twice, entry, second, "8", None)
    (difference,) = queries.differences(twice)
    actor = {"clerk": clerk, "second": second}[who]
    with pytest.raises(NotAllowed):
        services.settle(difference, 1, Settled.FIRST, "", actor, now())


def test_nobody_enters_an_own_mark_again(twice, clerk):
    entry = make.entry(twice)
    enter(twice, entry, clerk, "80", "20")
    with pytest.raises(NotAllowed):
        again(twice, entry, clerk, "80", "20")


def test_a_second_entry_of_a_blank_is_a_difference(twice, clerk, second, third):
    entry = make.entry(twice)
    enter(twice, entry, clerk, "80", None)
    assert again(twice, entry, second, "80", "20").agreed == 1
    (difference,) = queries.differences(twice)
    assert difference.sheet is None
    services.settle(difference, 1, Settled.SECOND, "", third, now())
    assert states(twice) == ["checked", "checked"]


def test_a_first_entry_that_changes_asks_for_a_new_second_one(twice, clerk, second):
    entry = make.entry(twice)
    enter(twice, entry, clerk, "80", None)
    again(twice, entry, second, "8", None)
    enter(twice, entry, clerk, "8", None)
    assert queries.differences(twice) == []
    assert states(twice) == ["entered"]
    assert again(twice, entry, second, "8", None).agreed == 1


def test_a_second_entry_of_another_is_not_written_over(twice, clerk, second, third):
    entry = make.entry(twice)
    enter(twice, entry, clerk, "80", None)
    again(twice, entry, second, "8", None)
    with pytest.raises(Conflict, match="a second time already"):
        again(twice, entry, third, "80", None)


def test_marks_that_are_entered_twice_are_not_confirmed_by_eye(twice, clerk, second):
    enter(twice, make.entry(twice), clerk, "80", "20")
    with pytest.raises(Conflict, match="entered twice"):
        services.confirm(twice, seen(twice), second, now())


def test_a_claim_keeps_others_away_until_it_ends(event, clerk, second, third):
    entry, moment = make.entry(event), now()
    enter(event, entry, clerk, "80", "20")
    services.claim(event, [entry.id], second, moment)
    services.claim(event, [entry.id], second, moment)
    with pytest.raises(Conflict, match="Second checks this already"):
        services.claim(event, [entry.id], third, moment)
    with pytest.raises(Conflict, match="Second checks this already"):
        services.confirm(event, seen(event), third, moment)
    services.claim(event, [entry.id], third, moment + timedelta(minutes=31))
    services.confirm(event, seen(event), third, moment)
    assert queries.claims_on([entry.id]) == {}


def test_two_checkers_claiming_at_once(app, event, clerk, root, sign_in):
    entry = make.entry(event)
    enter(event, entry, clerk, "80", "20")
    browsers = [sign_in(make.user("checker", root)) for _ in range(2)]
    address = f"/competitions/{event.competition_id}/events/{event.id}/marks/check/{entry.id}/claim"
    together, got = Barrier(2), []

    def go(browser):
        together.wait()
        got.append(browser.post(address).status_code)

    racers = [Thread(target=go, args=(browser,)) for browser in browsers]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(got) == [200, 409]


def test_doing_without_a_second_person_is_logged_and_printed(event, clerk, operator):
    enter(event, make.entry(event), clerk, "80", "20")
    cup = event.competition
    with pytest.raises(BadInput):
        services.do_without(cup, cup.version, " ", operator, now())
    services.do_without(cup, cup.version, "one clerk only", operator, now())
    assert cup.checking is Checking.OFF
    assert "one clerk only" in str(queries.note(cup))
    line = db.session.query(JournalLine).filter_by(verb="checking.do_without").one()
    assert line.why == "one clerk only"
    assert not [p for p in results.open_points(event, now()) if p.where == "marks"]


def test_piles_follow_the_order_of_every_clerk(event, clerk, second):
    entries = [make.entry(event, str(n)) for n in range(1, 28)]
    for entry in entries:
        enter(event, entry, clerk, "80", None)
    mine = make.entry(event, "99")
    enter(event, mine, second, "70", None)
    papers = queries.papers(event)
    assert [(p.place.pile, p.place.sheet) for p in papers][24:] == [(1, 25), (2, 1), (2, 2), (1, 1)]
    assert [p.entry.code for p in queries.papers(event, by=second.user_id)] == ["99"]
    assert {name: n for _, name, n in queries.clerks(event)} == {"Clerk": 27, "Second": 1}


def test_checked_without_checker_and_time_cannot_be(event, clerk):
    enter(event, make.entry(event), clerk, "80", None)
    (sheet,) = marking.of(event).values()
    assert sheet.state is SheetState.ENTERED
    with pytest.raises(IntegrityError), db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE sheets SET state = 'checked'")
