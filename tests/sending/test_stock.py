"""Papers on the paper and the printer that were chosen: numbered sheets, two on one, and what is moved."""

import hashlib
from datetime import date
from decimal import Decimal

import pypdfium2
import pytest

from skillhub.balances import queries as balances
from skillhub.balances import services as counting
from skillhub.certificates import queries as certificates
from skillhub.copies import queries
from skillhub.copies import services as desk
from skillhub.copies.models import Copy, Sending
from skillhub.copies.rules import Reason
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now, today
from skillhub.kernel.db import db
from skillhub.kernel.errors import BadInput
from skillhub.sending import works
from skillhub.stock import services as stock
from skillhub.stock.rules import Adjustment
from tests import make
from tests.certificates import awarded
from tests.copies import papers
from tests.kernel.drawn import letters, pictures
from tests.stock.conftest import FOIL, LASER, _warm, warm_press  # noqa: F401  (the fixtures)

PLAIN = {"name": "plain", "size": "A4", "lies": "either", "preprinted": False, "note": ""}


@pytest.fixture
def four(root):
    return papers.issued(root, real=True)


@pytest.fixture
def foil(root):
    return stock.stock(root, FOIL, OPERATOR)


@pytest.fixture
def printer(root):
    return stock.install(root, LASER, OPERATOR)


@pytest.fixture
def blank(root):
    return stock.stock(root, PLAIN, OPERATOR)


def test_the_ledger_says_on_what_and_by_what(four, blank, printer):
    papers.sent(four[:1], paper=blank, printer=printer)
    row = db.session.query(Sending).one()
    assert (row.paper, row.printer, row.paper_id, row.printer_id) == (
        *("plain", "HP 2F"),
        *(blank.id, printer.id),
    )
    stock.rename(printer, {**LASER, "name": "HP 3F"}, printer.version, OPERATOR)
    assert db.session.query(Sending).one().printer == "HP 2F", "as it was called then"


def test_what_is_sent_is_moved_as_the_printer_is_told_and_the_kept_file_is_not(
    four, blank, printer
):
    stock.calibrate(
        printer, Adjustment(Decimal("1.5"), Decimal(2)), printer.version, OPERATOR, now()
    )
    _, plain = works.send(papers.order(four[:1], paper=blank), OPERATOR, now())
    before = letters(plain.read_bytes())
    order = papers.order(four[:1], paper=blank, printer=printer, reason=Reason.ASKED)
    _, moved = works.send(order, OPERATOR, now())
    after = letters(moved.read_bytes())
    assert before != after
    assert hashlib.sha256(certificates.pdf_of(four[0].id)).hexdigest() == four[0].pdf_sha256


def test_a_printer_alone_does_not_say_where_words_fall(four, printer):
    with pytest.raises(BadInput, match="Choose the paper as well"):
        papers.sent(four, printer=printer)


def test_numbered_sheets_are_counted_on_from_the_first(four, foil, monkeypatch):
    stock.receive(foil, "GD-000098", "GD-000101", date(2026, 1, 1), OPERATOR)
    words_alone(monkeypatch)
    assert balances.following([foil]) == {foil.id: "GD-000098"}
    sheets = papers.sent(four[:3], paper=foil, first_serial="gd-98")
    assert [sheet.serial for sheet in sheets] == ["GD-000098", "GD-000099", "GD-000100"]
    assert balances.following([foil]) == {foil.id: "GD-000101"}


@pytest.mark.parametrize(
    ("first", "said"),
    [
        pytest.param("GD-000099", "No sheet GD-000102", id="more papers than sheets"),
        pytest.param("ZZ-1", "No sheet ZZ-1", id="of no run"),
        pytest.param("gold", "no number of a sheet", id="no number"),
        pytest.param("", "sheets of “.*” are numbered", id="numbered sheets, but none named"),
    ],
)
def test_a_sheet_that_was_never_received_is_refused_and_nothing_is_sent(
    four, foil, monkeypatch, first, said
):
    stock.receive(foil, "GD-000098", "GD-000101", date(2026, 1, 1), OPERATOR)
    words_alone(monkeypatch)
    with pytest.raises(BadInput, match=said):
        papers.sent(four, paper=foil, first_serial=first)
    assert db.session.query(Copy).count() == 0


