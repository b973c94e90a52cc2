"""A worker's whole road on one page, and the answer to a seat on a phone."""

from datetime import timedelta
from itertools import pairwise

import pytest
import time_machine
from sqlalchemy import update

from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.ladder import services as ladder
from skillhub.ladder.models import LadderSeat
from skillhub.publishing import services as publishing
from skillhub.results import services as results
from skillhub.road import queries
from tests import make
from tests.ladder.test_services import contest, fed, heat
from tests.publishing.cup import address, announced, cup


@pytest.fixture
def road(root):
    """A heat whose three best go up to the district, the city, the province and the nation; the first two are asked."""
    plant = make.organisation("plant", parent=root)
    source = heat(plant, 90, 80, 70)
    tiers = [
        contest(root, tier, locked=False) for tier in ("district", "city", "province", "national")
    ]
    rule = fed(source, tiers[0], 2, reserves=1, answer_by=None)
    for below, above in pairwise(tiers):
        fed(below, above, 1)
    ladder.offer(rule, OPERATOR, now())
    return rule


def worker(sign_in, rule, name):
    seat = next(s for s in rule.seats if s.entry.name == name)
    return sign_in(make.user("worker", seat.organisation, person=seat.entry.person)), seat


def states(person):
    return [stop.state.value for road in queries.road_of(person.id, now()) for stop in road.stops]


def test_the_whole_road_stands_on_one_page_from_the_workshop_to_the_nation(sign_in, road):
    browser, seat = worker(sign_in, road, "P1")
    assert states(seat.entry.person) == ["final", "offered", "ahead", "ahead", "ahead"]
    page = browser.get("/standing/road").text
    tiers = [
        page.index(word) for word in ("Enterprise", "District", "City", "Province", "National")
    ]
    assert tiers == sorted(tiers)
    assert "Place 1 of 3" in page
    assert "Take the seat" in page


def test_a_seat_is_taken_and_given_up_on_the_phone(sign_in, road):
    browser, seat = worker(sign_in, road, "P1")
    address, data = f"/standing/seats/{seat.id}", {"step": "accept", "version": seat.version}
    page = browser.post(address, data=data, follow_redirects=True)
    assert "The seat is yours." in page.text
    assert states(seat.entry.person) == ["final", "entered", "ahead", "ahead", "ahead"]
    assert browser.post(address, data=data).status_code == 409
    other, own = worker(sign_in, road, "P2")
    assert other.post(address, data={"step": "decline", "version": 2}).status_code == 404
    data = {"step": "decline", "version": own.version}
    other.post(f"/standing/seats/{own.id}", data=data)
    assert states(own.entry.person) == ["final", "missed"]
    third = db.session.query(LadderSeat).filter_by(position=3).one()
    assert third.state == "offered"
    assert states(third.entry.person)[:2] == ["final", "offered"]


def test_giving_a_seat_up_asks_once_more_without_a_script(sign_in, road):
    browser, _ = worker(sign_in, road, "P1")
    page = browser.get("/standing/road").text
    asked = page[page.index("<details") : page.index("</details>")]
    assert "it does not come back to you" in asked
    assert 'value="decline"' in asked
    assert 'value="decline"' not in page.replace(asked, "")


def test_a_reserve_knows_the_place_in_line(sign_in, road):
    browser, _ = worker(sign_in, road, "P3")
    assert "You stand in reserve, number 1 in line." in browser.get("/standing/road").text


def test_an_embargo_keeps_the_place_until_it_opens(sign_in, road):
    seat = next(s for s in road.seats if s.entry.name == "P1")
    release = {"opens_at": now() + timedelta(days=1), "own_first": False}
    publishing.announce(road.source.competition, 0, release, OPERATOR, now())
    assert states(seat.entry.person)[0] == "marking"


def test_whoever_has_no_event_yet_is_shown_where_the_road_begins(sign_in, root):
    person = make.person(employer=root)
    page = sign_in(make.user("worker", root, person=person)).get("/standing/road").text
    assert "Your road begins with the first event" in page


def test_a_seat_that_waits_stands_on_the_first_page_until_the_time_runs_out(sign_in, road):
    browser, seat = worker(sign_in, road, "P1")
    page = browser.get("/standing").text
    assert f"A seat in “{seat.advancement.target.name}” is offered to you." in page
    assert 'href="/standing/road"' in page[page.index("A seat in") : page.index("Latest result")]
    late = now() - timedelta(minutes=1)
    db.session.execute(update(LadderSeat).where(LadderSeat.id == seat.id).values(answer_by=late))
    db.session.commit()
    assert "A seat in" not in browser.get("/standing").text
    other, _ = worker(sign_in, road, "P3")
    assert "A seat in" not in other.get("/standing").text


@pytest.mark.parametrize("agreed", [["total"], []])
def test_a_provisional_result_reads_the_same_on_every_page_of_a_worker(root, sign_in, agreed):
    quills = cup(root)
    announced(quills, now() + timedelta(days=1), agreed=agreed)
    own = f"/standing/results/{quills.entries[1].id}"
    pages = ("/standing", "/standing/road", "/standing/results", own)
    results.freeze(quills.event, OPERATOR, now())
    publishing.publish(quills.event, OPERATOR, now())
    browser = sign_in(quills.users[1])
    assert states(quills.people[1]) == ["marking"]  # held back
    assert not any("88.41" in browser.get(page).text for page in pages)
    with time_machine.travel(now() + timedelta(days=1, seconds=9), tick=False):
        browser = sign_in(quills.users[1])
        read_alike(browser, pages, quills, agreed)
        # what readers still get counts while marks are open again
        results.take_back(quills.event, "a mark was misread", OPERATOR)
        read_alike(browser, pages, quills, agreed)


def read_alike(browser, pages, quills, agreed):
    assert states(quills.people[1]) == ["provisional"]
    for page in pages:
        text = browser.get(page).text
        assert "rovisional" in text, page
        assert "being marked" not in text, page
        assert ("88.41" in text) == bool(agreed), page
    assert "Provisionally place 2" in browser.get("/standing").text
    assert "Place 2 of 6" in browser.get("/standing/road").text
    assert address(quills) in browser.get(pages[-1]).text
