"""The hall on the day of the ceremony: a release, the public page, and a board that follows the remote control."""

import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from skillhub.app import create_app
from skillhub.board import queries as board
from skillhub.board import rules
from skillhub.competitions.models import Competition
from skillhub.kernel import shelf
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.drawing import drawn
from skillhub.kernel.schema import bring_up
from skillhub.kernel.settings import read_settings
from tests import make
from tests.browser.conftest import Guest, Year, _free_port, _wait_for
from tests.browser.test_accessible import DARK, DESK, PHONE, WIDTH, serious
from tests.publishing.cup import cup, finished

pytestmark = pytest.mark.browser
PASSWORD = "three words suffice"
LONG = (
    "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh Maximiliana Theodora of Northside",
    "迪丽热巴迪力木拉提买买提艾力·北方精密铸造锻造股份有限公司第二机械加工分厂",
)
LINES = [
    {"rank": n, "name": LONG[n % 2], "unit": LONG[n % 2], "total": "98.50"} for n in range(1, 11)
]
EVENTS = [{"name": f"{LONG[1]} {n}", "name_en": f"{LONG[0]} {n}"} for n in range(60)]
STEP = {
    "event": "01",
    "event_name": LONG[1],
    "event_name_en": LONG[0],
    "title": "金奖",
    "title_en": "Gold",
    "place": 1,
}
STEPS = [
    STEP | {"name": LONG[n % 2], "members": [], "unit": LONG[1], "unit_en": LONG[0]}
    for n in range(60)
]
STAGES = (
    (
        rules.shown(
            [{"event": "01", "name": LONG[1], "name_en": LONG[0], "lines": LINES}], [], False, 0
        ),
        [],
    ),
    (rules.shown([], STEPS, True, 1), []),
    (rules.shown([], STEPS, True, 60), []),
    (rules.shown([], [], False, 0), EVENTS),
)


@pytest.fixture
def hall(tmp_path, browser):
    """An instance with a final, conferred cup, served as it is on the day."""
    folder, port = tmp_path / "instance", _free_port()
    app = create_app(read_settings(folder))
    bring_up(app)
    with app.app_context():
        root = make.organisation("root", kind="union")
        make.user("organiser", root, login="organiser", password=PASSWORD)
        finished(cup(root))
        db.session.remove()
        db.engine.dispose()
    known = {**os.environ, "SKILLHUB_INSTANCE": str(folder), "SKILLHUB_PORT": str(port)}
    known.pop("SKILLHUB_DATABASE_URL", None)
    command = str(Path(sys.executable).with_name("skillhub"))
    guest = Guest(browser, Year(f"http://127.0.0.1:{port}", folder, PASSWORD))

    def start():
        guest.server = subprocess.Popen([command, "serve"], env=known, stdout=subprocess.DEVNULL)
        _wait_for(f"http://127.0.0.1:{port}/verify", guest.server)

    def stop():
        guest.server.terminate()
        guest.server.wait(20)

    guest.start, guest.stop, guest.port, guest.app = start, stop, port, app
    start()
    try:
        yield guest
        assert guest.complaints == []
    finally:
        guest.close()
        stop()


def test_the_board_follows_the_remote_control(hall):
    organiser = hall("organiser")
    organiser.goto("/competitions/1/publishing")
    organiser.get_by_label("Open from").fill(f"{now():%Y-%m-%dT%H:%M:%S}")  # long past in Shanghai
    organiser.get_by_label("Names", exact=True).select_option("winners")
    organiser.get_by_role("button", name="Save").click()
    stranger = hall(width=360, height=740)
    stranger.goto("/results")
    stranger.get_by_role("link", name="Cup of quills").click()
    for _ in range(20):  # it is published by itself, within some seconds
        if stranger.get_by_role("link", name="Event 01").count():
            break
        stranger.wait_for_timeout(500)
        stranger.reload()
    stranger.get_by_role("link", name="Event 01").click()
    expect(stranger.locator(".podium-1")).to_contain_text("Quixana Aa")
    expect(stranger.locator("tr", has_text="W******* A*")).to_be_visible()

    organiser.goto("/competitions/1/board")
    organiser.get_by_role("button", name="Open a board").click()
    board = hall(width=1920, height=1080)
    board.goto(stranger.url.replace("/results/", "/board/").rpartition("/")[0])
    expect(board.locator(".stage-events")).to_contain_text("Event 01")
    organiser.get_by_role("button", name="Let the places out").click()
    expect(board.locator(".stage-list")).to_contain_text("93.17")
    organiser.get_by_role("button", name="Freeze until the ceremony").click()
    expect(board.locator(".stage-name")).to_have_text("The places are sealed until the ceremony.")
    for name in ("Zyphoria Aa", "Vexmoor Aa", "Quixana Aa"):
        organiser.get_by_role("button", name="Reveal the next one").click()
        expect(board.locator(".stage-name")).to_have_text(name)
    organiser.get_by_role("button", name="Back one").click()
    expect(board.locator(".stage-name")).to_have_text("Vexmoor Aa")
    expect(board.locator(".stage")).not_to_contain_text("Quixana")


