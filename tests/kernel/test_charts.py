"""The drawings: what they count, that they are small, safe and readable without eyes."""

from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from skillhub.kernel import charts

UNITS = [
    ("Metro depot 3", {"gold": 4, "silver": 2, "bronze": 3, "honour": 1}),
    ("第二机务段", {"gold": 1, "bronze": 4}),
]
SVG = "{http://www.w3.org/2000/svg}"


def points(*values):
    return [Decimal(value) for value in values]


def read(drawing):
    named = str(drawing).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return ET.fromstring(named)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param((), [], id="nobody has points"),
        pytest.param(("60",), [("60", 1)], id="one person stands in one column"),
        pytest.param(("60", "60"), [("60", 2)], id="equal points share a column"),
        pytest.param(
            ("0", "19.99", "20", "40"),
            [("0", 1), ("18", 1), ("20", 1), ("40", 1)],
            id="a border belongs to the column above",
        ),
        pytest.param(("0", "0.4"), [("0.00", 1), ("0.40", 1)], id="small spreads get small steps"),
    ],
)
def test_bins(values, expected):
    found = [(str(b.low), b.count) for b in charts.bins(points(*values)) if b.count]
    assert found == expected


def test_every_value_stands_in_one_column():
    values = points(*range(0, 1000, 7))
    columns = charts.bins(values)
    assert sum(column.count for column in columns) == len(values)
    assert len(columns) <= 21


def test_cuts_are_named_and_those_outside_are_left_out():
    drawing = charts.histogram(
        points("50", "70", "90"), [("Gold", Decimal(86)), ("Never", Decimal(200))], title="Scores"
    )
    assert "Gold ≥ 86" in drawing
    assert "Never" not in drawing


def test_nothing_to_draw_gives_nothing():
    assert charts.histogram([], title="Scores") == ""
    assert charts.stacked_bars([], title="Awards") == ""
    assert charts.stacked_bars([("A", {})], title="Awards") == ""


def test_bars_name_what_they_drew():
    words = {"gold": "金牌", "silver": "银牌", "bronze": "铜牌", "honour": "其他"}
    drawing = charts.stacked_bars(UNITS[1:], title="奖项", words=words)
    assert "金牌" in drawing
    assert "银牌" not in drawing
    assert "第二机务段: 金牌 1, 铜牌 4" in drawing


@pytest.mark.parametrize(
    "drawing",
    [
        pytest.param(
            charts.histogram(
                points(*range(40, 100)), [("Gold", Decimal(86))], title="Scores", desc="Even."
            ),
            id="a distribution",
        ),
        pytest.param(
            charts.stacked_bars(UNITS * 6, title="Awards", desc="Twelve units."), id="twelve units"
        ),
    ],
)
def test_is_small_safe_and_readable(drawing):
    tree = read(drawing)
    assert len(drawing.encode()) <= 6 * 1024
    assert "style" not in drawing
    assert tree.find(f"{SVG}title") is not None
    assert tree.find(f"{SVG}desc") is not None
    assert tree.get("role") == "img"


def test_a_name_cannot_break_out():
    drawing = charts.stacked_bars([("<script>&", {"gold": 1})], title='"><b>')
    assert "<script>" not in drawing
    assert "<b>" not in drawing
