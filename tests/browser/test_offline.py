"""The score table without a network: the page opens, typing goes on, and what waited goes once it is back."""

# ruff: noqa: F811  (a fixture that is imported is asked for by its name)

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, expect

from skillhub.app import create_app
from skillhub.kernel.access import Role
from skillhub.kernel.db import db
from skillhub.kernel.settings import read_settings
from tests import make
from tests.browser.conftest import STOP, Guest, Year, _free_port, _wait_for
from tests.browser.test_accessible import DARK, DESK, PHONE, WIDTH, serious
from tests.browser.test_table import (  # noqa: F401  (its hall, its contest, its table)
    PASSWORD,
    ROOT,
    Contest,
    at_table,
    cell,
    contest,
    saved,
    year,
)

pytestmark = pytest.mark.browser
CACHED = """async () => {
  const all = {};
  for (const name of await caches.keys()) {
    const kept = await (await caches.open(name)).keys();
    all[name.split("-")[1]] = kept.map(({ method, url }) => `${method} ${url.replace(location.origin, "")}`);
  }
  return all;
}"""

KEPT_BUILD = "path => caches.match(path).then(kept => kept?.headers.get('X-Keep-Build'))"


@pytest.fixture
def kept(at_table, contest):
    """A table whose page the browser has kept."""

    def open_table(login="clerk", **options):
        page = at_table(login, **options)
        wait_until_kept(page, contest.path)
        return page

    return open_table


def wait_until_kept(page, path, build=""):
    """Wait until the page lies in the browser; if a build is named, the page of that build."""
    for _ in range(100):
        kept = page.evaluate(KEPT_BUILD, path)
        if kept and kept.startswith(build):
            return
        page.wait_for_timeout(100)
    raise AssertionError(page.evaluate(CACHED))


def type_down(page, number, *values, part=0):
    cell(page, number, part).click()
    for value in values:
        page.keyboard.type(f"{value}\n")


def shown(page, n, part=0):
    return [cell(page, f"{i + 1:03d}", part).inner_text() for i in range(n)]


def note(page):
    return page.locator("[data-offline]")


def test_six_values_three_of_them_typed_offline_survive_a_reload_and_are_stored_once(kept, contest):
    page = kept()
    type_down(page, "001", 71, 72, 73)
    saved(page)
    page.wait_for_timeout(700)  # what the server told is put beside the page
    page.context.set_offline(True)
    lost = []
    page.on("requestfailed", lambda request: lost.append(request.url))
    type_down(page, "004", 74, 75, 76)
    expect(page.locator("[data-saved]")).to_contain_text("not sent: 3")
    expect(note(page)).to_contain_text("No connection since")
    expect(note(page)).to_contain_text("Nothing is lost")
    page.reload()
    expect(page.locator("#score-table[data-ready=yes]")).to_be_attached()
    assert shown(page, 6) == ["71", "72", "73", "74", "75", "76"]
    expect(note(page)).to_contain_text("No connection since")
    expect(page.locator("[data-saved]")).to_contain_text("not sent: 3")
    assert [url for url in lost if "/static/" in url] == []
    type_down(page, "007", 77)
    page.context.set_offline(False)
    saved(page)
    expect(note(page)).to_contain_text("The connection is back")
    assert contest.points() == {(f"{n:03d}", 0): str(70 + n) for n in range(1, 8)}
    assert len(contest.typed()) == 7
    page.get_by_role("button", name="Load the page anew").click()
    expect(page.locator("#score-table[data-ready=yes]")).to_be_attached()
    expect(note(page)).to_be_hidden()
    assert shown(page, 7) == [str(70 + n) for n in range(1, 8)]


