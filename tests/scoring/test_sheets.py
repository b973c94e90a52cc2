"""The sheet of one component's marks: a row for each entry or code, a column for each box, out and in."""

import csv
import io
import re

import openpyxl
import pytest

from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.marking import queries as marking
from skillhub.panels import services as panels
from skillhub.panels.models import Code, Panel, Seat
from skillhub.scoring import queries
from skillhub.scoring.kinds import read_scheme
from skillhub.scoring.models import Mark
from skillhub.scoring.sheet import of_part
from tests import make
from tests.scoring.test_services import JUDGED, with_scheme

HEADS = ["look · 1", "look · 2", "look · 3", "size"]


@pytest.fixture
def event(root):
    cup = make.competition(root, code="cup", checking="off")
    row = with_scheme(make.event(cup, parts=(("work", 3, 1), ("theory", 100, 1))), JUDGED)
    for n, name in enumerate(("Zhao", "Ortiz"), 1):
        make.entry(row, f"{n:02d}", name=name)
    return row


@pytest.fixture
def browser(root, sign_in):
    return sign_in(make.user("organiser", root))


def close_names(event):
    make.changed(event.competition, blind=True)
    for n, entry in enumerate(entries_of(event), 1):
        make.keep(Code(event_id=event.id, entry_id=entry.id, number=n, code=str(809 - n)))


def entries_of(event):
    return db.session.query(make.Entry).filter_by(event_id=event.id).order_by("code").all()


def at(event, tail=""):
    part = event.components[0]
    own = f"/competitions/{event.competition_id}/events/{event.id}"
    return f"{own}/schemes/{part.id}/marks{tail}"


def text_of(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def sent(browser, event, rows):
    """Paste rows; gives the address of the preview."""
    answer = browser.post(at(event, "/import"), data={"pasted": rows})
    assert answer.status_code == 302, text_of(answer)
    return answer.location


def applied(browser, address):
    token = re.search(r'name="token" value="(\w+)"', browser.get(address).text)[1]
    return browser.post(address, data={"step": "apply", "token": token})


def stored(event):
    names = {e.id: e.name for e in entries_of(event)}
    return {
        (names[m.entry_id], queries.at(m.aspect, m.seat, m.attempt)): str(m.value)
        for m in db.session.query(Mark)
    }


def points(event):
    names, part = {e.id: e.name for e in entries_of(event)}, event.components[0].id
    return {names[k[0]]: str(s.points) for k, s in marking.of(event).items() if k[1] == part}


def test_the_empty_sheet_is_exactly_what_is_taken(event, browser):
    file = browser.get(at(event, ".xlsx?empty=1"))
    rows = list(openpyxl.load_workbook(io.BytesIO(file.data)).active.values)
    assert list(rows[0]) == ["Entry", "Name", *HEADS]
    assert [row[:2] for row in rows[1:]] == [("01", "Zhao"), ("02", "Ortiz")]
    book = openpyxl.load_workbook(io.BytesIO(file.data))
    for n, values in enumerate(((2, 3, 2, 1), (1, 1, 1, 0)), 2):
        for k, value in enumerate(values, 3):
            book.active.cell(n, k, value)
    out = io.BytesIO()
    book.save(out)
    answer = browser.post(
        at(event, "/import"), data={"file": (io.BytesIO(out.getvalue()), "marks.xlsx")}
    )
    applied(browser, answer.location)
    assert stored(event)["Zhao", "look · 2"] == "3"
    assert points(event) == {"Zhao": "2.56", "Ortiz": "0.67"}


def test_what_goes_out_comes_back_as_no_change(event, browser):
    applied(
        browser, sent(browser, event, "entry\tlook · 1\tlook · 2\tlook · 3\tsize\n01\t2\t3\t2\t1\n")
    )
    file = browser.get(at(event, ".csv")).data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(file)))
    assert [rows[0][head] for head in HEADS] == ["2", "3", "2", "1"]
    assert [rows[1][head] for head in HEADS] == ["", "", "", ""]
    answer = browser.post(
        at(event, "/import"), data={"file": (io.BytesIO(file.encode()), "marks.csv")}
    )
    page = browser.get(answer.location)
    assert 'value="apply"' not in page.text


