"""How much a phone has to load, and how often the database is asked."""

import gzip
import re

import brotli
import pytest

from skillhub.kernel.db import db
from skillhub.kernel.settings import ROOT
from skillhub.occupations.models import Occupation
from tests import make
from tests.portal import workers
from tests.portal.counting import statements

PHONE = {"Accept-Encoding": "gzip, br"}
ASSET = re.compile(r'(?:href|src)="/(static/[^"#]+)')


def transferred(page):
    """Bytes of a page and of every file that it names, as they travel."""
    html = page.data if page.content_encoding != "gzip" else gzip.decompress(page.data)
    files = set(ASSET.findall(html.decode()))
    assert files
    return len(page.data) + sum(len(brotli.compress((ROOT / name).read_bytes())) for name in files)


@pytest.mark.parametrize(
    "rows", [pytest.param(1, id="one of each"), pytest.param(12, id="twelve of each")]
)
def test_a_standing_weighs_little(root, sign_in, rows):
    _, user = workers.full(root, rows=rows)
    page = sign_in(user).get("/standing", headers=PHONE)
    whole = transferred(page)
    print(f"standing, {rows} of each: {len(page.data)} bytes of HTML, {whole} in all")
    assert len(page.data) <= 15_000  # the promise is 30 KB; this much comes in one go
    assert whole <= 30_000  # the promise is 60 KB


def test_a_verify_page_weighs_little(root, client):
    person, _ = workers.empty(root)
    judge, checker = make.user("judge", root), make.user("checker", root)
    event = workers.final_event(root, make.occupation(), person, judge, checker, 0)
    paper = workers.make_paper(event, person, root)
    page = client.get(f"/v/{paper.code}", headers=PHONE)
    assert page.status_code == 200
    whole = transferred(page)
    print(f"verify: {len(page.data)} bytes of HTML, {whole} in all")
    assert whole <= 20_000


def test_pages_with_secrets_are_never_compressed(app, root, client, sign_in, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    _, user = workers.empty(root)
    assert sign_in(user).get("/standing", headers=PHONE).content_encoding is None
    assert client.get("/sign-in", headers=PHONE).content_encoding is None
    home = client.get("/", headers=PHONE)
    assert home.content_encoding == "gzip"
    assert "Accept-Encoding" in home.headers["Vary"]
    assert b"csrf_token" not in gzip.decompress(home.data)
    assert client.get("/").content_encoding is None


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/standing", 17),
        ("/standing/results", 5),
        ("/standing/certificates", 4),
        ("/standing/changes", 14),
    ],
)
def test_as_many_questions_for_many_rows_as_for_one(root, sign_in, path, most):
    person, user = workers.full(root)
    browser = sign_in(user)
    once = questions(browser, path)
    workers.more(person, root, db.session.query(Occupation).one(), range(1, 12), of=3)
    assert once == questions(browser, path)
    print(path, len(once))
    assert len(once) <= most


def test_as_many_questions_for_much_work_as_for_little(root, sign_in):
    person, _ = workers.full(root)
    browser = sign_in(make.user("administrator", root))
    once = questions(browser, "/work")
    workers.more(person, root, db.session.query(Occupation).one(), range(1, 12), of=3)
    assert once == questions(browser, "/work")
    print("/work", len(once))
    assert len(once) <= 18


def questions(browser, path):
    """What a page asks the database."""
    with statements() as sent:
        assert browser.get(path).status_code == 200
    return [one.partition(" WHERE ")[0].partition("\nWHERE ")[0] for one in sent if one != "BEGIN"]