def test_nothing_is_kept_but_the_table_and_its_files(kept, contest):
    page = kept()
    for path in ("/", contest.path.replace("/table", "/marks"), "/competitions", contest.path):
        page.goto(path)
    type_down(page, "001", 71)
    saved(page)
    page.wait_for_timeout(700)
    found = page.evaluate(CACHED)
    assert found["pages"] == [f"GET {contest.path}", f"GET {contest.path}?values"]
    assert "GET /static/js/table/page.js" in found["files"]
    found["files"].remove("GET /worker.json")  # the list of them
    assert all(name.startswith("GET /static/") for name in found["files"])


def is_kept(page, path):
    """Open an address without a network."""
    page.context.set_offline(True)
    try:
        page.goto(path)
    except Error:
        return False
    finally:
        page.context.set_offline(False)
    return "score-table" in page.content()


def test_signing_out_leaves_nothing_behind(kept, contest):
    page = kept("bruno")
    assert is_kept(page, contest.path)
    page.goto(contest.path)
    page.get_by_text("Bruno", exact=True).first.click()
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url(lambda address: "/table" not in address)
    assert "pages" not in page.evaluate(CACHED)
    assert not is_kept(page, contest.path)


def test_another_account_sees_neither_the_page_nor_the_values(kept, contest, visit):
    page = kept()
    page.context.set_offline(True)
    page.context.clear_cookies()  # the sign-in has run out: what a closing page still sends is refused
    type_down(page, "001", 71)
    expect(page.locator("[data-saved]")).to_contain_text("not sent: 1")
    page.goto("about:blank")
    page.context.set_offline(False)
    visit.sign_in(page, "anna")
    assert not is_kept(page, contest.path)
    page.goto(contest.path)
    expect(page.locator("#score-table[data-ready=yes]")).to_be_attached()
    expect(cell(page, "001", 0)).to_have_text("")
    expect(page.locator("[data-saved]")).to_have_text("")
    wait_until_kept(page, contest.path)
    assert contest.points() == {}


def test_a_sign_in_that_ran_out_is_asked_for_and_the_values_go(kept, contest, visit):
    page = kept()
    page.context.set_offline(True)
    type_down(page, "001", 71, 72)
    page.context.clear_cookies()
    page.context.set_offline(False)
    expect(note(page)).to_contain_text("you are signed out")
    note(page).get_by_role("link", name="Sign in").click()
    page.get_by_label("Username").fill("clerk")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: address.endswith(contest.path))
    saved(page)
    assert contest.points() == {("001", 0): "71", ("002", 0): "72"}
    assert len(contest.typed()) == 2
    visit.complaints[:] = [c for c in visit.complaints if not c.endswith("/table: 400")]


def test_a_page_that_stood_through_a_new_sign_in_asks_for_leave_by_itself(kept, contest, visit):
    page = kept()
    other = page.context.new_page()
    page.context.clear_cookies()
    visit.sign_in(other, "clerk")
    type_down(page, "001", 71)
    saved(page)
    page.context.clear_cookies()
    visit.sign_in(other, "anna")
    type_down(page, "002", 72)
    expect(page.locator("[data-saved]")).to_contain_text("another account is signed in here")
    assert contest.points() == {("001", 0): "71"}
    visit.complaints[:] = [c for c in visit.complaints if not c.endswith("/table: 400")]


def test_what_another_stored_meanwhile_stands_beside_mine(kept, contest, at_table):
    page, anna = kept(), at_table("anna")
    page.context.set_offline(True)
    type_down(page, "001", 72)
    type_down(anna, "001", 70)
    saved(anna)
    page.reload()
    page.context.set_offline(False)
    problems = page.locator("[data-problems]")
    expect(problems).to_contain_text("you typed 72, meanwhile 70 was stored by Anna")
    problems.get_by_role("button", name="Keep mine: 72").click()
    saved(page)
    assert contest.points() == {("001", 0): "72"}


