"""The door for everybody: what it answers from files, to whom, and what may be kept for how long."""

import gzip
import threading

import brotli
import pypdfium2
import pytest
import time_machine

from skillhub.kernel.access import OPERATOR
from skillhub.publishing import services, sheet
from skillhub.results import services as results
from tests import make
from tests.publishing.cup import AFTER, BEFORE, SIX, address, announced, cup, finished

LONG = "中" * 100  # signs enough for an address, but more bytes than the name of a file has


@pytest.fixture
def quills(root):
    made = cup(root)
    announced(made)
    finished(made)
    services.publish(made.event, OPERATOR, BEFORE)
    return made


@pytest.fixture
def after():
    with time_machine.travel(AFTER, tick=False):
        yield


def test_before_the_instant_the_page_says_when_and_may_not_be_kept(client, quills):
    with time_machine.travel(BEFORE, tick=False):
        page = client.get(address(quills))
        assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
        assert "The results open on" in page.text
    with time_machine.travel(SIX, tick=False):
        assert "Quixana Aa" in client.get(address(quills)).text


def test_the_mark_in_the_page_is_its_etag_and_a_second_look_costs_nothing(client, quills, after):
    page = client.get(address(quills))
    mark = page.headers["ETag"].removeprefix('W/"').removesuffix('"')
    assert f'<meta name="edition" content="{mark}">' in page.text
    assert page.headers["Cache-Control"] == "public, max-age=30"
    again = client.get(address(quills), headers={"If-None-Match": page.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    lasting = client.get(address(quills, mark, "1.en.html"))
    assert "immutable" in lasting.headers["Cache-Control"]
    assert lasting.data == page.data


def test_it_comes_small_in_the_readers_language_and_colours(client, quills, after):
    plain = client.get(address(quills)).data
    for name, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        packed = client.get(address(quills), headers={"Accept-Encoding": name})
        assert packed.headers["Content-Encoding"] == name
        assert unpack(packed.data) == plain
    chinese = client.get(address(quills), headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    assert 'lang="zh-Hans"' in chinese.text
    client.set_cookie("theme", "dark")
    assert 'data-bs-theme="dark"' in client.get(address(quills)).text


def test_nobody_is_signed_in_there(sign_in, quills, after):
    browser = sign_in(quills.users[0])
    for path in ("/results", "/results/" + quills.competition.code, address(quills)):
        page = browser.get(path)
        assert page.status_code == 200
        assert "Sign out" not in page.text
        assert "Set-Cookie" not in page.headers
    assert "Sign out" in browser.get("/standing").text, "and still is everywhere else"


def test_search_works_without_a_script(client, quills, after):
    found = client.get(address(quills, "search") + "?q=vexmoor").text
    assert "Vexmoor Aa" in found
    assert "Quixana" not in found
    assert "Quixana Aa" in client.get(address(quills, "search") + "?q=quill+works").text
    assert "no unit" in client.get(address(quills, "search") + "?q=nobody").text
    assert client.get(address(quills, "search")).status_code == 200


def test_downloads(client, quills, after):
    table = client.get(address(quills, "lines.en.csv"))
    assert table.data.startswith(b"\xef\xbb\xbf"), "Excel needs the mark to read it right"
    assert "Quixana Aa" in table.text
    assert "attachment" in table.headers["Content-Disposition"]
    assert client.get(address(quills, "lines.json")).json["lines"][0]["total"] == "93.17"


@pytest.mark.parametrize(
    "path",
    [
        "/results/../../settings.toml",
        "/results/%2e%2e/%2e%2e",
        "/results/{cup}/../{cup}",
        "/results/{cup}/01/current.json",
        "/results/{cup}/01/{mark}/../../about.json",
        "/results/{cup}/01/1-0123456789abcdef0123/1.en.html",
        "/results/{cup}/02",
        "/results/{cup}/.turn/x",
        "/results/none/01",
        f"/results/{LONG}/01",
        f"/results/{LONG}",
        f"/results/{{cup}}/{LONG}",
        f"/results/{{cup}}/{LONG}/search",
    ],
)
def test_nothing_else_of_the_folder_is_given(client, quills, after, path):
    mark = client.get(address(quills)).headers["ETag"][3:-1]
    answer = client.get(path.format(cup=quills.competition.code, mark=mark))
    assert answer.status_code in (404, 410), answer.text


def test_a_cell_that_a_spreadsheet_would_run_is_neutral(client, root, after):
    made = cup(root, names=("=1+1", "@x", "Zed"))
    announced(made)
    finished(made)
    services.publish(made.event, OPERATOR, AFTER)
    assert "'=1+1 Aa" in client.get(address(made, "lines.en.csv")).text


def test_a_large_event_has_pages_of_a_hundred(client, root, after, monkeypatch):
    monkeypatch.setattr("skillhub.publishing.rules.LINES_OF_A_PAGE", 2)
    made = cup(root)
    announced(made)
    finished(made)
    edition = services.publish(made.event, OPERATOR, AFTER)
    first = client.get(address(made)).text
    assert f"{edition.mark}/2.en.html" in first, "the next page is one of the same edition"
    assert "Zyphoria Aa" in client.get(address(made, edition.mark, "2.en.html")).text
    assert client.get(address(made, edition.mark, "4.en.html")).status_code == 410


def sheet_of(client, cup, name="sheet.en.pdf"):
    """The printed edition as a stranger gets it: the answer, and its words."""
    answer = client.get(address(cup, name), follow_redirects=True)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf"), answer.text
    with pypdfium2.PdfDocument(answer.data) as pages:
        text = " ".join(page.get_textpage().get_text_bounded() for page in pages)
    return answer, " ".join(text.split())


def test_a_sheet_of_a_chinese_code_has_a_plain_name_too(client, root, after):
    """A header goes over the line in Latin letters; a server breaks the answer off at any other."""
    competition = make.competition(root, code="焊工-01", checking="off")
    made = cup(root, competition=competition, code="车工")
    announced(made)
    finished(made)
    services.publish(made.event, OPERATOR, BEFORE)
    answer, _ = sheet_of(client, made, "sheet.zh.pdf")
    assert 'filename="sheet.zh.pdf"' in answer.headers["Content-Disposition"]
    assert all(value.isascii() for _, value in answer.headers)


def test_few_wait_for_the_press(client, quills, after, monkeypatch):
    """A stranger who asks for every sheet there is leaves the other pages their threads."""
    monkeypatch.setattr("skillhub.publishing.sheet._queue", threading.BoundedSemaphore(1))
    with sheet._waiting():
        answer = client.get(address(quills, "sheet.en.pdf"), follow_redirects=True)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "5")
    assert sheet_of(client, quills)


def test_it_is_printed_once_with_who_signed_it(client, quills):
    with time_machine.travel(BEFORE, tick=False):
        assert client.get(address(quills, "sheet.en.pdf")).status_code == 404
    with time_machine.travel(AFTER, tick=False):
        first, words = sheet_of(client, quills)
        for said in ("Quixana Aa", "93.17", "Goldquill", f"signed by {OPERATOR.name}", "final"):
            assert said in words
        assert "provisional" not in words
        lasting = first.request.path
        assert lasting.endswith(client.get(address(quills)).headers["ETag"][3:-1] + "/sheet.en.pdf")
        again = client.get(lasting)
        assert again.data == first.data
        assert "immutable" in again.headers["Cache-Control"]
        assert "名次" in sheet_of(client, quills, "sheet.zh.pdf")[1]


def test_a_printed_edition_says_provisional_and_only_what_is_agreed(client, root, after):
    made = cup(root)
    announced(made, agreed=["unit"], names="masked")
    results.freeze(made.event, OPERATOR, BEFORE)
    services.publish(made.event, OPERATOR, AFTER)
    _, words = sheet_of(client, made)
    assert "provisional" in words
    assert "not signed yet" in words
    assert "Q****** A*" in words
    assert not [word for word in ("Quixana", "93.17", "Goldquill") if word in words]


def test_a_list_too_long_for_paper_is_none(client, quills, after, monkeypatch):
    monkeypatch.setattr("skillhub.publishing.rules.MOST_PRINTED", 5)
    assert client.get(address(quills, "sheet.en.pdf"), follow_redirects=True).status_code == 404


def test_a_name_that_is_withheld_is_printed_no_more(client, quills, after):
    first, _ = sheet_of(client, quills)
    services.withhold(quills.entries[0], quills.people[0], OPERATOR, AFTER)
    assert client.get(first.request.path).status_code == 410
    assert "Quixana" not in sheet_of(client, quills)[1]
