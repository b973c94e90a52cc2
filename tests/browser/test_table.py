"""The score table in a real browser: typing, pasting, losing the network, and everything by keyboard alone."""

import json
import os
import random
import subprocess
import sys
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from skillhub.app import create_app
from skillhub.competitions.models import Event
from skillhub.entries.models import Entry
from skillhub.kernel.access import OPERATOR, Role
from skillhub.kernel.db import db, transaction
from skillhub.kernel.journal import JournalLine, act
from skillhub.kernel.settings import read_settings
from skillhub.marking import queries as marking
from skillhub.organisations.models import Organisation
from skillhub.table.models import TypedValue
from tests import make
from tests.browser.conftest import STOP, Year, _free_port, _wait_for
from tests.browser.test_accessible import DARK, DESK, PHONE, WIDTH, serious, tab_to

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
PASSWORD = "three words suffice"
FIVE = tuple((name, 100, 1) for name in ("theory", "practice", "tools", "safety", "drawing"))
NAMES = ("欧阳秀兰", "Søren Åkesson", "Li Wei", "Ortiz", "María", "Zhao Ting")
_codes = count(1)


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """A hall of its own: one organiser and two clerks at the real server."""
    folder, port = tmp_path_factory.mktemp("hall"), _free_port()
    known = {**os.environ, "SKILLHUB_INSTANCE": str(folder), "PYTHONPATH": str(ROOT)}
    known.pop("SKILLHUB_DATABASE_URL", None)
    app = create_app(read_settings(folder))
    with app.app_context():
        db.create_all()
        root = make.organisation("root", kind="union")
        for login in ("anna", "bruno", "clerk"):
            make.user(Role.ORGANISER, root, login=login, password=PASSWORD)
    command = [sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{port}", "--threads", "4"]
    with (folder / "server.log").open("wb") as log:
        run = [*command, "skillhub.app:create_app()"]
        server = subprocess.Popen(run, cwd=ROOT, env=known, stdout=log, stderr=log)
        try:
            _wait_for(f"http://127.0.0.1:{port}/verify", server)
            hall = Year(f"http://127.0.0.1:{port}", folder, PASSWORD)
            hall.app = app
            yield hall
        finally:
            server.terminate()
            server.wait(STOP)


class Contest:
    """One event with some people, and what the database holds of it."""

    def __init__(self, app, people=40, parts=FIVE):
        self.app = app
        with app.app_context():
            root = db.session.get(Organisation, 1)
            event = make.event(make.competition(root), code=f"e{next(_codes)}", parts=parts)
            self.entries = {}
            for n in range(1, people + 1):
                name = f"{NAMES[n % len(NAMES)]} {n:02d}"
                self.entries[f"{n:03d}"] = make.entry(event, f"{n:03d}", name=name).id
            self.id, self.competition = event.id, event.competition_id
            self.parts = [part.id for part in event.components]
        self.path = f"/competitions/{self.competition}/events/{self.id}/table"

    @contextmanager
    def asked(self):
        with self.app.app_context():
            yield db.session.get(Event, self.id)
            db.session.remove()

    def points(self):
        """What is stored, by number and place of the part."""
        codes = {key: code for code, key in self.entries.items()}
        with self.asked() as event:
            return {
                (codes[entry], self.parts.index(part)): str(sheet.points)
                for (entry, part), sheet in marking.of(event).items()
                if sheet.points is not None
            }

    def typed(self):
        with self.asked():
            rows = db.session.query(TypedValue).filter(
                TypedValue.entry_id.in_(self.entries.values())
            )
            return [(row.entry_id, row.value) for row in rows]


@pytest.fixture
def contest(year):
    return Contest(year.app)


@pytest.fixture
def at_table(visit, contest):
    def open_table(login="clerk", **options):
        page = visit(login, **options)
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto(contest.path)
        expect(page.locator("#score-table[data-ready=yes]")).to_be_attached()
        return page

    yield open_table
    # A value that is refused is answered by 409 or 422; that is no mistake of the page.
    told = (f"{contest.path}: {status}" for status in (409, 422))
    visit.complaints[:] = [c for c in visit.complaints if not c.endswith(tuple(told))]


def cell(page, number, part):
    """The cell of a person in a part, by its accessible name."""
    row = page.locator("tbody tr", has=page.locator(f"td.score-number:text-is('{number}')"))
    return row.locator("td.score-cell").nth(part)


def paste(page, text):
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")


def saved(page):
    expect(page.locator("[data-saved]")).to_contain_text("all saved")


def block(seed=1, rows=40, columns=5):
    chance = random.Random(seed)
    return [[f"{chance.randint(100, 200) / 2:g}" for _ in range(columns)] for _ in range(rows)]


def as_text(values):
    return "\r\n".join("\t".join(row) for row in values) + "\r\n"


def shown_order(page):
    return page.locator("td.score-number").all_inner_texts()


def test_a_block_goes_to_the_right_people_even_when_the_rows_were_sorted(at_table, contest):
    page = at_table()
    page.locator("[data-order]").select_option("name")
    order = shown_order(page)
    assert order != sorted(order)
    cell(page, order[0], 0).click()
    values = block()
    paste(page, as_text(values))
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("40 rows: 40 matched, 0 without a person, 200 values change")
    assert contest.points() == {}
    dialog.get_by_role("button", name="Apply").click()
    confirm_what_is_asked(page)
    saved(page)
    wanted = {(order[i], j): v for i, row in enumerate(values) for j, v in enumerate(row)}
    assert contest.points() == wanted
    assert len(contest.typed()) == 200


def confirm_what_is_asked(page):
    """Type each unlikely value again: random numbers hold some."""
    problems = page.locator("[data-problems] li a")
    page.wait_for_timeout(700)
    while problems.count():
        problems.first.click()
        here = page.locator("td.score-cell:focus")
        text = here.inner_text()
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        page.wait_for_timeout(300)


def test_of_a_block_with_one_text_nothing_is_saved_until_it_is_mended(at_table, contest):
    page = at_table()
    values = [[str(60 + (3 * i + 7 * j) % 17) for j in range(5)] for i in range(40)]
    values[6][2] = "sick"
    cell(page, "001", 0).click()
    paste(page, as_text(values))
    expect(page.get_by_role("dialog")).to_contain_text("200 values change, 1 to mend")
    page.get_by_role("dialog").get_by_role("button", name="Apply").click()
    problems = page.locator("[data-problems]")
    expect(problems).to_contain_text("“sick” is no number for Tools")
    expect(problems).to_contain_text("199 values of the pasted block wait")
    wrong = cell(page, "007", 2)
    expect(wrong).to_have_text("sick")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    page.wait_for_timeout(600)
    assert contest.points() == {}
    problems.get_by_role("link").first.click()
    expect(wrong).to_be_focused()
    page.keyboard.type("66")
    page.keyboard.press("Enter")
    confirm_what_is_asked(page)
    saved(page)
    assert len(contest.points()) == 200
    assert contest.points()["007", 2] == "66"


def test_twenty_values_survive_a_dead_network_and_a_reload(at_table, contest):
    """The first values reach the server and only its answer is lost; the others never leave."""
    page = at_table()
    state = {"first": True}

    def dead(route):
        if state.pop("first", False):
            route.fetch()
        route.abort()

    page.route(
        f"**{contest.path}", lambda r: dead(r) if r.request.method == "POST" else r.fallback()
    )
    cell(page, "001", 0).click()
    for n in range(20):
        page.keyboard.type(f"{70 + n % 9},5")
        page.keyboard.press("Enter")
    expect(page.locator("[data-saved]")).to_contain_text("not sent: 20")
    page.reload()
    expect(page.locator("[data-saved]")).to_contain_text("not sent: 20")
    for n in range(20):
        expect(cell(page, f"{n + 1:03d}", 0)).to_have_text(f"{70 + n % 9}.5")
    page.unroute_all()
    page.evaluate("dispatchEvent(new Event('online'))")
    saved(page)
    assert contest.points() == {(f"{n + 1:03d}", 0): f"{70 + n % 9}.5" for n in range(20)}
    assert len(contest.typed()) == 20
    with contest.asked():
        lines = db.session.query(JournalLine).filter_by(
            verb="marking.enter", subject=f"events:{contest.id}"
        )
        assert sum(len(line.changes) for line in lines) == 20


def test_two_clerks_keep_both_or_see_both(at_table, contest, visit):
    anna, bruno = at_table("anna"), at_table("bruno")
    cell(anna, "001", 0).click()
    anna.keyboard.type("70\n")
    cell(bruno, "001", 1).click()
    bruno.keyboard.type("75\n")
    saved(anna)
    saved(bruno)
    assert contest.points() == {("001", 0): "70", ("001", 1): "75"}
    cell(bruno, "001", 0).click()
    with bruno.expect_response(lambda answer: answer.request.method == "POST") as answer:
        bruno.keyboard.type("72\n")
    assert answer.value.status == 409
    problems = bruno.locator("[data-problems]")
    expect(problems).to_contain_text("you typed 72, meanwhile 70 was stored by Anna")
    assert contest.points()["001", 0] == "70"
    problems.get_by_role("button", name="Keep mine: 72").click()
    saved(bruno)
    assert contest.points()["001", 0] == "72"


def test_five_states_come_back_as_they_were(at_table, contest):
    page = at_table()
    cell(page, "001", 0).click()
    page.keyboard.type("0\n")
    page.keyboard.press("a")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("w")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("d")
    page.get_by_role("dialog").get_by_label("Reason").fill("copied")
    page.keyboard.press("Enter")
    saved(page)
    page.reload()
    shown = [cell(page, f"00{n}", 0).inner_text() for n in range(1, 6)]
    assert shown == ["0", "absent", "withdrawn", "disqualified", ""]
    expect(cell(page, "003", 0)).to_have_attribute(
        "aria-label", "003 Ortiz 03, Theory, withdrawn, empty"
    )
    cell(page, "002", 0).click()
    page.keyboard.type("5\n")
    expect(page.locator("[data-problems]")).to_contain_text("this row is “absent”")
    cell(page, "002", 0).click()
    page.keyboard.press("Escape")
    page.keyboard.press("Delete")
    saved(page)
    expect(cell(page, "002", 0)).to_have_text("")


def test_the_whole_flow_by_keyboard_alone(visit, contest):
    page = visit()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/sign-in")
    tab_to(page, page.get_by_label("Username"))
    page.keyboard.type("clerk")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/sign-in" not in address)
    page.goto(contest.path)
    expect(page.locator("#score-table[data-ready=yes]")).to_be_attached()
    tab_to(page, cell(page, "001", 0))
    page.keyboard.type("71")
    page.keyboard.press("Tab")
    page.keyboard.type("72")
    page.keyboard.press("Enter")
    expect(cell(page, "002", 1)).to_be_focused()
    page.keyboard.type("8")
    page.keyboard.press("Escape")
    expect(cell(page, "002", 1)).to_have_text("")
    page.keyboard.type("82")
    page.keyboard.press("Shift+Enter")
    expect(cell(page, "001", 1)).to_be_focused()
    page.keyboard.press("F2")
    page.keyboard.press("End")
    page.keyboard.type(".5")
    page.keyboard.press("Shift+Tab")
    expect(cell(page, "001", 0)).to_be_focused()
    expect(cell(page, "001", 1)).to_have_text("72.5")
    saved(page)
    page.keyboard.press("Control+z")
    expect(cell(page, "001", 1)).to_have_text("72")
    page.keyboard.press("Control+y")
    expect(cell(page, "001", 1)).to_have_text("72.5")
    page.keyboard.press("/")
    page.keyboard.type("30")
    page.keyboard.press("Enter")
    expect(cell(page, "030", 0)).to_be_focused()
    paste(page, "77\t78\n66\t67\n")
    tab_to(page, page.get_by_role("dialog").get_by_role("button", name="Apply"))
    page.keyboard.press("Enter")
    expect(cell(page, "031", 1)).to_have_text("67")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys of the score table")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Delete")
    saved(page)
    page.keyboard.press("Tab")
    expect(page.locator("td.score-cell:focus")).to_have_count(0)  # the table is one stop
    assert contest.points() == {
        ("001", 0): "71",
        ("001", 1): "72.5",
        ("002", 1): "82",
        ("030", 0): "77",
        ("031", 0): "66",
        ("031", 1): "67",
    }


