"""News for open pages: strangers who listen never use up the files that the process may hold."""

import resource
import socket

import pytest

from skillhub.board import services as board
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.streams import MOST, lose_patience, make_room, room
from tests import make


@pytest.fixture
def few():
    """A process that may hold 1024 files, as many systems have it."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def test_a_process_asks_for_as_many_files_as_it_may_hold(few):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    make_room()
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    assert soft == (20_000 if hard == resource.RLIM_INFINITY else min(20_000, hard))


def test_listeners_and_readers_leave_files_for_the_process(few):
    assert room() == 341
    assert room(1000) + room() < 1024 - 300


def test_where_there_is_room_many_listen():
    make_room()
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < 3 * MOST:
        pytest.skip("this machine allows few files")
    assert room() == MOST


def test_who_finds_no_room_gets_what_stands_now_and_asks_again(app, root, monkeypatch):
    cup = make.competition(root)
    board.set_up(cup, OPERATOR)
    monkeypatch.setattr("skillhub.kernel.streams.room", lambda: 0)
    one, other = socket.socketpair()
    with one, other:
        answer = app.test_client().get(
            f"/board/{cup.code}/news", environ_overrides={"gunicorn.socket": one}
        )
    assert answer.status_code == 200
    assert answer.data.startswith(b"retry: 3000\n")
    assert int(answer.headers["Content-Length"]) == len(answer.data)


def test_nobody_waits_for_ever_for_a_phone_without_a_network():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        lose_patience(listener, hears=1, speaks=1)
        with socket.create_connection(listener.getsockname()) as phone:
            line, _ = listener.accept()
            with line:
                phone.sendall(b"GET / HT")
                assert line.recv(100) == b"GET / HT"
                with pytest.raises(BlockingIOError):
                    line.recv(100)
                with pytest.raises(BlockingIOError):
                    while True:
                        line.send(b"x" * 1_000_000)  # which nobody takes
