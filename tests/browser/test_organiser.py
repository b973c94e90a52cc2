"""From an announcement to the printed batch: what an organiser, a checker and a printer do, in a real browser."""

import re

import pypdfium2
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

ENTRIES = """编号,姓名,单位
001,欧阳秀兰,heavy
002,李明哲,heavy-w1
003,Søren Åkesson,heavy
004,赵婷,heavy-w1
005,孙志强,heavy
006,周玉兰,heavy
007,吴磊,heavy-w1
008,郑爽,heavy
"""
# As the hall's office sent it: a title row, decimal commas, lost zeros, one mark above the maximum, one blank.
MARKS = """焊工技能比武成绩表;;;
编号;姓名;理论考试;操作
1;欧阳秀兰;88,5;91,25
2;李明哲;79;83,5
3;Søren Åkesson;91;190
4;赵婷;70,5;66
5;孙志强;64;
6;周玉兰;93,5;95,75
7;吴磊;61;60
8;郑爽;85;80,5
"""
CONFERRED = 4  # one first, one second, two third
WORK = 30_000  # milliseconds that a batch of certificates may take


def test_from_an_announcement_to_the_printed_batch(visit):
    """The whole walk; each step begins where the one before it left the pages."""
    page = visit("organiser")
    announce(page)
    plan(page)
    enter_people(page)
    mark_one_by_hand(page)
    send_a_messy_sheet(page)
    refuse_own_marks(page)
    name_what_is_open(page)
    confirm(visit("checker"), page.url)
    make_final(page)
    confer(page)
    printer = visit("printer", accept_downloads=True)
    printer.goto(page.url)
    printer.get_by_role("link", name="Certificates").last.click()
    issue(printer)
    assert pages_of(print_all(printer)) == CONFERRED


def announce(page):
    page.goto("/competitions")
    page.get_by_role("link", name="Announce a competition").click()
    page.get_by_label("Name of the competition").fill("北方重机第三届技能比武")
    page.get_by_label("Name in English").fill("Third Northern Heavy Machinery Contest")
    page.get_by_label("Code", exact=True).fill("heavy2026")
    page.get_by_label("Host").fill("heavy")
    page.get_by_label("Year").fill("2026")
    page.get_by_label("Tier").select_option(label="Enterprise")
    page.get_by_role("button", name="Announce").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Third Northern Heavy Machinery Contest"
    )


def plan(page):
    """Plan an event, choose an award scheme from the shelf, see where it cuts, lock."""
    page.get_by_role("link", name="Plan an event").first.click()
    page.get_by_label("Code", exact=True).fill("welding")
    page.get_by_label("Name of the event").fill("焊工")
    page.get_by_label("Name in English").fill("Welding")
    for n, (code, name, weight) in enumerate(
        (("theory", "理论考试", "0,4"), ("practical", "实际操作", "0.6")), 1
    ):
        for what, text in (("Code", code), ("Name", name), ("Maximum", "100"), ("Weight", weight)):
            page.get_by_label(f"Component {n}: {what}").fill(text)
    page.get_by_role("button", name="Plan the event").click()
    page.get_by_role("link", name="Number of places").click()
    page.get_by_label("Titles and places").fill(
        "一等奖 | First Prize = 1\n二等奖 | Second Prize = 1\n三等奖 | Third Prize = 2"
    )
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("table", name="Where each award cuts")).to_contain_text("一等奖")
    page.get_by_role("button", name="Lock the rules").click()
    expect(page.get_by_role("status")).to_contain_text("The rules are locked")


def enter_people(page):
    page.get_by_role("link", name="Import a sheet").first.click()
    choose(page, "entries.csv", ENTRIES.encode("utf-8"))
    expect_counts(page, new=8)
    page.get_by_role("button", name="Apply all 8 changes").click()
    expect(page.get_by_role("status")).to_contain_text("8 new")
    page.get_by_role("link", name="Marks", exact=True).click()


def mark_one_by_hand(page):
    """One entry as its sheet will say, one that it will change."""
    for name, points in (
        ("001 欧阳秀兰, 理论考试", "88,5"),
        ("001 欧阳秀兰, 实际操作", "91.25"),
        ("002 李明哲, 理论考试", "97"),
    ):
        page.get_by_label(name).fill(points)
    page.get_by_role("button", name="Save the marks").click()
    expect(page.get_by_role("status")).to_contain_text("3 marks are saved")


def send_a_messy_sheet(page):
    """What is wrong is listed and nothing is written; the mended sheet goes in at once."""
    page.get_by_role("link", name="Import a sheet").click()
    choose(page, "成绩.csv", MARKS.encode("gb18030"))
    expect(page.get_by_text("read as GB18030")).to_be_visible()
    expect(page.get_by_text("not used: 操作")).to_be_visible()
    page.get_by_text("How the columns were matched").click()
    page.get_by_label("实际操作").select_option(label="D: 操作")
    page.get_by_role("button", name="Match again").click()
    expect_counts(page, new=5, changed=1, same=1, problem=1)
    wrong = page.get_by_role("row").filter(has_text="190")
    expect(wrong).to_contain_text("100")
    expect(page.get_by_role("button", name="Apply")).to_have_count(0)

    page.get_by_role("link", name="Send another file").click()
    choose(page, "成绩.csv", MARKS.replace(";190", ";90").encode("gb18030"))
    expect_counts(page, new=6, changed=1, same=1)  # the columns are remembered
    expect(page.get_by_role("row").filter(has=page.locator("del"))).to_contain_text("97 79")
    page.get_by_role("button", name="Apply all 7 changes").click()
    expect(page.get_by_role("status")).to_contain_text("6 new, 1 changed, 1 the same")
    expect(page.get_by_label("003 Søren Åkesson, 实际操作")).to_have_value("90")


