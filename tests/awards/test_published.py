"""The rules alone reproduce the awards that were published, from the scores."""

import csv
from collections import defaultdict
from decimal import Decimal

import pytest

from skillhub.results.rules import Part
from tests.awards.events import Traits, candidate, field, outcome
from tests.conftest import REALDATA

pytestmark = pytest.mark.realdata


def rows_of(name):
    with (REALDATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def by(rows, column):
    groups = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return groups


def computed(result):
    return {x.entry: str(x.award.title) if x.award else "" for x in result.lines}


def test_worldskills_2009_every_medal():
    scale = {
        "scheme": "scale",
        "window": "2",
        "centre": "500",
        "titles": ["GOLD", "SILVER", "BRONZE", "Medallion For Excellence"],
    }
    agreed = 0
    for rows in by(rows_of("worldskills_2009_trades_01_15.csv"), "skill_number").values():
        entries = [candidate(n, row["score"]) for n, row in enumerate(rows)]
        assert computed(outcome(scale, entries)) == {n: r["medal"] for n, r in enumerate(rows)}
        agreed += len(rows)
    assert agreed == 236


IMO_PARTS = tuple(Part(f"p{n}", f"Problem {n}", Decimal(7)) for n in range(1, 7))
MEDALS = ("Gold medal", "Silver medal", "Bronze medal")


@pytest.mark.parametrize("year", ["2015", "2016", "2017", "2018", "2019"])
def test_olympiad_every_rank_medal_and_mention(year):
    rows = by(rows_of("imo_2015_2019.csv"), "year")[year]
    cuts = [[m, str(min(int(r["total"]) for r in rows if r["award"] == m))] for m in MEDALS]
    awards = [
        {"scheme": "threshold", "titles": cuts},
        {"scheme": "top_of_part", "title": "Honourable mention"},
    ]
    entries = [candidate(n, {p.code: r[p.code] for p in IMO_PARTS}) for n, r in enumerate(rows)]

    result = outcome(awards, entries, IMO_PARTS, {"decimals": 0})

    expected = {n: "" if r["award"] == "NA" else r["award"] for n, r in enumerate(rows)}
    assert computed(result) == expected
    assert ranks(entries, IMO_PARTS) == {n: int(r["individual_rank"]) for n, r in enumerate(rows)}


def ranks(entries, parts):
    there = field(entries, parts, {"decimals": 0})
    return {c.entry: c.standing.rank for c in there.contenders}


APIO = {
    "scheme": "proportion",
    "per_unit": 6,
    "shares": "from_top",
    "cut": "at_least",
    "titles": [["Gold", "1/12"], ["Silver", "1/4"], ["Bronze", "1/2", "at_most"]],
}
APIO_PARTS = tuple(Part(c, c, Decimal(100)) for c in "ABC")


def test_informatics_olympiad_every_rank_and_medal():
    rows = rows_of("apio_2021.csv")
    entries = [candidate(n, {c: r[c] for c in "ABC"}) for n, r in enumerate(rows)]
    units = {n: Traits(unit=r["Team"]) for n, r in enumerate(rows)}

    result = outcome(APIO, entries, APIO_PARTS, {"decimals": 0}, units)

    medals = {n: "" if r["Medal"] == "Participant" else r["Medal"] for n, r in enumerate(rows)}
    assert computed(result) == medals
    assert ranks(entries, APIO_PARTS) == {n: int(r["Rank"]) for n, r in enumerate(rows)}
    assert [c.least for c in result.cuts] == [209, 136, 84]
