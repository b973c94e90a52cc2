"""The ceremony sheet on paper: the list of the board, in its order, whatever the names are like."""

import pypdfium2
import pytest

from skillhub.board import queries
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.publishing import services as publishing
from tests import make
from tests.publishing.cup import cup, finished

NAMES = (
    "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh Maximiliana Theodora of Northside",
    "欧阳明远",
    "迪丽热巴·迪力木拉提买买提艾力",
    "Söderström-Łukaszewicz Þórunn",
    "𠮷野家太郎",
    "Ortiz",
)


@pytest.fixture
def organiser(sign_in, root):
    return sign_in(make.user("organiser", root))


@pytest.fixture
def two(root):
    """Two final events of one competition, with long names."""
    first = finished(
        cup(
            root,
            names=NAMES,
            name="数控车工决赛暨全市职工职业技能大赛复合材料成型与三维检测项目",
            name_en="Turning",
        )
    )
    second = cup(root, code="02", competition=first.competition, names=NAMES[::-1], team_size=1)
    return finished(second).competition


def printed(browser, competition, language="en"):
    browser.set_cookie("language", language)
    answer = browser.get(f"/competitions/{competition.id}/ceremony.pdf")
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/pdf"
    pages = pypdfium2.PdfDocument(answer.data)
    text = "".join(page.get_textpage().get_text_bounded() for page in pages)
    pages.close()
    return "".join(text.split()).replace("\ufffe", "-").replace("\x02", "-")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_paper_calls_who_the_board_reveals_in_its_order(organiser, two, language):
    text = printed(organiser, two, language)
    steps = queries.ceremony(two)
    assert len(steps) == 6
    at = 0
    for number, step in enumerate(steps, 1):
        for words in (str(number), step["name"]):
            at = text.index("".join(words.split()), at)
    assert ("CeremonySheet".lower() in text.lower()) == (language == "en")
    assert ("Turning" in text) == (language == "en")


def test_a_name_that_is_withheld_is_not_on_paper(organiser, two):
    called = queries.ceremony(two)[0]
    entry = db.session.get(make.Entry, called["entry"])
    before = printed(organiser, two).count("".join(called["name"].split()))
    publishing.withhold(entry, entry.person, OPERATOR, now())
    after = printed(organiser, two)
    assert after.count("".join(called["name"].split())) == before - 1
    assert "Namewithheld" in after


def test_it_is_refused_from_what_is_not_final(root, organiser):
    open_cup = cup(root)
    assert organiser.get(f"/competitions/{open_cup.competition.id}/ceremony.pdf").status_code == 409
    page = organiser.get(f"/competitions/{open_cup.competition.id}/ceremony").text
    assert "Print (PDF)" not in page
