"""The designer in a real browser: by mouse, by keyboard, by numbers, with a second window, and without script."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from skillhub.app import create_app
from skillhub.designs import queries, services
from skillhub.designs.models import Design
from skillhub.kernel.access import OPERATOR, Role
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.settings import read_settings
from skillhub.organisations.models import Organisation
from tests import make
from tests.browser.conftest import STOP, Year, _free_port, _wait_for
from tests.browser.test_accessible import DARK, DESK, PHONE, WIDTH, serious

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
PASSWORD = "three words suffice"


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """A drawing room of its own: two who draw, at the real server."""
    folder, port = tmp_path_factory.mktemp("room"), _free_port()
    known = {"SKILLHUB_INSTANCE": str(folder), "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    app = create_app(read_settings(folder))
    with app.app_context():
        db.create_all()
        root = make.organisation("root", kind="union")
        for login in ("anna", "bruno"):
            make.user(Role.CERTIFICATE_STAFF, root, login=login, password=PASSWORD)
    command = [sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{port}", "--threads", "4"]
    with (folder / "server.log").open("wb") as log:
        run = [*command, "skillhub.app:create_app()"]
        server = subprocess.Popen(run, cwd=ROOT, env=known, stdout=log, stderr=log)
        try:
            _wait_for(f"http://127.0.0.1:{port}/verify", server)
            room = Year(f"http://127.0.0.1:{port}", folder, PASSWORD)
            room.app = app
            yield room
        finally:
            server.terminate()
            server.wait(STOP)


@pytest.fixture
def design(year):
    """A lying certificate that is being drawn; fields() tells what the database holds of it."""
    with year.app.app_context():
        root = db.session.get(Organisation, 1)
        start = next(one for one in queries.starts() if one.code == "landscape")
        made = services.begin(root, start.title, start.document, start.pictures, OPERATOR, now())
        return Drawing(year.app, made.id)


class Drawing:
    """One design, as the database holds it."""

    def __init__(self, app, number):
        self.app, self.id, self.path = app, number, f"/designs/{number}/edit"

    def document(self):
        with self.app.app_context():
            document = db.session.get(Design, self.id).versions[0].document
            db.session.remove()
        return document

    def field(self, wanted="name"):
        fields = self.document()["fields"]
        return next((one for one in fields if one["id"] == wanted), None)

    def place(self, wanted="name"):
        return [self.field(wanted)[key] for key in ("x", "y", "width", "height")]


@pytest.fixture
def drawing(visit, design):
    def open_page(login="anna", **options):
        page = visit(login, **options)
        page.goto(design.path)
        if options.get("java_script_enabled", True):
            expect(page.locator("#designer[data-ready=yes]")).to_be_attached()
        return page

    yield open_page
    # Another person's version is answered by 409; that is no mistake of the page.
    visit.complaints[:] = [c for c in visit.complaints if not c.endswith(f"{design.path}: 409")]


def frame(page, name="name"):
    return page.locator(f".design-frame[data-field='{name}']")


def numbers(page):
    """What the boxes say, in tenths of a millimetre."""
    typed = [page.locator(f"#set-{key}").input_value() for key in ("x", "y", "width", "height")]
    return [round(float(one) * 10) for one in typed]


def drag(page, start, by):
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + by[0] / 2, start[1] + by[1] / 2, steps=3)
    page.mouse.move(start[0] + by[0], start[1] + by[1], steps=3)
    page.mouse.up()


def middle(box):
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def save(page):
    page.keyboard.press("Control+s")
    expect(page.locator("[data-saved]")).to_contain_text("All saved at")


def picture(page):
    """The picture of the chosen person, once it is what the page says now."""
    page.wait_for_timeout(100)
    expect(page.locator("[data-state]")).to_have_text(
        "Made by the press as it stands.", timeout=30_000
    )
    return page.locator("[data-large]").get_attribute("src")


def test_a_field_is_dragged_nudged_taken_back_and_saved_to_the_tenth(drawing, design):
    page = drawing()
    page.locator("[data-do=snap]").click()
    before = design.place()
    frame(page).click()
    assert numbers(page) == before
    scale = frame(page).bounding_box()["width"] / before[2]
    drag(page, middle(frame(page).bounding_box()), (60, 40))
    x, y, *size = numbers(page)
    assert x == pytest.approx(before[0] + 60 / scale, abs=1)
    assert y == pytest.approx(before[1] + 40 / scale, abs=1)
    assert size == before[2:]

    for key in ("ArrowRight", "Shift+ArrowDown", "Alt+ArrowLeft"):
        page.keyboard.press(key)
    assert numbers(page) == [x + 10 - 1, y + 50, *size]
    for key in ("Control+ArrowLeft", "Control+Shift+ArrowDown"):
        page.keyboard.press(key)
    assert numbers(page) == [x + 9, y + 50, size[0] - 10, size[1] + 50]

    page.keyboard.press("Control+z")
    assert numbers(page) == [x + 9, y + 50, *size]
    page.keyboard.press("Control+z")
    assert numbers(page) == [x, y, *size]
    page.keyboard.press("Control+z")
    assert numbers(page) == before
    for _ in range(3):
        page.keyboard.press("Control+Shift+z")
    wanted = [x + 9, y + 50, size[0] - 10, size[1] + 50]
    assert numbers(page) == wanted
    assert design.place() == before

    save(page)
    assert design.place() == wanted
    page.reload()
    frame(page).focus()
    assert numbers(page) == wanted


def test_a_frame_catches_the_middle_of_the_page_unless_alt_is_held(drawing, design):
    page = drawing()
    x, _, width, _ = design.place("code")
    off = 1485 - (x + width / 2)  # tenths, to the middle
    scale = frame(page, "code").bounding_box()["width"] / width
    start = middle(frame(page, "code").bounding_box())
    drag(page, start, (off * scale + 3, 0))
    now_x, _, now_width, _ = numbers(page)
    assert now_x + now_width / 2 == 1485

    page.keyboard.press("Control+z")
    page.keyboard.down("Alt")
    drag(page, start, (off * scale + 3, 0))
    page.keyboard.up("Alt")
    now_x, _, now_width, _ = numbers(page)
    assert now_x + now_width / 2 > 1485


def test_a_code_stays_square_and_large_enough_to_be_read(drawing, design):
    page = drawing()
    frame(page, "code").click()
    drag(page, middle(page.locator(".design-grip.is-se").bounding_box()), (-400, -20))
    _, _, width, height = numbers(page)
    assert width == height == 150


def test_typing_beats_dragging_and_a_mistake_stays_at_its_box(drawing, design):
    page = drawing()
    frame(page).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#set-x")).to_be_focused()
    page.keyboard.type("33,4")
    page.locator("#set-height").fill("wide")
    expect(page.locator("#set-height-wrong")).to_have_text("Write millimetres, such as 12.5.")
    page.keyboard.press("Control+s")
    page.wait_for_timeout(400)
    expect(page.locator("[data-saved]")).to_contain_text("Mend this box first")
    page.locator("#set-height").fill("35")
    expect(page.locator("#set-height-wrong")).to_be_hidden()
    save(page)
    assert design.place()[0::3] == [334, 350]


def test_the_list_of_fields_does_everything_without_a_mouse(drawing, design):
    page = drawing()
    layers = page.locator("[data-layers]")
    names = layers.locator("[role=option]")
    many = names.count()
    layers.focus()
    page.keyboard.press("End")
    lowest = names.last.inner_text()
    page.keyboard.press("Alt+ArrowUp")
    assert names.nth(many - 2).inner_text() == lowest
    page.keyboard.press("Control+d")
    assert names.count() == many + 1
    page.keyboard.press("Delete")
    assert names.count() == many
    page.keyboard.press("Home")
    page.locator("[data-do=lock]").press("Enter")
    expect(names.first).to_contain_text("locked")
    expect(page.locator("[data-do=remove]")).to_be_disabled()
    page.locator("[data-new]").select_option("text:")
    page.locator("[data-do=add]").press("Enter")
    expect(frame(page, "words")).to_be_focused()
    save(page)
    assert design.field("words")["text"]["en"] == ""


def test_the_picture_is_that_of_the_press_and_follows_the_page(drawing, design):
    page = drawing()
    first = picture(page)
    frame(page).focus()
    page.keyboard.press("Shift+ArrowDown")
    second = picture(page)
    assert second.startswith("data:image/png;base64,")
    assert second != first
    page.locator("[data-whom=shortest]").click()
    assert picture(page) != second
    expect(frame(page)).to_have_text("Ng")


def test_pictures_are_asked_for_after_a_pause_and_say_when_they_fail(drawing, design, visit):
    page = drawing()
    picture(page)
    asked = []

    def answer(route):
        asked.append(route.request.post_data)
        return route.abort() if len(asked) == 1 else route.fulfill(status=429, body="")

    page.route("**/preview", answer)
    frame(page).focus()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    state = page.locator("[data-state]")
    expect(state).to_have_text("The picture was not made: no connection.")
    assert len(asked) == 1
    page.locator("[data-retry]").click()
    expect(state).to_contain_text("Many pictures were asked for.")
    page.unroute("**/preview")
    page.locator("[data-retry]").click()
    picture(page)
    visit.complaints[:] = [c for c in visit.complaints if not c.endswith("preview: 429")]


def test_what_the_press_finds_leads_to_its_field(drawing, design):
    page = drawing()
    frame(page, "code").click()
    page.keyboard.press("Delete")
    frame(page).focus()
    page.keyboard.press("Enter")
    page.locator("#set-height").fill("3")
    findings = page.locator("[data-findings]")
    expect(findings.get_by_role("button", name="Name of the person")).to_be_visible()
    frame(page, "number").focus()
    findings.get_by_role("button", name="Name of the person").click()
    expect(frame(page)).to_be_focused()
    assert "is-over" in frame(page).get_attribute("class")


def test_a_picture_is_added_without_leaving_the_page(drawing, design):
    page = drawing()
    frame(page).focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("Page, art and name").click()
    drawn = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></svg>'
    page.locator("[data-picture] input[type=file]").set_input_files(
        {"name": "Our seal.svg", "mimeType": "image/svg+xml", "buffer": drawn}
    )
    page.get_by_role("button", name="Add the picture").click()
    expect(page.locator("[data-told]")).to_contain_text("is kept")
    page.locator("[data-new]").select_option(label="our-seal.svg")
    page.locator("[data-do=add]").click()
    expect(frame(page, "picture").locator("img")).to_be_visible()
    page.get_by_role("checkbox", name="Award, in Chinese").check()
    save(page)
    assert design.field("picture")["file"] == "our-seal.svg"
    assert "award" in design.document()["required"]


def test_what_is_not_saved_outlives_the_page(drawing, design):
    page = drawing()
    page.on("dialog", lambda dialog: dialog.accept())
    before = design.place()
    frame(page).focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-saved]")).to_contain_text("Not saved yet")
    page.reload()
    expect(page.locator("#designer[data-ready=yes]")).to_be_attached()
    page.wait_for_timeout(400)  # longer than the pause after which the draft is kept
    expect(page.locator("[data-saved]")).to_contain_text("is back")
    frame(page).focus()
    assert numbers(page)[0] == before[0] + 10
    assert design.place() == before
    page.keyboard.press("Control+z")
    assert numbers(page) == before


def test_a_version_saved_elsewhere_is_shown_beside_ones_own(drawing, design):
    mine, theirs = drawing(), drawing("bruno")
    before = design.place()
    frame(theirs).focus()
    theirs.keyboard.press("Shift+ArrowRight")
    save(theirs)
    frame(mine).focus()
    mine.keyboard.press("Shift+ArrowDown")
    mine.keyboard.press("Control+s")
    dialog = mine.get_by_role("dialog")
    expect(dialog).to_contain_text("bruno")
    rows = dialog.locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text(f"{before[0] / 10:g}")
    dialog.get_by_role("button", name="Decide later").click()
    assert numbers(mine)[1] == before[1] + 50
    mine.keyboard.press("Control+s")
    dialog.get_by_role("button", name="Keep mine and save it").click()
    expect(mine.locator("[data-saved]")).to_contain_text("All saved at")
    assert design.place() == [before[0], before[1] + 50, *before[2:]]


def test_without_script_the_same_is_saved_as_numbers(drawing, design):
    page = drawing(java_script_enabled=False)
    expect(page.locator("#designer")).to_be_hidden()
    at = page.locator("input[name^='parts-'][name$='-id'][value='name']").get_attribute("name")
    box = page.locator(f"[name='{at.removesuffix('id')}x']")
    box.fill("1.25")
    page.get_by_role("button", name="Save").click()
    expect(box).to_have_value("1.25")
    expect(page.locator("#errors")).to_contain_text("one digit after the point")
    box.fill("12.5")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".flashes")).to_contain_text("The design is saved.")
    assert design.place()[0] == 125


def test_axe_finds_nothing_and_a_phone_is_wide_enough(drawing, design):
    page = drawing(color_scheme="light", reduced_motion="reduce")
    found = []
    frame(page).click()
    page.evaluate(Axe().axe_script)
    for size, colours in ((DESK, None), (PHONE, DARK)):
        page.set_viewport_size(size)
        if colours:
            page.evaluate(colours)
        found += serious(page)
        assert page.evaluate(WIDTH) <= size["width"]
        paper = page.locator(".design-paper")
        assert re.search(
            "255, 255, 255", paper.evaluate("e => getComputedStyle(e).backgroundColor")
        )
    assert found == []
