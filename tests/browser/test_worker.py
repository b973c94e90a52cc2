"""A worker with a phone: what came out, the paper, what is still missing for a bonus; in both languages and colours."""

import re

import pypdfium2
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PAGES = (
    *("/standing", "/standing/results", "/standing/certificates", "/standing/certificates/1"),
    *("/standing/qualifications", "/standing/incentives/1", "/standing/changes", "/sign-in"),
)
WIDTH = "document.documentElement.scrollWidth"


def test_a_worker_finds_result_certificate_and_what_is_missing(visit):
    """Without any script: signing in, the answers, the paper and one incentive."""
    page = visit("liwei", 360, 740, java_script_enabled=False)
    page.goto("/")
    expect(page).to_have_url(f"{visit.year.url}/standing")
    expect(page.get_by_role("heading", level=1)).to_have_text("李伟")
    see_the_latest_result(page)
    show_and_download_a_certificate(page)
    see_what_is_missing(page)


def see_the_latest_result(page):
    """What came out yesterday stands first, as provisional; the one before is final and tells the place and why."""
    latest = page.get_by_role("link").filter(has_text="Latest result")
    expect(latest).to_contain_text("Provisionally place 5")
    page.get_by_role("article").filter(has_text="7th of 27").get_by_role("link").click()
    expect(page.get_by_role("heading", name="My result")).to_be_visible()
    expect(page.get_by_text("7th of 27")).to_be_visible()
    expect(page.get_by_text("优胜奖 ends at place 13")).to_be_visible()
    page.get_by_role("link", name="Back to my standing").click()


def show_and_download_a_certificate(page):
    page.get_by_role("link").filter(has_text="My certificates").click()
    page.get_by_role("link", name=re.compile(r"^Show [A-Z]")).first.click()
    expect(page.locator("svg.qr-code")).to_be_visible()
    number = page.locator(".showing-number").inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    paper = pypdfium2.PdfDocument(download.value.path())
    assert len(paper) == 1
    assert number in paper[0].get_textpage().get_text_range()
    page.get_by_role("link", name="Back to my standing").click()


def see_what_is_missing(page):
    page.get_by_role("link").filter(has_text="Incentives").first.click()
    expect(page.get_by_text("3 of 4 met")).to_be_visible()
    expect(page.get_by_text("Waiting for the attestation")).to_be_visible()


def test_chinese_and_dark_are_one_touch_away_and_stay(visit):
    page = visit("liwei", 360, 740, java_script_enabled=False)
    page.goto("/standing")
    page.get_by_role("link", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    page.locator("[data-theme-choice=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.locator("a[href^='/standing/certificates/']").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")


@pytest.mark.parametrize("width", [320, 360, 412])
def test_nothing_is_pushed_sideways(visit, width):
    page = visit("liwei", width, 740)
    for path in PAGES:
        page.goto(path)
        assert page.evaluate(WIDTH) <= width, path
