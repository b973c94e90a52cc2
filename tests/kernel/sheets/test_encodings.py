"""The same rows out of every usual encoding, separator and line end; a question where bytes cannot tell."""

from __future__ import annotations

import itertools

import pytest

from skillhub.kernel.sheets import Column, load, paste, read

COLUMNS = (
    Column("number", "Number", "code", required=True),
    Column("name", "Name", "name", required=True, aliases=("姓名",)),
    Column("note", "Note", "text"),
)
ROWS = [
    ("00417", "René Müller", "says “hi”, twice"),
    ("00418", "Ana Fernández", "line one\nline two"),
    ("00419", "Zoé; Brière|x\ty", "a,b"),
]
CHARSETS = ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "cp1252", "gb18030"]
BOMS = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}


def text(separator: str, end: str, rows=ROWS, header=("Number", "Name", "Note")) -> str:
    lines = [
        separator.join(f'"{cell}"' if set(cell) & set("\n,;|\t") else cell for cell in row)
        for row in [header, *rows]
    ]
    return end.join(lines) + end


@pytest.mark.parametrize(
    ("charset", "separator", "end"),
    list(itertools.product(CHARSETS, [",", ";", "\t", "|"], ["\n", "\r\n", "\r"])),
    ids=repr,
)
def test_every_encoding_separator_and_line_end_gives_the_same_rows(charset, separator, end):
    content = BOMS.get(charset, b"") + text(separator, end).encode(charset)
    table = load(content, "a.csv", COLUMNS)
    assert table.problems == table.questions == []
    assert [tuple(row.cells.values()) for row in table.rows] == ROWS
    assert [row.number for row in table.rows] == [2, 3, 4]


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_seen_by_its_zeros(charset):
    table = load(text("\t", "\r\n").encode(charset), "a.txt", COLUMNS)
    assert [tuple(row.cells.values()) for row in table.rows] == ROWS


SIMPLIFIED = "学号,姓名\n1,张伟\n2,王秀英\n3,李娜\n4,刘洋\n5,赵静怡\n6,陈志强\n"
TRADITIONAL = "編號,姓名\n1,陳怡君\n2,林志明\n3,黃淑芬\n4,張家豪\n5,王雅婷\n6,劉建宏\n"


@pytest.mark.parametrize(
    ("written", "charset"),
    [
        (SIMPLIFIED, "gb18030"),
        (TRADITIONAL, "big5"),
        ("Name;Straße\nJürgen Groß;Öffner Weg\n", "cp1252"),
    ],
    ids=["simplified Chinese", "traditional Chinese", "German"],
)
def test_a_clear_case_is_decided_and_said(written, charset):
    grid = read(written.encode(charset), "a.csv")
    assert grid.charset == charset
    assert str(grid.notices[0].message) == f"The file was read as {charset.upper()}."


def undecidable() -> bytes:
    """Two characters, common in GB 2312 as in Big5."""
    return b"number,name\n1," + b"\xb1\xb4\xa6\xa7"[:2] + b"\n"


def test_bytes_that_fit_two_encodings_are_asked_with_the_line_in_each():
    table = load(undecidable(), "a.csv", COLUMNS)
    (question,) = table.questions
    assert question.key == "charset"
    assert {choice.value for choice in question.choices} >= {"gb18030", "big5"}
    assert len({choice.sample for choice in question.choices}) == len(question.choices)
    assert not table.ok


@pytest.mark.parametrize("charset", ["gb18030", "big5"])
def test_the_answer_is_taken(charset):
    table = load(undecidable(), "a.csv", COLUMNS, answers={"charset": charset})
    assert table.ok
    assert table.rows[0].cells["name"] == b"\xb1\xb4".decode(charset)


@pytest.mark.parametrize(
    ("pasted", "width"),
    [("a\tb\r\n1\t2\r\n", 2), ('a\tb\n"x\ny"\t2\n', 2), ("sep=|\na|b\n1|2\n", 2)],
    ids=["cells from a spreadsheet", "a quoted line break", "a named separator"],
)
def test_pasted_cells_keep_their_columns(pasted, width):
    assert len(paste(pasted).sheets[0].rows[1]) == width
