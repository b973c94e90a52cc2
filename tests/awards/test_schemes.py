"""Every scheme as a table: who gets what, and where each cut falls."""

from datetime import date
from decimal import Decimal

import pytest

from skillhub.awards.schemes import SCHEMES
from skillhub.awards.schemes.scale import standardise
from skillhub.results.rules import Part
from tests.awards.events import Traits, candidate, outcome, titles, why

ONE_TWO_FIVE = {
    "scheme": "counts",
    "titles": [["First", "1"], ["Second", "2"], ["Third", "5"]],
}
MEDALS = {"scheme": "counts", "titles": [["Gold", 1], ["Silver", 1], ["Bronze", 1]]}
SHARES = {"scheme": "proportion", "titles": [["First", "10%"], ["Second", "20%"], ["Third", "30%"]]}
SCALE = {"scheme": "scale", "centre": "700", "titles": ["Gold", "Silver", "Bronze", "Medallion"]}
CUTS = {"scheme": "threshold", "titles": [["Gold", "36"], ["Silver", "30"], ["Bronze", "20"]]}
HALF = {"scheme": "half_field", "title": "Merit"}
YOUTH = {"scheme": "attribute", "title": "Youth", "holds": "under", "age": 35}


def short(found):
    """G, S, B, M for medals; 1, 2, 3 for prizes; - for none."""
    letters = {"First": "1", "Second": "2", "Third": "3", "": "-"}
    return " ".join(letters.get(t, t[:1]) for t in found)


def falling(n):
    return [str(100 - i) for i in range(n)]