class Busy(BaseHTTPRequestHandler):
    """A proxy whose server is gone: to such an answer a stream of news does not come back by itself."""

    def do_GET(self):
        self.send_error(502)

    def log_message(self, *_):
        """Say nothing."""


def test_the_board_says_when_it_is_alone_and_comes_back_by_itself(hall):
    organiser = hall("organiser")
    organiser.goto("/competitions/1/board")
    organiser.get_by_role("button", name="Open a board").click()
    with hall.app.app_context():
        slug = db.session.get(Competition, 1).code
        db.session.remove()
    screen = hall(width=1920, height=1080)
    screen.goto(f"/board/{slug}")
    line = screen.locator("[data-line]")
    expect(screen.locator(".stage-events")).to_contain_text("Event 01")
    hall.stop()
    with ThreadingHTTPServer(("127.0.0.1", hall.port), Busy) as proxy:
        threading.Thread(target=proxy.serve_forever).start()
        try:
            expect(line).to_contain_text("No connection since", timeout=20_000)
        finally:
            proxy.shutdown()
    expect(screen.locator(".stage-events")).to_contain_text("Event 01")
    hall.start()
    expect(line).to_have_text("Connected again.", timeout=30_000)
    expect(line).to_be_hidden(timeout=10_000)
    organiser.goto("/competitions/1/board")
    organiser.get_by_role("button", name="Freeze until the ceremony").click()
    expect(screen.locator(".stage-name")).to_have_text("The places are sealed until the ceremony.")
    hall.complaints[:] = [c for c in hall.complaints if "/news: " not in c]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_long_names_stay_on_the_screen(hall, language):
    organiser = hall("organiser")
    organiser.goto("/competitions/1/board")
    organiser.get_by_role("button", name="Open a board").click()
    screen = hall(width=1920, height=1080, locale={"en": "en", "zh": "zh-CN"}[language])
    with hall.app.app_context():
        path = board.note_of(db.session.get(Competition, 1))
        screen.goto(f"/board/{path.parent.name}")
        for n, (shown, events) in enumerate(STAGES, 2):
            named = {"name": LONG[1], "name_en": LONG[0]}
            facts = {"shown": shown, "events": events, "competition": named}
            html = {
                one: drawn("board/_stage.html", one, "/", **facts).decode() for one in ("en", "zh")
            }
            shelf.note(path, {"seq": f"{n}", "mode": shown["mode"], "html": html, **named})
            expect(screen.locator(f".stage-{shown['mode']}")).to_be_visible()
            expect(screen.locator(".stage")).to_contain_text(LONG[language == "zh"][:12])
            screen.wait_for_timeout(300)
            high = screen.evaluate("document.documentElement.scrollHeight")
            wide = screen.evaluate("document.documentElement.scrollWidth")
            assert (high, wide) == (1080, 1920), shown["mode"]
        db.session.remove()


def test_axe_finds_nothing_on_public_pages_and_a_phone_is_wide_enough(hall):
    organiser, found = hall("organiser", reduced_motion="reduce"), []
    organiser.goto("/competitions/1/publishing")
    organiser.get_by_label("Open from").fill("2026-01-01T08:00:00")
    organiser.get_by_role("button", name="Save").click()
    organiser.goto("/competitions/1/board")
    organiser.get_by_role("button", name="Open a board").click()
    organiser.get_by_role("button", name="Freeze until the ceremony").click()
    organiser.get_by_role("button", name="Reveal the next one").click()
    organiser.goto("/competitions/1/publishing")
    cup = organiser.get_by_role("link", name="The public page").get_attribute("href")
    organiser.get_by_role("button", name="Publish now").click()
    board = cup.replace("/results/", "/board/")
    for path in (
        *("/results", cup, f"{cup}/01", f"{cup}/01/search?q=quill", board),
        *("/competitions/1/publishing", "/competitions/1/events/1/publish/withdraw"),
        *("/competitions/1/board", "/competitions/1/ceremony"),
    ):
        organiser.set_viewport_size(DESK)
        assert organiser.goto(path).status == 200, path
        organiser.evaluate(Axe().axe_script)
        found += serious(organiser)
        organiser.set_viewport_size(PHONE)
        organiser.evaluate(DARK)
        found += serious(organiser)
        if organiser.evaluate(WIDTH) > PHONE["width"]:
            found.append((path, f"{organiser.evaluate(WIDTH)} px wide"))
    assert found == []
