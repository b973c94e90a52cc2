"""What reading costs beside the parser alone and the insert: bar G28, measured in one run."""

from __future__ import annotations

import io
import sqlite3
import time

import pytest
import python_calamine

from skillhub.kernel.sheets import Column, load, write_xlsx

ROWS = 100_000
COLUMNS = (
    Column("number", "Number", "code", required=True),
    Column("name", "Name", "name", required=True),
    Column("unit", "Unit", "name"),
    Column("trade", "Trade", "code"),
    Column("born", "Born", "date"),
    Column("sex", "Sex", "choice", choices={"f": (), "m": ()}),
    *(Column(f"part{i}", f"Part {i}", "number") for i in range(6)),
)


def rows():
    for i in range(ROWS):
        yield {
            "number": f"{i:06}",
            "name": f"李{i % 9973} Wei",
            "unit": f"Unit {i % 500}",
            "trade": f"{i % 15:02}",
            "born": None,
            "sex": "fm"[i % 2],
            **{f"part{k}": (i * 7 + k) % 1001 for k in range(6)},
        }


@pytest.mark.bench
def test_a_hundred_thousand_rows_cost_at_most_twice_the_parser_and_the_insert():
    content = write_xlsx(COLUMNS, rows())
    start = time.perf_counter()
    python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    parsed = time.perf_counter()
    table = load(content, "a.xlsx", COLUMNS)
    loaded = time.perf_counter()
    assert table.ok
    assert len(table.rows) == ROWS
    flat = [tuple(map(str, row.cells.values())) for row in table.rows]
    database = sqlite3.connect(":memory:")
    database.execute(f"CREATE TABLE t ({', '.join(f'c{k} TEXT' for k in range(12))})")
    begun = time.perf_counter()
    database.executemany(f"INSERT INTO t VALUES ({','.join('?' * 12)})", flat)
    inserted = time.perf_counter() - begun
    database.close()
    floor = parsed - start + inserted
    print(f"parser {parsed - start:.2f} s, load {loaded - parsed:.2f} s, insert {inserted:.2f} s")
    print(f"whole import / floor = {(loaded - parsed + inserted) / floor:.2f}")
    assert loaded - parsed + inserted <= 2.0 * floor
