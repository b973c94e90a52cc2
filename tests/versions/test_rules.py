"""What changed between two versions, and in which order it is told."""

import pytest

from skillhub.versions.rules import Change, Said, changes

GOLD, SILVER = ("Gold", ""), ("Silver", "")
ONE, TWO = Said(1, "90.00", (GOLD,)), Said(2, "88.00", (SILVER,))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param({1: ONE, 2: TWO}, {2: TWO, 1: ONE}, [], id="the same says nothing"),
        pytest.param({1: ONE}, {1: Said(1, "90.01", (GOLD,))}, [1], id="a total alone is a change"),
        pytest.param({1: ONE}, {1: Said(1, "90.00")}, [1], id="an award alone is a change"),
        pytest.param({1: ONE, 2: TWO}, {1: TWO, 2: ONE}, [2, 1], id="the best now comes first"),
        pytest.param({1: ONE, 2: TWO}, {2: ONE}, [2, 1], id="who is gone comes last"),
        pytest.param({}, {3: TWO}, [3], id="who is new is a change"),
    ],
)
def test_changes(before, after, expected):
    assert [change.entry for change in changes(before, after)] == expected


def test_a_change_holds_both():
    assert changes({1: ONE}, {1: TWO}) == [Change(1, ONE, TWO)]
