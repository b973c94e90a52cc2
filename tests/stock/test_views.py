"""Paper, numbered sheets and printers at the desk of whoever prints."""

import io
from datetime import date

import pikepdf
import pytest

from skillhub.kernel.db import db
from skillhub.stock import queries, services
from skillhub.stock.models import PaperRun, PaperStock, Printer
from tests import make
from tests.certificates import awarded
from tests.kernel.drawn import size
from tests.stock.conftest import FOIL, LASER

NEW = {
    "name": "金箔边",
    "size": "A4",
    "lies": "landscape",
    "preprinted": "y",
    "templates": ["award"],
    "note": "柜子二层",
}


@pytest.fixture
def rows(app):
    return lambda kind: db.session.query(kind).order_by(kind.id).all()


def test_from_an_empty_cupboard_to_numbered_sheets(root, staff, rows):
    empty = staff.get("/stock").text
    assert "No paper yet" in empty
    assert "No printer yet" in empty
    page = staff.post("/stock/papers/add", data=NEW | {"organisation": root.id})
    (paper,) = rows(PaperStock)
    assert page.headers["Location"] == f"/stock/papers/{paper.id}"
    assert (paper.preprinted, paper.templates, paper.note) == (True, ["award"], "柜子二层")
    assert "No numbered sheets yet" in staff.get(f"/stock/papers/{paper.id}").text
    run = {"first": "GD-0001", "last": "GD-0500", "received_on": "2026-06-18"}
    assert staff.post(f"/stock/papers/{paper.id}/receive", data=run).status_code == 302
    run = {"first": "GD-0601", "last": "GD-0700", "received_on": "2026-06-19"}
    staff.post(f"/stock/papers/{paper.id}/receive", data=run)
    shown = staff.get(f"/stock/papers/{paper.id}").text
    assert "GD-0500" in shown
    assert "Sheets GD-0501 to GD-0600 were never received" in shown
    listed = staff.get("/stock").text
    assert "600" in listed
    assert "a gap" in listed


def test_wrong_numbers_keep_what_was_typed_and_say_why(staff, foil, rows):
    page = f"/stock/papers/{foil.id}/receive"
    wrong = {"first": "GD-0500", "last": "GX-0001", "received_on": "2026-06-18"}
    refused = staff.post(page, data=wrong)
    assert refused.status_code == 200
    assert "do not begin alike" in refused.text
    assert 'value="GD-0500"' in refused.text
    assert 'value="GX-0001"' in refused.text
    assert rows(PaperRun) == []


def test_a_paper_of_an_impossible_size_keeps_what_was_typed(root, staff, rows):
    wrong = NEW | {"organisation": root.id, "size": "own", "width": "20", "height": "abc"}
    refused = staff.post("/stock/papers/add", data=wrong).text
    assert 'value="20"' in refused
    assert 'value="abc"' in refused
    wrong["height"] = "600"
    assert "from 50 to 500" in staff.post("/stock/papers/add", data=wrong).text
    assert rows(PaperStock) == []


def test_a_mistyped_run_is_struck_out_with_a_reason(staff, foil, rows, operator):
    run = services.receive(foil, "1", "5000", date(2026, 6, 18), operator)
    assert staff.post(f"/stock/runs/{run.id}/strike", data={"why": " "}).status_code == 200
    struck = staff.post(f"/stock/runs/{run.id}/strike", data={"why": "5000 was 500"})
    assert struck.status_code == 302
    shown = staff.get(f"/stock/papers/{foil.id}").text
    assert "5000 was 500" in shown
    assert queries.counted(foil) == []


def test_from_a_new_printer_to_words_on_their_place(root, staff, rows):
    asked = LASER | {"organisation": root.id}
    page = staff.post("/stock/printers/add", data=asked).headers["Location"]
    (printer,) = rows(Printer)
    assert page == f"/stock/printers/{printer.id}"
    assert "Never calibrated" in staff.get(page).text
    sheet = staff.get(f"{page}/test.pdf?paper=A4")
    assert (sheet.mimetype, size(sheet.data)) == ("application/pdf", (210.0, 297.0))
    told = {"version": printer.version, "left": "21,5", "top": "18.75", "length": "100"}
    assert staff.post(f"{page}/measured", data=told).status_code == 302
    (printer,) = rows(Printer)
    assert [str(value) for value in queries.adjustment(printer)] == ["-1.5", "1.25", "100"]
    told = {"version": printer.version, "offset_x": "-1.4", "offset_y": "1.25", "scale": "99.9"}
    assert staff.post(f"{page}/calibrate", data=told).status_code == 302
    shown = staff.get(page).text
    assert "right -1.4 mm, down 1.25 mm, 99.9\u00a0%" in shown
    assert "right -1.5 mm, down 1.25 mm, 100\u00a0%" in shown