@pytest.mark.parametrize(
    ("awards", "totals", "expected"),
    [
        # counts
        pytest.param(MEDALS, [], "", id="counts: nobody competed"),
        pytest.param(MEDALS, ["9", "7", "8", "1"], "G B S -", id="counts: first, second, third"),
        pytest.param(MEDALS, ["9"], "G", id="counts: fewer entries than places"),
        pytest.param(
            ONE_TWO_FIVE,
            ["99", "98", "97", "97", *falling(8)[4:], "50", "49", "48"],
            "1 2 2 2 3 3 3 3 - - -",
            id="counts: two share rank 3 over the cut: both second, third still ends at rank 8",
        ),
        pytest.param(
            MEDALS, ["9", "9", "9", "8"], "G G G -", id="three at rank 1: three golds, nothing else"
        ),
        pytest.param(
            MEDALS, ["9", "9", "8", "7"], "G G B -", id="two golds, no silver, and a bronze"
        ),
        pytest.param(
            MEDALS | {"cut_tie": "promote_extend"},
            ["9", "9", "8", "7", "6"],
            "G G S B -",
            id="promote_extend: two golds, and silver and bronze keep their size",
        ),
        pytest.param(
            MEDALS | {"cut_tie": "promote_extend"},
            ["9", "8", "8", "7", "7", "6"],
            "G S S B B -",
            id="promote_extend: a tie at each cut",
        ),
        pytest.param(
            MEDALS | {"cut_tie": "demote"},
            ["9", "9", "8", "7"],
            "S S B -",
            id="demote: none of two firsts gets gold",
        ),
        pytest.param(
            MEDALS | {"cut_tie": "demote"},
            ["9", "8", "7", "7"],
            "G S - -",
            id="demote: a tie over the last cut gets nothing",
        ),
        pytest.param(MEDALS | {"cut_tie": "demote"}, ["9"] * 5, "- - - - -", id="demote: all tied"),
        pytest.param(MEDALS, ["9"] * 5, "G G G G G", id="promote_shrink: all tied"),
        pytest.param(
            MEDALS | {"cut_tie": "decide"},
            ["9", "8", "8", "7"],
            "G - - -",
            id="decide: a tie over the cut waits for the committee",
        ),
        pytest.param(MEDALS, ["9", "0", "0"], "G - -", id="a total of 0 earns nothing"),
        pytest.param(
            MEDALS | {"min_total": "0"}, ["9", "0"], "G S", id="unless the rules say from 0"
        ),
        pytest.param(
            MEDALS | {"min_total": "8"}, ["9", "8", "7.99"], "G S -", id="least total: 8 passes"
        ),
        pytest.param(
            MEDALS | {"gates": {"min_total": "8"}}, ["9", "7.99"], "G -", id="gates as a table"
        ),
        # proportion
        pytest.param(SHARES, [], "", id="proportion: nobody competed"),
        pytest.param(
            SHARES, falling(7), "1 2 3 3 - - -", id="percent of 7 people, first lifted to 1"
        ),
        pytest.param(
            SHARES, falling(10), "1 2 2 3 3 3 - - - -", id="10/20/30 of 10 comes out even"
        ),
        pytest.param(
            SHARES | {"cut": "at_least"}, falling(5), "1 2 3 - -", id="at least 10 % of 5 is one"
        ),
        pytest.param(
            SHARES | {"cut": "at_most"},
            ["9", "9", "8", "7", "6", "5", "4", "3", "2", "1"],
            "2 2 2 3 3 3 - - - -",
            id="at most 10 % of 10 cannot split the two best",
        ),
        pytest.param(
            SHARES | {"cut": "at_least"},
            ["9", "9", "8", "7", "6", "5", "4", "3", "2", "1"],
            "1 1 2 3 3 3 - - - -",
            id="at least 10 % of 10 takes both of the best",
        ),
        pytest.param(
            SHARES | {"shares": "from_top", "titles": [["First", "1/12"], ["Second", "1/4"]]},
            falling(12),
            "1 2 2 - - - - - - - - -",
            id="shares from the top: a twelfth, a quarter",
        ),
        # threshold
        pytest.param(
            CUTS, ["36", "35.99", "30", "20", "19.99"], "G S S B -", id="threshold: both sides"
        ),
        pytest.param(CUTS, ["36", "36", "36"], "G G G", id="threshold: no limit of number"),
        # half_field
        pytest.param(HALF, falling(9), "- - - M - - - - -", id="half field: after 3, up to 4 of 9"),
        pytest.param(HALF, falling(7), "- - - - - - -", id="half field: 3 of 7 is used up"),
        pytest.param(
            HALF, falling(8), "- - - M - - - -", id="half field: place 4 of 8 is the last"
        ),
        pytest.param(
            [MEDALS, HALF], falling(10), "G S B M M - - - - -", id="medals, then half field"
        ),
        pytest.param(
            [MEDALS, HALF],
            ["9", "8", "7", "7", "6", "5", "4", "3", "2", "1"],
            "G S B B M - - - - -",
            id="a bronze tie over place 3 is not merit as well",
        ),
        # scale
        pytest.param(SCALE, ["740", "739", "737"], "G G B", id="740 and 739 gold, 737 bronze"),
        pytest.param(SCALE, ["740", "738", "700", "697"], "G G B -", id="2 apart is one group"),
        pytest.param(
            SCALE, ["740", "737.99", "720", "700"], "G S B M", id="more than 2 apart is none"
        ),
        pytest.param(
            SCALE,
            ["740", "739", "738", "737", "736"],
            "G G G B B",
            id="three golds, no silver, bronze near the last",
        ),
        pytest.param(
            SCALE,
            ["740", "739", "738", "735.99"],
            "G G G M",
            id="three golds, next too far: medallion",
        ),
        pytest.param(
            SCALE,
            ["740", "720", "719", "718"],
            "G S S S",
            id="one gold, silvers anchored on the best",
        ),
        pytest.param(
            SCALE,
            ["740", "720", "719", "717"],
            "G S S B",
            id="one gold, two silvers, bronze near the last silver",
        ),
        pytest.param(
            SCALE, ["740", "720", "719", "716"], "G S S M", id="one gold, two silvers, no bronze"
        ),
        pytest.param(
            SCALE,
            ["740", "730", "720", "719", "718"],
            "G S B B B",
            id="one gold, one silver, several bronzes",
        ),
        pytest.param(SCALE, ["700", "600"], "G S", id="scale: two entries, no third score"),
        pytest.param(
            SCALE | {"window": "0"}, ["740", "740", "739", "738"], "G G B M", id="scale: window 0"
        ),
        pytest.param(
            SCALE, ["740", "730", "720", "700", "699.99"], "G S B M -", id="medallion at the centre"
        ),
        pytest.param(
            SCALE | {"spread": "30"},
            ["91.50", "91.20", "88", "80", "79", "75.5", "70"],
            "G G B M - - -",
            id="scale check: two golds, no silver, bronze 720, medallion 700, none for 697",
        ),
        pytest.param(
            SCALE | {"spread": "30"},
            ["90", "88", "88", "88", "88", "70"],
            "G S S S S -",
            id="deviation 0: the clear winner is not level with the last",
        ),
    ],
)
def test_who_gets_what(awards, totals, expected):
    assert short(titles(awards, totals)) == expected


