"""Which header means which column, where the table begins, and which code a cell means."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

from skillhub.kernel.sheets import (
    Column,
    Grid,
    Header,
    Sheet,
    load,
    match_code,
    propose,
    signature,
    table,
)

COLUMNS = (
    Column("number", "Number", "code", True, ("编号", "Nr", "No.")),
    Column("name", "Name", "name", True, ("姓名", "Vorname und Name")),
    Column("score", "Score", "number", False, ("成绩", "Punkte", "Result / Score")),
)


def headers(*texts: str) -> list[Header]:
    return [Header(i, (text,)) for i, text in enumerate(texts)]


def grid(*rows: list) -> Grid:
    return Grid("a.csv", "text", (Sheet("", [list(row) for row in rows]),), separator=",")


@pytest.mark.parametrize(
    "texts",
    [
        ("Number", "Name", "Score"),
        ("编号", "姓名*", "成绩（分）"),
        ("NR.", "vorname  und name", "Punkte (500)"),
    ],
    ids=["English", "Chinese", "German"],
)
def test_headers_are_known_in_three_languages(texts):
    assert propose(headers(*texts), COLUMNS).columns == {"number": 0, "name": 1, "score": 2}


@pytest.mark.parametrize(
    "choice", [{"name": "Who"}, {"name": "B"}, {"name": "2"}, {"name": "b"}],
    ids=["by header", "by letter", "by number", "by small letter"],
)  # fmt: skip
def test_a_person_may_choose(choice):
    assert propose(headers("No", "Who", "Name"), COLUMNS, choice).columns["name"] == 1


@pytest.mark.parametrize(
    "texts", [("No.", "Wer", "Punkte"), ("A1", "Wer", "Was")], ids=["one known", "all unknown"]
)
def test_columns_chosen_by_letter_leave_the_header_below_its_title(texts):
    """A letter is found in the title row too, which must not become the header."""
    lines = grid(["Results", None, None], list(texts), ["7", "Li Wei", "80"])
    read = table(lines, COLUMNS, {"number": "A", "name": "B", "score": "C"})
    assert [h.text for h in read.headers] == list(texts)
    assert [row.number for row in read.rows] == [3]


def test_an_unknown_choice_and_a_missing_column_list_what_is_there():
    matching = propose(headers("No", "Who"), COLUMNS, {"name": "Nobody"})
    assert [str(p.message) for p in matching.problems] == [
        "There is no column “Nobody” for Name in this file. Choose another.",
        "No column for Name. The file has: No, Who. Choose the column that is it.",
    ]


def test_two_columns_of_one_name_are_asked():
    assert "Several columns could be Name: Name (B), Name (C)" in str(
        propose(headers("No", "Name", "Name"), COLUMNS).problems[0].message
    )


def test_a_layout_is_remembered_by_its_headers_whatever_their_case():
    assert signature(headers("No", "Name")) == signature(headers("NO.", "name "))
    assert signature(headers("No", "Name")) != signature(headers("Name", "No"))


def test_what_was_chosen_can_be_used_again():
    first = propose(headers("Z", "Name"), COLUMNS, {"number": "Z"})
    assert propose(headers("Z", "Name"), COLUMNS, first.chosen()).columns == first.columns


def test_titles_blank_rows_totals_and_footers_are_no_entries():
    result = table(
        grid(
            ["City finals 2026"], [], ["No", "Name", "Score"], ["1", "Li", "3"], [], ["2", "Wu", "4"],
            ["合计", "", "7"], [], ["Printed today"],
        ),
        COLUMNS,
    )  # fmt: skip
    assert [row.number for row in result.rows] == [4, 6]
    assert [notice.where for notice in result.notices] == ["A7", "A9"]
    assert result.ok


def test_an_entry_called_total_is_an_entry():
    result = table(grid(["No", "Name", "Score"], ["1", "Total", "3"]), COLUMNS)
    assert [row.cells["name"] for row in result.rows] == ["Total"]


def test_a_row_with_only_a_zero_is_not_blank():
    assert table(grid(["No", "Name", "Score"], ["", "", 0]), COLUMNS).problems


def test_a_table_without_rows_says_so():
    assert "no rows below the header" in str(
        table(grid(["No", "Name"]), COLUMNS).problems[0].message
    )


def workbook(**sheets: list) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


ENTRIES = [["No", "Name"], ["1", "Li"]]


def test_the_sheet_with_the_columns_is_read_and_the_other_is_said():
    result = load(workbook(Notes=[["hello"]], Entries=ENTRIES), "a.xlsx", COLUMNS)
    assert result.ok
    assert str(result.notices[0].message) == "The sheet “Entries” was read; left out: Notes."


def test_two_sheets_with_the_columns_are_asked_and_the_answer_is_taken():
    content = workbook(One=ENTRIES, Two=[*ENTRIES, ["2", "Wu"]])
    (question,) = load(content, "a.xlsx", COLUMNS).questions
    assert [choice.value for choice in question.choices] == ["One", "Two"]
    assert len(load(content, "a.xlsx", COLUMNS, answers={"sheet": "Two"}).rows) == 2


KNOWN = ("01", "02", "10", "A1", "a1", "007", "0007")


@pytest.mark.parametrize(
    ("value", "code", "noticed"),
    [("01", "01", False), ("1", "01", True), ("１０", "10", True), ("7", None, False),
     ("A1", "A1", False), ("Ａ1", None, False), ("99", None, False), ("010", "10", True)],
    ids=["exact", "lost zero", "full width", "two would fit", "exact case", "two cases fit",
         "unknown", "a zero too many"],
)  # fmt: skip
def test_a_code_is_matched_only_when_one_fits(value, code, noticed):
    found = match_code(value, KNOWN)
    assert (found.code, found.notice is not None) == (code, noticed)


def test_an_ambiguous_code_names_what_would_fit():
    assert match_code("7", KNOWN).ambiguous
    assert match_code("7", KNOWN).fits == ("007", "0007")
    assert not match_code("99", KNOWN).ambiguous
