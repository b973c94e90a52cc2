"""The table of a component that is marked by a scheme: a column for each aspect, judge and attempt."""

import json
from decimal import Decimal

import pytest

from skillhub.kernel.access import Role
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.marking import queries as marking
from skillhub.panels.models import Code, Draw, Panel, Recusal, Seat
from skillhub.scoring.models import Mark
from skillhub.table.models import TypedValue
from tests import make
from tests.table.test_save import results_of, send, value

JUDGED = {
    "aspects": [
        {"code": "look", "name": "Look", "kind": "judgement", "max": "2"},
        {"code": "size", "name": "Size", "kind": "measurement", "max": "1"},
    ]
}


@pytest.fixture
def organiser(root, sign_in):
    return sign_in(make.user(Role.ORGANISER, root, login="olga"))


@pytest.fixture
def event(root):
    found = make.event(make.competition(root), parts=(("work", 3, 1), ("theory", 100, 1)))
    make.changed(found.components[0], scheme=JUDGED)
    return found


@pytest.fixture
def work(event):
    return event.components[0]


def at(event, part=None):
    own = f"/competitions/{event.competition_id}/events/{event.id}/table"
    return f"{own}/{part.id}" if part else own


def page(browser, event, part=None):
    text = browser.get(at(event, part)).text
    return json.loads(text.partition('id="table-page">')[2].partition("</script>")[0])


def post(browser, event, part, *values, whole=False):
    sent = {"cells": json.dumps(values), "whole": "1" if whole else ""}
    return browser.post(at(event, part), data=sent)


def box(entry, part, aspect, text, seat=0, version=0, **more):
    return value(entry, f"{part.id}:{aspect}:{seat}:1", text, version, **more)


def panel(part, *users):
    seats = [Seat(number=n, user=user, since=now()) for n, user in enumerate(users, 1)]
    return make.keep(Panel(component=part, seats=seats))


def test_there_is_a_column_for_each_box_and_one_for_the_points(organiser, event, work):
    make.entry(event)
    heads = page(organiser, event, work)["heads"]
    assert [head["name"] for head in heads] == [
        *("Look, judge 1", "Look, judge 2", "Look, judge 3", "Size", "Work")
    ]
    assert [(head["least"], head["most"]) for head in heads] == [
        *[("0", "3")] * 3,
        *(("0", "1"), ("0", "3")),
    ]
    assert [head["open"] for head in heads] == [True, True, True, True, False]


def test_in_the_table_of_the_event_it_is_read_only_and_leads_to_its_own(organiser, event, work):
    entry = make.entry(event)
    first, second = page(organiser, event)["heads"]
    assert (first["open"], first["deeper"]) == (False, at(event, work))
    assert (second["open"], second["deeper"]) == (True, "")
    assert results_of(send(organiser, event, value(entry, work, "2"))) == ["wrong"]


def test_a_part_whose_points_are_typed_has_a_table_of_one_column(organiser, event):
    entry, theory = make.entry(event), event.components[1]
    (head,) = page(organiser, event, theory)["heads"]
    assert (head["name"], head["open"]) == ("Theory", True)
    assert results_of(post(organiser, event, theory, value(entry, theory, "50"))) == ["saved"]
    stranger = make.event(event.competition, code="02").components[0]
    assert organiser.get(at(event, stranger)).status_code == 404


def test_the_points_are_reckoned_and_come_back_with_the_last_box(organiser, event, work):
    entry = make.entry(event, marks={"theory": 50})
    three = [box(entry, work, "look", "2", seat) for seat in (1, 2, 3)]
    assert post(organiser, event, work, *three).json["reckoned"] == []
    answer = post(organiser, event, work, box(entry, work, "size", "1"))
    assert answer.json["reckoned"] == [[entry.id, str(work.id), ["2.33", 1, "entered", ""]]]
    assert answer.json["places"] == [[entry.id, "52.33", 1]]


def test_a_word_of_the_kind_is_kept_as_it_is(organiser, event, work):
    entry = make.entry(event)
    answer = post(organiser, event, work, box(entry, work, "look", "a", 1))
    assert answer.json["cells"][0]["cell"][0] == "A"
    assert db.session.query(Mark).one().token == "A"


