"""The pages of the organisers' score."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from skillhub.commendations import services
from skillhub.kernel.access import Actor
from tests import make


@pytest.fixture
def cup(root):
    unit = make.organisation("plant", parent=root, name="Plant of a name that is quite long indeed")
    cup = make.competition(root)
    event = make.event(cup, state="final")
    make.entry(event, "1", person=make.person(employer=unit), organisation=unit)
    return cup


@pytest.fixture
def organiser(root, sign_in):
    return sign_in(make.user("organiser", root, login="chair"))


def test_the_way_from_points_to_a_commendation(organiser, cup, root):
    at = f"/competitions/{cup.id}/organisers"
    page = organiser.get(at).text
    assert "1 of 1 workers took part" in page
    assert "the committee has given no points yet" in page
    assert organiser.get(f"/competitions/{cup.id}").text.count(at) == 1

    unit = make.db.session.query(make.Organisation).filter_by(code="plant").one()
    bad = organiser.post(f"{at}/{unit.id}/points", data={"points": "101", "why": "x", "version": 0})
    assert bad.status_code == 422
    assert "Give 0 to 100 points." in bad.text
    assert 'value="101"' in bad.text, "what was typed stays"
    services.give(cup, unit, 0, Decimal(90), "visited", Actor("committee"), datetime.now(UTC))
    assert organiser.post(at).status_code == 302
    page = organiser.get(at).text
    assert "优秀组织奖" in page
    assert "Take back" in page


def test_weights_that_make_no_whole_are_refused_at_their_field(organiser, cup):
    rule = f"/competitions/{cup.id}/organisers/rule"
    values = {"title": "T", "participation": 30, "completeness": 20, "deadlines": 20, "hosting": 10,
              "full_rate": 5, "places": 3, "version": 0}  # fmt: skip
    refused = organiser.post(rule, data={**values, "committee": 30})
    assert refused.status_code == 422
    assert "The weights add up to 110, not to 100." in refused.text
    assert organiser.post(rule, data={**values, "committee": 20}).status_code == 302


def test_the_table_comes_as_a_sheet(organiser, cup):
    text = organiser.get(f"/competitions/{cup.id}/organisers.csv").data.decode("utf-8-sig")
    head, row = text.splitlines()[:2]
    assert head.startswith("Place,Unit,Score,Participation")
    assert "Plant of a name" in row


def test_a_competition_without_units_says_so(organiser, root):
    empty = make.competition(root)
    assert "No unit took part yet" in organiser.get(f"/competitions/{empty.id}/organisers").text


def test_a_unit_of_another_competition_is_nowhere(organiser, cup, root):
    other = make.organisation("other", parent=root)
    assert organiser.get(f"/competitions/{cup.id}/organisers/{other.id}/points").status_code == 404
