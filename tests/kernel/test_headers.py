"""What every answer carries, whatever it is: a page, a file, a refusal or a breakdown."""

import re
from pathlib import Path

import pytest

from skillhub.app import create_app
from skillhub.kernel.settings import read_settings

ROOT = Path(__file__).resolve().parents[2]
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
ADDRESSES = [
    pytest.param("/", 200, id="a page"),
    pytest.param("/sign-in", 200, id="a form"),
    pytest.param("/accounts", 302, id="a page for others"),
    pytest.param("/no-such-page", 404, id="nothing there"),
    pytest.param("/sign-out", 405, id="the wrong kind of request"),
    pytest.param("/broken", 500, id="a breakdown"),
    pytest.param("/static/css/tokens.css", 200, id="a file"),
    pytest.param("/static/img/logo.svg", 200, id="a drawing"),
    pytest.param("/static/no-such-file.css", 404, id="no such file"),
    pytest.param("/static/../pyproject.toml", 404, id="a way out"),
]


@pytest.fixture(scope="module")
def broken_app(tmp_path_factory):
    def broken():
        raise ZeroDivisionError

    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("SKILLHUB_DATABASE_URL", raising=False)
        environment.setenv("SKILLHUB_SECURE_COOKIES", "yes")
        environment.setenv("SKILLHUB_PUBLIC_URL", "https://skills.example")
        app = create_app(read_settings(tmp_path_factory.mktemp("headers")))
    app.add_url_rule("/broken", view_func=broken)
    return app


def ask(app, address, **options):
    return app.test_client().get(address, base_url="https://skills.example", **options)


def wrong(answer):
    """Say what an answer lacks."""
    policy = answer.headers.get("Content-Security-Policy", "")
    found = [n for n, value in ALWAYS.items() if answer.headers.get(n) != value]
    found += [
        part
        for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'")
        if part not in policy
    ]
    found += re.findall(r"'unsafe-[\w-]+'|\*|https?:", policy)
    return found


@pytest.mark.parametrize(("address", "status"), ADDRESSES)
def test_every_answer_is_guarded(broken_app, address, status):
    answer = ask(broken_app, address)
    if address != "/" or answer.status_code != 404:  # the home page is another floor's
        assert answer.status_code == status
    assert wrong(answer) == []
    age = re.search(r"max-age=(\d+)", answer.headers.get("Strict-Transport-Security", ""))
    assert age
    assert int(age[1]) >= 31_536_000
    assert "includeSubDomains" in answer.headers["Strict-Transport-Security"]


def test_a_breakdown_tells_nothing_of_itself(broken_app):
    page = ask(broken_app, "/broken").text
    assert "ZeroDivision" not in page
    assert "Traceback" not in page


def test_the_session_cookie_is_bound_to_the_host(broken_app):
    cookies = ask(broken_app, "/sign-in").headers.getlist("Set-Cookie")
    session = next(c for c in cookies if c.startswith("__Host-session="))
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(session.split("; "))
    assert "Domain" not in session


@pytest.mark.parametrize("address", ["/", "/sign-in", "/accounts", "/no-such-page"])
@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host", "X-Forwarded-Server", "Forwarded"])
def test_a_poisoned_host_reaches_no_page(broken_app, address, header):
    value = "host=evil.example" if header == "Forwarded" else "evil.example"
    answer = ask(broken_app, address, headers={header: value})
    assert "evil.example" not in answer.text
    assert "evil.example" not in str(answer.headers)


def test_a_page_asked_for_in_the_clear_moves_to_https(broken_app):
    answer = broken_app.test_client().get("/verify?q=1", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.location) == (302, "https://skills.example/verify?q=1")


def test_links_to_the_outside_come_from_the_settings():
    asking = re.compile(r"_external\s*=\s*True|request\.(host|host_url|url_root|base_url|url)\b")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for folder in ("skillhub", "templates")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in {".py", ".html", ".txt"}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if asking.search(line)
    ]
    assert not found, "use settings.public_url"


@pytest.mark.parametrize("address", ["/static/css/tokens.css", "/static/img/logo.svg"])
def test_files_may_be_kept_and_pages_may_not(broken_app, address):
    assert "max-age=" in ask(broken_app, address).headers["Cache-Control"]
    assert ask(broken_app, "/sign-in").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ["/sign-in?next=%00", "/a%00b"])
def test_a_nul_is_refused(broken_app, address):
    assert ask(broken_app, address).status_code == 400
