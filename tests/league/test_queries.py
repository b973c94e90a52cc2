"""The table of units at its levels, also after one absorbed another."""

from decimal import Decimal

import pytest

from skillhub.kernel.access import OPERATOR
from skillhub.kernel.db import transaction
from skillhub.kernel.journal import act
from skillhub.league import queries
from skillhub.league.rules import Placing, read_league
from tests import make


@transaction()
def absorb(gone, by):
    gone.successor = by
    act(OPERATOR, "test.absorb", gone)


@pytest.fixture
def units(root):
    """Two districts, a plant with its workshop in the first, a yard in the second that absorbed the plant."""
    east, west = (make.organisation(n, parent=root, kind="union") for n in ("east", "west"))
    plant, yard = make.organisation("plant", parent=east), make.organisation("yard", parent=west)
    shop = make.organisation("shop", parent=plant, kind="workshop")
    absorb(plant, yard)
    return {u.code: u for u in (east, west, plant, yard, shop)}


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        pytest.param({}, {"plant": 1, "shop": 1, "yard": 1}, id="29 the points stay with the unit of that day"),
        pytest.param({"by_successor": True}, {"yard": 2, "shop": 1}, id="29 rolled up by successor on request"),
        pytest.param({"level": "enterprise"}, {"plant": 2, "yard": 1}, id="a workshop counts for its enterprise"),
        pytest.param({"level": "district"}, {"east": 2, "west": 1}, id="and that for its district"),
        pytest.param({"level": "district", "by_successor": True}, {"west": 3}, id="both at once"),
    ],
)  # fmt: skip
def test_whom_the_table_counts_for(units, chosen, expected):
    league, problems = read_league(chosen)
    assert not problems
    placings = [
        Placing(units[code].id, "e", n, n, Decimal(90 - n))
        for n, code in enumerate(("plant", "shop", "yard"), 1)
    ]
    assert {unit.code: line.entries for unit, line in queries.ranked(placings, league)} == expected
