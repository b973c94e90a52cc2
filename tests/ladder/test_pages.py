"""The host's pages of the ladder, from the rule to the last reserve."""

import pytest

from skillhub.kernel.db import db
from skillhub.ladder.models import Advancement, LadderSeat
from tests import make
from tests.ladder.test_services import contest, fed, heat


@pytest.fixture
def plant(root):
    return make.organisation("plant", parent=root)


def at(event):
    return f"/competitions/{event.competition_id}/events/{event.id}/ladder"


def states():
    db.session.expire_all()
    return [s.state.value for s in db.session.query(LadderSeat).order_by(LadderSeat.position)]


def test_a_host_sets_the_rule_offers_the_seats_and_answers_for_somebody(sign_in, root, plant):
    source, target = heat(plant, 90, 80, 70), contest(root, "city", locked=False)
    host = sign_in(make.user("organiser", root))
    assert "This event stands alone" in host.get(at(source)).text
    data = {
        "target": target.id, "top_n": "1", "reserves": "1", "tie_at_n": "all", "answer_hours": "24", "version": "0",
    }  # fmt: skip
    page = host.post(f"{at(source)}/add", data=data, follow_redirects=True)
    assert "Who would go up" in page.text
    rule = db.session.query(Advancement).one()
    page = host.post(f"{at(source)}/{rule.id}", data={"step": "offer"}, follow_redirects=True)
    assert "1 seats are offered, 1 stand in reserve." in page.text
    seat = db.session.query(LadderSeat).filter_by(position=1).one()
    own = f"{at(source)}/{rule.id}/seats/{seat.id}"
    data = {"step": "decline", "version": seat.version}
    assert host.post(own, data=data).status_code == 302
    assert states() == ["declined", "offered"]
    page = host.post(own, data=data)
    assert page.status_code == 409
    assert states() == ["declined", "offered"]
    assert "follows P1" in host.get(at(source)).text
    assert "1 places" not in host.get(at(target)).text


def test_the_target_agrees_to_a_tie_on_its_own_page(sign_in, root, plant):
    rule = fed(heat(plant, 90, 90), contest(root, "city", locked=False))
    sender = sign_in(make.user("organiser", plant))
    taker = sign_in(make.user("organiser", root))
    page = sender.post(f"{at(rule.source)}/{rule.id}", data={"step": "offer"})
    assert page.status_code == 422
    assert "the target must agree to take them all" in page.text
    assert sender.post(f"{at(rule.target)}/{rule.id}/consent").status_code == 404
    assert taker.post(f"{at(rule.target)}/{rule.id}/consent").status_code == 302
    sender.post(f"{at(rule.source)}/{rule.id}", data={"step": "offer"})
    assert states() == ["offered", "offered"]


def test_lots_are_recorded_by_the_numbers_of_the_entries(sign_in, root, plant):
    rule = fed(heat(plant, 90, 90), contest(root, "city", locked=False), tie_at_n="key")
    host = sign_in(make.user("organiser", root))
    page = host.post(f"{at(rule.source)}/{rule.id}", data={"step": "draw", "lots": "02, 09"})
    assert page.status_code == 422
    assert "There is no entry with the number 09." in page.text
    host.post(f"{at(rule.source)}/{rule.id}", data={"step": "draw", "lots": "02, 01"})
    host.post(f"{at(rule.source)}/{rule.id}", data={"step": "offer"})
    assert [s.entry.name for s in db.session.query(LadderSeat)] == ["P2"]
