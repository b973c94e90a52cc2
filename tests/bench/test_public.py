"""How fast strangers read results, and what five hundred open boards cost: against a plain hello in the same run."""

import socket
import statistics
import time

import pytest

from skillhub.app import create_app
from skillhub.board import services as board
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.settings import ROOT, read_settings
from skillhub.publishing import services
from skillhub.results import services as results
from tests import make
from tests.bench import test_table
from tests.bench.test_pages import HELLO, served
from tests.bench.test_table import Clerk, work
from tests.publishing.cup import NAMED

hall = test_table.hall  # the fixture
ROUNDS, REQUESTS, BOARDS, FIELD = 7, 150, 500, 100


def ask(port, path, extra=""):
    """One request on its own connection; gives the status, the milliseconds and the answer."""
    started = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port)) as line:
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{extra}\r\n"
        line.sendall(head.encode())
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    return int(answer[9:12]), (time.perf_counter() - started) * 1000, answer


@pytest.fixture
def instance(tmp_path, monkeypatch):
    """An instance with one event of a hundred lines, released and on the board."""
    monkeypatch.delenv("SKILLHUB_DATABASE_URL", raising=False)
    monkeypatch.setenv("SKILLHUB_INSTANCE", str(tmp_path))
    app = create_app(read_settings(tmp_path))
    with app.app_context():
        db.create_all()
        root = make.organisation("root", kind="union")
        competition = make.competition(root, code="cup", checking="off")
        event = make.event(competition, code="01")
        for n in range(FIELD):
            make.entry(event, str(n), name=f"Person {n}", marks={"score": 100 - n / 10})
        services.announce(
            competition, 0, {**NAMED, "opens_at": now(), "notice": ""}, OPERATOR, now()
        )
        board.let_out(event, OPERATOR)
        results.finalise(event, OPERATOR.name, OPERATOR, now())
        services.publish(event, OPERATOR, now())
    (tmp_path / "hello.py").write_text(HELLO)
    return tmp_path


@pytest.mark.bench
def test_standings_against_hello(instance):
    environment = {
        "PATH": "/usr/bin:/bin",
        "SKILLHUB_INSTANCE": str(instance),
        "PYTHONPATH": str(ROOT),
    }
    path = "/results/cup/01"
    with (
        served("hello:app", instance, environment) as hello,
        served("skillhub.app:create_app()", ROOT, environment) as house,
    ):
        _, _, page = ask(house, path)
        tag = page.partition(b"ETag: ")[2].partition(b"\r\n")[0].decode()
        asked = {
            "standings": (house, path, "Accept-Encoding: br\r\n", 200),
            "not modified": (house, path, f"If-None-Match: {tag}\r\n", 304),
        }
        times = {name: [] for name in ("hello", *asked)}
        for _ in range(ROUNDS):
            times["hello"] += [ask(hello, "/")[1] for _ in range(REQUESTS)]
            for name, (port, where, extra, status) in asked.items():
                found = [ask(port, where, extra) for _ in range(REQUESTS)]
                assert {one[0] for one in found} == {status}, name
                times[name] += [one[1] for one in found]
    plain = statistics.median(times["hello"])
    print()
    for name, taken in times.items():
        middle, p99 = statistics.median(taken), statistics.quantiles(taken, n=100)[98]
        print(f"{name:14} {middle:6.2f} ms  p99 {p99:6.2f} ms  {plain / middle:.2f} of hello")
    assert plain / statistics.median(times["standings"]) >= 0.80
    assert plain / statistics.median(times["not modified"]) >= 0.45


def listening(port, address, count):
    """Open so many boards, and read what each is given first."""
    lines = []
    for _ in range(count):
        line = socket.create_connection(("127.0.0.1", port), timeout=20)
        line.sendall(f"GET {address}/news HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        lines.append(line)
    for line in lines:
        told = b""
        while b"\n\n" not in told.partition(b"\r\n\r\n")[2]:
            told += line.recv(65536)
    return lines


@pytest.mark.bench
def test_five_hundred_boards_do_not_slow_score_entry(hall):
    """One clerk types, before and while five hundred boards listen, by turns in one run."""
    event, keys = hall.event(200)
    board.set_up(event.competition, OPERATOR)
    parts = [part.id for part in event.components]
    path = f"/competitions/{event.competition_id}/events/{event.id}/table"
    address, cookie = f"/board/{event.competition.code}", hall.cookie("clerk")
    cells = iter([(key, part) for key in keys for part in parts])
    quiet, busy, told = [], [], []
    with hall.serve() as house:

        def typed(count=60):
            mine = [next(cells) for _ in range(count)]
            return work([Clerk(house.port, cookie, path, mine, 0.01)])

        typed(20)
        for _ in range(5):
            quiet += typed()
            lines = listening(house.port, address, BOARDS)
            time.sleep(4)  # the server has let go of the connections by then
            busy += typed()
            started = time.perf_counter()
            board.let_out(event, OPERATOR)
            for line in lines:
                while b"id: " not in line.recv(65536):  # a beat
                    pass
            told.append((time.perf_counter() - started) * 1000)
            for line in lines:
                line.close()
            time.sleep(1)
    one, other = statistics.median(quiet), statistics.median(busy)
    print(f"\nquiet {one:.2f} ms, {BOARDS} boards {other:.2f} ms: {other / one:.2f} of it")
    print(f"all {BOARDS} were told within {max(told):.0f} ms of the click")
    assert other / one <= 1.10
