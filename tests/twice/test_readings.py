"""Marking sheets of aspects are read twice box by box: equal sums hide no slip (F5)."""

import re
from random import Random

import pytest

from skillhub.accounts.models import Grant
from skillhub.checking import services as checking
from skillhub.checking.rules import Settled
from skillhub.kernel.access import Role
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.errors import BadInput, Conflict, NotAllowed
from skillhub.marking import queries as marking
from skillhub.panels.models import Code
from skillhub.results import queries as results
from skillhub.scoring import queries as scoring
from skillhub.scoring import services as marks
from skillhub.scoring.rules import Given, Slot
from skillhub.twice import queries, services
from skillhub.twice.rules import apart
from tests import make
from tests.panels.test_secrecy import addresses, text_of
from tests.scoring.test_services import keys, seen

PARTS = {"aspects": [{"code": code, "kind": "points", "max": "10"} for code in ("A1", "A2", "A3")]}
HAND = ("4", "6", "0")


@pytest.fixture
def event(root):
    row = make.event(make.competition(root, checking="double"), parts=(("work", 30, 1),))
    make.changed(row.components[0], scheme=PARTS)
    return row


@pytest.fixture
def people(root):
    return {
        name: make.user(role, root, login=name)
        for name, role in (("clerk", "judge"), ("second", "checker"), ("third", "checker"))
    }


@pytest.fixture
def entry(event, people):
    row = make.entry(event, "1", name="Zhao")
    first(event, row, people, HAND)
    return row


def first(event, entry, people, hand, who="clerk"):
    given = dict(zip(("A1", "A2", "A3"), hand, strict=True))
    typed = seen(keys(event, entry, **{code: text or "*" for code, text in given.items()}))
    marks.enter(event, typed, people[who].as_actor(), now())


def again(event, entry, people, hand, who="second"):
    typed = {(f"A{n}", Slot()): text for n, text in enumerate(hand, 1)}
    return services.read_again(entry, event.components[0], typed, people[who].as_actor(), now())


def sheet(event, entry):
    return marking.of(event)[entry.id, event.components[0].id]


def stored(event, entry):
    boxes = scoring.marks_of([entry.id], [event.components[0].id])
    given = boxes[entry.id, event.components[0].id]
    return tuple(str(given[code][Slot()]) for code in ("A1", "A2", "A3"))


def settle(event, entry, people, seconds=(), how=Settled.SECOND, why="", who="third"):
    (found,) = queries.differences(event)
    places = {(code, Slot()) for code in seconds}
    services.settle(found, found.stamp, places, how, why, people[who].as_actor(), now())


def test_what_agrees_in_every_box_is_checked(event, entry, people):
    assert again(event, entry, people, ("4", "6,0", "0")) == []
    assert sheet(event, entry).state.value == "checked"
    assert sheet(event, entry).checked_by_id == people["second"].id
    assert queries.blockers(event) == []


def test_two_slips_with_an_equal_sum_are_two_differences(event, entry, people):
    found = again(event, entry, people, ("6", "4", "0"))
    assert [(one.aspect, str(one.first), str(one.second)) for one in found] == [
        ("A1", "4", "6"),
        ("A2", "6", "4"),
    ]
    assert sheet(event, entry).state.value == "entered"
    assert [p.kind for p in queries.blockers(event)] == ["differing"]
    assert "differing" in {p.kind for p in results.unready(event)}


@pytest.mark.parametrize(
    ("hand", "apart"),
    [
        pytest.param(("4", "6", ""), ["A3"], id="a blank is no 0"),
        pytest.param(("4", "6", "0"), [], id="a 0 is a 0"),
        pytest.param(("5", "5", "1"), ["A1", "A2", "A3"], id="three planted slips"),
    ],
)
def test_exactly_the_boxes_that_differ(event, entry, people, hand, apart):
    assert [one.aspect for one in again(event, entry, people, hand)] == apart


def test_what_no_box_takes_is_refused_at_its_box(event, entry, people):
    with pytest.raises(BadInput) as refusal:
        again(event, entry, people, ("4", "11", "0"))
    assert [p.where for p in refusal.value.problems] == ["b-A2-0-1"]
    assert queries.differences(event) == []


def test_nobody_reads_again_what_they_entered(event, entry, people):
    with pytest.raises(NotAllowed):
        again(event, entry, people, HAND, "clerk")
    part = event.components[0].id
    with pytest.raises(BadInput):
        checking.enter_again(
            event, {(entry.id, part): 10}, people["second"].as_actor(), now()
        )  # the sum alone says nothing


