"""Numbers of sheets, what became of them, how pages lie on paper, what a printer must be told."""

from decimal import Decimal

import pytest

from skillhub.kernel.areas import Area, Lies, placing, sheets
from skillhub.kernel.errors import BadInput
from skillhub.stock import rules
from skillhub.stock.rules import Adjustment, Run, balance, corrected, named, out_of_reach, run

A3, A4, A5 = (Area(Decimal(w), Decimal(h)) for w, h in ((297, 420), (210, 297), (148, 210)))


@pytest.mark.parametrize(
    ("first", "last", "written"),
    [
        pytest.param("000001", "000500", "000001…000500 500", id="zeros in front"),
        pytest.param("GD-0001", "gd-0100", "GD-0001…GD-0100 100", id="a prefix, in any case"),
        pytest.param("GD2026-098", "GD2026-102", "GD2026-098…GD2026-102 5", id="digits in front"),
        pytest.param("998", "1002", "998…1002 5", id="grows a digit, never had zeros"),
        pytest.param(
            "第00007号0001", "第00007号0002", "第00007号0001…第00007号0002 2", id="Chinese"
        ),
        pytest.param("A1", "A1", "A1…A1 1", id="one sheet"),
        pytest.param("\uff21\uff10\uff11", "A02", "A01…A02 2", id="full width"),
    ],
)
def test_a_run_is_read_by_its_first_and_last_number(first, last, written):
    found = run(first, last)
    assert f"{found.named(found.first)}…{found.named(found.last)} {len(found)}" == written


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        pytest.param("", "1", "is no number of a sheet", id="nothing"),
        pytest.param("GD-12A", "GD-13A", "its digits last", id="a letter behind"),
        pytest.param("GD-001", "GX-009", "do not begin alike", id="another prefix"),
        pytest.param("001", "1000", "number of digits", id="zeros, and then more digits"),
        pytest.param("1000", "999", "number of digits", id="fewer digits"),
        pytest.param("0009", "0008", "comes before the first", id="the wrong way round"),
        pytest.param("0000001", "1000001", "more than 1000000 sheets", id="a million and one"),
        pytest.param("1" * 13 + "x", "2", "no number", id="what no column holds"),
    ],
)
def test_what_is_no_run_is_refused_with_a_sentence(first, last, said):
    with pytest.raises(BadInput, match=said):
        run(first, last)


def test_the_longest_run():
    assert len(run("0000001", "1000000")) == 1_000_000


RUNS = [run("GD-0001", "GD-0010"), run("GD-0021", "GD-0025")]


def test_a_sheet_is_found_though_its_zeros_were_not_typed():
    assert named(RUNS, " gd-7 ") == "GD-0007"
    with pytest.raises(BadInput, match="No sheet GD-11 of this paper was received"):
        named(RUNS, "GD-11")


@pytest.mark.parametrize(
    ("used", "spoiled", "expected"),
    [
        pytest.param([], [], "0+0+0+15 GD-0001", id="nothing used"),
        pytest.param(["GD-0001", "GD-0002"], [], "2+0+0+13 GD-0003", id="in order"),
        pytest.param(["GD-0001"], ["GD-0002"], "1+1+0+13 GD-0003", id="one spoiled"),
        pytest.param(["GD-0001", "GD-0003"], [], "2+0+1+12 GD-0004", id="one passed over"),
        pytest.param(["GD-0010"], [], "1+0+9+5 GD-0021", id="only the last of a run"),
        pytest.param(["GD-0025"], [], "1+0+4+10 GD-0001", id="the later run begun first"),
        pytest.param(["GD-0001"], ["GD-0001"], "1+0+0+14 GD-0002", id="stated twice, counted once"),
        pytest.param(["GD-1"], [], "1+0+0+14 GD-0002", id="without its zeros"),
    ],
)
def test_what_came_is_used_spoiled_missing_or_left(used, spoiled, expected):
    found = balance(RUNS, used, spoiled)
    counts = (found.used, found.spoiled, found.missing, found.left)
    assert "+".join(map(str, counts)) + " " + found.next == expected
    assert sum(counts) == found.received == 15


def test_a_gap_a_double_and_a_stranger_are_reported():
    found = balance(RUNS, ["GD-0001", "GD-0005", "GD-0005", "GD-0099", "rubbish"], ["GD-0009"])
    assert found.gaps == (("GD-0002", "GD-0004"), ("GD-0006", "GD-0008"))
    assert found.never == (("GD-0011", "GD-0020"),)
    assert (found.twice, found.strange) == (("GD-0005",), ("GD-0099", "rubbish"))
    over = "were passed over: neither used nor spoiled, though a later one was."
    assert [str(problem) for problem in found.problems] == [
        f"GD-0002 – GD-0004: Sheets GD-0002 to GD-0004 {over}",
        f"GD-0006 – GD-0008: Sheets GD-0006 to GD-0008 {over}",
        "GD-0011 – GD-0020: Sheets GD-0011 to GD-0020 were never received, though those before and after were.",
        "GD-0005: Sheet GD-0005 is stated more than once.",
        "GD-0099: Sheet GD-0099 is of no run that was received.",
        "rubbish: Sheet rubbish is of no run that was received.",
    ]


