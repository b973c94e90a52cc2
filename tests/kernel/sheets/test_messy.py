"""One table in eight messy spreadsheets: all give the same 236 entries, and say what they mended."""

from __future__ import annotations

import csv
from decimal import Decimal

import pytest

from skillhub.kernel.sheets import Column, load, match_code, write_csv, write_xlsx
from tests.conftest import REALDATA

pytestmark = pytest.mark.realdata

MEDALS = ("GOLD", "SILVER", "BRONZE", "Medallion For Excellence")
COLUMNS = (
    Column("trade", "Trade number", "code", True, ("skill_number", "Beruf-Nr", "No.")),
    Column("trade_name", "Trade name", "name", False, ("skill_name", "Beruf", "Trade / Name")),
    Column("country", "Country", "code", True, ("country_iso", "Land")),
    Column("team", "Team size", "number", False, ("Teamgröße",)),
    Column(
        "medal", "Medal", "choice", aliases=("Medaille",), choices=dict.fromkeys(MEDALS, ()),
        empties=("None", "N/A", "-", "—"),
    ),
    Column("score", "Score", "number", True, ("Punkte",)),
    Column("date", "Competed on", "date", aliases=("Date",)),
)  # fmt: skip
FILES = {
    "ws2009_utf8_bom.csv": 0,
    "ws2009_utf16le_tab.txt": 0,
    "ws2009_cr_only.csv": 0,
    "ws2009_excel_lost_zeros.csv": 0,
    "ws2009_1904_dates.xlsx": 0,
    "ws2009_semicolon_cp1252.csv": 1,
    "ws2009_dirty_shuffled.csv": 3,
    "ws2009_merged_headers.xlsx": 7,
}


def content(name: str) -> bytes:
    if not (REALDATA / name).exists():
        pytest.skip(f"the real data ({name}) is not here")
    return (REALDATA / name).read_bytes()


def published() -> list[tuple]:
    lines = csv.DictReader(content("worldskills_2009_trades_01_15.csv").decode().splitlines())
    return sorted(
        (
            line["skill_number"], line["skill_name"], line["country_iso"],
            Decimal(line["team_size"]), line["medal"], Decimal(line["score"]),
        )
        for line in lines
    )  # fmt: skip


def entries(table) -> list[tuple]:
    known = [f"{n:02}" for n in range(1, 16)]
    return sorted(
        (
            match_code(c["trade"], known).code, c["trade_name"], c["country"].upper(),
            c["team"], c["medal"] or "", c["score"],
        )
        for c in (row.cells for row in table.rows)
    )  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_every_messy_file_gives_the_same_236_entries(name):
    table = load(content(name), name, COLUMNS)
    assert table.ok
    assert len(table.rows) == 236
    assert entries(table) == published()
    assert len(table.notices) == FILES[name]


def test_what_was_mended_is_said():
    table = load(content("ws2009_dirty_shuffled.csv"), "a.csv", COLUMNS)
    said = [str(notice.message) for notice in table.notices]
    assert said == [
        "Row 242 was left out as a total: Total 236.",
        "Row 243 was left out as a remark below the table: Printed 2009-09-07.",
        "Score: the unit “pts” was left out (29 times, first in row 7).",
    ]


def test_dates_of_the_1904_epoch_are_right():
    table = load(content("ws2009_1904_dates.xlsx"), "a.xlsx", COLUMNS)
    assert str(table.rows[0].cells["date"]) == "2009-09-01"


NAMES = (Column("name", "Name", "name", True), Column("note", "Note", "text"))


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_rare_names_come_back_byte_for_byte(ending):
    lines = csv.DictReader(content("rare_test_names.csv").decode().splitlines())
    rows = [{"name": line["name"], "note": line["note"]} for line in lines]
    write = {"csv": write_csv, "xlsx": write_xlsx}[ending]
    table = load(write(NAMES, rows), f"a.{ending}", NAMES)
    assert table.ok
    written = [row["name"].strip().encode() for row in rows]
    assert [row.cells["name"].encode() for row in table.rows] == written
    assert "a space at the edge was left out: U+3000 (1 times" in str(table.notices[0].message)