def test_who_filled_one_box_first_does_not_read_the_sheet_again(event, entry, people):
    first(event, entry, people, ("4", "6", "1"), "third")
    first(event, entry, people, ("4", "6", "0"), "clerk")
    first(event, entry, people, ("5", "6", "0"), "third")
    with pytest.raises(NotAllowed):
        again(event, entry, people, HAND, "clerk")


def test_a_third_person_settles_box_by_box(event, entry, people):
    again(event, entry, people, ("6", "4", "0"))
    for who in ("clerk", "second"):
        with pytest.raises(NotAllowed):
            settle(event, entry, people, ("A1",), who=who)
    settle(event, entry, people, ("A1",))
    assert stored(event, entry) == ("6", "6", "0")
    assert sheet(event, entry).points == 12
    assert sheet(event, entry).state.value == "checked"
    assert sheet(event, entry).checked_by_id == people["third"].id
    assert queries.differences(event) == []


def test_the_first_was_right(event, entry, people):
    again(event, entry, people, ("6", "4", "0"))
    settle(event, entry, people, how=Settled.FIRST)
    assert stored(event, entry) == HAND
    assert sheet(event, entry).state.value == "checked"


def test_neither_sends_the_sheet_back_with_a_reason(event, entry, people):
    again(event, entry, people, ("6", "4", "0"))
    with pytest.raises(BadInput):
        settle(event, entry, people, how=Settled.NEITHER)
    settle(event, entry, people, how=Settled.NEITHER, why="A2 reads 5")
    assert sheet(event, entry).state.value == "rejected"


def test_a_box_that_changed_since_makes_the_reading_void_though_the_sum_stays(event, entry, people):
    again(event, entry, people, ("6", "4", "0"))
    first(event, entry, people, ("5", "5", "0"))
    assert queries.differences(event) == []
    assert again(event, entry, people, ("5", "5", "0")) == []
    assert sheet(event, entry).state.value == "checked"


def test_a_box_edited_after_confirmation_takes_it_back_though_the_sum_stays(event, entry, people):
    again(event, entry, people, HAND)
    first(event, entry, people, ("5", "5", "0"), "third")
    assert sheet(event, entry).points == 10
    assert sheet(event, entry).state.value == "entered"
    assert sheet(event, entry).entered_by_id == people["third"].id


def test_another_does_not_write_over_a_reading(event, entry, people):
    again(event, entry, people, ("6", "4", "0"))
    with pytest.raises(Conflict, match="second time already"):
        again(event, entry, people, HAND, "third")
    assert again(event, entry, people, HAND) == []


def test_no_false_difference_in_a_thousand_equal_sheets():
    chance = Random(7)
    places = [(f"A{n}", Slot(seat)) for n in range(4) for seat in range(3)]
    for _ in range(1000):
        given = {p: Given(make.Decimal(chance.randrange(40)) / 4) for p in places}
        stored_ = {}
        for (code, slot), one in given.items():
            stored_.setdefault(code, {})[slot] = one
        assert list(apart(places, stored_, given)) == []
        place = chance.choice(places)
        slip = {**given, place: Given(given[place].value + 1)}
        assert [(a.aspect, a.slot) for a in apart(places, stored_, slip)] == [place]


def at(event, tail=""):
    return f"/competitions/{event.competition_id}/events/{event.id}/marks{tail}"


def test_the_pages_never_show_the_first_and_name_each_box(event, entry, people, sign_in):
    second, third = sign_in(people["second"]), sign_in(people["third"])
    part = event.components[0].id
    own = at(event, f"/second/{entry.id}/{part}")
    assert own in second.get(at(event, "/second")).text
    page = second.get(own).text
    assert 'name="b-A2-0-1" value=""' in page
    typed = {"b-A1-0-1": "6", "b-A2-0-1": "x", "b-A3-0-1": "0"}
    wrong = second.post(own, data=typed)
    assert wrong.status_code == 422
    assert 'value="x"' in wrong.text
    assert second.post(own, data=typed | {"b-A2-0-1": "4"}).status_code == 302
    page = third.get(at(event, "/differences/sheets")).text
    assert re.findall(r'data-box="([\w-]+)"', page) == ["b-A1-0-1", "b-A2-0-1"]
    stamp = re.search(r'name="stamp" value="(\d+)"', page)[1]
    address = at(event, f"/differences/sheets/{entry.id}/{part}")
    half = {"stamp": stamp, "how": "boxes", "b-A1-0-1": "first"}
    assert third.post(address, data=half).status_code == 422
    sent = half | {"b-A2-0-1": "second"}
    assert second.post(address, data=sent).status_code == 403
    assert third.post(address, data=sent).status_code == 302
    assert stored(event, entry) == ("4", "4", "0")
    assert third.post(address, data=sent).status_code == 409