@pytest.mark.parametrize("text", ["1.5", "4", "x", "-1"])
def test_what_no_box_takes_is_named(organiser, event, work, text):
    entry = make.entry(event)
    answer = post(organiser, event, work, box(entry, work, "look", text, 1))
    assert answer.status_code == 422
    assert answer.json["cells"][0]["messages"]
    assert db.session.query(Mark).count() == 0


def test_two_in_the_same_box_see_both_values(organiser, root, sign_in, event, work):
    entry, other = make.entry(event), sign_in(make.user(Role.ORGANISER, root, login="otto"))
    post(organiser, event, work, box(entry, work, "look", "2", 1))
    answer = post(other, event, work, box(entry, work, "look", "3", 1))
    assert answer.status_code == 409
    said = answer.json["cells"][0]["messages"]
    assert said == ["you typed 3, meanwhile 2 was stored by Olga"]
    assert db.session.query(Mark).one().value == Decimal(2)


def test_a_retry_writes_once(organiser, event, work):
    entry = make.entry(event)
    once = box(entry, work, "look", "2", 1)
    first, again = post(organiser, event, work, once), post(organiser, event, work, once)
    assert first.json == again.json
    assert db.session.query(Mark).one().version == 1


def test_a_judge_sees_and_fills_the_own_seat_alone(root, sign_in, event, work):
    anna, bruno = (make.user(Role.JUDGE, root, login=name) for name in ("anna", "bruno"))
    panel(work, anna, bruno)
    entry = make.entry(event)
    heads = page(sign_in(bruno), event, work)["heads"]
    assert [head["name"] for head in heads] == ["Look, judge 2", "Size"]
    assert page(sign_in(bruno), event, work)["places"] == []
    own = post(sign_in(bruno), event, work, box(entry, work, "look", "2", 2))
    assert results_of(own) == ["saved"]
    theirs = post(sign_in(bruno), event, work, box(entry, work, "look", "2", 1))
    assert results_of(theirs) == ["wrong"]


def test_who_sits_on_no_panel_of_a_part_does_not_type_there(root, sign_in, event, work):
    anna, carl = (make.user(Role.JUDGE, root, login=name) for name in ("anna", "carl"))
    panel(work, anna)
    entry = make.entry(event)
    answer = post(sign_in(carl), event, work, box(entry, work, "look", "2", 1))
    assert results_of(answer) == ["wrong"]


def test_a_judge_who_steps_aside_finds_the_box_shut(organiser, root, event, work):
    anna = make.user(Role.JUDGE, root, login="anna")
    seat = panel(work, anna).seats[0]
    entry, other = make.entry(event), make.entry(event)
    make.keep(Recusal(seat=seat, entry=entry, why="cousin", confirmed_at=now()))
    rows = page(organiser, event, work)["rows"]
    assert [row["shut"] for row in rows] == [[f"{work.id}:look:1:1"], []]
    shut = post(organiser, event, work, box(entry, work, "look", "2", 1))
    assert results_of(shut) == ["wrong"]
    assert results_of(post(organiser, event, work, box(other, work, "look", "2", 1))) == ["saved"]


def test_while_names_are_closed_only_codes_are_told(organiser, root, event, work):
    judge = make.user(Role.ORGANISER, root, login="drawer")
    entry = make.entry(event, name="Li Wei", organisation=root)
    make.changed(event.competition, blind=True)
    make.keep(Draw(event=event, numbers_by_id=judge.id, numbers_at=now()))
    make.keep(Code(event_id=event.id, entry=entry, number=7, code="404"))
    for part in (None, work):
        (row,) = page(organiser, event, part)["rows"]
        assert (row["number"], row["name"], row["unit"]) == ("404", "", "")
        assert row["entry"] == 404  # the key of the row would tell whose it is
        assert "Li Wei" not in organiser.get(at(event, part)).text
    cell = {**box(entry, work, "size", "1"), "entry": 404}
    sent = post(organiser, event, work, cell)
    assert (sent.json["places"], results_of(sent)) == ([], ["saved"])
    assert sent.json["cells"][0]["entry"] == 404
    assert db.session.query(Mark).one().entry_id == entry.id
    by_key = post(organiser, event, work, box(entry, work, "size", "0", version=1))
    assert results_of(by_key) == ["wrong"]


