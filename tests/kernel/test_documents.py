"""Documents read into dataclasses: what is understood, what is refused with its path, and the schema that says so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

import jsonschema
import pytest

from skillhub.kernel.documents import read, schema_of, values_of
from skillhub.kernel.parameters import Dated, Numbers, Pick


class Colour(StrEnum):
    RED, BLUE = "red", "blue"


@dataclass(frozen=True)
class Part:
    code: str
    share: Fraction | None = None


@dataclass(frozen=True, kw_only=True)
class Paper:
    since: date | None = field(default=None, metadata={"name": "from"})
    n: int = field(default=1, metadata={"low": 1, "high": 9})
    exact: Decimal = Decimal(0)
    share: Fraction = Fraction(0)
    flag: bool = False
    colour: Colour = Colour.RED
    level: str = field(default="1", metadata={"choices": ("1", "2")})
    words: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    points: Mapping[str, Decimal] = field(default_factory=dict)
    place: Numbers = Numbers()
    pick: Pick = field(default=Pick(), metadata={"choices": ("1", "2", "3")})
    months: Dated = field(default=Dated(), metadata={"by": ("issued_on",)})


@pytest.mark.parametrize(
    ("given", "name", "value"),
    [
        pytest.param(
            {"from": "2026-02-28"},
            "since",
            date(2026, 2, 28),
            id="a name that Python keeps to itself",
        ),
        pytest.param({"from": None}, "since", None, id="nothing where nothing has a meaning"),
        pytest.param({"n": 9}, "n", 9, id="the highest number"),
        pytest.param({"n": "9"}, "n", 9, id="digits for a number"),
        pytest.param({"exact": "0.10"}, "exact", Decimal("0.10"), id="an exact decimal"),
        pytest.param({"share": "10%"}, "share", Fraction(1, 10), id="a share in percent"),
        pytest.param({"share": "1/12"}, "share", Fraction(1, 12), id="a share as a fraction"),
        pytest.param({"flag": True}, "flag", True, id="a flag"),
        pytest.param({"colour": "blue"}, "colour", Colour.BLUE, id="a choice"),
        pytest.param({"level": 2}, "level", "2", id="a digit among the choices"),
        pytest.param({"words": "one"}, "words", ("one",), id="one word for a list"),
        pytest.param(
            {"words": ["a ", "b"]}, "words", ("a", "b"), id="words without the blanks around them"
        ),
        pytest.param(
            {"parts": [["a", "1/2"], {"code": "b"}]},
            "parts",
            (Part("a", Fraction(1, 2)), Part("b")),
            id="a row and a table",
        ),
        pytest.param({"points": {"Gold": 5}}, "points", {"Gold": Decimal(5)}, id="figures by name"),
        pytest.param(
            {"place": {"at_least": 4, "at_most": 6}},
            "place",
            Numbers((), 4, 6),
            id="a range of numbers",
        ),
        pytest.param({"pick": [1, "3"]}, "pick", Pick(("1", "3")), id="some of the names"),
        pytest.param(
            {"months": 12}, "months", Dated("", ((date.min, 12),)), id="one figure for all times"
        ),
        pytest.param(
            {"months": {"by": "issued_on", "values": {"2026-01-01": 12}}},
            "months",
            Dated("issued_on", ((date(2026, 1, 1), 12),)),
            id="a figure by date",
        ),
    ],
)
def test_it_understands(given, name, value):
    found = []
    assert getattr(read(Paper, given, "", found), name) == value
    assert not found


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        pytest.param([], "paper: this must be a table with from, n", id="a list for a table"),
        pytest.param(
            {"hue": 1}, 'paper.hue: unknown key "hue"; known: from, n', id="an unknown name"
        ),
        pytest.param(
            {"from": "2026-02-30"},
            "paper.from: Write a day such as 2026-11-30.",
            id="a day that does not exist",
        ),
        pytest.param(
            {"from": "1899-12-31"}, "paper.from: Write a day", id="a day before our times"
        ),
        pytest.param({"n": 0}, "paper.n: Write a whole number from 1 to 9.", id="below the lowest"),
        pytest.param(
            {"n": 10}, "paper.n: Write a whole number from 1 to 9.", id="above the highest"
        ),
        pytest.param(
            {"n": True}, 'paper.n: "True" is not a whole number', id="a flag is no number"
        ),
        pytest.param({"n": "9" * 5000}, "paper.n: ", id="more digits than a machine reads"),
        pytest.param(
            {"exact": 0.1},
            'paper.exact: write the decimal in quotes: "0.1"',
            id="a binary fraction",
        ),
        pytest.param(
            {"exact": "1e400"},
            'paper.exact: "1e400" is not a number',
            id="a number beyond counting",
        ),
        pytest.param({"exact": "nan"}, 'paper.exact: "nan" is not a number', id="not a number"),
        pytest.param({"share": "101%"}, 'paper.share: "101%" is not a share', id="more than all"),
        pytest.param({"share": "1/0"}, 'paper.share: "1/0" is not a share', id="a part of nothing"),
        pytest.param(
            {"share": "1e-99999999"}, "paper.share: ", id="a share that takes all day to compute"
        ),
        pytest.param({"flag": "yes"}, "paper.flag: write true or false", id="a word for a flag"),
        pytest.param(
            {"colour": "green"},
            'paper.colour: "green" is none of red, blue',
            id="an unknown choice",
        ),
        pytest.param({"colour": ["red"]}, "paper.colour: ", id="a list for a choice"),
        pytest.param({"words": []}, "paper.words: A list has 1 to 500 values.", id="an empty list"),
        pytest.param(
            {"words": ["a", " "]},
            "paper.words[1]: Write a text of 1 to 200 characters.",
            id="a blank word",
        ),
        pytest.param(
            {"words": "x" * 201}, "paper.words: Write a text of 1 to 200", id="a long word"
        ),
        pytest.param(
            {"parts": "a"}, "paper.parts: this must be a list", id="a word for a list of tables"
        ),
        pytest.param(
            {"parts": [{}]}, "paper.parts[0].code: this is missing", id="a part without its code"
        ),
        pytest.param(
            {"parts": [["a", "1", "x"]]},
            "paper.parts[0]: this must be a table with code, share",
            id="a row too long",
        ),
        pytest.param(
            {"points": 5}, "paper.points: this must be a table", id="a figure for figures by name"
        ),
        pytest.param(
            {"points": {"Gold": 0.5}},
            "paper.points.Gold: write the decimal in quotes",
            id="a binary fraction inside",
        ),
        pytest.param(
            {"place": {}},
            "paper.place: Write at_least, at_most, or both.",
            id="a range without ends",
        ),
        pytest.param(
            {"place": {"at_least": 7, "at_most": 6}},
            "paper.place: The least is above the most",
            id="a range of nothing",
        ),
        pytest.param(
            {"pick": {"at_most": "4"}},
            'paper.pick.at_most: "4" is none of 1, 2, 3',
            id="an end that does not exist",
        ),
        pytest.param(
            {"months": {"by": "luck", "values": {"2026-01-01": 1}}},
            'paper.months.by: "luck" is none of',
            id="figures by luck",
        ),
        pytest.param(
            {"months": {"by": "issued_on", "values": {}}},
            "paper.months.values: Write at least one day",
            id="no figure",
        ),
    ],
)
def test_it_refuses(given, problem):
    found = []
    assert read(Paper, given, "paper", found) is None
    assert [str(p)[: len(problem)] for p in found] == [problem]


def test_every_mistake_at_once_and_the_rest_is_kept():
    found = []
    kept = values_of(Paper, {"n": 0, "flag": 1, "words": ["a", 2], "level": "2"}, "", found)
    assert [p.where for p in found] == ["n", "flag", "words[1]"]
    assert kept == {"words": ("a", None), "level": "2"}


@pytest.mark.parametrize(
    ("given", "fits"),
    [
        ({"from": "2026-01-01", "n": 9, "words": "one", "pick": {"at_least": 2}}, True),
        ({"place": [1, 2], "months": 12, "level": 2}, True),
        ({"parts": [{"code": "a", "share": "1/2"}], "points": {"Gold": 5}}, True),
        ({"points": 5}, False),
        ({"n": 10}, False),
        ({"hue": 1}, False),
        ({"place": {}}, False),
        ({"words": []}, False),
    ],
)
def test_the_schema_says_the_same(given, fits):
    found = []
    assert jsonschema.Draft202012Validator(schema_of(Paper)).is_valid(given) == fits
    assert (read(Paper, given, "", found) is not None) == fits


@pytest.mark.parametrize("raw", [{"x": "y"}, [[1]]], ids=["a table", "a list"])
@pytest.mark.parametrize("name", ["n", "exact", "share", "level"])
def test_what_stands_in_the_wrong_place_is_quoted_in_short(name, raw):
    found = []
    values_of(Paper, {name: raw}, "", found)
    assert not any(isinstance(v, dict | list) for p in found for v in p.message.values.values())
    assert all(str(problem) for problem in found)