def test_a_gap_in_the_numbers_is_reported(four, foil, monkeypatch, sign_in, root):
    stock.receive(foil, "GD-000001", "GD-000010", date(2026, 1, 1), OPERATOR)
    words_alone(monkeypatch)
    papers.sent(four[:2], paper=foil, first_serial="GD-000001")
    spoiled = papers.sent(four[2:3], paper=foil, first_serial="GD-000005")
    desk.spoil(spoiled, "torn", OPERATOR, now())
    [(_, account)] = balances.numbered(OPERATOR)
    assert account.gaps == (("GD-000003", "GD-000004"),)
    assert (account.used, account.spoiled, account.missing, account.left) == (2, 1, 2, 5)
    page = sign_in(make.user("certificate_staff", root)).get("/copies/balance").text
    assert "GD-000003 to GD-000004 were passed over" in page


def test_a_sheet_that_was_never_printed_on_is_free_again(four, foil, monkeypatch):
    stock.receive(foil, "GD-000001", "GD-000010", date(2026, 1, 1), OPERATOR)
    words_alone(monkeypatch)
    desk.not_printed(
        papers.sent(four[:1], paper=foil, first_serial="GD-000001"), "off", OPERATOR, now()
    )
    assert balances.following([foil]) == {foil.id: "GD-000001"}


def test_two_papers_on_one_sheet_are_one_sheet_of_the_balance(root, four):
    double = stock.stock(root, {**PLAIN, "size": "A3"}, OPERATOR)
    sheets = papers.sent(four[:3], paper=double, first_serial="B-7")
    assert [sheet.copy.sheet for sheet in sheets] == [1, 1, 2]
    assert [sheet.serial for sheet in sheets] == ["B-7", "B-7", "B-8"]
    desk.confirm(sheets[1:], OPERATOR, now())
    desk.spoil(sheets[:1], "torn", OPERATOR, now())
    day = today("Asia/Shanghai")
    [line] = balances.lines(OPERATOR, day)
    assert (line.balance.good, line.balance.spoiled) == (2, 0)
    counting.count(line.hand, day, 2, 0, "", OPERATOR, now())
    assert balances.lines(OPERATOR, day)[0].balance.adds_up


def test_pre_printed_paper_gets_the_words_alone_with_the_mark_of_a_copy(root, foil):
    cup = awarded.competition(root, awarded.NAMES[:1])
    awarded.issue(cup)
    rows = awarded.all_of(cup)
    papers.sent(rows, paper=foil)
    order = papers.order(rows, paper=foil, reason=Reason.JAM, marked=True)
    _, path = works.send(order, OPERATOR, now())
    page = pypdfium2.PdfDocument(path)[0].get_textpage().get_text_bounded()
    assert "Copy 2" in page
    assert rows[0].number in page
    assert pictures(path.read_bytes()) < pictures(certificates.pdf_of(rows[0].id))


def test_the_dialogue_offers_papers_printers_and_the_next_sheet(root, four, foil, printer, sign_in):
    stock.receive(foil, "GD-000098", "GD-000101", date(2026, 1, 1), OPERATOR)
    staff = sign_in(make.user("certificate_staff", root))
    address = f"/certificates/{four[0].id}/send"
    page = staff.get(address).text
    assert "金箔边 Gold foil (next sheet: GD-000098)" in page
    assert "HP 2F" in page
    refused = staff.post(address, data={"key": "k", "paper": foil.id, "first_serial": "ZZ-9"})
    assert refused.status_code == 422
    assert "No sheet ZZ-9 of this paper was received" in refused.text
    assert 'value="ZZ-9"' in refused.text
    assert queries.paper_of(four[0]).sheets == ()


def words_alone(monkeypatch):
    """Stand in for the press where a test is about numbers, not about ink: the kept page is sent."""
    monkeypatch.setattr("skillhub.stock.works._page", lambda key, *_: certificates.pdf_of(key))