def test_what_the_chief_judge_has_signed_is_shut(organiser, root, event, work):
    chief = make.user(Role.CHIEF_JUDGE, root)
    make.keep(
        Panel(
            component=work,
            seats=[Seat(number=1, user=chief, since=now())],
            submitted_by_id=chief.id,
            submitted_at=now(),
        )
    )
    entry = make.entry(event)
    assert not any(head["open"] for head in page(organiser, event, work)["heads"])
    assert results_of(post(organiser, event, work, box(entry, work, "size", "1"))) == ["wrong"]


def test_who_only_judges_does_not_see_the_sums_of_the_event(root, sign_in, event, work):
    anna = make.user(Role.JUDGE, root, login="anna")
    panel(work, anna)
    assert sign_in(anna).get(at(event)).status_code == 403
    assert sign_in(anna).get(at(event, work)).status_code == 200


def test_a_block_of_boxes_is_written_whole_or_not_at_all(organiser, event, work):
    entries = [make.entry(event) for _ in range(3)]
    block = [box(e, work, "look", "2", seat) for e in entries for seat in (1, 2, 3)]
    block[4]["text"] = "9"
    answer = post(organiser, event, work, *block, whole=True)
    assert results_of(answer).count("staged") == 8
    assert db.session.query(Mark).count() == 0
    block[4]["text"] = "3"
    assert set(results_of(post(organiser, event, work, *block, whole=True))) == {"saved"}
    assert db.session.query(Mark).count() == 9
    assert marking.of(event) == {}


def test_a_mark_far_from_the_other_judges_is_taken_when_typed_again(organiser, event, work):
    entry = make.entry(event)
    post(organiser, event, work, *(box(entry, work, "look", "3", seat) for seat in (1, 2)))
    asked = post(organiser, event, work, box(entry, work, "look", "1", 3))
    assert asked.status_code == 422
    (cell,) = asked.json["cells"]
    assert cell["result"] == "asked"
    assert cell["messages"] == ["1 is 2 away from what another judge gave: 3, 3"]
    assert db.session.query(Mark).count() == 2
    sure = post(organiser, event, work, box(entry, work, "look", "1", 3, again=True))
    assert sure.status_code == 200
    assert db.session.query(Mark).count() == 3
    kept = db.session.query(TypedValue).filter_by(confirmed=True).one()
    assert (kept.value, kept.typed_by.username) == ("1", "olga")
    quiet = post(organiser, event, work, box(entry, work, "look", "1", 3, version=1))
    assert results_of(quiet) == ["saved"]


def test_an_ordinary_mark_of_a_judge_is_not_asked_about(organiser, event, work):
    entry = make.entry(event)
    for seat, mark in ((1, "3"), (2, "2"), (3, "3")):
        answer = post(organiser, event, work, box(entry, work, "look", mark, seat))
        assert results_of(answer) == ["saved"]


def test_a_question_tells_a_judge_nothing_of_the_others(event, work, root, sign_in, operator):
    judges = [make.user(Role.JUDGE, root) for _ in range(3)]
    panel(work, *judges)
    entry = make.entry(event)
    for seat, judge in enumerate(judges[:2], 1):
        post(sign_in(judge), event, work, box(entry, work, "look", "3", seat))
    answer = post(sign_in(judges[2]), event, work, box(entry, work, "look", "1", 3))
    assert results_of(answer) == ["saved"]
    assert "another judge" not in answer.text


def test_a_slipped_point_of_a_judge_is_asked_about_and_never_blocked(organiser, event, work):
    wide = {"aspects": [{"code": "look", "kind": "panel", "max": "3", "judges": 3, "least": 3}]}
    make.changed(work, scheme=wide)
    for n in range(12):
        entry = make.entry(event)
        marks = [box(entry, work, "look", f"{80 + (n + seat) % 5}", seat) for seat in (1, 2, 3)]
        post(organiser, event, work, *marks)
    entry = make.entry(event)
    for seat, mark in ((1, "82"), (2, "83")):
        assert results_of(post(organiser, event, work, box(entry, work, "look", mark, seat))) == [
            "saved"
        ]
    answer = post(organiser, event, work, box(entry, work, "look", "8.1", 3))
    assert results_of(answer) == ["asked"]
    sure = box(entry, work, "look", "8.1", 3, again=True)
    assert results_of(post(organiser, event, work, sure)) == ["saved"]
