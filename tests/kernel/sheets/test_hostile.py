"""Every file made to hurt is refused quickly, with a sentence, and the process stays small."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from skillhub.kernel.sheets import LIMITS, Column, load
from skillhub.kernel.sheets.workbooks import CHILD
from tests.kernel.sheets.hostile import FILES, swollen, xlsx

COLUMNS = (Column("name", "Name", "name", required=True), Column("score", "Score", "number"))
WATCH = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdin=sys.stdin.buffer, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def test_a_good_workbook_passes_the_same_door():
    assert load(xlsx(), "a.xlsx", COLUMNS).ok


def test_there_are_forty_of_them():
    assert len(FILES) >= 40


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_in_two_seconds(name):
    build, filename = FILES[name]
    content = build()
    before = os.times()
    table = load(content, filename, COLUMNS)
    took = sum(os.times()[:4]) - sum(before[:4])  # of processor, in us and in our children
    assert table.problems
    assert not table.rows
    assert str(table.problems[0].message).endswith(".")
    assert took <= 2


@pytest.mark.parametrize(
    "name",
    [
        "a cell in the last corner",
        "a wide table to the last row",
        "a million empty rows",
        "a repeated cell over a whole .ods",
        "a repeated row of an .ods",
        "quadratic blow-up",
        "shared strings of 1 GiB that declare 1 kB",
    ],
)
def test_the_process_that_parses_stays_below_200_mb(name):
    content = FILES[name][0]()
    sizes = (LIMITS.memory, LIMITS.cpu, LIMITS.rows, LIMITS.columns)
    command = [sys.executable, "-c", WATCH, sys.executable, "-I", str(CHILD), *map(str, sizes)]
    done = subprocess.run(command, input=content, capture_output=True, check=True)
    assert int(done.stdout) <= 200 * 1024


def test_a_directory_that_lies_cannot_make_the_parser_unpack_it():
    assert not load(swollen(64, 1000), "a.xlsx", COLUMNS).ok
