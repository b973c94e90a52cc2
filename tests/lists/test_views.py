"""The page of a unit's list: typed, kept, mended, handed in; and the rows of a spreadsheet."""

from datetime import date, timedelta

import pytest

from skillhub.kernel.clock import now
from skillhub.lists import queries
from tests import make


@pytest.fixture
def plant(root):
    unit = make.organisation("plant", parent=root, name="Plant")
    for n in range(1, 5):
        make.person(f"P{n}", employer=unit, number=f"{n:05d}")
    return unit


@pytest.fixture
def event(root):
    cup = make.competition(
        root,
        registers=True,
        registration_closes_at=now() + timedelta(days=2),
        starts_on=date(2026, 5, 20),
    )
    return make.event(cup, locked=False, state="registration_open")


@pytest.fixture
def officer(plant, sign_in):
    return sign_in(make.user("organiser", plant, login="officer"))


def at(plant, event, more=""):
    return f"/organisations/{plant.id}/registrations/{event.id}/list{more}"


def post(browser, address, version, *rows, step="keep"):
    data = {"version": version, "step": step, "person": [], "name": [], "team": [], "key": []}
    for number, name in rows:
        for column, value in (("person", number), ("name", name), ("team", ""), ("key", "")):
            data[column].append(value)
    return browser.post(address, data=data, follow_redirects=True)


def test_a_list_is_kept_mended_and_handed_in(officer, plant, event):
    page = post(officer, at(plant, event), 0, ("00001", "P1"), ("77777", "Typo"), ("", ""))
    assert "The list is kept. Nobody is registered yet." in page.text
    assert 'value="77777"' in page.text
    assert "nobody of this unit has the number" in page.text
    over = officer.get(f"/organisations/{plant.id}/registrations").text
    assert "Lists begun" in over
    version = queries.list_of(event, plant).version
    page = post(
        officer, at(plant, event), version, ("00001", "P1"), ("00002", "P2"), step="hand_in"
    )
    assert "2 are registered, 2 of them admitted; 0 rows stay in the list." in page.text
    assert "Lists begun" not in officer.get(f"/organisations/{plant.id}/registrations").text


def test_of_two_officers_the_second_sees_both_lists(officer, plant, event, sign_in):
    other = sign_in(make.user("organiser", plant, login="other"))
    assert post(other, at(plant, event), 0, ("00003", "P3")).status_code == 200
    page = post(officer, at(plant, event), 0, ("00004", "P4"))
    assert page.status_code == 409
    assert 'value="00004"' in page.text, "what was typed stays"
    assert "Kept meanwhile by somebody else" in page.text
    assert "P3" in page.text
    assert [row["person"] for row in queries.list_of(event, plant).rows] == ["00003"]


def test_rows_of_a_spreadsheet_are_added_as_they_are_written(officer, plant, event):
    post(officer, at(plant, event), 0, ("00001", "P1"))
    pasted = "工号\t姓名\n00002\tP2\n\tP3\n"
    page = officer.post(at(plant, event, "/add"), data={"pasted": pasted}, follow_redirects=True)
    assert "2 rows are added to the list." in page.text
    rows = queries.list_of(event, plant).rows
    assert [(row["person"], row["name"]) for row in rows] == [
        ("00001", "P1"),
        ("00002", "P2"),
        ("", "P3"),
    ]
    bad = officer.post(at(plant, event, "/add"), data={"pasted": ""})
    assert "Choose a file, or paste cells." in bad.text


def test_the_list_of_another_unit_is_nowhere(plant, event, root, sign_in):
    stranger = sign_in(make.user("organiser", make.organisation("mill", parent=root)))
    assert stranger.get(at(plant, event)).status_code == 404
