"""What is written is read again unchanged, and nothing written runs as a formula."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillhub.kernel.sheets import (
    Change,
    Column,
    Preview,
    compare,
    load,
    neutral,
    restored,
    write_csv,
    write_xlsx,
)

COLUMNS = (
    Column("number", "Number", "code", required=True),
    Column("name", "Name", "name"),
    Column("score", "Score", "number"),
    Column("born", "Born", "date"),
    Column("group", "Group", "choice", choices={"open": (), "worker": ()}),
)
WRITERS = {"csv": write_csv, "xlsx": write_xlsx}
TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff\ufffe\uffff"),
    max_size=30,
).map(str.strip)
ROW = st.fixed_dictionaries({
    "number": st.from_regex(r"[0-9A-Z=+@-]{1,8}", fullmatch=True).filter(lambda s: "E+" not in s and "E-" not in s),
    "name": TEXT.map(lambda s: s or None),
    "score": st.decimals(-9999, 9999, places=4).map(lambda d: d.normalize() + 0),
    "born": st.dates(date(1920, 1, 1), date(2090, 1, 1)),
    "group": st.sampled_from(["open", "worker", None]),
})  # fmt: skip


@given(st.text())
def test_neutral_text_is_restored_exactly(text):
    assert restored(neutral(text)) == text


@given(st.text())
def test_neutral_text_never_starts_a_formula(text):
    out = neutral(text)
    assert not out.startswith(("=", "@", "\t", "\r")) or out[0] == "'"


@pytest.mark.parametrize(
    ("text", "written"),
    [("=1+1", "'=1+1"), ("-3", "-3"), ("+4.5", "+4.5"), ("-3+cmd", "'-3+cmd"), ("@x", "'@x"), ("'=1", "''=1"),
     ("Li", "Li"), ("", "")],
)  # fmt: skip
def test_only_what_would_run_gets_an_apostrophe(text, written):
    assert neutral(text) == written


@pytest.mark.parametrize("ending", WRITERS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(ROW, min_size=1, max_size=8))
def test_an_export_imports_as_it_was(ending, rows):
    table = load(WRITERS[ending](COLUMNS, rows), f"a.{ending}", COLUMNS)
    assert table.problems == table.questions == []
    assert [row.cells for row in table.rows] == rows


def test_importing_an_export_again_changes_nothing():
    rows = {f"{i:05}": {"number": f"{i:05}", "score": Decimal(i) / 8} for i in range(500)}
    columns = (COLUMNS[0], COLUMNS[2])
    table = load(write_csv(columns, rows.values()), "a.csv", columns)
    preview = Preview([compare(r.number, r.cells, rows.get(r.cells["number"])) for r in table.rows])
    assert preview.counts == {
        Change.NEW: 0, Change.CHANGED: 0, Change.SAME: 500, Change.PROBLEM: 0,
    }  # fmt: skip
    assert preview.ok


def test_a_preview_says_what_was_there_before():
    row = compare(2, {"score": 3, "name": "Li"}, {"score": 2, "name": "Li"})
    assert (row.change, row.before) == (Change.CHANGED, {"score": 2})
