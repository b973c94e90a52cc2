"""The entry sheet: no column is read and then dropped, none is lost on the way out."""

from dataclasses import replace

import pytest

from skillhub.entries import sheet
from skillhub.entries.rules import Draft
from tests import make

EMPTY = Draft(1, "", "")


@pytest.mark.parametrize("column", sheet.COLUMNS, ids=lambda column: column.name)
def test_every_column_reaches_the_draft(column):
    said = sheet.draft(1, {column.name: next(iter(column.choices), "x")})
    assert said != EMPTY, "sheet.draft does not read it"


def test_an_exported_sheet_has_every_column(root):
    event = make.event(make.competition(root), team_size=2)
    [row] = sheet.exported([make.entry(event, "7")])
    assert list(row) == [column.name for column in sheet.COLUMNS]


def test_members_are_parted_by_semicolons_lines_and_the_chinese_mark():
    said = sheet.draft(1, {"members": "Li Wei; 王芳、Bo\nTan ;"})
    assert said == replace(EMPTY, members=("Li Wei", "王芳", "Bo", "Tan"))
