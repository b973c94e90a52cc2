"""Every page for everybody: axe finds nothing serious, a phone is wide enough, a keyboard is enough, little is paid."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

EVENT = "/competitions/3/events/6"  # the workshop's contest, half way
FINAL = "/competitions/2/events/2"  # the district's, done
MASTERS, WORK = "/competitions/4/events/8", 19  # judges mark under codes; the part they mark
HEAT, RELAY = "/competitions/5/events/9", "/competitions/5/events/10"  # marks entered twice
SPRING = "/competitions/6/events/12"  # takes registrations
ARC = "/competitions/7/events/13"  # laid open, with an objection and a query
CITY = "/competitions/8/events/14"  # those who advanced
LATHE = "/competitions/2/events/4"  # corrected
PAGES = {
    None: (
        *("/", "/verify", "/verify?q=SH-2019-1", "/sign-in", "/nowhere", "/calendar", "/notices/1"),
        *("/results", "/results/district2026", "/results/district2026/lathe", "/results/arc/arc"),
        *("/results/district2026/welding/search?q=li", "/board/district2026"),
    ),
    "organiser": (
        *("/work", "/competitions", "/competitions/2", "/competitions/2/units", "/competitions/3"),
        *("/competitions/announce", "/competitions/load", "/competitions/3/edit"),
        *("/competitions/3/events/add", "/competitions/3/entries/import"),
        *(f"{EVENT}/{tab}" for tab in ("rules", "entries", "marks", "results", "awards")),
        *(f"{EVENT}/{way}" for way in ("edit", "unlock", "entries/admit", "entries/import")),
        *(f"{EVENT}/{way}" for way in ("marks/import", "marks/check", "results/final")),
        *(EVENT, f"{FINAL}/results", f"{FINAL}/awards", f"{FINAL}/results/reopen"),
        *("/people/", "/people/1", "/people/add", "/people/import", "/organisations/"),
        *("/organisations/2", "/organisations/2/add", "/occupations/", "/password"),
        *("/competitions/2/life", "/competitions/2/clone", "/competitions/2/do-without"),
        *("/competitions/2/publishing", "/competitions/2/board", "/competitions/2/ceremony"),
        *("/competitions/6/life", "/competitions/6/life/extend", "/competitions/6/life/send-back"),
        *("/doctor", "/competitions/2/doctor", f"{FINAL}/doctor", f"{FINAL}/publish/withdraw"),
        *("/series", "/series/found", "/people/1/relations", "/working-days"),
        *(f"{FINAL}/{tab}" for tab in ("life", "ladder", "ladder/add", "corrections", "appeals")),
        *(f"{LATHE}/corrections/1", f"{LATHE}/results", f"{LATHE}/corrections/begin"),
        *(f"{MASTERS}/{tab}" for tab in ("life", "arrivals", "panels", "codes", "table", "marks")),
        *(f"{MASTERS}/table/{WORK}", f"{MASTERS}/schemes/{WORK}", f"{MASTERS}/life/suspend"),
        *(f"{MASTERS}/results/{step}" for step in ("freeze", "final", "share")),
        *(f"{RELAY}/marks/{tab}" for tab in ("differences", "check")),
        *(f"{RELAY}/table", f"{RELAY}/results", f"{RELAY}/rules", f"{HEAT}/results"),
        *(f"{SPRING}/registrations", f"{SPRING}/registrations/rules", f"{SPRING}/life"),
        *(f"/registrations/{n}" for n in (1, 2, 7, 8, 11, 12)),
        *("/organisations/5/registrations", "/organisations/5/registrations/12"),
        *("/organisations/5/registrations/12/import", "/organisations/5/registrations/11"),
        *(f"{ARC}/{tab}" for tab in ("results", "results/final", "notice", "appeals", "life")),
        *(f"{ARC}/appeals/1", f"{ARC}/appeals/2", f"{CITY}/ladder", f"{CITY}/entries", "/appeals"),
        *(f"/competitions/2/organisers{more}" for more in ("", "/add", "/rule", "/5/points")),
        *(f"{MASTERS}/amendments", f"{MASTERS}/amendments/begin", "/competitions/6/events/11/team"),
        *("/organisations/5/registrations/12/list", "/organisations/5/registrations/12/list/add"),
    ),
    "deputy": ("/work", f"{LATHE}/corrections/1", "/competitions/6/life"),
    "company": ("/work", "/organisations/5/registrations", "/organisations/5/registrations/12"),
    "checker": ("/work", f"{RELAY}/marks/second", f"{RELAY}/marks/differences", f"{EVENT}/marks/check",
                f"{EVENT}/marks/check/*"),
    "chief": (
        *("/work", "/judging", f"{MASTERS}/panels", f"{MASTERS}/panels/{WORK}/chief"),
        *(f"{MASTERS}/schemes/{WORK}", f"{MASTERS}/codes", f"{LATHE}/corrections/1"),
        *(f"{CITY}/schemes/29", f"{CITY}/schemes/29/settings"),
        *(f"{CITY}/schemes/29/aspect?kind={kind}" for kind in ("measurement", "judgement", "panel")),
        *(f"{CITY}/schemes/29/import", f"{MASTERS}/schemes/{WORK}/marks/import"),
    ),
    "judge": ("/work", "/judging", f"{MASTERS}/panels/{WORK}/bench", f"{MASTERS}/panels/{WORK}/bench/*"),
    "codes": ("/work", f"{MASTERS}/codes", f"{MASTERS}/life"),
    "panel": ("/work", "/appeals", f"{ARC}/appeals", f"{ARC}/appeals/1", f"{ARC}/appeals/2", "/working-days"),
    "printer": (
        *("/certificates", "/certificates/1", "/certificates/1/replace", "/certificates/25"),
        *("/certificates/1/withdraw", "/competitions/2/certificates"),
        *("/competitions/2/certificates/choose", "/batches", "/competitions/2/certificates/returns"),
        *("/copies", "/copies?q=00001", "/copies/papers", "/copies/papers/list", "/copies/balance"),
        *("/certificates/1/copies", "/certificates/1/send"),
    ),
    "reviewer": (
        *("/qualifications", "/qualifications/1", "/qualifications/expiring"),
        *("/incentives", "/incentives/1", "/incentives/1/people/1", "/people/1/standing"),
    ),
    "administrator": ("/accounts", "/accounts/2", "/accounts/2/password", "/accounts/add"),
    "auditor": ("/work", "/journal", "/journal/*", f"{MASTERS}/codes", f"{RELAY}/marks/differences"),
    "liwei": (
        *("/standing", "/standing/results", "/standing/results/*", "/standing/results/*"),  # it, its query
        *("/standing/certificates", "/standing/certificates/*"),
        *("/standing/qualifications", "/standing/incentives/1", "/standing/changes"),
        *("/standing/road", "/standing/enter", "/standing/enter/12", "/standing/enter/11"),
    ),
}  # fmt: skip
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
MISSING = {"/nowhere", "/verify?q=SH-2019-1"}
DARK = "document.documentElement.dataset.bsTheme = 'dark'"
WIDTH = "document.documentElement.scrollWidth"
SERIOUS = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  const wrong = violations.filter(one => ["serious", "critical"].includes(one.impact));
  return wrong.map(({ id, nodes: [node] }) =>
    [location.pathname, document.documentElement.dataset.bsTheme, id, node.html.slice(0, 200), node.failureSummary]);
}"""


