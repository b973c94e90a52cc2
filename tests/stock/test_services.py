"""Papers, runs of numbered sheets and printers in the database."""

from datetime import date
from decimal import Decimal

import pytest

from skillhub.kernel import journal
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.stock import queries, services
from skillhub.stock.rules import Adjustment
from tests import make
from tests.stock.conftest import FOIL, LASER

DAY = date(2026, 6, 18)


def test_a_paper_has_the_sides_of_its_size(foil):
    assert (foil.width, foil.height) == (Decimal(210), Decimal(297))


def test_a_paper_of_its_own_size_is_kept_upright(root):
    own = {**FOIL, "size": "own", "width": Decimal("320.5"), "height": Decimal(225)}
    paper = services.stock(root, own, OPERATOR)
    assert (paper.width, paper.height) == (Decimal(225), Decimal("320.5"))


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        pytest.param({"lies": "either"}, "lies", "lies one way", id="printed, and either way"),
        pytest.param(
            {"size": "own", "width": None, "height": Decimal(90)}, "width", "in mm", id="no"
        ),
        pytest.param(
            {"size": "own", "width": Decimal(90), "height": Decimal(501)},
            "height",
            "50 to 500",
            id="far",
        ),
    ],
)
def test_what_is_no_paper_is_refused_at_its_field(root, change, field, said):
    with pytest.raises(BadInput, match=said) as refusal:
        services.stock(root, FOIL | change, OPERATOR)
    assert [problem.where for problem in refusal.value.problems] == [field]


def test_two_papers_of_an_organisation_have_two_names(root, foil):
    with pytest.raises(BadInput, match="already"):
        services.stock(root, FOIL, OPERATOR)
    services.stock(make.organisation("b", parent=root), FOIL, OPERATOR)


def test_runs_are_received_and_their_sheets_are_known(foil):
    services.receive(foil, "GD-0001", "GD-0500", DAY, OPERATOR)
    services.receive(foil, "GD-0501", "GD-0600", DAY, OPERATOR)
    assert [len(run) for run in queries.counted(foil)] == [500, 100]
    assert queries.named(foil, "gd-42") == "GD-0042"


def test_a_sheet_comes_once(foil):
    services.receive(foil, "GD-0001", "GD-0500", DAY, OPERATOR)
    with pytest.raises(BadInput, match="GD-0001 to GD-0500 were received already"):
        services.receive(foil, "GD-0500", "GD-0600", DAY, OPERATOR)
    assert len(queries.counted(foil)) == 1


def test_a_run_that_was_mistyped_counts_no_more_and_stays_to_be_read(foil):
    run = services.receive(foil, "GD-0001", "GD-5000", DAY, OPERATOR)
    with pytest.raises(BadInput, match="Say why"):
        services.strike(run, " ", OPERATOR, now())
    services.strike(run, "5000 was 0500", OPERATOR, now())
    with pytest.raises(Conflict, match="already"):
        services.strike(run, "again", OPERATOR, now())
    services.receive(foil, "GD-0001", "GD-0500", DAY, OPERATOR)
    assert ([len(one) for one in queries.counted(foil)], len(queries.runs_of(foil))) == ([500], 2)


def test_blank_paper_has_no_numbers(root):
    blank = services.stock(root, FOIL | {"preprinted": False, "lies": "either"}, OPERATOR)
    with pytest.raises(Conflict, match="blank"):
        services.receive(blank, "1", "2", DAY, OPERATOR)


def test_numbered_paper_stays_pre_printed(foil):
    services.receive(foil, "1", "9", DAY, OPERATOR)
    with pytest.raises(BadInput, match="pre-printed"):
        services.describe(foil, FOIL | {"preprinted": False}, foil.version, OPERATOR)
    services.describe(foil, FOIL | {"note": "second shelf"}, foil.version, OPERATOR)
    assert foil.note == "second shelf"


def test_what_a_printer_is_told_is_dated_and_the_journal_keeps_what_it_was_told_before(root):
    printer = services.install(root, LASER, OPERATOR)
    assert (queries.adjustment(printer), printer.calibrated_at) == (Adjustment(), None)
    first, second = (
        Adjustment(Decimal("0.4"), Decimal("-1.5"), Decimal("99.85")),
        Adjustment(Decimal("0.41"), Decimal("-1.5"), Decimal(100)),
    )
    services.calibrate(printer, first, printer.version, OPERATOR, now())
    moment = now()
    services.calibrate(printer, second, printer.version, OPERATOR, moment)
    assert queries.adjustment(printer) == second
    assert (printer.calibrated_at, printer.calibrated_by) == (moment, OPERATOR.name)
    last, *_ = (line for line in journal.about([printer]) if line.verb == "stock.calibrate")
    (_, before, after) = next(change for change in last.changes if change[1])
    assert (before["offset_x"], before["scale"]) == ("0.4", "99.85")
    assert (after["offset_x"], after["scale"]) == ("0.41", "100")


def test_a_printer_cannot_be_told_what_no_printer_needs(root):
    printer = services.install(root, LASER, OPERATOR)
    wild = Adjustment(Decimal(25), Decimal(0), Decimal(120))
    with pytest.raises(BadInput) as refusal:
        services.calibrate(printer, wild, printer.version, OPERATOR, now())
    assert [problem.where for problem in refusal.value.problems] == ["offset_x", "scale"]
    assert queries.adjustment(printer) == Adjustment()


def test_who_saves_late_writes_over_nothing(root, foil):
    printer = services.install(root, LASER, OPERATOR)
    seen = printer.version
    services.rename(printer, LASER | {"tray": "3"}, seen, OPERATOR)
    with pytest.raises(Conflict):
        services.calibrate(printer, Adjustment(), seen, OPERATOR, now())
    with pytest.raises(Conflict):
        services.rename(printer, LASER, seen, OPERATOR)
    with pytest.raises(Conflict):
        services.describe(foil, FOIL, foil.version - 1, OPERATOR)
    assert printer.tray == "3"


def test_an_organisation_has_its_own_stock_and_that_of_its_superiors_at_hand(root, foil):
    own = make.organisation("own", parent=root)
    other = make.organisation("other", parent=root)
    services.stock(other, FOIL | {"name": "theirs"}, OPERATOR)
    printer = services.install(own, LASER, OPERATOR)
    papers, printers = queries.at_hand(own)
    assert (list(papers), list(printers)) == ([foil], [printer])