def test_the_test_sheet_is_as_large_as_the_paper_and_lies_as_it_does(staff, foil, printer):
    page = f"/stock/printers/{printer.id}"
    assert "金箔边 Gold foil" in staff.get(page).text
    sheet = staff.get(f"{page}/test.pdf?paper=paper-{foil.id}")
    assert size(sheet.data) == (297.0, 210.0)
    with pikepdf.open(io.BytesIO(sheet.data)) as pdf:
        assert pdf.Root.ViewerPreferences.PrintScaling == "/None"
    assert size(staff.get(f"{page}/test.pdf").data) == (297.0, 210.0)
    for unknown in ("A0", "paper-99", ""):
        assert staff.get(f"{page}/test.pdf?paper={unknown}").status_code == 404


@pytest.mark.parametrize(
    ("page", "typed", "said"),
    [
        pytest.param(
            "measured",
            {"left": "20", "top": "20", "length": "89.9"},
            "fit to page",
            id="printed with fit to page",
        ),
        pytest.param(
            "measured",
            {"left": "41", "top": "20", "length": "100"},
            "more than 20 mm",
            id="measured too far",
        ),
        pytest.param(
            "calibrate",
            {"offset_x": "20.5", "offset_y": "0", "scale": "100"},
            "more than 20 mm",
            id="told too far",
        ),
        pytest.param(
            "calibrate",
            {"offset_x": "0", "offset_y": "0", "scale": "85"},
            "between 90 and 110",
            id="told too small",
        ),
        pytest.param(
            "calibrate",
            {"offset_x": "0.005", "offset_y": "0", "scale": "100"},
            "Two decimals",
            id="finer than a hundredth",
        ),
        pytest.param(
            "calibrate",
            {"offset_x": " ", "offset_y": "0", "scale": "100"},
            "Write a number",
            id="blanks",
        ),
    ],
)
def test_numbers_no_printer_needs_are_refused_with_why_and_stay_typed(
    staff, printer, page, typed, said
):
    version = printer.version
    refused = staff.post(f"/stock/printers/{printer.id}/{page}", data=typed | {"version": version})
    assert refused.status_code == 200
    assert said in refused.text
    for value in typed.values():
        assert f'value="{value}"' in refused.text
    assert printer.version == version


def test_who_saves_late_sees_what_stands_there_now(staff, printer, operator):
    services.rename(printer, LASER | {"tray": "5"}, printer.version, operator)
    late = LASER | {"tray": "3", "version": printer.version - 1}
    shown = staff.post(f"/stock/printers/{printer.id}/edit", data=late).text
    assert "Stands there now: 5." in shown
    assert 'value="3"' in shown
    assert printer.tray == "5"


def test_staff_of_one_unit_neither_see_nor_change_the_stock_of_another(root, sign_in, operator):
    mine, theirs = (make.organisation(code, parent=root) for code in ("mine", "theirs"))
    paper = services.stock(theirs, FOIL, operator)
    printer = services.install(theirs, LASER, operator)
    staff = sign_in(make.user("certificate_staff", mine))
    assert "金箔边" not in staff.get("/stock").text
    for page in (f"papers/{paper.id}", f"papers/{paper.id}/edit", f"printers/{printer.id}"):
        assert staff.get(f"/stock/{page}").status_code == 404
    refused = staff.post("/stock/papers/add", data=NEW | {"organisation": theirs.id})
    assert refused.status_code == 200
    assert len(queries.papers(operator)) == 1


def test_an_auditor_reads_and_is_offered_nothing_to_change(root, sign_in, foil, printer):
    auditor = sign_in(make.user("auditor", root))
    for page in ("/stock", f"/stock/papers/{foil.id}", f"/stock/printers/{printer.id}"):
        shown = auditor.get(page)
        assert shown.status_code == 200
        for word in ("Add paper", "Receive", "Type what", "Change<"):
            assert word not in shown.text


def test_who_prints_is_led_to_paper_and_printers(root, staff, operator):
    cup = awarded.competition(root, ("李伟",))
    awarded.issue(cup)
    page = f"/certificates/{awarded.all_of(cup)[0].id}/send"
    assert 'href="/stock"' in staff.get(page).text
    services.stock(root, FOIL, operator)
    shown = staff.get(page).text
    assert FOIL["name"] in shown
    assert 'href="/stock"' not in shown
    assert 'href="/stock"' in staff.get("/certificates").text
