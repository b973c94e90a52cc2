"""The document as rows and back."""

import pytest

from skillhub.canvas.rules import FRESH, document_of, head_of, rows_of, whole
from skillhub.designs import rules

PLACE = {"x": 10, "y": 20, "width": 300, "height": 100}
DOCUMENT = {
    "format": 1,
    "title": {"zh": "奖"},
    "page": {"width": 2970, "height": 2100},
    "art": [{"file": "a.svg", "x": 0, "y": 0, "width": 2970, "height": 2100}],
    "fields": [
        {"id": "name", "kind": "fact", "fact": "holder_name", "size": 300, **PLACE},
        {"id": "deed", "kind": "text", "text": {"en": "Hello"}, "size": 100, **PLACE},
        {"id": "code", "kind": "code", "x": 0, "y": 0, "width": 200, "height": 200},
    ],
}


def answered(**changes):
    """What a browser sends when only these rows differ: {"deed": {...}}."""
    rows = [row | {"remove": False} for row in rows_of(whole(DOCUMENT))]
    return [row | changes.get(row["id"], {}) for row in rows]


def made(rows, new="", **head):
    kept = whole(DOCUMENT)
    return document_of(kept, head_of(kept) | head, rows, new)


def test_what_is_not_touched_comes_back_as_it_was():
    assert made(answered()) == whole(DOCUMENT)


def test_defaults_are_those_of_the_format():
    """What the whole document says is what a reader of the short one takes it to say."""
    short, _ = rules.read(DOCUMENT)
    long, problems = rules.read(whole(DOCUMENT))
    assert problems == []
    assert [f.needs for f in long.fields] == [f.needs for f in short.fields]
    name = long.fields[0]
    assert (name.least, name.align, name.valign, name.weight) == (300, "left", "top", 400)


@pytest.mark.parametrize(
    ("changes", "ids"),
    [
        pytest.param({}, ["name", "deed", "code"], id="as they lay"),
        pytest.param({"code": {"level": 0}}, ["code", "name", "deed"], id="the code lowest"),
        pytest.param({"deed": {"remove": True}}, ["name", "code"], id="one taken out"),
    ],
)
def test_order(changes, ids):
    assert [field["id"] for field in made(answered(**changes))["fields"]] == ids


@pytest.mark.parametrize(
    ("new", "found"),
    [
        pytest.param("text:", {"id": "words", "kind": "text"}, id="words"),
        pytest.param("fact:award", {"id": "award", "kind": "fact", "fact": "award"}, id="a fact"),
        pytest.param("image:seal.png", {"kind": "image", "file": "seal.png"}, id="a picture"),
        pytest.param("code:", {"id": "code_2", "kind": "code"}, id="a name that is taken"),
    ],
)
def test_a_new_field_lies_in_the_middle(new, found):
    document = made(answered(), new)
    field = document["fields"][-1]
    assert field | found == field
    assert field["x"] * 2 + field["width"] == pytest.approx(2970, abs=1)
    assert rules.read(document)[1] == []


@pytest.mark.parametrize("kind", FRESH)
def test_a_new_field_has_the_keys_of_its_kind(kind):
    assert set(FRESH[kind]) <= set(rules.KEYS[kind])


def test_another_picture_lies_under_the_whole_page():
    document = made(answered(), under="b.png", width=2100)
    assert document["art"] == [{"file": "b.png", "x": 0, "y": 0, "width": 2100, "height": 2100}]
    assert made(answered(), under="")["art"] == []


def test_of_a_list_all_or_one():
    rows = answered(name={"nth": None})
    assert "nth" not in made(rows)["fields"][0]
    assert made(answered(name={"nth": 2}))["fields"][0]["nth"] == 2