@pytest.mark.parametrize(
    ("n", "floor", "half_up", "cumulative"),
    [
        (5, (0, 1, 1), (1, 1, 2), (1, 1, 1)),
        (7, (0, 1, 2), (1, 1, 2), (1, 1, 2)),
        (15, (1, 3, 4), (2, 3, 5), (2, 3, 4)),
        (25, (2, 5, 7), (3, 5, 8), (3, 5, 7)),
        (280, (28, 56, 84), (28, 56, 84), (28, 56, 84)),
    ],
)
def test_worked_proportion_table(n, floor, half_up, cumulative):
    def sizes(**how):
        cuts = outcome(SHARES | {"min_first": 0} | how, [str(1000 - i) for i in range(n)]).cuts
        assert [c.planned for c in cuts] == [c.awarded for c in cuts]
        return tuple(c.planned for c in cuts)

    assert sizes() == floor
    assert sizes(rounding="half_up") == half_up
    assert sizes(rounding="half_up", mode="cumulative") == cumulative
    shown = outcome(SHARES, [str(1000 - i) for i in range(n)]).cuts
    assert tuple(c.roundings["floor"] for c in shown) == floor
    assert tuple(c.roundings["half_up"] for c in shown) == half_up


def test_floor_gives_no_first_prize_so_it_is_lifted_and_said():
    found = outcome(SHARES, falling(5))
    assert [(c.planned, c.roundings["floor"]) for c in found.cuts] == [(1, 0), (1, 1), (1, 1)]
    assert [str(p.message) for p in found.problems] == [
        "First: the rounding gives 0, the least number makes it 1."
    ]


def test_half_up_of_15_exceeds_the_intended_share():
    found = outcome(SHARES | {"rounding": "half_up"}, falling(15))
    assert [(p.severity, str(p.message)) for p in found.problems] == [
        ("warning", "10 of 15 are 66.7 %: this exceeds 60 %.")
    ]


def test_base_counts_starters_registered_or_ranked():
    field = [candidate(n, str(90 - n)) for n in range(23)]
    field += [candidate(23, "95", "DSQ")] + [candidate(n, None, "DNS") for n in range(24, 30)]
    half = {
        b: titles(HALF | {"base": b}, field).count("Merit")
        for b in ("started", "registered", "ranked")
    }
    assert half == {"started": 9, "registered": 12, "ranked": 8}  # 12, 15 and 11 less three
    assert "half of 24 started" in why(HALF, 5, field)


def test_three_guests_close_no_place_and_take_no_slot():
    guests = {0, 3, 5}
    field = [candidate(n, str(90 - n), official=n not in guests) for n in range(23)]
    found = titles(SHARES, field)
    assert [n for n, t in enumerate(found) if t == "First"] == [1, 2]  # 10 % of 20
    assert [n for n, t in enumerate(found) if t == "Second"] == [4, 6, 7, 8]
    assert why(SHARES, 0, field) == "A guest competes outside the ranking and earns no award."


def test_only_the_best_of_each_unit_count_ties_included():
    units = dict(enumerate("AAAAB")) | {5: None}
    totals = ["9", "8", "8", "7", "6", "5"]
    traits = {n: Traits(unit=u) for n, u in units.items()}
    awards = {"scheme": "proportion", "titles": [["First", "100%"]], "per_unit": 2}
    assert titles(awards, totals, traits=traits) == [
        "First",
        "First",
        "First",
        "",
        "First",
        "First",
    ]
    assert "not among the best 2 of its unit" in why(awards, 3, totals, traits=traits)


PARTS = (Part("a", "Wiring", Decimal(7)), Part("b", "Piping", Decimal(7)))


def test_full_marks_on_a_part_without_another_award():
    awards = [
        {"scheme": "threshold", "titles": [["Gold", "12"]]},
        {"scheme": "top_of_part", "title": "Mention"},
    ]
    marks = [("7", "7"), ("7", "0"), ("6.99", "5"), ("0", "7")]
    entries = [candidate(n, dict(zip("ab", m, strict=True))) for n, m in enumerate(marks)]
    assert titles(awards, entries, PARTS) == ["Gold", "Mention", "", "Mention"]
    assert why(awards, 1, entries, PARTS) == "Full marks on Wiring, and no other award."
    only = [awards[0], awards[1] | {"parts": ["a"]}]
    assert titles(only, entries, PARTS) == ["Gold", "Mention", "", ""]


@pytest.mark.parametrize(
    ("attribute", "traits", "given"),
    [
        pytest.param(
            YOUTH, Traits(birth_date=date(1991, 11, 21)), True, id="35 tomorrow: under 35"
        ),
        pytest.param(YOUTH, Traits(birth_date=date(1991, 11, 20)), False, id="35 today: not under"),
        pytest.param(
            YOUTH | {"holds": "up_to"},
            Traits(birth_date=date(1991, 11, 20)),
            True,
            id="35 today: 35 and below",
        ),
        pytest.param(
            YOUTH | {"holds": "up_to"},
            Traits(birth_date=date(1990, 11, 21)),
            True,
            id="the day before the 36th birthday: 35 and below",
        ),
        pytest.param(
            YOUTH | {"holds": "up_to"},
            Traits(birth_date=date(1990, 11, 20)),
            False,
            id="36 today: no longer 35",
        ),
        pytest.param(YOUTH | {"holds": "female"}, Traits(sex="female"), True, id="a woman"),
        pytest.param(YOUTH | {"holds": "female"}, Traits(sex="male"), False, id="not a woman"),
        pytest.param(
            YOUTH | {"holds": "line_worker"}, Traits(line_worker=True), True, id="on the line"
        ),
        pytest.param(
            YOUTH | {"holds": "line_worker"}, Traits(line_worker=False), False, id="in the office"
        ),
    ],
)
def test_title_on_top(attribute, traits, given):
    found = titles([MEDALS, attribute], ["9", "8"], traits={0: traits})
    assert found == ["Gold+Youth" if given else "Gold", "Silver"]