def test_the_last_sheet_used_leaves_none():
    found = balance([run("1", "2")], ["1", "2"])
    assert (found.left, found.next, found.problems) == (0, "", [])


def test_runs_of_two_prefixes_have_no_gap_between_them():
    assert balance([run("A1", "A5"), run("B9", "B9")], []).never == ()


def test_a_hundred_thousand_sheets_are_accounted_for_at_once():
    found = balance([Run("", 1, 200_000, 6)], [f"{n:06d}" for n in range(1, 100_001) if n != 77])
    assert (found.used, found.gaps, found.left) == (99_999, (("000077", "000077"),), 100_000)


@pytest.mark.parametrize(
    ("page", "paper", "lies", "each", "sheet"),
    [
        pytest.param(A4, A4, "portrait", 1, A4, id="upright on upright"),
        pytest.param(A4.turned(), A4, "landscape", 1, A4.turned(), id="lengthwise on lengthwise"),
        pytest.param(A4.turned(), A4, "either", 1, A4.turned(), id="a blank sheet turns"),
        pytest.param(A5, A4, "either", 2, A4.turned(), id="two A5 side by side on A4"),
        pytest.param(A5.turned(), A4, "either", 2, A4, id="two lengthwise A5 on upright A4"),
        pytest.param(A4, A3, "landscape", 2, A3.turned(), id="two A4 on A3"),
        pytest.param(A4.turned(), A3, "portrait", 2, A3, id="two lengthwise A4 on upright A3"),
    ],
)
def test_how_pages_lie_on_paper(page, paper, lies, each, sheet):
    found = placing(page, paper, Lies(lies))
    assert (found.each, found.sheet) == (each, sheet)


@pytest.mark.parametrize(
    ("page", "paper", "lies", "said"),
    [
        pytest.param(A4.turned(), A5, "either", "does not fit paper of A5", id="A4 on A5"),
        pytest.param(A4.turned(), A4, "portrait", "paper lies upright", id="it lies the other way"),
        pytest.param(A5, A4, "portrait", "does not fit paper of A4", id="two would lie across"),
        pytest.param(A5, A3, "either", "does not fit paper of A3", id="four on a sheet"),
        pytest.param(A4, Area(Decimal(200), Decimal(280)), "either", "200 × 280 mm", id="own size"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(page, paper, lies, said):
    with pytest.raises(BadInput, match=said):
        placing(page, paper, Lies(lies))


@pytest.mark.parametrize(
    ("pages", "stacked", "expected"),
    [
        pytest.param(4, False, [(0, 1), (2, 3)], id="as they come"),
        pytest.param(4, True, [(0, 2), (1, 3)], id="cut and put one stack on the other"),
        pytest.param(5, True, [(0, 3), (1, 4), (2,)], id="an odd one"),
        pytest.param(1, True, [(0,)], id="one alone"),
    ],
)
def test_which_pages_lie_on_which_sheet(pages, stacked, expected):
    assert sheets(pages, 2, stacked) == expected


@pytest.mark.parametrize(
    ("x", "y", "scale", "fields"),
    [
        pytest.param("20", "-20", "90", [], id="as far as it goes"),
        pytest.param("20.01", "0", "100", ["offset_x"], id="too far right"),
        pytest.param("0", "-20.01", "100", ["offset_y"], id="too far up"),
        pytest.param("0", "0", "89.99", ["scale"], id="too small"),
        pytest.param("0", "0", "110", [], id="as large as it gets"),
        pytest.param("0", "0", "110.01", ["scale"], id="too large"),
        pytest.param("0.005", "0", "100", ["offset_x"], id="finer than a hundredth"),
    ],
)
def test_how_far_a_printer_may_be_off(x, y, scale, fields):
    told = Adjustment(*map(Decimal, (x, y, scale)))
    assert [problem.where for problem in out_of_reach(told)] == fields


@pytest.mark.parametrize(
    ("factor", "right", "down"),
    [
        pytest.param("1", "0", "0", id="a good printer"),
        pytest.param("1", "1.5", "-0.8", id="pulls the paper"),
        pytest.param("0.97", "3.2", "4.1", id="prints smaller, too"),
        pytest.param("1.02", "-2.5", "0.33", id="prints larger"),
    ],
)
@pytest.mark.parametrize(
    "now", [Adjustment(), Adjustment(Decimal("2.5"), Decimal("-1.25"), Decimal("98.5"))]
)
def test_what_is_measured_on_the_test_sheet_brings_the_cross_to_its_place(factor, right, down, now):
    def falls(told, at, offset, pulled):
        return Decimal(factor) * (told.scale * at / 100 + offset) + Decimal(pulled)

    at, end = rules.CROSS, rules.CROSS + rules.RULER
    left, top = falls(now, at, now.x, right), falls(now, at, now.y, down)
    told = corrected(now, left, top, falls(now, end, now.x, right) - left)
    for offset, pulled in ((told.x, right), (told.y, down)):
        assert abs(falls(told, at, offset, pulled) - at) <= Decimal("0.02")
        assert abs(falls(told, end, offset, pulled) - end) <= Decimal("0.02")
