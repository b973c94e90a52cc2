"""The organisation table."""

from decimal import Decimal

import pytest

from skillhub.league.rules import Placing, honours, read_league, table


def placing(unit, place, total="0", titles=(), event="e", entry=0):
    return Placing(unit, event, entry, place, Decimal(total), tuple(titles))


def ranks(document, placings):
    league, problems = read_league(document)
    assert not problems, [str(p) for p in problems]
    return [(x.unit, x.rank) for x in table(placings, league)]


POINTS = {"by": "points"}


@pytest.mark.parametrize(
    ("document", "placings", "expected"),
    [
        pytest.param({}, [], [], id="nobody competed"),
        pytest.param(
            {},
            [placing("A", 1, titles=["Gold"]), placing("B", 2, titles=["Silver"] * 3)],
            [("A", 1), ("B", 2)],
            id="one gold is more than three silvers",
        ),
        pytest.param(
            {},
            [placing("A", 1, titles=["Gold"]), placing("B", 1, titles=["Gold"]), placing("C", 9)],
            [("A", 1), ("B", 1), ("C", 3)],
            id="equal medals share the place, the next is skipped",
        ),
        pytest.param(
            POINTS,
            [placing("A", n) for n in (1, 2, 9, 7, 8)] + [placing("B", n) for n in (1, 1, 5, 7)],
            [("A", 1), ("B", 2)],
            id="31 points before 30 whatever the firsts",
        ),
        pytest.param(
            POINTS,
            [placing("A", n) for n in (1, 2, 9, 10, 11, 12, 13)]
            + [placing("B", n) for n in (1, 1, 6, 11)],
            [("A", 1), ("B", 2)],
            id="A 30 points and one first, B 26: no countback needed",
        ),
        pytest.param(
            POINTS,
            [placing("A", n) for n in (1, 2, 9, 8, 11, 12, 13)]
            + [placing("B", n) for n in (1, 1, 5, 7)],
            [("B", 1), ("A", 2)],
            id="A 30 points with 1st, 2nd, 9th …, B 30 with two firsts: B ahead",
        ),
        pytest.param(
            POINTS,
            [placing("A", 1), placing("A", 3), placing("B", 3), placing("B", 1)],
            [("A", 1), ("B", 1)],
            id="all counts equal: shared place",
        ),
        pytest.param(
            POINTS | {"countback": False},
            [placing("A", 1), placing("A", 6), placing("B", 3), placing("B", 4)],
            [("A", 1), ("B", 1)],
            id="without countback equal points share",
        ),
        pytest.param(
            POINTS, [placing("A", None), placing("B", 40)], [("B", 1)], id="no place brings nothing"
        ),
        pytest.param(
            {"by": "totals", "best": 2},
            [
                placing("A", 1, "90"),
                placing("A", 9, "10"),
                placing("A", 9, "10"),
                placing("B", 4, "60"),
                placing("B", 4, "60"),
            ],
            [("B", 1), ("A", 2)],
            id="only the best two of a unit count",
        ),
        pytest.param(
            {"by": "totals", "best": 1, "best_per_event": True},
            [placing("A", 1, "50", event=e) for e in "xy"] + [placing("B", 1, "90", event="x")],
            [("A", 1), ("B", 2)],
            id="the best one of each event",
        ),
        pytest.param(
            {"by": "totals", "mode": "mean"},
            [placing("A", 1, "90"), placing("A", 9, "10"), placing("B", 4, "60")],
            [("B", 1), ("A", 2)],
            id="the mean of a unit",
        ),
        pytest.param(
            {
                "by": "points",
                "title_points": {"First": "8", "Second": "4", "Third": "2"},
                "others": "1",
            },
            [
                placing("A", 1, titles=["First"]),
                placing("B", 2, titles=["Second"]),
                placing("B", 2, titles=["Second"]),
                placing("B", 9),
            ],
            [("B", 1), ("A", 2)],
            id="first prize 8, second 4, no prize 1",
        ),
    ],
)
def test_places(document, placings, expected):
    assert ranks(document, placings) == expected
    assert ranks(document, placings[::-1]) == expected


def test_two_share_the_best_score_of_their_unit_so_both_are_named():
    league, _ = read_league({})
    same = [placing("A", 3, "80", entry=7), placing("A", 3, "80", entry=4), placing("A", 5, "70")]
    assert table(same, league)[0].best == (4, 7)


def test_says_what_separates_neighbours():
    league, _ = read_league(POINTS)
    units = [placing("A", n) for n in (1, 6)] + [placing("B", n) for n in (2, 5)]
    units += [placing("C", 40)]
    assert [str(x.separated) for x in table(units, league)] == [
        "None",
        "countback: more places 1, 1 > 0",
        "points 15 > 1",
    ]


def test_every_mistake_in_a_document_at_once():
    league, problems = read_league({"by": "luck", "titles": [], "best": 0, "colour": "red"})
    assert league is None
    assert sorted(p.where for p in problems) == [
        "organisation_ranking.best",
        "organisation_ranking.by",
        "organisation_ranking.colour",
        "organisation_ranking.titles",
    ]


WEIHAI_AWARDS = {"by": "points", "awards": [["Team award", 3], ["Excellent organiser", 10]]}


@pytest.mark.parametrize(
    ("document", "places", "expected"),
    [
        pytest.param(
            WEIHAI_AWARDS, [1, 2, 3, 4, 5], "TTTEE", id="C-25 the top three, then ranks 4 to 13"
        ),
        pytest.param(
            WEIHAI_AWARDS, range(1, 16), "TTT" + "E" * 7, id="C-25 all behind the tenth share a place"
        ),
        pytest.param(
            WEIHAI_AWARDS | {"countback": False}, [7, 8, 9, 10, 11], "TTTT", id="equal units share the award"
        ),
        pytest.param({"by": "points"}, [1, 2], "", id="no awards are set"),
    ],
)  # fmt: skip
def test_awards_of_units(document, places, expected):
    league, problems = read_league(document)
    assert not problems
    lines = table([placing(f"u{n:02d}", n) for n in places], league)
    given = honours(lines, league, {x.unit: x.unit for x in lines})
    assert "".join(h.title[0] for h in given)[: len(expected)] == expected
    assert not any(h.outside for h in given)


def test_an_extra_award_for_the_host_stands_outside_the_number():
    document = WEIHAI_AWARDS | {"extra": {"host": "Excellent organiser", "nobody": "Nothing"}}
    league, problems = read_league(document)
    assert not problems
    lines = table([placing("host", 30), placing("a", 1)], league)
    given = honours(lines, league, {"host": "host", "a": "a"})
    assert [(h.unit, h.title, h.outside) for h in given] == [
        ("a", "Team award", False),
        ("host", "Team award", False),
        ("host", "Excellent organiser", True),
    ]


def test_c26_a_unit_without_a_point_is_not_ranked():
    document = {"by": "points", "title_points": {"First": "8"}, "others": "0", "rank_zero": False}
    placings = [placing("A", 1, titles=["First"]), placing("B", 2)]
    assert ranks(document, placings) == [("A", 1)]


def test_30_both_who_share_the_best_score_of_a_unit_are_named():
    league, _ = read_league({})
    placings = [
        placing("A", 1, "90", entry=1),
        placing("A", 1, "90", entry=2),
        placing("A", 3, "80", entry=3),
    ]
    [line] = table(placings, league)
    assert line.best == (1, 2)
