"""What an administrator sees and does, and what an auditor may only look at."""

import re

import pytest

from skillhub.accounts.models import User
from skillhub.kernel.db import db
from tests import make


@pytest.fixture
def works(root):
    make.user("administrator", root, login="chief")
    return make.organisation("works", parent=root, name="Works")


@pytest.fixture
def browser(works, sign_in):
    return sign_in(make.user("administrator", works, login="foreman"))


NEW = {"login": "li.wei", "name": "Li Wei", "role": "judge", "organisation": "works"}


def by_login(login):
    return db.session.query(User).filter_by(username=login).one()


def test_a_first_password_is_made_and_shown_once(app, browser):
    page = browser.post("/accounts/add", data=NEW)
    (password,) = re.findall(r"\b(?:[a-z2-9]{4}-){3}[a-z2-9]{4}\b", page.text)
    other = app.test_client()
    other.post("/sign-in", data={"username": "li.wei", "password": password})
    assert other.get("/password").status_code == 200
    assert password not in browser.get(f"/accounts/{by_login('li.wei').id}").text
    assert password not in browser.get("/journal").text


def test_a_typed_password_is_not_shown(browser):
    page = browser.post("/accounts/add", data={**NEW, "password": "three words suffice"})
    assert "The account is open" in page.text
    assert "three words suffice" not in page.text


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"organisation": "nowhere"}, "There is no organisation of this code or name."),
        ({"organisation": "root"}, "There is nothing at this address."),
        ({"person": "99999"}, "There is nobody with this worker number."),
        ({"password": "short"}, "at least 12 characters"),
        ({"login": "foreman"}, "This login is taken."),
        ({"role": "emperor"}, "Not a valid choice"),
    ],
)
def test_a_refusal_stands_in_the_form_and_keeps_what_was_typed(browser, change, told):
    page = browser.post("/accounts/add", data={**NEW, **change})
    assert told in page.text
    assert 'value="Li Wei"' in page.text
    assert db.session.query(User).filter_by(username="li.wei").count() == 0


def test_roles_are_given_and_withdrawn_on_the_page(browser, works):
    user = make.user("judge", works, login="judge")
    browser.post(f"/accounts/{user.id}/grants", data={"role": "checker", "organisation": "Works"})
    held = {grant.role: grant.id for grant in by_login("judge").roles}
    assert set(held) == {"judge", "checker"}
    browser.post(f"/accounts/{user.id}/grants/{held['judge']}/withdraw")
    assert [grant.role for grant in by_login("judge").roles] == ["checker"]


def test_an_account_is_changed_from_the_state_that_was_seen(browser, works):
    user = make.user("judge", works, login="judge")
    form = {"name": "New", "version": user.version}
    assert browser.post(f"/accounts/{user.id}/edit", data=form).status_code == 302
    page = browser.post(f"/accounts/{user.id}/edit", data={**form, "name": "Newer"})
    assert "Somebody changed this meanwhile" in page.text
    assert by_login("judge").name == "New"


def test_the_list_is_searched(browser, works):
    make.user("judge", works, login="wanted")
    make.user("checker", works, login="unwanted-checker")
    assert "No account fits" in browser.get("/accounts?q=nosuch").text
    page = browser.get("/accounts?q=want&role=judge&state=active").text
    assert ">wanted<" in page
    assert "unwanted-checker" not in page


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", f"page={10**30}", "page=x", "role=%FF", "q=%25"]
)
def test_strange_questions_get_an_answer(browser, query):
    assert browser.get(f"/accounts?{query}").status_code == 200


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "x"])
def test_strange_days_get_an_answer(browser, day):
    assert browser.get(f"/journal?day={day}").status_code == 200


def test_an_auditor_looks_and_does_not_touch(works, sign_in):
    user = make.user("judge", works, login="judge")
    browser = sign_in(make.user("auditor", works))
    page = browser.get(f"/accounts/{user.id}")
    assert page.status_code == 200
    assert "Withdraw" not in page.text
    assert browser.post(f"/accounts/{user.id}/enable").status_code == 403


def test_the_journal_shows_before_and_after(browser, works):
    user = make.user("judge", works, login="judge")
    browser.post(f"/accounts/{user.id}/edit", data={"name": "Zhang <b>", "version": user.version})
    page = browser.get("/journal?verb=accounts.edit").text
    assert "<del>Judge</del>" in page
    assert "<ins>Zhang &lt;b&gt;</ins>" in page
    assert "No line fits" in browser.get("/journal?day=2020-01-01").text
    address = re.search(r"/journal/\d+", page)[0]
    assert "<del>Judge</del>" in browser.get(address).text


def test_the_page_for_one_account_is_nowhere_for_others(root, sign_in, works):
    other = make.organisation("other", parent=root)
    browser = sign_in(make.user("administrator", other))
    user = make.user("judge", works)
    for address in ("", "/edit", "/password", "/disable"):
        assert browser.get(f"/accounts/{user.id}{address}").status_code == 404
    assert browser.get("/accounts/99999").status_code == 404


def test_only_who_may_add_an_account_is_offered_it(browser, works, sign_in):
    assert "Add an account" in browser.get("/accounts").text
    page = sign_in(make.user("auditor", works)).get("/accounts")
    assert "foreman" in page.text
    assert "Add an account" not in page.text