def refuse_own_marks(page):
    page.get_by_role("link", name=re.compile(r"Check \d+ marks")).click()
    expect(page.get_by_text("Ask a second person to confirm yours")).to_be_visible()
    expect(page.get_by_role("checkbox")).to_have_count(0)
    expect(page.get_by_role("button", name="Confirm")).to_have_count(0)


def name_what_is_open(page):
    """The blank and the marks nobody confirmed stand in the way, each a link; the absent one is ruled."""
    page.get_by_role("link", name="Results", exact=True).click()
    page.get_by_role("link", name="Make it final").click()
    expect(page.get_by_role("button", name="Sign and make final")).to_be_disabled()
    missing = page.get_by_role("region", name="Before that")
    expect(missing.get_by_role("link").filter(has_text="15 marks wait")).to_be_visible()
    missing.get_by_role("link").filter(has_text="005").first.click()
    page.get_by_role("link", name="Absent, stopped or disqualified").click()
    page.get_by_label("How it came through").select_option("DNF")
    page.get_by_label("Reason").fill("操作中受伤退赛")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row").filter(has_text="005")).to_contain_text("did not finish")


def confirm(page, address):
    """A second person rejects nothing and confirms what is shown."""
    page.goto(address)
    page.get_by_role("link", name="Marks", exact=True).click()
    page.get_by_role("link", name=re.compile(r"Check \d+ marks")).click()
    page.get_by_role("button", name="Confirm all that are shown").click()
    expect(page.get_by_text("Nothing to check")).to_be_visible()


def make_final(page):
    page.get_by_role("link", name="Results", exact=True).click()
    expect(page.get_by_text("provisional")).to_be_visible()
    page.get_by_role("link", name="Make it final").click()
    expect(page.get_by_text("You sign as 孙丽 Sun Li")).to_be_visible()
    page.get_by_label("Your name").fill("孙丽 Sun Li")
    page.get_by_role("button", name="Sign and make final").click()
    expect(page.get_by_role("status")).to_contain_text("signed by 孙丽 Sun Li")
    expect(page.get_by_text("provisional")).to_have_count(0)


def confer(page):
    """The proposal shows where each award cuts and why; conferring twice confers once."""
    page.get_by_role("link", name="Awards", exact=True).click()
    cuts = page.get_by_role("table", name="Where each award cuts")
    expect(cuts.get_by_role("row").filter(has_text="三等奖")).to_contain_text("2")
    why = page.get_by_role("table", name="What each entry earns, and why")
    expect(why.get_by_role("row").filter(has_text="周玉兰")).to_contain_text("一等奖")
    page.get_by_role("button", name=f"Confer {CONFERRED} awards").dblclick()
    expect(page.get_by_role("status")).to_contain_text(f"{CONFERRED} awards are conferred")
    awarded = page.get_by_role("table", name="Awards of this event")
    expect(awarded.get_by_role("row")).to_have_count(CONFERRED + 1)


def issue(page):
    """A second click gives no second number."""
    page.get_by_role("link", name=f"Issue {CONFERRED} certificates").click()
    page.get_by_label("Who signs").fill("周志远 = 北方重机工会主席")
    page.get_by_role("button", name=f"Print {CONFERRED} certificates").dblclick()
    expect(page.get_by_role("progressbar")).to_have_attribute("value", str(CONFERRED), timeout=WORK)
    page.get_by_role("link", name="To the certificates").click()
    line = page.get_by_role("table", name="Awards and certificates").get_by_role("row").last
    for place, n in enumerate(
        (CONFERRED, CONFERRED, 0, 0)
    ):  # awards, in force, not printed, waiting
        expect(line.get_by_role("cell").nth(place)).to_have_text(str(n))


def print_all(page):
    page.get_by_role("link", name="Print again").click()
    page.get_by_label("Order of the papers").select_option(label="ceremony: lowest award first")
    page.get_by_role("button", name=f"Print {CONFERRED} certificates").click()
    expect(page.get_by_role("link", name="Download the PDF")).to_be_visible(timeout=WORK)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the PDF").click()
    assert download.value.suggested_filename.startswith("heavy2026")
    return download.value.path()


def choose(page, name, content):
    sheet = {"name": name, "mimeType": "text/csv", "buffer": content}
    page.get_by_label("Spreadsheet").set_input_files(sheet)
    page.get_by_role("button", name="Show what would happen").click()


def expect_counts(page, **wanted):
    for word in ("new", "changed", "same", "problem"):
        line = page.locator(".counts li").filter(has_text=word)
        expect(line.locator("b")).to_have_text(str(wanted.get(word, 0)))


def pages_of(path):
    return len(pypdfium2.PdfDocument(path))
