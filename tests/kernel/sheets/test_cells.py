"""What one cell means in a column of each kind, and the sentence where it means nothing."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from skillhub.kernel.sheets import Column, Grid, Sheet, table

D = Decimal


def read(kind: str, *cells, separator=",", answers=None, **more):
    grid = Grid("a", "text", (Sheet("", [["X", "Y"], *([c, "y"] for c in cells)]),))
    grid.separator = separator
    return table(grid, (Column("x", "X", kind, **more),), None, answers)


def values(read_table) -> list:
    return [row.cells["x"] for row in read_table.rows]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("541.0", D(541)), ("87.5", D("87.5")), ("-3", D(-3)), (417, D(417)), (0, D(0)), ("0", D(0)),
        (0.1 + 0.2, D("0.3")), ("５４１", D(541)), ("528\u3000", D(528)), (" 470\u00a0", D(470)),
        ("'541", D(541)), ("501 pts", D(501)), ("93分", D(93)), ("0.125", D("0.125")),
        ("12.345", D("12.345")), ("−2", D(-2)), ("1,234.5", D("1234.5")), ("1 234,5", D("1234.5")),
        ("544,0", D(544)), ("1'234.50", D("1234.5")), ("1.2345", D("1.2345")), ("", None),
        ("  ", None), ("1000", D(1000)), ("100.00", D(100)),
    ],
)  # fmt: skip
def test_a_number_is_read_exactly(cell, value):
    result = read("number", cell)
    assert result.problems == result.questions == []
    assert values(result) == [value]
    assert "E" not in str(values(result)[0])


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("50%", "is a percentage. Write the number itself."),
        ("abc", "is not a number. Write digits only, such as 87.5."),
        ("1.23456", "is too exact: at most 4 decimals. Round it."),
        (0.12345, "is too exact: at most 4 decimals. Round it."),
        ("DNS", "is not a number. Write digits only, such as 87.5."),
        ("1.2.3", "is not a number. Write digits only, such as 87.5."),
        ("=1+1", "is not a number. Write digits only, such as 87.5."),
        ("nan", "is not a number. Write digits only, such as 87.5."),
        ("1e400", "is not a number. Write digits only, such as 87.5."),
        ("9" * 40, "is too large a number. Check it."),
    ],
)
def test_what_is_no_number_is_refused_with_row_column_value_and_remedy(cell, why):
    (problem,) = read("number", "1", cell).problems
    assert problem.where == "A3"
    assert str(problem.message).startswith("Row 3, X: “")
    assert str(problem.message).endswith(why)


@pytest.mark.parametrize(
    ("cells", "separator", "second"),
    [
        (("544,0", "1,234"), ";", D("1.234")),
        (("1.5", "1,234"), ",", D(1234)),
        (("544,0", "1.234"), ";", D(1234)),
        (("0,5", "1,234"), "", D("1.234")),
    ],
    ids=["a comma proved", "a point proved", "a comma proved, points group", "a workbook's text"],
)
def test_one_clear_cell_decides_the_column(cells, separator, second):
    assert values(read("number", *cells, separator=separator))[1] == second


@pytest.mark.parametrize("separator", [",", ";", ""])
def test_a_lone_1_234_is_asked(separator):
    (question,) = read("number", "1,234", "7", separator=separator).questions
    assert question.key == "decimal:x"
    assert [c.sample for c in question.choices] == ["1,234 = 1.234", "1,234 = 1234"]


@pytest.mark.parametrize(("answer", "value"), [(",", D("1.234")), (".", D(1234))])
def test_the_answer_decides(answer, value):
    assert values(read("number", "1,234", answers={"decimal:x": answer})) == [value]


def test_words_of_the_trade_pass_where_the_column_allows_them():
    assert values(read("number", "dns", "DNF", words=("DNS", "DNF"))) == ["DNS", "DNF"]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("00417", "00417"), ("'00417", "00417"), (417, "417"), ("ＡＢ１２", "AB12"), (" 7\u00a0", "7"),
        ("1E5", "1E5"), ("", None), ("2-1", "2-1"), (1.5, "1.5"),
    ],
)  # fmt: skip
def test_an_id_is_text(cell, value):
    assert values(read("code", cell)) == [value]


@pytest.mark.parametrize(
    "cell",
    ["1.2E+05", "1.2e+05", "1E+05", 1.2e17, date(2026, 2, 1)],
    ids=["exponent", "small e", "short exponent", "15 digits", "a date"],
)
def test_an_id_that_a_spreadsheet_destroyed_is_refused(cell):
    (problem,) = read("code", cell).problems
    assert "Format the column as text, type it again" in str(problem.message)


@pytest.mark.parametrize(
    "cell",
    ["None", "N/A", "NULL", "TRUE", "1E5", "'t Hooft", "Ａ李", "山﨑 凜", "de la Cruz", "1.2E+05"],
)
def test_a_name_is_kept_as_written(cell):
    assert values(read("name", f" {cell}\u3000")) == [cell]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("2026-09-30", date(2026, 9, 30)), ("2026/9/3", date(2026, 9, 3)),
        ("2026年9月3日", date(2026, 9, 3)), ("03.09.2026", date(2026, 9, 3)),
        ("20260903", date(2026, 9, 3)), ("30/9/2026", date(2026, 9, 30)),
        ("9/30/2026", date(2026, 9, 30)), (datetime(2026, 9, 3, 0, 0), date(2026, 9, 3)),  # noqa: DTZ001
        (40057, date(2009, 9, 1)), ("4/4/2026", date(2026, 4, 4)),
    ],
)  # fmt: skip
def test_a_date_is_read(cell, value):
    assert values(read("date", cell)) == [value]


@pytest.mark.parametrize("cell", ["2026-02-30", "soon", -4, 99_999_999])
def test_what_is_no_date_is_refused(cell):
    assert "Write it as 2026-09-30" in str(read("date", cell).problems[0].message)


def test_day_or_month_is_asked_and_one_clear_cell_decides():
    (question,) = read("date", "3/4/2026").questions
    assert [c.sample for c in question.choices] == [
        "3/4/2026 = 2026-04-03",
        "3/4/2026 = 2026-03-04",
    ]
    assert values(read("date", "3/4/2026", "13/4/2026"))[0] == date(2026, 4, 3)
    assert values(read("date", "3/4/2026", answers={"dates": "mdy"}))[0] == date(2026, 3, 4)


def test_a_choice_is_one_of_its_words():
    choices = {"open": ("公开",), "worker": ("职工",)}
    result = read("choice", "OPEN ", "职工", "other", choices=choices)
    assert values(result)[:2] == ["open", "worker"]
    assert "not one of: open, worker" in str(result.problems[0].message)


def test_every_problem_is_said_at_once():
    result = read("number", *["x"] * 17, *range(480), required=True)
    assert len(result.problems) == 17
    assert result.by_row[2] == [result.problems[0]]


def test_an_empty_required_cell_is_a_problem_and_a_refused_one_is_said_once():
    result = read("number", "", "x", "3", required=True)
    assert [p.where for p in result.problems] == ["A3", "A2"]