@pytest.mark.parametrize(
    ("holds", "sentence"),
    [
        ("under", "Youth: birth date unknown"),
        ("female", "Youth: sex unknown"),
        ("line_worker", "Youth: not known whether a line worker"),
    ],
)
def test_unknown_never_counts_as_yes(holds, sentence):
    found = outcome([MEDALS, YOUTH | {"holds": holds}], ["9"])
    assert not found.lines[0].on_top
    assert [(p.severity, str(p.message)) for p in found.problems] == [("notice", sentence)]


def test_no_age_without_the_day_of_the_event():
    born = {0: Traits(birth_date=date(2000, 1, 1))}
    found = outcome([MEDALS, YOUTH], ["9"], traits=born, held_on=None)
    assert [str(p.message) for p in found.problems] == ["Youth: day of the event unknown"]


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        pytest.param("100%", ["First", "First", "First"], id="at most all: all"),
        pytest.param("34%", ["First", "", ""], id="at most one"),
        pytest.param("10%", ["", "", ""], id="at most none: nobody"),
    ],
)
def test_a_score_that_at_most_a_share_reaches(share, expected):
    awards = {"scheme": "proportion", "titles": [["First", share]], "cut": "at_most"}
    assert titles(awards, ["3", "2", "1"]) == expected
    if "First" not in expected:
        assert why(awards, 0, ["3", "2", "1"]) == "Place 1 of 3: no score earns an award here."


def test_title_on_top_up_to_a_place_without_another_award():
    traits = {n: Traits(sex="female") for n in range(3)}
    awards = YOUTH | {"holds": "female", "places": 2}
    assert titles(awards, ["9", "8", "7"], traits=traits) == ["Youth", "Youth", ""]


def test_scale_figures():
    totals = dict(enumerate(Decimal(t) for t in ("91.50", "91.20", "88", "80", "79", "75.5", "70")))
    scaled = standardise(totals, Decimal(700), Decimal(30))
    assert list(scaled.values()) == [729, 728, 720, 700, 697, 689, 675]
    assert set(
        standardise(dict.fromkeys(range(6), Decimal(80)), Decimal(700), Decimal(30)).values()
    ) == {700}


def test_too_few_for_a_scale_is_said():
    found = outcome(SCALE | {"spread": "30"}, ["90", "80", "70", "60"])
    assert [str(p.message) for p in found.problems] == [
        "Only 4 results: too few for a scale, the totals are taken as they are."
    ]


# For each scheme: a document, an event in which it awards somebody and somebody not, and what comes out.
EACH = {
    "counts": (MEDALS, ["4", "3", "2", "1"], {}, ["Gold", "Silver", "Bronze", ""]),
    "proportion": (SHARES, falling(4), {}, ["First", "Third", "", ""]),
    "threshold": (CUTS, ["36", "29.99", "19.99"], {}, ["Gold", "Bronze", ""]),
    "half_field": (HALF, falling(8), {}, ["", "", "", "Merit", "", "", "", ""]),
    "scale": (SCALE, ["740", "700", "690", "600"], {}, ["Gold", "Silver", "Bronze", ""]),
    "attribute": (
        YOUTH | {"holds": "female", "places": 2},
        ["3", "2", "1"],
        {"traits": {0: Traits(sex="female"), 1: Traits(sex="male"), 2: Traits(sex="female")}},
        ["Youth", "", ""],
    ),
    "top_of_part": (
        {"scheme": "top_of_part", "title": "Mention"},
        ["1000", "999.99"],
        {},
        ["Mention", ""],
    ),
}


@pytest.mark.parametrize("code", [s.code for s in SCHEMES])
def test_every_scheme_is_seen_to_award_and_to_pass_over(code):
    document, totals, more, expected = EACH[code]
    assert document["scheme"] == code
    assert titles(document, totals, **more) == expected
    assert "" in expected
    assert any(expected)
    for line in outcome(document, totals, **more).lines:
        assert line.award or line.on_top or line.because or code == "attribute"
