"""Mail: written once, sent once, tried again, given up with what the server said; nothing where none is set up."""

import email
import socketserver
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import policy

import pytest

from skillhub.kernel import mail
from skillhub.kernel.clock import now
from skillhub.kernel.db import db, transaction
from skillhub.kernel.mail import IN_HAND, PAUSES, Mail
from skillhub.kernel.messages import N_, say
from skillhub.kernel.settings import settings
from skillhub.kernel.web import speaking, tr

SUBJECT = N_("A mail from SkillHub, to see whether it arrives.")
LATER = timedelta(minutes=1)


@pytest.fixture
def chosen(app, monkeypatch, tmp_path):
    """Choose settings, and a folder of one's own."""

    def choose(**values):
        known = replace(settings._get_current_object(), instance=tmp_path, **values)
        monkeypatch.setitem(app.extensions, "skillhub.settings", known)

    return choose


def written(key="batch:1", address="li@example.com", path="/batches/1"):
    return mail.write(key, address, say(SUBJECT), [say("%(n)s of 300.", n="299")], path)


def row():
    db.session.rollback()
    return db.session.scalars(db.select(Mail)).one()


class Talk(socketserver.StreamRequestHandler):
    """One conversation with a mail server, which answers what it was told to answer."""

    def handle(self):
        self.say(220, "here")
        while line := self.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            if word == "DATA":
                self.say(354, "go on")
                self.server.taken.append(self.text())
                self.say(250, "taken")
            elif word == "RCPT":
                self.say(*self.server.answer)
            elif word == "QUIT":
                return self.say(221, "bye")
            else:
                self.say(250, "ok")
        return None

    def text(self):
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        return email.message_from_bytes(b"".join(lines), policy=policy.default)

    def say(self, code, words):
        self.wfile.write(f"{code} {words}\r\n".encode())


@contextmanager
def served(answer=(250, "ok")):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        server.taken, server.answer = [], answer
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server, f"smtp://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_none_is_written_where_none_is_set_up(app):
    assert not mail.is_set_up()
    assert written() is None
    assert db.session.scalars(db.select(Mail)).all() == []


def test_none_is_written_without_an_address(chosen):
    chosen(mail="folder")
    assert written(address=None) is None
    assert written(address="") is None


def test_written_twice_is_once_and_sent_once(chosen):
    with served() as (server, place):
        chosen(mail=place, public_url="https://skills.example")
        assert written()
        assert written() is None
        assert [mail.send_due(now()) for _ in range(3)] == [1, 0, 0]
    (taken,) = server.taken
    assert taken["To"] == "li@example.com"
    assert taken["From"] == "SkillHub <skillhub@skills.example>"
    text = taken.get_content()
    assert "299 of 300." in text
    assert "https://skills.example/batches/1" in text
    assert row().sent_at
    assert row().due_at is None


def test_it_speaks_chinese_and_english(chosen):
    chosen(mail="folder", public_url="https://skills.example")
    written()
    mail.send_due(now())
    (file,) = (settings.instance / "mail").iterdir()
    taken = email.message_from_bytes(file.read_bytes(), policy=policy.default)
    chinese, english = taken["Subject"].split(" / ")
    assert english == SUBJECT
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)
    assert file.suffix == ".eml"


def test_what_is_written_goes_out_only_with_its_cause(chosen):
    chosen(mail="folder")
    with pytest.raises(RuntimeError), transaction():
        written()
        raise RuntimeError
    assert mail.send_due(now()) == 0


def test_a_server_that_is_off_is_tried_again_and_given_up_at_last(chosen):
    chosen(mail="smtp://127.0.0.1:1")
    written()
    moment = now()
    for pause in PAUSES:
        assert mail.send_due(moment) == 0
        assert row().due_at == moment + pause
        assert "refused" in row().problem
        moment += pause
    assert mail.send_due(moment) == 0
    assert (row().due_at, row().sent_at, row().tries) == (None, None, len(PAUSES) + 1)


def test_a_password_is_told_to_no_server_in_the_clear(chosen):
    with served() as (server, place):
        chosen(mail=place.replace("//", "//bo@"), mail_password="secret")
        written()
        assert mail.send_due(now()) == 0
    assert "no TLS" in row().problem
    assert server.taken == []


@pytest.mark.parametrize(
    ("answer", "again"),
    [
        pytest.param((550, "no such mailbox"), False, id="nobody lives there: given up"),
        pytest.param((452, "the mailbox is full"), True, id="full: later again"),
    ],
)
def test_what_a_server_says_of_the_address(chosen, answer, again):
    with served(answer) as (_, place):
        chosen(mail=place)
        written()
        assert mail.send_due(now()) == 0
    assert (row().due_at is not None) is again
    assert answer[1] in row().problem


@pytest.mark.parametrize("bad", ["no\naddress@example.com", "a@example.com, b@example.com"])
def test_one_bad_address_does_not_hold_up_the_others(chosen, bad):
    with served() as (server, place):
        chosen(mail=place)
        written("a", bad)
        written("b")
        assert mail.send_due(now()) == 1
    assert [taken["To"] for taken in server.taken] == ["li@example.com"]
    assert mail.send_due(now() + IN_HAND) == 0, "what is no address was tried again"


def test_one_that_was_in_hand_when_the_process_died_goes_out_under_the_same_name(chosen):
    chosen(mail="folder")
    written()
    moment = datetime(2026, 5, 1, tzinfo=UTC) + timedelta(days=400)
    first = mail._in_hand(row().id, moment)
    name = mail.composed(first)["Message-ID"]
    assert mail.send_due(moment + LATER) == 0, "another has it in hand"
    assert mail.send_due(moment + IN_HAND) == 1
    (file,) = (settings.instance / "mail").iterdir()
    assert file.stem in name


def test_a_page_goes_on_in_its_own_language_afterwards(app):
    with app.test_request_context("/", headers={"Accept-Language": "zh"}):
        before = tr(SUBJECT)
        with speaking("en"):
            assert tr(SUBJECT) == SUBJECT != before
        assert tr(SUBJECT) == before