def test_a_page_is_kept_no_longer_than_a_sign_in_lasts(kept, contest):
    page = kept()
    page.evaluate(
        """async ([path, hours]) => {
          const name = (await caches.keys()).find(one => one.includes("pages"));
          const cache = await caches.open(name), kept = await cache.match(path);
          const headers = new Headers(kept.headers);
          headers.set("X-Kept-At", Date.now() - hours * 3600 * 1000);
          await cache.put(path, new Response(await kept.text(), { headers }));
        }""",
        [contest.path, 12.1],
    )
    assert not is_kept(page, contest.path)


def test_axe_finds_nothing_while_the_network_is_gone(kept):
    page = kept(reduced_motion="reduce")
    page.evaluate(Axe().axe_script)
    page.context.set_offline(True)
    type_down(page, "001", 71)
    expect(note(page)).to_be_visible()
    page.set_viewport_size(DESK)
    found = serious(page)
    page.set_viewport_size(PHONE)
    page.evaluate(DARK)
    assert found + serious(page) == []
    assert page.evaluate(WIDTH) <= PHONE["width"]


# --- an update -------------------------------------------------------------------------------------------------------


@pytest.fixture
def house(tmp_path, browser):
    """A copy of the program that can be changed and started anew."""
    copy = tmp_path / "house"
    for name in ("skillhub", "templates", "static"):
        leave = shutil.ignore_patterns("fonts", "__pycache__", "*.br", "*.gz", "readme")
        shutil.copytree(ROOT / name, copy / name, ignore=leave)
    folder, port = tmp_path / "instance", _free_port()
    app = create_app(read_settings(folder))
    with app.app_context():
        db.create_all()
        root = make.organisation("root", kind="union")
        make.user(Role.ORGANISER, root, login="clerk", password=PASSWORD)
    contest = Contest(app, people=3)
    known = {**os.environ, "SKILLHUB_INSTANCE": str(folder), "PYTHONPATH": str(copy)}
    known.pop("SKILLHUB_DATABASE_URL", None)
    run = [sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{port}", "--threads", "4"]

    @contextmanager
    def served():
        with (folder / "server.log").open("ab") as log:
            command = [*run, "skillhub.app:create_app()"]
            server = subprocess.Popen(command, cwd=copy, env=known, stdout=log, stderr=log)
        try:
            _wait_for(f"http://127.0.0.1:{port}/verify", server)
            yield
        finally:
            server.terminate()
            server.wait(STOP)

    guest = Guest(browser, Year(f"http://127.0.0.1:{port}", folder, PASSWORD))
    yield copy, served, guest, contest
    guest.close()


@pytest.mark.parametrize("settled", [True, False])
def test_an_update_brings_the_page_and_its_program_together(house, settled):
    """The server goes again once the browser has the update, or in the midst of it."""
    copy, served, visit, contest = house
    ready = "#score-table[data-ready=yes]"
    program, drawn = copy / "static/js/table/words.js", copy / "templates/table/index.html"
    program.write_text(f'{program.read_text()}\ndocument.body.dataset.program = "one";\n')
    drawn.write_text(drawn.read_text().replace('id="score-table"', 'id="score-table" class="one"'))
    with served():
        page = visit("clerk")
        page.goto(contest.path)
        wait_until_kept(page, contest.path)
    page.reload()  # the server is gone
    expect(page.locator(ready)).to_be_attached()
    type_down(page, "001", 71)
    expect(note(page)).to_contain_text("No connection since")

    for path in (program, drawn):
        path.write_text(path.read_text().replace('"one"', '"two"'))
    with served():
        page.reload()
        expect(page.locator(f"[data-program=two] {ready}")).to_be_attached()
        if settled:
            listed = page.evaluate("fetch('/worker.json').then(list => list.json())")
            wait_until_kept(page, contest.path, listed["build"])
    page.reload()
    expect(page.locator(ready)).to_be_attached()
    builds = {page.locator("body").get_attribute("data-program")}
    builds.add(page.locator("#score-table").get_attribute("class").split()[0])
    assert builds == {"two"} if settled else len(builds) == 1
    assert contest.points() == {("001", 0): "71"}