def test_another_order_leaves_the_cursor_with_its_person(at_table):
    page = at_table()
    cell(page, "005", 2).click()
    page.locator("[data-order]").select_option("name")
    here = page.locator("td.score-cell[tabindex='0']")
    expect(here).to_have_count(1)
    expect(here).to_have_attribute("aria-label", "005 Zhao Ting 05, Tools, blank, empty")


def test_an_unlikely_value_is_typed_again(at_table, contest):
    page = at_table()
    cell(page, "001", 0).click()
    for n in range(12):
        page.keyboard.type(f"{70 + n}\n")
    saved(page)
    cell(page, "013", 0).click()
    page.keyboard.type("7.4\n")
    problems = page.locator("[data-problems]")
    expect(problems).to_contain_text("did the decimal point slip?")
    assert ("013", 0) not in contest.points()
    cell(page, "013", 0).click()
    page.keyboard.type("7.4\n")
    saved(page)
    expect(problems).to_be_hidden()
    assert contest.points()["013", 0] == "7.4"


def test_a_block_with_names_finds_its_people_and_asks_for_namesakes(at_table, contest, year):
    with year.app.app_context():
        for code in ("038", "039"):
            entry = db.session.get(Entry, contest.entries[code])
            with transaction():
                entry.name = "Li Wei"
                act(OPERATOR, "test.make")
    page = at_table()
    cell(page, "001", 0).click()
    paste(page, "Name\tTheory\nOrtiz 03\t61\nLi Wei\t62\nNobody\t63\n")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("3 rows: 1 matched, 2 without a person, 1 values change")
    dialog.get_by_label("Which Li Wei?").select_option(index=2)
    expect(dialog).to_contain_text("2 matched")
    dialog.get_by_role("button", name="Apply").click()
    saved(page)
    assert contest.points() == {("003", 0): "61", ("039", 0): "62"}


