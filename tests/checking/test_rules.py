"""Two entries of the same paper: what agrees, what differs, and where a sheet lies."""

from decimal import Decimal
from random import Random

import pytest

from skillhub.checking.rules import Place, agree, differing, place, total

D = Decimal


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        pytest.param(D("87.5"), D("87.50"), True, id="as many zeros as one likes"),
        pytest.param(D(0), D(0), True, id="two noughts"),
        pytest.param(None, None, True, id="two blanks"),
        pytest.param(None, D(0), False, id="a blank is no nought"),
        pytest.param(D("87.5"), D("78.5"), False, id="two digits swapped"),
        pytest.param(D("8.75"), D("87.5"), False, id="the point slipped"),
    ],
)
def test_agree(first, second, same):
    assert agree(first, second) is same


def table(chance):
    """Marks of one event: some blank, some nought, the others with up to two decimals."""
    cells = [(entry, part) for entry in range(1, 5) for part in (1, 2, 3)]
    marks = (None, D(0), *(D(chance.randrange(10_000)).scaleb(-2) for _ in range(6)))
    return {cell: chance.choice(marks) for cell in cells}


def test_no_false_block_in_10_000_equal_pairs_and_every_difference_is_found():
    chance = Random(7)
    planted = found = false = 0
    for _ in range(10_000):
        first = table(chance)
        again = {at: None if v is None else D(f"{v:.4f}") for at, v in first.items()}
        false += len(differing(first, again))
        wrong = {
            at: (again[at] or D(0)) + D(chance.choice(("0.01", "1", "90")))
            for at in chance.sample(sorted(again), chance.randint(1, 3))
        }
        planted += len(wrong)
        found += len(set(differing(first, again | wrong)) & set(wrong))
        assert set(differing(first, again | wrong)) == set(wrong)
    assert (false, found) == (0, planted)


@pytest.mark.parametrize(
    ("n", "at"), [(1, Place(1, 1)), (25, Place(1, 25)), (26, Place(2, 1)), (62, Place(3, 12))]
)
def test_place(n, at):
    assert place(n) == at


def test_total():
    assert total([D("1.5"), None, D(2)]) == D("3.5")
