"""Gates, small fields, committees, lists of schemes: the edge cases of the trade by name."""

from decimal import Decimal
from random import Random

import pytest

from skillhub.awards.rules import Ruling
from skillhub.awards.schemes import read_schemes
from skillhub.results.rules import Part
from tests.awards.events import Traits, candidate, outcome, titles, why

MEDALS = {"scheme": "counts", "titles": [["Gold", 1], ["Silver", 1], ["Bronze", 1]]}
PARTS = (
    Part("theory", "Theory", Decimal(100), Decimal("0.3"), Decimal(60)),
    Part("practical", "Practical", Decimal(100), Decimal("0.7"), Decimal(60)),
)


def marks(*pairs):
    return [
        candidate(n, {"theory": theory, "practical": practical})
        for n, (theory, practical) in enumerate(pairs)
    ]


FAILED_THEORY = marks(("90", "95"), ("58", "99"), ("80", "80"), ("70", "70"))


def test_failed_theory_keeps_rank_2_and_its_slot_passes_down():
    found = outcome(MEDALS, FAILED_THEORY, PARTS)
    given = {d.entry: (str(d.title), d.place) for d in found.decisions}
    assert given == {0: ("Gold", 1), 2: ("Silver", 3), 3: ("Bronze", 4)}
    assert why(MEDALS, 1, FAILED_THEORY, PARTS) == (
        "Place 2, but Theory 58 misses the pass mark 60."
    )
    assert why(MEDALS, 2, FAILED_THEORY, PARTS) == (
        "Place 3 of 4, moved up to 2 because others before it may not be awarded; Silver ends at"
        " place 2 (places to give: 1)."
    )


def test_failed_theory_and_the_slot_stays_empty():
    awards = MEDALS | {"slots": "stays_empty"}
    assert titles(awards, FAILED_THEORY, PARTS) == ["Gold", "", "Bronze", ""]


@pytest.mark.parametrize(
    ("theory", "title"), [("59.99", ""), ("60", "Gold")], ids=["fails by a hair", "just passes"]
)
def test_pass_mark_border(theory, title):
    assert titles(MEDALS, marks((theory, "90")), PARTS) == [title]


def test_pass_marks_may_be_left_out():
    awards = MEDALS | {"pass_marks": False}
    assert titles(awards, FAILED_THEORY, PARTS) == ["Gold", "Silver", "Bronze", ""]


def test_a_place_without_the_mark_that_must_be_passed_earns_nothing():
    there = [candidate(0, {"theory": None, "practical": "90"}, "DNF")]
    awards = MEDALS | {"dnf": True}
    assert why(awards, 0, there, PARTS, {"rank_dnf": True}) == (
        "Place 1, but without a mark for Theory, which must be passed."
    )


def test_least_mark_by_part_beside_the_pass_mark():
    awards = MEDALS | {"min_per_part": {"practical": "80"}}
    assert titles(awards, FAILED_THEORY, PARTS) == ["Gold", "", "Silver", ""]


def test_everybody_below_the_pass_mark_zero_awards_and_nothing_blocks():
    found = outcome(MEDALS, marks(("50", "50"), ("40", "40")), PARTS)
    assert (found.decisions, found.problems) == ([], [])


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("DNS", "Did not start."),
        ("DNF", "Did not finish."),
        ("DSQ", "Disqualified."),
        ("NC", "The result was annulled."),
        ("OK", "Not ranked: marks are missing."),
    ],
)
def test_says_why_without_a_place(status, sentence):
    assert why(MEDALS, 0, [candidate(0, None, status)]) == sentence


def test_dnf_is_ranked_but_earns_nothing_unless_stated():
    field = [candidate(0, "9", "DNF"), candidate(1, "8")]
    ranking = {"rank_dnf": True}
    assert titles(MEDALS, field, ranking=ranking) == ["", "Gold"]
    assert titles(MEDALS | {"dnf": True}, field, ranking=ranking) == ["Gold", "Silver"]


def test_a_team_disqualified_for_one_member_closes_up():
    assert titles(MEDALS, [candidate(0, "9", "DSQ"), candidate(1, "8")]) == ["", "Gold"]


def test_only_identified_persons_where_asked():
    traits = {0: Traits(identified=False)}
    assert titles(MEDALS | {"identified": True}, ["9", "8"], traits=traits) == ["", "Gold"]
    assert titles(MEDALS, ["9", "8"], traits=traits) == ["Gold", "Silver"]


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (3, ["", "", ""]),
        (4, ["Gold", "", "", ""]),
        (5, ["Gold", "Silver", "", "", ""]),
        (6, ["Gold", "Silver", "Bronze", "", "", ""]),
    ],
    ids=["3 start: not held", "4 start: gold", "5 start: gold and silver", "6 start: all"],
)
@pytest.mark.parametrize("table", ["W-27", [["6", "all"], ["5", "2"], ["4", "1"]]])
def test_small_field(n, expected, table):
    totals = [str(90 - i) for i in range(n)]
    assert titles(MEDALS | {"small_field": table}, totals) == expected


