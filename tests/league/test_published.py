"""The country tables of published contests, from what is ranked and awarded."""

from collections import Counter
from decimal import Decimal

import pytest

from skillhub.league.rules import Placing, read_league, table
from tests.awards.test_published import by, rows_of

pytestmark = pytest.mark.realdata


@pytest.mark.parametrize("year", ["2015", "2016", "2017", "2018", "2019"])
def test_olympiad_country_totals(year):
    rows = by(rows_of("imo_2015_2019.csv"), "year")[year]
    league, _ = read_league({"by": "totals"})
    placings = [
        Placing(r["country"], year, n, int(r["individual_rank"]), Decimal(r["total"]))
        for n, r in enumerate(rows)
    ]
    sums = {c: sum(int(r["total"]) for r in own) for c, own in by(rows, "country").items()}
    found = {x.unit: (x.rank, x.total) for x in table(placings, league)}
    assert found == {
        c: (1 + sum(other > total for other in sums.values()), total) for c, total in sums.items()
    }


def test_worldskills_country_table():
    rows = rows_of("worldskills_2009_trades_01_15.csv")
    league, _ = read_league({"titles": ["GOLD", "SILVER", "BRONZE"]})
    placings = [
        Placing(r["country_iso"], r["skill_number"], n, 1, Decimal(r["score"]), (r["medal"],))
        for n, r in enumerate(rows)
    ]
    medals = {c: Counter(r["medal"] for r in own) for c, own in by(rows, "country_iso").items()}
    counts = {c: (m["GOLD"], m["SILVER"], m["BRONZE"]) for c, m in medals.items()}
    found = {x.unit: (x.rank, x.medals) for x in table(placings, league)}
    assert found == {
        c: (1 + sum(other > own for other in counts.values()), own) for c, own in counts.items()
    }
