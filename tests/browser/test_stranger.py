"""A stranger with a phone: from the square code on the printed paper to the answer, and what happens to mistypers."""

import re

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import expect

from skillhub.certificates.rules import check_sign, fold, grouped

pytestmark = pytest.mark.browser

DPI = 200


@pytest.fixture(scope="module")
def paper(year):
    """The first paper of the printed batch."""
    return paper_of(year, 0)


def test_the_square_code_leads_to_what_stands_on_the_paper(visit, paper):
    words, address = paper
    page = visit(width=360, height=740, java_script_enabled=False)
    assert page.goto(address).status == 200
    assert page.url == address
    expect(page.get_by_role("heading", level=1)).to_have_text("Valid")
    shown = page.locator("dl.facts dd").all_inner_texts()
    assert len(shown) >= 8
    printed = "".join(words.split())
    said = [part for fact in shown for part in fact.split(" · ")]
    assert [part for part in said if "".join(part.split()) not in printed] == []
    assert page.context.cookies() == []


@pytest.mark.parametrize(
    ("mistyped", "heading", "says"),
    [
        (lambda code: code.lower(), "Valid", "it is in force"),
        (lambda code: grouped(code.replace("0", "O").replace("1", "I")), "Valid", "it is in force"),
        (lambda code: ("3" if code[0] != "3" else "4") + code[1:], "Mistyped", "is mistyped"),
        (
            lambda code: "NORTH-2019-00001-" + check_sign(fold("NORTH-2019-00001")),
            "Unknown",
            "never issued",
        ),
    ],
    ids=["small letters without dashes", "O for 0 and I for 1", "one wrong sign", "never issued"],
)
def test_a_typed_code_is_read_kindly(visit, paper, mistyped, heading, says):
    page = visit(width=360, height=740, java_script_enabled=False)
    page.goto("/verify")
    page.get_by_label("Number or code").fill(mistyped(paper[1].rpartition("/")[2].upper()))
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    expect(page.get_by_text(says)).to_be_visible()


def test_by_the_number_alone_a_stranger_reads_no_name(visit, paper):
    """The number stands on every list of winners; only the code of the paper opens all of it."""
    words, _ = paper
    page = visit()
    page.goto("/verify?q=" + number_on(words))
    expect(page.get_by_role("heading", level=1)).to_have_text("Valid")
    shown = page.locator("dl.facts dd").all_inner_texts()
    assert shown[0] == number_on(words)
    assert "*" in shown[1]


def test_an_address_that_was_never_printed_is_not_found(visit):
    page = visit(width=360, height=740)
    assert page.goto("/v/00000-nobody").status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("No number and no code")


def test_a_withdrawn_paper_says_so(visit, paper):
    """Staff withdraw it with a reason; the stranger reads the state, not the reason."""
    words, address = paper_of(visit.year, 1)
    staff = visit("printer")
    staff.goto("/certificates?q=" + number_on(words))
    staff.get_by_role("link", name=number_on(words)).click()
    staff.get_by_role("link", name="Withdraw").click()
    staff.get_by_label("Reason").fill("A confidential matter")
    staff.get_by_role("button", name="Withdraw").click()
    expect(staff.get_by_role("heading", level=1)).to_contain_text("withdrawn")
    page = visit(width=360, height=740)
    assert page.goto(address).status == 200
    expect(page.get_by_role("heading", level=1)).to_have_text("Withdrawn")
    expect(page.get_by_text("confidential")).to_have_count(0)


def paper_of(year, place):
    """Read a page of the printed batch as a stranger does: its words, and where its square code leads."""
    page = pypdfium2.PdfDocument(year.folder / "print" / "district2026.pdf")[place]
    image = page.render(scale=DPI / 72).to_pil()
    (code,) = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    return page.get_textpage().get_text_range(), code.text


def number_on(words):
    return re.search(r"No\. (\S+)", words).group(1)
