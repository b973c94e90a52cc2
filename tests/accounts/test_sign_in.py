"""Signing in: quick to refuse guessing, silent about who is known, over when it ought to be over."""

import re
import statistics
import time
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine

from skillhub.accounts import services
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.journal import JournalLine
from skillhub.kernel.limits import limiter
from tests import make

PASSWORD = "three words suffice"
WRONG = "three words mislead"
HOME = "/accounts"


@pytest.fixture
def chief(root):
    """The administrator of the whole tree."""
    return make.user("administrator", root, login="chief", password=PASSWORD)


@pytest.fixture
def limited(app):
    """Limits switched on, counted anew."""
    limiter.enabled, was = True, limiter.enabled
    limiter.reset()
    yield
    limiter.reset()
    limiter.enabled = was


def enter(client, login="chief", password=PASSWORD, query="", **options):
    form = {"username": login, "password": password}
    return client.post(f"/sign-in{query}", data=form, **options)


def copy_of(app, client):
    """Another browser with the same cookie."""
    other = app.test_client()
    other.set_cookie("session", client.get_cookie("session").value)
    return other


def is_in(client):
    return client.get(HOME).status_code == 200


def test_the_right_password_opens_and_leads_on(client, chief):
    answer = enter(client, query="?next=/accounts")
    assert (answer.status_code, answer.location) == (302, "/accounts")
    assert is_in(client)


@pytest.mark.parametrize("login", ["CHIEF", " chief ", "ｃｈｉｅｆ"])
def test_width_and_case_of_a_login_do_not_matter(client, chief, login):
    enter(client, login)
    assert is_in(client)


@pytest.mark.parametrize("login", ["li.wei", "li-wei_2", "李伟", "wei@works.cn"])
def test_logins_people_have(client, root, login):
    make.user("administrator", root, login=login, password=PASSWORD)
    enter(client, login)
    assert is_in(client)


def test_a_stranger_is_asked_to_sign_in(client, root):
    answer = client.get(HOME)
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in")


def test_nobody_learns_which_accounts_exist(app, chief):
    make.user("judge", chief.roles[0].organisation, login="asleep", password=PASSWORD)
    pages = []
    for login, password in (("chief", WRONG), ("nobody", WRONG), ("no such", WRONG)):
        answer = enter(app.test_client(), login, password)
        page = re.sub(r'name="csrf_token"[^>]*>|value="[^"]*"|<code>.*?</code>', "", answer.text)
        pages.append((answer.status_code, page))
    assert pages[0] == pages[1] == pages[2]


def test_an_unknown_login_takes_as_long_as_a_wrong_password(app, chief):
    def seconds(login):
        client = app.test_client()
        began = time.perf_counter()
        enter(client, login, WRONG)
        return time.perf_counter() - began

    for login in ("chief", "nobody"):
        seconds(login)
    rounds = [(seconds("chief"), seconds("nobody")) for _ in range(15)]
    known, unknown = (statistics.median(column) for column in zip(*rounds, strict=True))
    print(f"known {known * 1000:.1f} ms, unknown {unknown * 1000:.1f} ms")
    assert 0.6 < unknown / known < 1.67


def test_the_password_is_kept_as_the_least_argon2id_allows(chief):
    assert chief.password.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_sign_in_is_new_each_time(app, chief):
    numbers = set()
    for _ in range(2):
        client = app.test_client()
        with client.session_transaction() as session:
            session["number"] = "planted"
        enter(client)
        with client.session_transaction() as session:
            numbers.add(session["number"])
    assert len(numbers) == 2
    assert "planted" not in numbers


def test_signing_out_ends_every_copy_and_no_other_sign_in(app, client, chief):
    enter(client)
    elsewhere = app.test_client()
    enter(elsewhere)
    kept = copy_of(app, client)

    client.post("/sign-out")

    assert (is_in(client), is_in(kept), is_in(elsewhere)) == (False, False, True)


def test_a_disabled_account_is_out_at_the_next_request(client, chief, operator):
    second = make.user(
        "administrator", chief.roles[0].organisation, login="second", password=PASSWORD
    )
    enter(client, "second")
    assert is_in(client)
    services.disable(second, "left", operator)
    assert not is_in(client)
    services.enable(second, operator)
    assert not is_in(client), "an old session does not come back to life"


def test_a_disabled_account_cannot_sign_in(client, chief, operator):
    second = make.user(
        "administrator", chief.roles[0].organisation, login="second", password=PASSWORD
    )
    services.disable(second, "left", operator)
    enter(client, "second")
    assert not is_in(client)


def test_a_new_password_ends_all_sign_ins(client, chief, operator):
    enter(client)
    services.set_password(chief, "four words suffice too", operator)
    assert not is_in(client)