@pytest.mark.parametrize("login", PAGES)
def test_axe_finds_nothing_and_a_phone_is_wide_enough(visit, login):
    """Each page as its role sees it, in light on a desk and in dark on a phone."""
    page, found = visit(login, color_scheme="light", reduced_motion="reduce"), []
    for path in PAGES[login]:
        page.set_viewport_size(DESK)
        answer = page.goto(first_link(page, path) if path.endswith("*") else path)
        assert answer.status == (404 if path in MISSING else 200), path
        page.evaluate(Axe().axe_script)
        found += serious(page)
        page.set_viewport_size(PHONE)
        page.evaluate(DARK)
        found += serious(page)
        if page.evaluate(WIDTH) > PHONE["width"]:
            found.append((path, f"{page.evaluate(WIDTH)} px wide"))
    assert found == []


def first_link(page, start):
    """Give the first address on this page that begins so."""
    return page.locator(f"main a[href^='{start.removesuffix('*')}']").first.get_attribute("href")


def serious(page):
    """Give what axe calls serious or critical, each with the first element that shows it."""
    return page.evaluate(SERIOUS)


@pytest.mark.parametrize(
    ("login", "path", "html", "whole"),
    [("liwei", "/standing", 30, 60), (None, "/verify", 20, 20), (None, "paper", 20, 20)],
    ids=["standing", "verify", "verify with an answer"],
)
def test_what_a_phone_pays(visit, year, login, path, html, whole):
    """Bytes on the wire, compressed, with an empty cache: in kilobytes, as features F22 and F17 ask."""
    if path == "paper":
        staff = visit("printer")
        staff.goto("/certificates/1")
        path = staff.get_by_text("/v/").inner_text()
    page = visit(login, 360, 740)
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    kinds, paid = {}, {}
    wire.on("Network.responseReceived", lambda one: kinds.update({one["requestId"]: one["type"]}))
    wire.on(
        "Network.loadingFinished",
        lambda one: paid.update({one["requestId"]: one["encodedDataLength"]}),
    )
    page.goto(path, wait_until="networkidle")
    assert len(paid) > 3
    assert sum(paid[key] for key, kind in kinds.items() if kind == "Document") <= html * 1024
    assert sum(paid.values()) <= whole * 1024


def test_the_first_stop_of_the_keyboard_skips_to_the_content(visit):
    page = visit("organiser")
    page.goto("/competitions")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("login", ["organiser", "liwei"])
def test_where_the_keyboard_stands_is_seen(visit, login):
    page = visit(login)
    page.goto("/")
    seen = []
    for _ in range(20):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(OUTLINE))
    hidden = [html for html, width, style in seen if width == "0px" or style == "none"]
    assert [html for html in hidden if not html.startswith("<body")] == []  # behind the last stop


OUTLINE = """() => {
  const own = document.activeElement, shown = getComputedStyle(own);
  return [own.outerHTML.slice(0, 120), shown.outlineWidth, shown.outlineStyle];
}"""


def test_marks_are_entered_by_keyboard_alone(visit):
    """From signing in to the last mark of an event, without a mouse."""
    organiser = visit("organiser")
    organiser.goto("/competitions/3/events/7/rules")
    organiser.get_by_role("button", name="Lock the rules").press("Enter")
    page = visit()
    page.goto("/sign-in")
    tab_to(page, page.get_by_label("Username"))
    page.keyboard.type("judge")
    page.keyboard.press("Tab")
    page.keyboard.type(visit.year.password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/sign-in" not in address)
    page.goto("/competitions/3/events/7/marks")
    cells = page.locator("[data-mark]")
    tab_to(page, cells.first)
    for n in range(cells.count()):
        expect(cells.nth(n)).to_be_focused()
        page.keyboard.type(f"{60 + n},5")
        page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="Save the marks"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("9 marks are saved")
    expect(cells.last).to_have_value("68.5")


def tab_to(page, wanted, most=60):
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted.evaluate("own => own === document.activeElement"):
            return
    expect(wanted).to_be_focused()
