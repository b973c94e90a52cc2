"""The commands that run SkillHub; tests/browser serves the sample year with them."""

import http.client
import socket
import subprocess
import sys
import threading
import time

from skillhub.certificates.rules import code_of
from skillhub.cli import running
from skillhub.cli.running import Server
from skillhub.kernel.settings import ROOT, read_settings
from skillhub.register import queries as register

ABSENT = code_of(12345).lower()


def test_the_server_accepts_its_settings_and_hooks(tmp_path):
    server = Server(read_settings(tmp_path), "127.0.0.1", 2)
    assert server.cfg.address == [("127.0.0.1", server.settings.port)]
    assert server.cfg.threads == 2


def test_what_goes_on_beside_the_pages_begins(app, monkeypatch):
    stop = threading.Event()
    monkeypatch.setattr(running, "STOP", stop)
    before = set(threading.enumerate())
    running._labour(app, 1)
    begun = {thread.name for thread in set(threading.enumerate()) - before}
    stop.set()
    for thread in set(threading.enumerate()) - before:
        thread.join(20)
    assert {"tidying", "sealing"} <= begun
    assert register.newest() is not None


def test_a_server_writes_down_that_a_paper_was_looked_for_and_not_by_whom(tmp_path):
    """Two workers and one count: thirty misses a minute from one address, whoever answers them."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = "from skillhub.cli.running import _keep_log, opened; _keep_log(); app = opened()"
    (tmp_path / "served.py").write_text(told)
    given = {"SKILLHUB_INSTANCE": str(tmp_path / "instance"), "PYTHONPATH": f"{ROOT}:{tmp_path}"}
    command = [sys.executable, "-m", "gunicorn", "-w", "2", "-b", f"127.0.0.1:{port}", "served:app"]
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=tmp_path, env={"PATH": "/usr/bin:/bin", **given}, stderr=log
        )
        try:
            for _ in range(300):
                if not socket.socket().connect_ex(("127.0.0.1", port)):
                    break
                time.sleep(0.1)
            seen = [ask(port, f"/v/{ABSENT}") for _ in range(40)]
        finally:
            server.terminate()
            server.wait(20)
    statuses = [status for status, _ in seen]
    assert (statuses.count(404), statuses.count(429)) == (30, 10)
    assert all(int(wait) > 0 for status, wait in seen if status == 429)
    lines = [line for line in (tmp_path / "log").read_text().splitlines() if "verify:" in line]
    assert len(lines) >= 30
    assert all(line.endswith("skillhub.verifying.views: verify: unknown by code") for line in lines)
    assert "127.0.0.1" not in "".join(lines)


def ask(port, path):
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    line.request("GET", path)
    answer = line.getresponse()
    answer.read()
    line.close()
    return answer.status, answer.headers.get("Retry-After", "")