def test_signing_out_with_values_that_wait_asks_first(at_table, contest):
    page = at_table("bruno")
    page.route(
        f"**{contest.path}",
        lambda route: route.abort() if route.request.method == "POST" else route.fallback(),
    )
    cell(page, "001", 0).click()
    page.keyboard.type("50\n")
    expect(page.locator("[data-saved]")).to_contain_text("not sent: 1")
    page.get_by_text("Bruno", exact=True).first.click()
    page.get_by_role("button", name="Sign out").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 values are not sent")
    dialog.get_by_role("button", name="No").click()
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "50" in kept
    page.unroute_all()
    page.evaluate("dispatchEvent(new Event('online'))")
    saved(page)


def test_a_finger_opens_the_field_with_the_keys_for_numbers(at_table):
    page = at_table(width=360, height=740, has_touch=True)
    cell(page, "002", 0).tap()
    field = page.locator("td.editor input")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("inputmode", "decimal")


def test_axe_finds_nothing_in_the_table(at_table):
    page = at_table(color_scheme="light", reduced_motion="reduce")
    cell(page, "001", 0).click()
    page.keyboard.type("72\n120\n")
    page.keyboard.press("d")
    page.keyboard.press("Escape")
    saved_or_wrong = page.locator("[data-problems]")
    expect(saved_or_wrong).to_be_visible()
    page.set_viewport_size(DESK)
    page.evaluate(Axe().axe_script)
    found = serious(page)
    page.set_viewport_size(PHONE)
    page.evaluate(DARK)
    found += serious(page)
    page.keyboard.press("?")
    found += serious(page)
    assert found == []
    assert page.evaluate(WIDTH) <= PHONE["width"]
    assert json.loads(page.locator("#table-page").inner_text())["open"]


def test_a_big_event_is_shown_piece_by_piece(visit, year):
    contest = Contest(year.app, people=230, parts=FIVE[:1])
    page = visit("clerk")
    page.goto(contest.path)
    expect(page.locator("[data-pieces]")).to_contain_text("rows 1 to 200 of 230")
    cell(page, "200", 0).click()
    page.keyboard.type("70\n")
    page.keyboard.type("71\n")
    expect(cell(page, "202", 0)).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("3\n")
    expect(cell(page, "003", 0)).to_be_focused()
    page.get_by_role("button", name="Rows after").click()
    expect(page.locator("[data-pieces]")).to_contain_text("rows 31 to 230 of 230")
    saved(page)
    assert contest.points() == {("200", 0): "70", ("201", 0): "71"}
    page.locator("[data-order]").select_option("rank")
    here = page.locator("td.score-cell[tabindex='0']")
    expect(here).to_have_attribute("aria-label", "201 Ortiz 201, Theory, 71, sent")
