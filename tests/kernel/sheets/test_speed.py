"""What reading costs beside the parser alone and the insert: bar G28, measured in one run."""

from __future__ import annotations

import io
import time

import pytest
import python_calamine
from sqlalchemy import Column as SqlColumn
from sqlalchemy import MetaData, String, create_engine
from sqlalchemy import Table as SqlTable

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
    parser = min(taken(lambda: parse(content)) for _ in range(3))
    loading = min(taken(lambda: load(content, "a.xlsx", COLUMNS)) for _ in range(3))
    table = load(content, "a.xlsx", COLUMNS)
    assert table.ok
    assert len(table.rows) == ROWS
    flat = [{n: str(v) for n, v in row.cells.items()} for row in table.rows]
    inserting = taken(lambda: insert(flat))
    print(f"parser {parser:.2f} s, load {loading:.2f} s, insert {inserting:.2f} s")
    print(f"whole import / floor = {(loading + inserting) / (parser + inserting):.2f}")
    assert loading + inserting <= 2.0 * (parser + inserting)


def taken(work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def parse(content: bytes) -> None:
    python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def insert(stored: list[dict[str, str]]) -> None:
    """Insert with SQLAlchemy Core, as an import does."""
    engine = create_engine("sqlite://")
    names = [column.name for column in COLUMNS]
    store = SqlTable("t", MetaData(), *(SqlColumn(name, String) for name in names))
    with engine.begin() as connection:
        store.create(connection)
        connection.execute(store.insert(), stored)
    engine.dispose()