def test_the_own_password_is_changed_with_a_line_in_the_journal(app, client, chief):
    enter(client)
    elsewhere = app.test_client()
    enter(elsewhere)
    form = {
        "password": PASSWORD,
        "new_password": "four words suffice too",
        "new_password_confirm": "four words suffice too",
    }

    assert client.post("/password", data=form).status_code == 302

    last = db.session.query(JournalLine).order_by(JournalLine.id.desc()).first()
    assert (last.verb, last.actor, last.subject) == (
        *("accounts.change_password", "chief", f"users:{chief.id}"),
    )
    assert "argon2" not in str(last.changes)
    assert (is_in(client), is_in(elsewhere)) == (True, False)


def test_a_short_new_password_is_refused(client, chief):
    enter(client)
    form = {
        "password": PASSWORD,
        "new_password": "elevensigns",
        "new_password_confirm": "elevensigns",
    }
    client.post("/password", data=form)
    assert enter(client.application.test_client()).status_code == 302


@pytest.mark.parametrize(
    ("silence", "total", "stays"),
    [
        pytest.param(
            timedelta(minutes=59), timedelta(minutes=59), True, id="59 minutes of silence"
        ),
        pytest.param(
            timedelta(minutes=61), timedelta(minutes=61), False, id="61 minutes of silence"
        ),
        pytest.param(
            timedelta(minutes=30), timedelta(hours=11, minutes=30), True, id="at work for 11 hours"
        ),
        pytest.param(
            timedelta(minutes=30), timedelta(hours=12, minutes=30), False, id="at work for 12 hours"
        ),
    ],
)
def test_a_sign_in_ends_after_silence_and_after_half_a_day(client, chief, silence, total, stays):
    with time_machine.travel(now(), tick=False) as traveller:
        enter(client)
        for _ in range(total // silence):
            traveller.shift(silence)
            last = is_in(client)
    assert last is stays


def test_no_cookie_revives_a_session(client, chief):
    client.post("/sign-in", data={"username": "chief", "password": PASSWORD, "remember": "y"})
    assert client.get_cookie("remember_token") is None


def test_no_token_signs_in(client, chief):
    token = chief.get_auth_token()
    assert client.get(HOME, headers={"Authentication-Token": token}).status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        *("https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example"),
        *(
            "\\\\evil.example",
            "javascript:alert(1)",
            "https:evil.example",
            "http://localhost@evil.example/",
        ),
    ],
)
def test_nobody_is_led_elsewhere(app, chief, target):
    for way in ("query", "form"):
        client = app.test_client()
        form = {"username": "chief", "password": PASSWORD}
        given = {"query_string": {"next": target}} if way == "query" else {}
        answer = client.post(
            "/sign-in", data={**form, "next": target} if way == "form" else form, **given
        )
        assert answer.status_code in (200, 302)
        led = urlsplit(answer.location or "")
        assert (led.scheme, led.netloc) == ("", "")
        assert not (answer.location or "").startswith(("//", "/\\", "\\"))


@pytest.mark.usefixtures("limited")
def test_guessing_one_account_is_slowed_down_from_anywhere(app, chief):
    for n in range(10):
        assert (
            enter(
                app.test_client(), password=WRONG, environ_base={"REMOTE_ADDR": f"10.0.0.{n}"}
            ).status_code
            == 200
        )
    answer = enter(app.test_client(), " ＣＨIEF", environ_base={"REMOTE_ADDR": "10.0.0.99"})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "frame-ancestors" in answer.headers["Content-Security-Policy"]


@pytest.mark.usefixtures("limited")
def test_guessing_from_one_address_is_slowed_down_for_all_accounts(app, chief):
    told = [enter(app.test_client(), f"guess{n}", WRONG).status_code for n in range(31)]
    assert told == [200] * 30 + [429]
    assert enter(app.test_client(), environ_base={"REMOTE_ADDR": "10.9.9.9"}).status_code == 302


@pytest.mark.usefixtures("limited")
def test_looking_at_the_form_costs_nothing(client, chief):
    assert {client.get("/sign-in").status_code for _ in range(40)} == {200}


@pytest.mark.usefixtures("limited")
def test_guessing_the_password_in_a_session_found_open_is_slowed_down(client, chief):
    enter(client)
    told = [client.post("/sign-in/again", data={"password": WRONG}).status_code for _ in range(11)]
    assert told == [200] * 10 + [429]


@pytest.mark.parametrize("body", [{"username": 5, "password": 5}, [1, 2], {"username": "chief"}])
def test_nobody_signs_in_by_anything_but_the_form(client, chief, body):
    assert client.post("/sign-in", json=body).status_code == 415