def test_small_field_is_no_rule_unless_named():
    assert titles(MEDALS, ["9", "8", "7"]) == ["Gold", "Silver", "Bronze"]


def test_only_3_start_results_kept_no_award_and_said():
    found = outcome(MEDALS | {"small_field": "W-27"}, ["9", "8", "7"])
    sentence = "Only 3 started: too few for an award, the results stand."
    assert [(p.severity, str(p.message)) for p in found.problems] == [("warning", sentence)]
    assert [str(m) for x in found.lines for m in x.because] == [sentence] * 3


def test_absent_do_not_fill_a_small_field_but_disqualified_do():
    started = [candidate(n, str(90 - n)) for n in range(3)]
    awards = MEDALS | {"small_field": "W-27"}
    assert titles(awards, [*started, candidate(3, None, "DNS")])[0] == ""
    assert titles(awards, [*started, candidate(3, None, "DSQ")])[0] == "Gold"


TIED = ["9", "8", "8", "7"]
DECIDE = MEDALS | {"cut_tie": "decide"}


def test_a_tie_over_the_cut_waits_for_the_committee():
    found = outcome(DECIDE, TIED)
    assert [(p.severity, str(p.message)) for p in found.problems] == [
        ("error", "Place 2 is shared over the cut of Silver: the committee must decide.")
    ]
    assert found.problems[0].message.values["entries"] == [1, 2]


def test_the_committee_decides_with_a_reason():
    rulings = {1: Ruling("Silver", "cleaner work"), 2: Ruling(None, "cleaner work of the other")}
    found = outcome(DECIDE, TIED, rulings=rulings)
    assert {d.entry: str(d.title) for d in found.decisions} == {0: "Gold", 1: "Silver"}
    assert found.problems == []
    assert why(DECIDE, 1, TIED, rulings=rulings) == "The committee decided: cleaner work"


def test_a_ruling_on_an_unknown_title_does_not_count():
    assert outcome(DECIDE, TIED, rulings={1: Ruling("Platinum", "x")}).problems


def test_every_line_says_why():
    totals = [str(99 - n) for n in range(23)]
    awards = {"scheme": "proportion", "titles": [["First", "10%"], ["Second", "30%"]]}
    assert why(awards, 1, totals) == (
        "Place 2 of 23; First ends at place 2 (10 % of 23 started, rounded down)."
    )
    assert why(awards, 8, totals) == "Place 9: the last place that earns an award is 8."
    assert all(line.because for line in outcome(awards, totals).lines)


def test_a_promoted_tie_says_so():
    assert why(MEDALS, 1, ["9", "9", "8"]) == (
        "Place 1 of 3, shared by 2; Gold ends at place 1 (places to give: 1), and a tie over the cut"
        " earns the better award."
    )


def test_a_threshold_says_the_score_and_the_figure():
    awards = {"scheme": "threshold", "titles": [["Gold", "36"], ["Silver", "30"]]}
    assert why(awards, 0, ["36", "29"]) == (
        "Place 1 of 2; score 36.00 reaches Gold at 36 (from 36)."
    )
    assert "score 29.00 is below 30, the least that earns an award" in why(awards, 1, ["36", "29"])


def test_the_first_scheme_that_awards_wins_and_positions_go_on():
    awards = [MEDALS, {"scheme": "threshold", "titles": [["Distinction", "7"], ["Pass", "5"]]}]
    found = outcome(awards, ["9", "8", "7", "7", "6", "1"])
    assert [(str(d.title), d.position) for d in found.decisions] == [
        ("Gold", 1),
        ("Silver", 2),
        ("Bronze", 3),
        ("Bronze", 3),
        ("Pass", 5),
    ]
    assert [(str(c.title), c.awarded, c.last_place, c.least_total) for c in found.cuts] == [
        ("Gold", 1, 1, Decimal("9.00")),
        ("Silver", 1, 2, Decimal("8.00")),
        ("Bronze", 2, 3, Decimal("7.00")),
        ("Distinction", 0, None, None),
        ("Pass", 1, 5, Decimal("6.00")),
    ]
    last = found.lines[-1].because
    assert [str(m)[:30] for m in last] == [
        "Place 6: the last place that e",
        "Place 6 of 6; score 1.00 is be",
    ]


def test_titles_may_carry_an_english_form():
    awards = {"scheme": "counts", "titles": [[["金牌", "Gold"], "1"]]}
    title = outcome(awards, ["9"]).decisions[0].title
    assert (title.text, title.english) == ("金牌", "Gold")


