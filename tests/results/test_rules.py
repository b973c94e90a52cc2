"""Ranking as tables; the ids are what a colleague would say."""

from decimal import Decimal
from random import Random

import pytest

from skillhub.kernel.rounding import printed
from skillhub.results.rules import (
    Candidate,
    Part,
    Ranking,
    rank,
    read_ranking,
)

PARTS = (
    Part("theory", "Theory", Decimal(100), Decimal("0.3"), Decimal(60)),
    Part("practical", "Practical", Decimal(100), Decimal("0.7"), Decimal(60)),
    Part("elapsed", "Time", Decimal(0), Decimal(0), None, "time"),
)
CHAIN = ["total desc", "practical desc", "elapsed asc", "theory desc"]


def entry(n, theory, practical, elapsed=None, status="OK", official=True):
    marks = {"theory": theory, "practical": practical, "elapsed": elapsed}
    exact = {k: None if v is None else Decimal(v) for k, v in marks.items()}
    return Candidate(n, status, official, exact)


def ranked(entries, keys=CHAIN, parts=PARTS, **document):
    how, problems = read_ranking({"keys": keys} | document, parts)
    assert not problems, [str(p) for p in problems]
    return {s.entry: s for s in rank(entries, parts, how)}


def places(entries, *args, **document):
    return [s.rank for _, s in sorted(ranked(entries, *args, **document).items())]


@pytest.mark.parametrize(
    ("entries", "document", "expected"),
    [
        pytest.param([], {}, [], id="nobody competed"),
        pytest.param(
            [entry(1, "70", "70"), entry(2, "90", "90"), entry(3, "80", "80")],
            {},
            [3, 1, 2],
            id="best first",
        ),
        pytest.param(
            [entry(n, "80", "80") for n in (1, 2)] + [entry(3, "90", "90"), entry(4, "10", "10")],
            {},
            [2, 2, 1, 4],
            id="equals share, the next is skipped",
        ),
        pytest.param(
            [entry(1, "90.00", "80.00"), entry(2, "76.67", "85.71")],
            {},
            [2, 1],
            id="equal totals: the practical mark decides",
        ),
        pytest.param(
            [entry(1, "80", "80", "61"), entry(2, "80", "80", "60")],
            {},
            [2, 1],
            id="equal marks: less time wins",
        ),
        pytest.param(
            [entry(1, "80", "80", None), entry(2, "80", "80", "9999")],
            {},
            [2, 1],
            id="time missing for one of two tied: missing sorts last",
        ),
        pytest.param(
            [entry(1, "80", "80"), entry(2, "95", "95", official=False), entry(3, "70", "70")],
            {},
            [1, None, 2],
            id="a guest closes no place",
        ),
        pytest.param(
            [entry(1, "80", "80"), entry(2, "90", None, status="DNF"), entry(3, "99", None)],
            {},
            [1, None, None],
            id="DNF with a partial score is unranked, and so is a hole",
        ),
        pytest.param(
            [entry(1, "10", "10"), entry(2, "90", None, status="DNF")],
            {"rank_dnf": True},
            [2, 1],
            id="DNF is ranked by its score where the rules say so",
        ),
        pytest.param(
            [entry(1, None, None, status="DNF"), entry(2, "1", "1")],
            {"rank_dnf": True},
            [None, 1],
            id="DNF without any mark has no score to rank by",
        ),
        pytest.param(
            [entry(n, "90", "90", status=s) for n, s in enumerate(("DNS", "DSQ", "NC", "OK"))],
            {},
            [None, None, None, 1],
            id="absent, disqualified and annulled hold no place, whatever marks they have",
        ),
        pytest.param(
            [entry(1, "0", "0"), entry(2, None, None)],
            {},
            [1, None],
            id="0 is a mark, blank is not",
        ),
        pytest.param(
            [entry(1, "80", "80", "50"), entry(2, "90", "90", "55"), entry(3, "99", "99", None)],
            {"keys": ["elapsed asc"]},
            [1, 2, None],
            id="ranked by time alone: without a time there is no place",
        ),
    ],
)
def test_places(entries, document, expected):
    assert places(entries, **document) == expected


@pytest.mark.parametrize(
    ("marks", "decimals", "total"),
    [
        pytest.param({"theory": "82", "practical": "90.005"}, 2, "87.60", id="87.6035 is 87.60"),
        pytest.param({"theory": "82.005", "practical": "90"}, 2, "87.60", id="87.6015 is 87.60"),
        pytest.param({"theory": "0.05", "practical": "0"}, 2, "0.02", id="0.015 goes up to 0.02"),
        pytest.param(
            {"theory": "0.15", "practical": "0"}, 2, "0.05", id="0.045 goes up, not to even"
        ),
        pytest.param({"theory": "85", "practical": "0"}, 0, "26", id="25.5 is 26 in whole points"),
        pytest.param(
            {"theory": "0.1", "practical": "0.2"}, 4, "0.1700", id="0.1 and 0.2 stay exact"
        ),
        pytest.param(
            {"theory": "1.01", "practical": "1.01"}, 1, "1.0", id="rounded once, never part by part"
        ),
    ],
)
def test_total_is_rounded_once_half_up(marks, decimals, total):
    one = ranked([entry(1, **marks)], decimals=decimals)[1]
    assert str(one.total) == total


