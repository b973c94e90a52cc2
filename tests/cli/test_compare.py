"""`skillhub compare a.csv b.csv`: 0 and silence when equal, 1 and the cells that differ when not."""

import pytest
from click.testing import CliRunner

from skillhub.cli import main

FIRST = "No.,Name,Score\n01,Chen,78\n02,Ortiz,88\n"


def compared(tmp_path, first, second, *more):
    one, two = tmp_path / "a.csv", tmp_path / "b.csv"
    one.write_text(first, encoding="utf-8")
    two.write_text(second, encoding="utf-8")
    run = CliRunner().invoke(main, ["compare", str(one), str(two), *more])
    return run.exit_code, run.output.splitlines()


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        pytest.param(FIRST, (0, []), id="the same"),
        pytest.param("No.,Name,Score\n02,Ortiz,88\n01,Chen,78\n", (0, []), id="in another order"),
        pytest.param("No.,Name,Score\n01,Chen,87\n02,Ortiz,88\n", (1, ["01, Score: 78 → 87"]), id="one cell"),
        pytest.param("No.,Name,Score\n01,Chen,\n02,Ortiz,88\n", (1, ["01, Score: 78 → –"]), id="a cell gone blank"),
        pytest.param("No.,Name,Score\n01,Chen,78\n", (1, ["02: only in the first"]), id="a row less"),
        pytest.param(FIRST + "03,Li,1\n", (1, ["03: only in the second"]), id="a row more"),
        pytest.param("No.,Name\n01,Chen\n02,Ortiz\n", (1, ["01, Score: 78 → –", "02, Score: 88 → –"]),
                     id="a column less"),
    ],
)  # fmt: skip
def test_compare(tmp_path, second, expected):
    assert compared(tmp_path, FIRST, second) == expected


def test_by_another_column(tmp_path):
    second = "No.,Name,Score\n07,Chen,78\n02,Ortiz,88\n"
    assert compared(tmp_path, FIRST, second, "--key", "Name") == (1, ["Chen, No.: 01 → 07"])


def test_an_unknown_column_is_refused_with_those_there_are(tmp_path):
    code, said = compared(tmp_path, FIRST, FIRST, "--key", "Nr")
    assert code == 1
    assert "It has: No., Name, Score." in said[-1]