def test_every_wrong_cell_is_named_and_nothing_is_stored(event, browser):
    rows = "entry\tlook · 1\tlook · 2\tsize\n01\t7\t2\t1\n02\t2\tx\t5\n"
    page = text_of(browser.get(sent(browser, event, rows)))
    for told in ("look · 1: 7 is not from 0 to 3", "look · 2: “X” is", "size: 5 is none of"):
        assert told in page
    assert "2 problem" in page
    assert "01 7 2 1" in page
    assert stored(event) == {}


def test_a_changed_mark_shows_what_stood_there(event, browser):
    applied(browser, sent(browser, event, "entry\tsize\n01\t1\n"))
    page = browser.get(sent(browser, event, "entry\tsize\n01\t0\n"))
    assert "1 changed" in text_of(page) or "changed" in page.text
    applied(browser, page.request.path)
    assert stored(event)["Zhao", "size"] == "0"


def test_under_codes_rows_are_named_by_code_and_no_name_is_shown(event, browser):
    close_names(event)
    file = browser.get(at(event, ".csv?empty=1")).data.decode("utf-8-sig")
    assert "Zhao" not in file
    rows = list(csv.reader(io.StringIO(file)))
    assert rows[0] == ["Code", *HEADS]
    assert [row[0] for row in rows[1:]] == ["807", "808"]
    address = sent(browser, event, "code\tlook · 1\tlook · 2\tlook · 3\tsize\n808\t3\t3\t3\t1\n")
    page = browser.get(address)
    assert "808" in page.text
    assert "Zhao" not in page.text
    applied(browser, address)
    assert points(event)["Zhao"] == "3"


@pytest.mark.parametrize("code", ["01", "999"])
def test_under_codes_an_entry_number_names_nobody(event, browser, code):
    close_names(event)
    page = text_of(browser.get(sent(browser, event, f"code\tsize\n{code}\t1\n")))
    assert f"no entry of event 01 is marked under the code “{code}”" in page
    assert stored(event) == {}


def test_who_only_judges_on_the_panel_does_not_see_the_sheet_of_all(event, root, sign_in):
    judge = make.user("judge", root)
    make.keep(make_panel(event, judge))
    own = sign_in(judge)
    assert own.get(at(event, ".xlsx")).status_code == 403
    assert own.get(at(event, "/import")).status_code == 403


def make_panel(event, judge):
    return Panel(component=event.components[0], seats=[Seat(number=1, user=judge, since=now())])


def test_a_submitted_component_takes_no_sheet(event, browser, root):
    panels.submit(event.components[0], make.user("chief_judge", root).as_actor(), now())
    answer = applied(browser, sent(browser, event, "entry\tsize\n01\t1\n"))
    assert answer.status_code == 423
    assert stored(event) == {}


def test_two_boxes_whose_headers_read_the_same_are_told_apart(event):
    twins = {
        "aspects": [
            {"code": "A1.1", "max": "1"},
            {"code": "A11", "max": "1"},
            {"code": "B", "max": "1"},
        ]
    }
    scheme, _ = read_scheme(twins)
    labels = [column.label for column in of_part(event.components[0], scheme, True)[2:]]
    assert labels == ["A1.1 (1)", "A11 (2)", "B"]


def test_a_component_without_boxes_comes_in_with_the_sheet_of_the_event(event, browser):
    part = event.components[1]
    own = f"/competitions/{event.competition_id}/events/{event.id}/schemes/{part.id}/marks/import"
    assert browser.get(own).location.endswith(f"/events/{event.id}/marks/import")
