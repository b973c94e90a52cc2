"""A worker's phone in a real browser: nothing to push sideways, the answers at once, and no script needed."""

import re
import threading

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask.sessions import SecureCookieSessionInterface
from werkzeug.serving import make_server

from skillhub.kernel import sessions
from skillhub.kernel.clock import now
from tests.portal import workers

pytestmark = pytest.mark.browser

PAGES = (
    "/standing",
    "/standing/results",
    "/standing/results/2",
    "/standing/certificates",
    "/standing/certificates/1",
    "/standing/qualifications",
    "/standing/incentives/1",
    "/standing/changes",
)
SMALL = """[...document.querySelectorAll("a, button, input:not([type=hidden])")].filter(one => {
  const box = one.getBoundingClientRect();
  return !one.classList.contains("skip") && box.width > 0 && (box.width < 44 || box.height < 44);
}).map(one => one.outerHTML.slice(0, 90))"""


@pytest.fixture
def house(app):
    """The app on a free port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def phone(app, root, house, browser):
    """phone(width, …) gives a page of a browser in which a worker with everything is signed in; no script runs."""
    _, user = workers.full(root, name="Wolfeschlegelsteinhausenbergerdorff Zhang Wei 张伟", rows=4)
    kept = {"_user_id": user.fs_uniquifier, "_fresh": True}
    sessions.begin(kept, now())
    signed = SecureCookieSessionInterface().get_signing_serializer(app).dumps(kept)
    opened = []

    def open_page(width, language="en", theme="light", script=False):
        context = browser.new_context(
            viewport={"width": width, "height": 640}, java_script_enabled=script, base_url=house
        )
        values = {"session": signed, "language": language, "theme": theme}
        context.add_cookies([{"name": k, "value": v, "url": house} for k, v in values.items()])
        opened.append(context)
        return context.new_page()

    yield open_page
    for context in opened:
        context.close()


@pytest.mark.parametrize("width", [320, 360, 412])
@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh", "dark")])
def test_every_page_of_a_worker_fits_a_phone(phone, width, language, theme):
    page = phone(width, language, theme, script=True)
    for path in PAGES:
        assert page.goto(path).status == 200, path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.evaluate(SMALL) == [], path
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], path


@pytest.mark.parametrize("width", [360, 412])
def test_the_four_answers_stand_in_the_first_screen(phone, width):
    page = phone(width)
    page.goto("/standing")
    lines = page.locator(".answer-line")
    assert lines.count() == 4
    last = lines.last.bounding_box()
    assert last["y"] + last["height"] <= 640


def test_letters_twice_as_large_stay_on_the_page(phone):
    page = phone(360, script=True)
    for path in PAGES:
        page.goto(path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        cut = "[...document.querySelectorAll('main *')].filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth"
        assert page.evaluate(cut + " && getComputedStyle(e).overflowX != 'visible').length") == 0, (
            path
        )


def test_from_the_standing_to_the_square_code_without_script(phone):
    page = phone(360)
    page.goto("/")
    assert page.url.endswith("/standing")
    page.get_by_role("link", name=re.compile(r"^Show [A-Z]")).first.click()
    code = page.locator("svg.qr-code")
    assert code.bounding_box()["width"] >= 200
    page.get_by_role("link", name="Back to my standing").click()
    page.get_by_role("link", name="中文").click()
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
