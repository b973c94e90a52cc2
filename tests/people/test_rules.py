"""Identity numbers and names: what is the same, what is wrong."""

import csv
from datetime import date

import pytest

from skillhub.kernel.messages import Message
from skillhub.people.rules import Identity, masked, read_identity, sought_form, sought_words
from tests.conftest import REALDATA


def vectors():
    path = REALDATA / "vectors.csv"
    return (
        list(csv.DictReader(path.read_text(encoding="utf-8").splitlines())) if path.exists() else []
    )


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        pytest.param("resident", "440308199901101512", "440308199901101512", id="plain"),
        pytest.param(
            "resident",
            "44040119580101000x",
            "44040119580101000X",
            id="small x, abandoned region code",
        ),
        pytest.param(
            "resident",
            "４４０４０１１９５８０１０１０００Ｘ",
            "44040119580101000X",
            id="full width",
        ),
        pytest.param(
            "resident", "440308 1999-0110 1512", "440308199901101512", id="spaces and hyphens"
        ),
        pytest.param(
            "resident",
            "'440308199901101512",
            "440308199901101512",
            id="the spreadsheet's apostrophe",
        ),
        pytest.param("resident", "610104620927690", "610104196209276908", id="15 digits become 18"),
        pytest.param(
            "resident",
            "810000199408230021",
            "810000199408230021",
            id="permit, before the code began",
        ),
        pytest.param("resident", "830000199201300022", "830000199201300022", id="permit 83"),
        pytest.param(
            "resident", "500154199301135886", "500154199301135886", id="born before the region code"
        ),
        pytest.param("passport", "e1234 5678", "E12345678", id="passport"),
        pytest.param("resident", "44030819990110151", None, id="17 digits"),
        pytest.param("resident", "4403081999011015122", None, id="19 digits"),
        pytest.param("resident", "440308199902301512", None, id="30 February"),
        pytest.param("resident", "440308199901101513", None, id="check digit"),
        pytest.param("resident", "111111199901101512", None, id="no region"),
        pytest.param("resident", "610104620932690", None, id="15 digits with day 32"),
        pytest.param("resident", "٤٤٠٣٠٨١٩٩٩٠١١٠١٥١٢", None, id="other digits"),
        pytest.param("resident", "", None, id="empty"),
        pytest.param("library", "1", None, id="unknown kind"),
    ],
)
def test_identity(kind, text, expected):
    found = read_identity(kind, text)
    assert (found.number if isinstance(found, Identity) else None) == expected


@pytest.mark.parametrize(
    ("number", "born", "sex"),
    [
        ("440308199901101512", date(1999, 1, 10), "male"),
        ("610104620927690", date(1962, 9, 27), "female"),
    ],
)
def test_a_resident_number_tells(number, born, sex):
    found = read_identity("resident", number)
    assert (found.birth_date, found.sex) == (born, sex)


@pytest.mark.realdata
@pytest.mark.parametrize("row", vectors())
def test_published_vectors(row):
    # The strict mode asks for more than a number in use can keep: see rules._is_region.
    if row["mode"] != "strict":
        found = read_identity("resident", row["id"])
        assert isinstance(found, Message) == (row["expected_valid"] == "false")


@pytest.mark.parametrize(
    ("number", "expected"),
    [("44040119580101000X", "4***************0X"), ("E12345", "E***45"), ("1234", "****")],
)
def test_masked(number, expected):
    assert masked(number) == expected


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        pytest.param("ＬＩ　ＷＥＩ", "Li Wei", id="full width"),
        pytest.param("jose muller", "José Müller", id="accents"),
        pytest.param("lukasz", "Łukasz", id="strokes"),
        pytest.param("DVORAK", "Dvořák", id="capital"),
        pytest.param("李伟", "李伟", id="Chinese"),
        pytest.param("홍길동", "홍길동", id="Korean stays whole"),
    ],
)
def test_search_form(typed, name):
    assert sought_form(typed) == sought_form(name)


def test_nobody_is_sought_by_a_thousand_words():
    assert len(sought_words("a " * 3000)) == 20