def test_under_codes_no_name_and_no_row_is_told(event, entry, people, sign_in):
    make.changed(event.competition, blind=True)
    make.keep(Code(event_id=event.id, entry_id=entry.id, number=1, code="731"))
    second, part = sign_in(people["second"]), event.components[0].id
    page = second.get(at(event, f"/second/731/{part}")).text
    assert "731" in page
    assert "Zhao" not in page
    typed = {"b-A1-0-1": "6", "b-A2-0-1": "4", "b-A3-0-1": "0"}
    assert second.post(at(event, f"/second/731/{part}"), data=typed).status_code == 302
    page = second.get(at(event, "/differences/sheets")).text
    assert f'data-cell="731-{part}"' in page
    assert "Zhao" not in page
    assert db.session.query(make.Entry).count() == 1


def test_in_chinese(event, entry, people, sign_in):
    again(event, entry, people, ("6", "4", "0"))
    browser = sign_in(make.user(Role.CHECKER, db.session.query(make.Organisation).first()))
    page = browser.get(at(event, "/differences/sheets"), headers={"Accept-Language": "zh-CN"})
    assert "复核" in page.text or "两次" in page.text
    assert "Settle it as chosen" not in page.text


def test_the_boxes_of_the_first_reading_are_not_shown_to_who_reads_again(
    event, entry, people, sign_in
):
    browser, part = sign_in(people["second"]), event.components[0]
    at = f"/competitions/{event.competition_id}/events/{event.id}"
    place = f"{at}/marks/{entry.id}/{part.id}"
    assert scoring.unseen(event, people["clerk"].as_actor()) == set()
    assert scoring.unseen(event, people["second"].as_actor()) == {(entry.id, part.id)}
    csv = browser.get(f"{at}/schemes/{part.id}/marks.csv").text
    assert "Zhao" in csv
    assert ",4,6,0" not in csv
    table = browser.get(f"{at}/table/{part.id}").text
    assert '["4"' not in table.replace("&#34;", '"')
    assert browser.get(place).status_code == 403  # marks are typed by others


def test_no_page_and_no_file_tells_a_box_to_who_may_read_it_again(app, event, people, sign_in):
    row = make.entry(event, "1", name="Zhao")
    first(event, row, people, ("4.31", "6.47", "*"))
    second = sign_in(people["second"])
    other = sign_in(make.user(Role.ORGANISER, event.competition.host, login="organiser"))
    read = told = 0
    for address in addresses(app, event, entry_id=[row.id], person_id=[1]):
        page = second.get(address)
        read += page.status_code == 200
        text = text_of(page)
        for points in ("4.31", "6.47", "10.78"):
            assert points not in text, address
        told += "4.31" in text_of(other.get(address))
    assert read >= 30
    assert told >= 2, "who does not read it again sees the boxes"


def test_whose_reading_differs_does_not_see_the_first(event, entry, people, sign_in):
    again(event, entry, people, ("4", "6", "9.5"))
    pages = {who: sign_in(people[who]).get(at(event, "/differences/sheets")).text for who in people}
    assert "not shown" in pages["second"]
    assert "not shown" not in pages["third"]
    assert re.findall(r'class="num">([\d.]+)<', pages["second"]) == ["9.5"]


def test_a_sheet_of_judges_marks_does_not_tell_what_changes(event, people, sign_in):
    row, part = make.entry(event, "1", name="Zhao"), event.components[0]
    first(event, row, people, ("4.31", "6.47", "0"))
    user = make.user(Role.ORGANISER, event.competition.host, login="both")
    make.keep(Grant(user_id=user.id, role=Role.CHECKER, organisation=event.competition.host))
    address = f"{at(event).removesuffix('/marks')}/schemes/{part.id}/marks/import"
    rows = {"pasted": "entry\tA1\tA2\tA3\n1\t1\t2\t3\n"}
    plain = make.user(Role.ORGANISER, event.competition.host, login="organiser")
    for who, told in ((user, False), (plain, True)):
        page = sign_in(who).post(address, data=rows, follow_redirects=True).text
        assert ("4.31" in page) is told
        assert ("Enter it on the page of the second entry" in page) is not told
