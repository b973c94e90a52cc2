"""The page of the designer: what it gives the script, what it saves, and the same as numbers without script."""

import json
import re
from html import unescape

import pytest

from skillhub.kernel.access import Role
from skillhub.kernel.db import db
from tests import make

JSON = {"Accept": "application/json"}


@pytest.fixture
def address(draft):
    return f"/designs/{draft.design_id}/edit"


def document_in(page):
    """The document that a page hands to its script."""
    found = re.search(r'id="design-page">(.*?)</script>', page.text, re.DOTALL)
    return json.loads(found[1])


def sent(browser, address, **changes):
    """What a browser without script would send back, with some boxes typed anew."""
    page = browser.get(address).text
    form = re.search(r'<form class="sheet-form".*?</form>', page, re.DOTALL)[0]
    values = {}
    for tag in re.findall(r"<input[^>]*>", form):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if given.get("type") != "checkbox" or " checked" in tag:
            values.setdefault(given["name"], []).append(unescape(given.get("value", "")))
    for name, body in re.findall(
        r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL
    ):
        picked = re.search(r'<option selected value="([^"]*)"', body)
        values[name] = unescape(picked[1]) if picked else ""
    for name, body in re.findall(
        r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL
    ):
        values[name] = unescape(body).removeprefix("\r\n").removeprefix("\n")
    return {**values, **changes}


def test_the_script_gets_the_whole_document(drawer, draft, address):
    given = document_in(drawer.get(address))
    assert [f["id"] for f in given["document"]["fields"]] == [
        f["id"] for f in draft.document["fields"]
    ]
    assert given["version"] == draft.version
    assert given["facts"]["holder_name"]["example"] == "欧阳明远"
    assert given["art"][0]["url"] == f"/designs/{draft.design_id}/art/art.svg"


def test_the_script_saves_and_hears_the_next_version(drawer, draft, address):
    given = document_in(drawer.get(address))
    given["document"]["fields"][1]["x"] = 321
    form = {"document": json.dumps(given["document"]), "version": given["version"]}
    answer = drawer.post(address, data=form, headers=JSON)
    assert answer.json == {"version": given["version"] + 1, "problems": []}
    db.session.refresh(draft)
    assert draft.document["fields"][1]["x"] == 321


def test_an_older_version_is_told_what_stands_there(drawer, draft, address):
    given = document_in(drawer.get(address))
    form = {"document": json.dumps(given["document"]), "version": given["version"] + 1}
    answer = drawer.post(address, data=form, headers=JSON)
    assert answer.status_code == 409
    assert answer.json["document"] == given["document"]
    assert answer.json["by"] == draft.drawn_by


@pytest.mark.parametrize(
    ("text", "where"),
    [
        pytest.param("{", "", id="no JSON"),
        pytest.param('{"format": 1}', "title", id="nothing in it"),
        pytest.param("[" * 100_000, "", id="too deep"),
    ],
)
def test_what_is_no_document_is_refused_with_its_place(drawer, draft, address, text, where):
    kept = draft.document
    answer = drawer.post(address, data={"document": text, "version": 1}, headers=JSON)
    assert answer.status_code == 422
    assert where in {one["where"] for one in answer.json["problems"]}
    db.session.refresh(draft)
    assert draft.document == kept


def test_without_script_nothing_changes_by_saving_what_stands_there(drawer, draft, address):
    before = document_in(drawer.get(address))["document"]
    assert drawer.post(address, data=sent(drawer, address)).status_code == 302
    assert document_in(drawer.get(address))["document"] == before


def test_without_script_a_place_is_typed_in_millimetres(drawer, draft, address):
    changed = sent(drawer, address, **{"parts-0-x": "12,5", "parts-0-size": "30.5"})
    assert drawer.post(address, data=changed).status_code == 302
    db.session.refresh(draft)
    field = draft.document["fields"][0]
    assert (field["x"], field["size"]) == (125, 305)


@pytest.mark.parametrize(
    ("box", "typed", "sentence"),
    [
        pytest.param("parts-0-x", "1.25", "one digit after the point", id="hundredths"),
        pytest.param("parts-0-x", "1201", "Write a number from 0 to 1200.", id="too far"),
        pytest.param("parts-0-width", "", "Write a number", id="empty"),
        pytest.param("parts-0-lines", "0", "Write a number from 1 to 20.", id="no line"),
        pytest.param("margin", "-3", "Write a number", id="below nothing"),
    ],
)
def test_without_script_a_mistake_stands_at_its_box(drawer, address, box, typed, sentence):
    before = document_in(drawer.get(address))["document"]
    page = drawer.post(address, data=sent(drawer, address, **{box: typed}))
    assert page.status_code == 422
    tag = re.search(rf'<input[^>]*name="{box}"[^>]*>', page.text)[0]
    assert f'value="{typed}"' in tag
    said = re.search(rf'id="{box}-(?:wrong|error)"[^>]*>(.*?)</p>', page.text, re.DOTALL)[1]
    assert sentence in said
    assert document_in(drawer.get(address))["document"] == before


def test_without_script_a_fact_becomes_one_that_nothing_is_printed_without(drawer, draft, address):
    kept = draft.document["required"]
    assert "award" not in kept
    drawer.post(address, data=sent(drawer, address, required=[*kept, "award"]))
    db.session.refresh(draft)
    assert set(draft.document["required"]) == {*kept, "award"}


def test_without_script_both_versions_are_shown_and_nothing_is_lost(drawer, draft, address):
    mine = sent(drawer, address, **{"parts-0-x": "33"})
    theirs = sent(drawer, address, **{"parts-0-x": "44"})
    drawer.post(address, data=theirs)
    page = drawer.post(address, data=mine)
    assert page.status_code == 409
    assert 'value="33"' in page.text
    assert "Stands there now: 44." in page.text
    again = {**mine, "version": document_in(page)["version"]}
    assert drawer.post(address, data=again).status_code == 302
    db.session.refresh(draft)
    assert draft.document["fields"][0]["x"] == 330


def test_without_script_a_field_is_added_and_taken_out(drawer, draft, address):
    drawer.post(address, data=sent(drawer, address, new="text:", **{"parts-0-remove": "y"}))
    db.session.refresh(draft)
    ids = [field["id"] for field in draft.document["fields"]]
    assert ids[-1] == "words"
    assert "heading" not in ids


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param({"parts-0-kind": "script"}, id="a kind there is none of"),
        pytest.param({"parts-9999-x": "3"}, id="a row of nothing"),
        pytest.param({"parts-0-id": "../x"}, id="a name that is none"),
        pytest.param({"version": "9" * 30}, id="a version there is none of"),
        pytest.param({"new": "fact:__class__"}, id="a fact there is none of"),
        pytest.param({"parts-0-x": "1" * 5000}, id="a number without end"),
    ],
)
def test_what_no_page_sends_is_refused(drawer, draft, address, forged):
    kept = draft.document
    answer = drawer.post(address, data=sent(drawer, address, **forged))
    assert answer.status_code in {409, 422}
    db.session.refresh(draft)
    assert draft.document == kept


def test_who_draws_elsewhere_is_kept_out(sign_in, root, address):
    other = make.organisation("other", parent=root)
    stranger = sign_in(make.user(Role.CERTIFICATE_STAFF, other, login="stranger"))
    assert stranger.get(address).status_code in {403, 404}
