"""Every kind of aspect: what its boxes take, and the points they come to; each border twice."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from skillhub.scoring.kinds import BY_KIND, KINDS, plain, read_scheme
from skillhub.scoring.rules import Given, Message, Slot, read_given, score


def scheme(*aspects, **more):
    read, problems = read_scheme(
        {"aspects": [{"code": f"a{n}", **a} for n, a in enumerate(aspects, 1)], **more}
    )
    assert not problems, problems
    return read


def boxes(read, code, typed):
    """Fill the boxes of an aspect in their order; a * leaves one blank."""
    slots = read.by_code[code].slots()
    words = str(typed).split()
    filled = {}
    for slot, word in zip(slots, words, strict=False):
        if word != "*":
            given = read_given(read, read.by_code[code], slot, word)
            assert isinstance(given, Given), str(given)
            filled[slot] = given
    return filled


def result(aspect, typed, out=(), maximum=None, **more):
    """Say what one aspect comes to: its printed points, a word, "blank" or "dispute"."""
    read = scheme(aspect, **more)
    done = score(read, {"a1": boxes(read, "a1", typed)}, out, maximum)
    if done.disputes:
        return "dispute"
    if done.missing:
        return "blank"
    return done.token or str(done.points)


JUDGED = {"kind": "judgement", "max": "2"}
PANEL = {"kind": "panel", "judges": 5}
BANDS = {"kind": "measurement", "max": 4, "bands": [[10, 4], [8, 2], [5, 1]]}
TOLERANCE = {
    "kind": "measurement",
    "max": 3,
    "nominal": "50.00",
    "bands": [["0.05", 3], ["0.10", 1]],
}
MIDDLE = {
    "kind": "attempts",
    "attempts": 5,
    "combine": "middle",
    "lower_wins": True,
    "factor": "0.01",
    "decimals": 2,
}
CUT = {
    "kind": "attempts",
    "attempts": 3,
    "combine": "mean",
    "lower_wins": True,
    "cutoff_after": 1,
    "cutoff": 18000,
}


@pytest.mark.parametrize(
    ("aspect", "typed", "expected"),
    [
        pytest.param({"kind": "points", "max": 5}, "3.25", "3.25", id="points are points"),
        pytest.param({"kind": "points", "max": 5}, "", "blank", id="a blank is not zero"),
        pytest.param({"kind": "points", "max": 5}, "0", "0.00", id="zero is a mark"),
        pytest.param(
            {"kind": "measurement", "max": "1.5"}, "1", "1.50", id="met earns the maximum"
        ),
        pytest.param(
            {"kind": "measurement", "max": "1.5"}, "1.5", "1.50", id="the maximum means met"
        ),
        pytest.param(
            {"kind": "measurement", "max": "1.5"}, "0", "0.00", id="not met earns nothing"
        ),
        pytest.param(BANDS, "10", "4.00", id="the first row is reached"),
        pytest.param(BANDS, "9.99", "2.00", id="just below the first row"),
        pytest.param(BANDS, "5", "1.00", id="the last row is reached"),
        pytest.param(BANDS, "4.99", "0.00", id="below the last row is zero"),
        pytest.param(TOLERANCE, "50.05", "3.00", id="within the narrow tolerance"),
        pytest.param(TOLERANCE, "49.9499", "1.00", id="just outside of it, below"),
        pytest.param(TOLERANCE, "50.1", "1.00", id="within the wide tolerance"),
        pytest.param(TOLERANCE, "50.11", "0.00", id="outside of both"),
        pytest.param(
            {"kind": "measurement", "max": 2, "allowed": [0, "0.5", 2]},
            "0.5",
            "0.50",
            id="a part mark",
        ),
        pytest.param(JUDGED, "2 3 2", "1.56", id="2.00 by 2, 3, 2"),
        pytest.param({**JUDGED, "max": "1.5"}, "1 1 2", "0.67", id="1.50 by 1, 1, 2"),
        pytest.param(JUDGED, "3 1 2", "dispute", id="case 13: a spread of 2 is a dispute"),
        pytest.param(JUDGED, "2 1 2", "1.11", id="case 13: voted again"),
        pytest.param(
            {**JUDGED, "spread": 2}, "3 1 2", "1.33", id="a spread of 2 where 2 is allowed"
        ),
        pytest.param(JUDGED, "2 * 2", "blank", id="a judge has not marked yet"),
        pytest.param(JUDGED, "3 * 1", "dispute", id="a dispute shows before the last judge marks"),
        pytest.param(JUDGED, "2 3 A", "1.67", id="an absent judge shrinks the divisor"),
        pytest.param(JUDGED, "2 A A", "dispute", id="one judge alone is too few"),
        pytest.param(PANEL, "88 92 92 85 60", "88.33", id="one highest and one lowest dropped"),
        pytest.param(PANEL, "90 90 90 90 90", "90.00", id="case 15: five equal scores"),
        pytest.param(PANEL, "95 95 80 80 80", "85.00", id="case 15: only one of two equal maxima"),
        pytest.param(PANEL, "90 80 70 60 A", "75.00", id="four judges: a plain mean"),
        pytest.param(PANEL, "90 80 70 A A", "80.00", id="three judges: still a plain mean"),
        pytest.param(PANEL, "90 80 A A A", "dispute", id="two judges are no panel"),
        pytest.param(
            {**PANEL, "max": 20}, "88 92 92 85 60", "17.67", id="spread over a maximum of 20"
        ),
        pytest.param(
            {**PANEL, "high": 10, "step": "0.5", "combine": "sum"},
            "8 7.5 7 6.5 9",
            "22.50",
            id="a sum of three",
        ),
        pytest.param(
            {**PANEL, "combine": "sum"},
            "90 90 90 90 A",
            "270.00",
            id="a sum of four counts as of three",
        ),
        pytest.param(
            {"kind": "deduction", "max": 5}, "3", "0.00", id="a deduction alone stays at zero"
        ),
        pytest.param(
            {"kind": "time", "max": 10, "limit": 60, "per_second": "0.5"},
            "60",
            "10.00",
            id="within the limit",
        ),
        pytest.param(
            {"kind": "time", "max": 10, "limit": 60, "per_second": "0.5"},
            "60.01",
            "9.50",
            id="a second begun",
        ),
        pytest.param(
            {"kind": "time", "max": 10, "limit": 60, "per_second": "0.5"},
            "80",
            "0.00",
            id="nothing is left",
        ),
        pytest.param(
            {"kind": "time", "max": 4, "bands": [[60, 4], [90, 2]]},
            "60",
            "4.00",
            id="in the first row of times",
        ),
        pytest.param(
            {"kind": "time", "max": 4, "bands": [[60, 4], [90, 2]]},
            "90.5",
            "0.00",
            id="after the last row",
        ),
        pytest.param({"kind": "time"}, "71.25", "71.25", id="a time is itself"),
        pytest.param({"kind": "time"}, "DNF", "DNF", id="a time that was not made"),
        pytest.param(
            {"kind": "count", "max": 50, "each": 2}, "24", "48.00", id="so many at two points"
        ),
        pytest.param(
            {"kind": "count", "max": 50, "each": 2}, "26", "50.00", id="never above the maximum"
        ),
        pytest.param({"kind": "attempts", "max": 9}, "5.5 7 DNF", "7.00", id="the best of three"),
        pytest.param(
            {"kind": "attempts", "max": 9}, "DNF DNF DNF", "0.00", id="none counts: no points"
        ),
        pytest.param({"kind": "attempts"}, "DNF DNS DNF", "DNF", id="none that counts"),
        pytest.param({"kind": "attempts"}, "DNS DNS DNS", "DNS", id="none that was made"),
        pytest.param(
            {"kind": "attempts", "combine": "mean"}, "5 6 8", "6.33", id="the mean of three"
        ),
        pytest.param(
            {"kind": "attempts", "combine": "mean"}, "5 6 DNF", "DNF", id="a mean needs all"
        ),
        pytest.param(
            {"kind": "attempts", "combine": "sum", "max": 9},
            "5 6 8",
            "19.00",
            id="the sum of three",
        ),
        pytest.param(MIDDLE, "587 761 620 582 521", "5.96", id="without best and worst, half up"),
        pytest.param(MIDDLE, "1163 DNF 965 1205 966", "11.11", id="a DNF is the worst"),
        pytest.param(MIDDLE, "DNF DNF 965 1205 966", "DNF", id="two DNF are one too many"),
        pytest.param(CUT, "17999 18000 18001", "18000.00", id="better than the cut-off: all three"),
        pytest.param(CUT, "17999", "blank", id="better than the cut-off: the others are missing"),
        pytest.param(CUT, "18000", "CUT", id="exactly the cut-off is not better"),
        pytest.param(CUT, "DNF", "DNF", id="no time at the cut-off"),
        pytest.param(
            {**CUT, "combine": "best"}, "18000", "18000.00", id="the best counts without going on"
        ),
    ],
)
def test_points(aspect, typed, expected):
    assert result(aspect, typed) == expected


def test_every_kind_has_rows_and_stands_under_its_name():
    seen = {param.values[0]["kind"] for mark in test_points.pytestmark for param in mark.args[1]}
    assert seen == set(BY_KIND) == {kind.__module__.rpartition(".")[2] for kind in KINDS}


@pytest.mark.parametrize(
    ("aspect", "typed", "slot", "fits"),
    [
        pytest.param({"kind": "points", "max": 5}, "5", Slot(), True, id="the maximum"),
        pytest.param({"kind": "points", "max": 5}, "5.01", Slot(), False, id="above it"),
        pytest.param({"kind": "points", "max": 5}, "-0.01", Slot(), False, id="below zero"),
        pytest.param(
            {"kind": "points", "max": 5, "step": "0.25"}, "4.75", Slot(), True, id="a step"
        ),
        pytest.param(
            {"kind": "points", "max": 5, "step": "0.25"},
            "4.8",
            Slot(),
            False,
            id="between two steps",
        ),
        pytest.param(
            {"kind": "points", "max": 5}, "DNF", Slot(), False, id="a word where none belongs"
        ),
        pytest.param({"kind": "points", "max": 5}, "4,5", Slot(), True, id="a comma for the point"),
        pytest.param({"kind": "points", "max": 5}, "4", Slot(), True, id="full width"),
        pytest.param(
            {"kind": "measurement", "max": 3}, "2", Slot(), False, id="neither met nor not met"
        ),
        pytest.param(
            {"kind": "measurement", "max": 3, "allowed": [0, 1, 3]},
            "2",
            Slot(),
            False,
            id="no listed part mark",
        ),
        pytest.param(JUDGED, "3", Slot(1), True, id="three is the top"),
        pytest.param(JUDGED, "4", Slot(1), False, id="four is above it"),
        pytest.param(JUDGED, "2.5", Slot(1), False, id="no half scores"),
        pytest.param(
            {**JUDGED, "kind": "panel", "high": 10, "step": "0.5"},
            "9.5",
            Slot(1),
            True,
            id="a half point",
        ),
        pytest.param(
            {**JUDGED, "kind": "panel", "high": 10, "step": "0.5"},
            "9.25",
            Slot(1),
            False,
            id="a quarter",
        ),
        pytest.param(
            {"kind": "panel", "low": "0.25", "high": 10, "absent": 0},
            "0",
            Slot(1),
            True,
            id="the score of an absent judge",
        ),
        pytest.param({"kind": "count", "max": 5}, "2.5", Slot(), False, id="half a piece"),
        pytest.param(
            {"kind": "deduction", "max": 5}, "-1", Slot(), False, id="a deduction has no sign"
        ),
    ],
)
def test_boxes(aspect, typed, slot, fits):
    read = scheme({**aspect})
    given = read_given(read, read.aspects[0], slot, typed)
    assert isinstance(given, Given) == fits, str(given)
    assert fits or isinstance(given, Message)


def test_a_recused_seat_shrinks_the_divisor_for_that_entry_only():
    """Case 14: a panel of five, one recused for X: four valid, a plain mean with a flag; others are as they were."""
    read = scheme(PANEL)
    own, x = boxes(read, "a1", "90 80 70 60 50"), boxes(read, "a1", "90 80 70 60")
    with_all, without = score(read, {"a1": own}), score(read, {"a1": x}, out={5})
    assert (with_all.points, with_all.flags) == (Decimal("70.00"), ())
    assert (without.points, len(without.flags)) == (Decimal("75.00"), 1)
    assert score(
        scheme(JUDGED), {"a1": boxes(scheme(JUDGED), "a1", "2 3 *")}, out={3}
    ).points == Decimal("1.67")


def test_a_panel_of_ten_drops_two_and_two():
    deep = {**PANEL, "judges": 7, "drop_high": 2, "drop_low": 2}
    assert result(deep, "10 20 30 40 50 60 70") == "40.00"
    assert result({**deep, "trim_from": 7}, "10 20 30 40 50 60 A") == "35.00"


def test_difficulty_multiplies():
    """Diving: seven judges, one highest and one lowest dropped, times difficulty, times 0.6."""
    dive = {
        "kind": "panel",
        "judges": 7,
        "high": 10,
        "step": "0.5",
        "combine": "sum",
        "factor": "0.6",
        "multiplier": True,
    }
    assert result(dive, "7.5 7.5 8 8 7.5 7.5 8 3") == "69.30"
    assert result(dive, "7.5 7.5 8 8 7.5 7.5 8 *") == "blank"


def test_rounding_each_aspect_the_part_or_the_end_differ():
    thirds = [{"kind": "judgement", "max": "1"} for _ in range(3)]
    typed = {f"a{n}": "1 1 2" for n in (1, 2, 3)}

    def total(rounding):
        read = scheme(*thirds, rounding=rounding, decimals=2)
        done = score(read, {code: boxes(read, code, word) for code, word in typed.items()})
        return done.value

    assert (total("aspect"), total("part"), total("end")) == (
        Fraction("1.32"),
        Fraction("1.33"),
        Fraction(4, 3),
    )


def test_half_is_rounded_up():
    half = {"kind": "panel", "judges": 2, "drop_high": 0, "drop_low": 0, "least": 2, "trim_from": 1}
    assert result(half, "2.34 2.35") == "2.35"


def test_a_deduction_takes_off_and_never_below_zero():
    read = scheme({"kind": "points", "max": 10}, {"kind": "deduction", "max": 4, "each": "1.5"})
    for typed, expected in (("8 0", "8.00"), ("8 2", "5.00"), ("8 3", "4.00"), ("2 2", "0.00")):
        one, two = typed.split()
        marks = {"a1": boxes(read, "a1", one), "a2": boxes(read, "a2", two)}
        assert str(score(read, marks).points) == expected


def test_a_sum_raised_to_a_hundred():
    assert result({"kind": "points", "max": 40}, "30", raise_to=100) == "75.00"


def test_a_component_has_a_most():
    assert (
        result({"kind": "attempts", "combine": "best"}, "120 90 80", maximum=Decimal(100))
        == "100.00"
    )


def test_a_judged_zero_needs_its_reason_where_the_scheme_says_so():
    """Case 12: the letter stands beside the 0."""
    reasons = {"zero_reasons": {"N": "not attempted", "U": "unsafe"}}
    read = scheme(JUDGED, {"kind": "points", "max": 3}, **reasons)
    judged, counted = read.aspects
    assert isinstance(read_given(read, judged, Slot(1), "0"), Message)
    assert isinstance(read_given(read, judged, Slot(1), "0x"), Message)
    assert read_given(read, judged, Slot(1), "0n") == Given(Decimal(0), "N")
    assert isinstance(read_given(read, judged, Slot(1), "1n"), Message)
    assert read_given(read, counted, Slot(), "0") == Given(Decimal(0))


def test_a_scheme_written_and_read_again_is_the_same():
    document = {
        "rounding": "aspect",
        "sections": [["1", "Work organisation", "5"], ["2"]],
        "zero_reasons": {"N": "not attempted"},
        "criteria": [
            {
                "code": "A",
                "name": "Assembly",
                "subs": [
                    {
                        "code": "A1",
                        "aspects": [
                            {
                                "code": "A1.1",
                                "section": "1",
                                **JUDGED,
                                "levels": ["bad", "meets", "good", "best"],
                            },
                            {"code": "A1.2", "section": "2", **BANDS},
                            {"code": "A1.3", "section": "2", **CUT},
                        ],
                    }
                ],
            }
        ],
    }
    document["sections"] = [
        {"code": "1", "name": "Work organisation", "planned": "5"},
        {"code": "2"},
    ]
    first, problems = read_scheme(document)
    assert not problems
    again, problems = read_scheme(plain(first))
    assert not problems
    assert again == first
    assert plain(again) == plain(first)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        pytest.param({"aspects": []}, "1 to 400 aspects", id="no aspect"),
        pytest.param(
            {"aspects": [{"code": "a", "kind": "star"}]}, "no kind of aspect", id="an unknown kind"
        ),
        pytest.param(
            {"aspects": [{"code": "a", "max": 1}, {"code": "a", "max": 1}]},
            "twice",
            id="a code twice",
        ),
        pytest.param(
            {"aspects": [{"code": "a b", "max": 1}]}, "is no code", id="a code with a blank"
        ),
        pytest.param({"aspects": [{"code": "a"}]}, "most points", id="points without a maximum"),
        pytest.param(
            {"aspects": [{"code": "a", "max": 1, "colour": "red"}]},
            "unknown key",
            id="an unknown parameter",
        ),
        pytest.param(
            {"aspects": [{"code": "a", "kind": "judgement", "max": 1, "levels": ["x"]}]},
            "each score",
            id="a level is not described",
        ),
        pytest.param(
            {"aspects": [{"code": "a", "kind": "panel", "trim_from": 2}]},
            "leave nobody",
            id="dropping everybody",
        ),
        pytest.param(
            {"aspects": [{"code": "a", "max": 1}], "sections": [{"code": "1"}]},
            "points at no section",
            id="W-03: no section",
        ),
        pytest.param(
            {"aspects": [{"code": "a", "max": 1}], "rounding": "never"},
            "none of",
            id="an unknown rounding",
        ),
        pytest.param(
            {"aspects": [{"code": "a", "kind": "attempts", "cutoff": 5}]},
            "cut-off needs",
            id="half a cut-off",
        ),
        pytest.param([], "", id="nothing is no scheme"),
    ],
)
def test_a_scheme_that_cannot_be_says_why(document, said):
    read, problems = read_scheme(document)
    assert read is None
    assert any(said in str(p) for p in problems) or (not said and not problems)
