"""The browser of the journeys, and the sample year served to it as `make run` serves it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import pytest

START, STOP = 60, 20  # seconds: the longest that a server may take


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """How Playwright starts the browser; a container has no sandbox to offer."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    here = {"executable_path": found} if found else {}
    return {**browser_type_launch_args, **here, "args": ["--no-sandbox"]}


@dataclass
class Year:
    """The sample year on its own port, with one password for all its accounts."""

    url: str
    folder: Path
    password: str
    signed: dict = field(default_factory=dict)  # what the browser keeps for each login


@dataclass
class Guest:
    """Opens pages as somebody, and keeps what the browser complained of."""

    browser: object
    year: Year
    contexts: list = field(default_factory=list)
    complaints: list = field(default_factory=list)

    def __call__(self, login=None, width=1280, height=800, **options):
        """Give a page on which `login` is signed in, or nobody; the form is filled in once for all tests."""
        if login and login not in self.year.signed:
            page = self._open(width, height)
            self.sign_in(page, login)
            self.year.signed[login] = page.context.storage_state()
        return self._open(width, height, storage_state=self.year.signed.get(login), **options)

    def sign_in(self, page, login):
        """Sign in by the form."""
        page.goto("/sign-in")
        page.get_by_label("Username").fill(login)
        page.get_by_label("Password").fill(self.year.password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda address: "/sign-in" not in address)

    def close(self):
        """Close every window."""
        for context in self.contexts:
            context.close()

    def _open(self, width, height, **options):
        size = {"width": width, "height": height}
        context = self.browser.new_context(base_url=self.year.url, viewport=size, **options)
        context.set_default_timeout(15_000)
        self.contexts.append(context)
        context.on("page", self._listen)
        return context.new_page()

    def _listen(self, page):
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("response", self._answered)

    def _said(self, message):
        answered = message.text.startswith("Failed to load resource")  # counted below
        if message.type in {"error", "warning"} and not answered:
            self.complaints.append(f"{message.location['url']}: {message.text}")

    def _answered(self, response):
        page = response.request.resource_type == "document"
        if response.status >= (500 if page else 400):
            self.complaints.append(f"{response.url}: {response.status}")


@pytest.fixture(scope="session")
def year(tmp_path_factory):
    """The sample year, loaded once and served by the real server with its worker for long jobs."""
    folder, port = tmp_path_factory.mktemp("year"), _free_port()
    known = {**os.environ, "SKILLHUB_INSTANCE": str(folder), "SKILLHUB_PORT": str(port)}
    known.pop("SKILLHUB_DATABASE_URL", None)
    command = str(Path(sys.executable).with_name("skillhub"))
    for part in (
        "css",
        "js",
        "img",
    ):  # as `make` does: a changed file is served as it is until then
        small = [sys.executable, "-m", "whitenoise.compress", "-q", f"static/{part}"]
        subprocess.run(small, cwd=Path(__file__).parents[2], check=True)
    subprocess.run([command, "sample", "load"], env=known, check=True, capture_output=True)
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen([command, "serve"], env=known, stdout=log, stderr=log)
        try:
            _wait_for(f"http://127.0.0.1:{port}/verify", server)
            password = (folder / "sample-password").read_text().strip()
            yield Year(f"http://127.0.0.1:{port}", folder, password)
        finally:
            server.terminate()
            server.wait(STOP)


@pytest.fixture
def visit(browser, year):
    """visit(login, width, …) gives a page; at the end nothing may have been refused, missing or thrown."""
    guest = Guest(browser, year)
    yield guest
    guest.close()
    assert guest.complaints == []


def _free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _wait_for(address, server):
    """Ask until the server answers."""
    until = time.monotonic() + START
    while True:
        try:
            return urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            if server.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.1)
