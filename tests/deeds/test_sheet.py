"""The result sheet: landscape A4, as many pages as it takes, provisional until it is final."""

import io

import pypdfium2
import pytest

from skillhub.entries import queries as entries
from skillhub.kernel.access import OPERATOR, Role
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.results import services as results
from tests import make

LONG = "Maximiliana-Theodora Wolfeschlegelsteinhausenbergerdorff von Hohenlohe-Waldenburg"
PARTS = (("theory", 100, "0.3"), ("practice", 100, "0.7"))


@pytest.fixture
def event(root):
    cup = make.competition(root, checking="off", name="北岸市第三届职工职业技能大赛")
    event = make.event(cup, parts=PARTS, name="焊接 Welding")
    for n in range(60):
        name = (LONG, "陈静", "陈𱍐宇", f"Worker {n}")[min(n, 3)]
        marks = {"theory": 95 - n, "practice": 90 - n}
        make.entry(event, str(n + 1), name=name, marks=marks, organisation=root)
    make.entry(event, "61", status="DSQ", status_reason="telephone")
    return event


@pytest.fixture
def organiser(root, sign_in):
    return sign_in(make.user(Role.ORGANISER, root))


def pages_of(browser, event, language="en"):
    browser.set_cookie("language", language)
    answer = browser.get(
        f"/competitions/{event.competition_id}/events/{event.id}/results/sheet.pdf"
    )
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/pdf"
    document = pypdfium2.PdfDocument(io.BytesIO(answer.data))
    pages = [page.get_textpage().get_text_bounded() for page in document]
    width, height = document[0].get_size()
    assert width > height
    return pages


def test_provisional_on_every_page_until_it_is_final(organiser, event):
    pages = pages_of(organiser, event)
    assert len(pages) > 1
    assert all("provisional" in page for page in pages)
    assert f"1 / {len(pages)}" in pages[0]
    whole = "".join("".join(pages).split()).replace("\x02", "-")
    for words in (
        LONG,
        "陈静",
        "陈[U+31350]宇",
        "焊接",
        "DSQ",
        "telephone",
        "switchedoff",
        "Chiefjudge",
    ):
        assert "".join(words.split()) in whole

    results.finalise(event, OPERATOR.name, OPERATOR, now())
    pages = pages_of(organiser, event)
    assert not any("provisional" in page for page in pages)
    assert "signed by Operator of this machine" in " ".join("".join(pages).split("\n")).replace(
        "\r", ""
    )


def test_in_chinese(organiser, event):
    pages = pages_of(organiser, event, "zh")
    assert all("暂定" in page for page in pages)
    assert "名次" in pages[0]


def test_a_version_that_says_something_else_names_the_one_it_corrects(organiser, event):
    results.finalise(event, OPERATOR.name, OPERATOR, now())
    results.take_back(event, "A sheet was lost.", OPERATOR)
    results.finalise(event, OPERATOR.name, OPERATOR, now())
    assert "Corrects version" not in "".join(pages_of(organiser, event))
    results.take_back(event, "The sheet says so.", OPERATOR)
    make.changed(db.session.get(make.Entry, entries.of(event)[2].id), status="DNS")
    results.finalise(event, OPERATOR.name, OPERATOR, now())
    told = " ".join("".join(pages_of(organiser, event)).split())
    assert "Corrects version 2, signed by Operator of this machine" in told
    assert "The sheet says so." in told