def test_hidden_digits_never_decide():
    # 87.604 and 87.596, both printed 87.60: the practical key decides, against the hidden digits.
    parts = (Part("a", "A", Decimal(100)), Part("practical", "Practical", Decimal(100), Decimal(0)))
    pair = [
        Candidate(1, marks={"a": Decimal("87.604"), "practical": Decimal("87.9")}),
        Candidate(2, marks={"a": Decimal("87.596"), "practical": Decimal("88.2")}),
    ]
    standings = ranked(pair, ["total desc", "practical desc"], parts)
    assert [standings[n].rank for n in (1, 2)] == [2, 1]
    assert str(standings[1].separated) == "separated by Practical 88.20 > 87.90"
    assert standings[2].separated is None


def test_says_which_key_separates_each_pair():
    entries = [
        entry(1, "80", "80", "60.5"),
        entry(2, "80", "80", "61"),
        entry(3, "80", "80"),
        entry(4, "79", "80"),
    ]
    reasons = {n: str(s.separated) for n, s in ranked(entries).items()}
    assert reasons == {
        1: "None",
        2: "separated by Time 60.5 < 61",
        3: "separated by Time: only the one before has a value, 61",
        4: "separated by total 80.00 > 79.70",
    }


def test_guests_have_a_would_be_position():
    entries = [entry(n, str(90 - n), "50") for n in range(23)]
    guests = {0, 3, 5}
    mixed = [Candidate(c.entry, official=c.entry not in guests, marks=c.marks) for c in entries]
    standings = ranked(mixed)
    assert {n: standings[n].would_be for n in guests} == {0: 1, 3: 3, 5: 4}
    assert [s.rank for s in standings.values() if s.official] == list(range(1, 21))


def test_a_hole_is_named_and_blocks():
    standings = list(ranked([entry(1, "80", None), entry(2, None, None)]).values())
    assert standings[0].missing == ("practical",)


def test_a_missing_key_is_reported():
    assert ranked([entry(1, "80", "80")])[1].unkeyed == ("elapsed",)


def test_an_annulled_part_is_rescaled_only_if_the_rules_foresaw_it():
    parts = (
        Part("one", "Module 1", Decimal(100), Decimal("0.3")),
        Part("two", "Module 2", Decimal(100), Decimal("0.4")),
        Part("three", "Module 3", Decimal(100), Decimal("0.3")),
    )
    marks = {"one": Decimal(80), "two": Decimal(10), "three": Decimal(70)}
    entries = [Candidate(1, marks=marks)]
    foreseen = rank(entries, parts, Ranking(rescale=True), void={"two"})[0]
    assert (foreseen.total, foreseen.rank) == (Decimal("75.00"), 1)
    silent = rank(entries, parts, Ranking(), void={"two"})[0]
    assert (silent.total, silent.missing) == (None, ("two",))


def test_order_of_input_changes_nothing():
    random = Random(7)
    entries = [
        entry(n, str(random.randint(60, 63)), "80", random.choice([None, "5", "6"]))
        for n in range(200)
    ]
    expected = list(ranked(entries).values())
    for _ in range(20):
        random.shuffle(entries)
        assert list(ranked(entries).values()) == expected


def test_every_mistake_in_a_document_at_once():
    document = {
        "keys": ["total desc", "pratical desc", "elapsed", "total asc"],
        "remaining_tie": "toss",
        "decimals": 7,
        "rank_dnf": "yes",
        "colour": "red",
    }
    ranking, problems = read_ranking(document, PARTS, "event[2].ranking")
    assert ranking is None
    assert sorted(str(p) for p in problems) == [
        'event[2].ranking.colour: unknown key "colour"; known: keys, remaining_tie, decimals,'
        " rank_dnf, team, rescale",
        "event[2].ranking.decimals: at most 4 decimals are kept",
        'event[2].ranking.keys[1]: unknown part "pratical"; known: total, theory, practical, elapsed',
        'event[2].ranking.keys[2]: "elapsed" is no key: write "total desc" or "time asc"',
        'event[2].ranking.keys[3]: "total" stands here twice',
        "event[2].ranking.rank_dnf: write true or false",
        'event[2].ranking.remaining_tie: "toss" is none of share, must_resolve',
    ]


@pytest.mark.parametrize(
    ("document", "where"),
    [
        pytest.param([1, 2, 3, 4, 5, 6], "ranking", id="a list instead of a table"),
        pytest.param({"keys": []}, "ranking.keys", id="no key at all"),
        pytest.param({"keys": "total desc"}, "ranking.keys", id="a text instead of a list"),
    ],
)
def test_refuses(document, where):
    assert where in [p.where for p in read_ranking(document, PARTS)[1]]


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [("88.2", 2, "88.20"), ("88.2043", 2, "88.2043"), ("1E+2", 0, "100"), ("-3", 1, "-3.0")],
)
def test_prints_in_full(value, decimals, text):
    assert printed(Decimal(value), decimals) == text