def test_order_of_input_changes_nothing():
    random = Random(11)
    awards = [
        {"scheme": "proportion", "titles": [["A", "10%"], ["B", "20%"]], "per_unit": 5},
        {"scheme": "half_field", "title": "C", "after": 8},
        {"scheme": "attribute", "title": "Youth", "holds": "under", "age": 35},
    ]
    candidates = [
        candidate(n, str(random.randint(50, 70)), random.choice(["OK", "OK", "OK", "DNS", "DSQ"]))
        for n in range(120)
    ]
    traits = {n: Traits(unit=n % 9) for n in range(120)}
    expected = outcome(awards, candidates, traits=traits)
    for _ in range(20):
        random.shuffle(candidates)
        assert outcome(awards, candidates, traits=traits) == expected


@pytest.mark.parametrize(
    ("document", "problems"),
    [
        pytest.param(
            {}, ['awards.scheme: "" is no scheme; known: counts, proportion,'], id="nothing"
        ),
        pytest.param(7, ["awards: this must be one scheme or a list of them"], id="a number"),
        pytest.param(
            [7], ["awards[0]: this must be a table with a scheme"], id="a list of numbers"
        ),
        pytest.param(
            [MEDALS, {"scheme": "scale", "titles": ["A"], "centre": 0.5}],
            ['awards[1].centre: write the decimal in quotes: "0.5"'],
            id="a binary fraction",
        ),
        pytest.param(
            {"scheme": "scale", "titles": ["A"], "window": "-1", "spread": "0"},
            ["awards.titles: name four", "awards.window: the window", "awards.spread: the spread"],
            id="scale: every figure at once",
        ),
        pytest.param(
            {
                "scheme": "counts",
                "titles": [["A", "x"], ["B", "-1"], [3, 1]],
                "gates": {"colour": 1},
            },
            [
                'awards.colour: unknown key "colour"',
                'awards.titles[0].places: "x" is not a whole number',
                'awards.titles[1].places: "-1" is not a whole number',
                "awards.titles[2].title: write a title in quotes",
            ],
            id="counts: every row at once",
        ),
        pytest.param(
            {"scheme": "proportion", "titles": [["A", "60%"], ["B", "1/2"]]},
            ["awards.titles: the shares are more than the whole"],
            id="more than the whole",
        ),
        pytest.param(
            {"scheme": "proportion", "titles": [["A", "60%"], ["B", "110%"]]},
            ['awards.titles[1].share: "110%" is not a share'],
            id="no share",
        ),
        pytest.param(
            {"scheme": "proportion", "titles": [["A", "1/2"], ["B", "1/4"]], "shares": "from_top"},
            ["awards.titles: each share from the top must be the larger one"],
            id="falling from the top",
        ),
        pytest.param(
            {
                "scheme": "proportion",
                "titles": [["A", "1/4"], ["B", "1/4", "at_most"]],
                "per_unit": 0,
            },
            ["awards.titles: cut all titles by places", "awards.per_unit: at least one"],
            id="mixed cuts",
        ),
        pytest.param(
            {"scheme": "threshold", "titles": [["A", "30"], ["B", "30"]]},
            ["awards.titles: each title must ask less"],
            id="figures that do not fall",
        ),
        pytest.param(
            {"scheme": "attribute", "title": "A", "holds": "under"},
            ["awards.age: name the age"],
            id="no age",
        ),
        pytest.param(
            {"scheme": "top_of_part", "title": "A", "parts": ["pratical"]},
            ['awards.parts[0]: unknown part "pratical"; known: theory, practical'],
            id="unknown part",
        ),
        pytest.param(
            {"scheme": "counts", "titles": [["A", 1]], "small_field": [["6"]]},
            ['awards.small_field: write "W-27" or rows like'],
            id="small field in a wrong form",
        ),
        pytest.param(
            {"scheme": "half_field", "title": ["A", "B", "C"]},
            ["awards.title: write a title in quotes"],
            id="a title in three languages",
        ),
        pytest.param(
            {"scheme": "half_field", "title": ["A", " "]},
            ["awards.title: write a title in quotes"],
            id="a title without a word",
        ),
        pytest.param(
            {"scheme": "counts", "titles": [["A", 1]], "small_field": "W-28"},
            ['awards.small_field: write "W-27" or rows like'],
            id="a small field nobody wrote down",
        ),
        pytest.param({"scheme": "counts"}, ["awards.titles: this is missing"], id="no titles"),
        pytest.param(
            {"scheme": "counts", "titles": []},
            ["awards.titles: A list has 1 to 500 values."],
            id="an empty list of titles",
        ),
    ],
)
def test_every_mistake_in_a_document(document, problems):
    schemes, found = read_schemes(document, PARTS)
    assert [str(p)[: len(text)] for p, text in zip(found, problems, strict=True)] == problems
    assert schemes == []
