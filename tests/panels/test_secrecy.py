"""While names are closed, no page, file or journal line pairs a code with a name: every role on every address."""

import io
import zipfile
from decimal import Decimal
from random import Random

import pypdfium2
import pytest

from skillhub.judging import services as judging
from skillhub.kernel.access import Role
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.journal import JournalLine
from skillhub.marking import services as marking
from skillhub.panels import queries as panels
from skillhub.panels import services as seating
from tests import judged, make
from tests.judging.test_ballots import LOOK

MARKS = (Decimal("81.37"), Decimal("62.19"))  # marks that lead from a code to a name
# How much each must have read at least: a crawl that is shut out everywhere finds nothing.
LEAST = {Role.ADMINISTRATOR: 150, Role.AUDITOR: 150, Role.ORGANISER: 100, Role.CHIEF_JUDGE: 45, Role.CHECKER: 35,
         Role.CODE_OFFICER: 35, Role.APPEALS_PANEL: 35, Role.JUDGE: 25, "seated": 30}  # fmt: skip
KEYS = (987001, 987002, 987003)  # rows whose numbers stand in no other place


@pytest.fixture
def event(root, monkeypatch):
    return blind_event(root, monkeypatch)


def blind_event(root, monkeypatch):
    """A blind event in full swing: some marks typed by a clerk, some given by judges."""
    monkeypatch.setattr(
        seating, "chance", Random(3)
    )  # codes that no page shows as a number, like 200
    cup = make.competition(root, blind=True, code="blindcup")
    event = make.event(cup, parts=(("theory", 100, 1), ("work", 3, 1)))
    make.changed(event.components[1], scheme=LOOK)
    works = make.organisation("canaryworks", name="Canary Works", parent=root)
    for key in KEYS:
        person = make.person(f"Canary Person {key}", employer=works, number=f"CN{key}")
        make.entry(
            event, f"PUB{key}", id=key, name=f"Canary {key}", person=person, organisation=works
        )
    judges = [make.user(Role.JUDGE, root, login=f"sits{n}") for n in (1, 2, 3)]
    judged.seat(event.components[1], *judges)
    judged.draw(event)
    make.changed(event, state="running")
    theory, work = event.components
    clerk = make.user(Role.ORGANISER, root, login="clerk").as_actor()
    marking.enter(
        event,
        {
            at: (mark, 0)
            for at, mark in zip(((KEYS[0], theory.id), (KEYS[1], theory.id)), MARKS, strict=True)
        },
        clerk,
        now(),
    )
    for seat, score in zip(panels.seats_in([work]), (3, 1, 2), strict=True):
        for key in KEYS[:2]:
            typed = {("look", 1): (str(score), 0)}
            entry = db.session.get(make.Entry, key)
            judging.vote(seat, entry, typed, True, seat.user.as_actor(), now())
    return event


def addresses(app, event, **rows):
    """Give every address that reads, with the rows of the event, or those named, wherever it asks for some."""
    codes = sorted(panels.codes(event).values())
    line = db.session.query(JournalLine).order_by(JournalLine.id.desc()).first()
    known = {
        "competition_id": [event.competition_id],
        "event_id": [event.id],
        "component_id": [part.id for part in event.components],
        "entry_id": [*codes, *KEYS],
        "person_id": [row.person_id for row in db.session.query(make.Entry)],
        "line_id": range(1, line.id + 1),
        "kind": ["csv", "xlsx"],
        "ending": ["png", "jwt"],
        "code": codes,
        **rows,
    }
    found = []
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            if "GET" not in rule.methods or rule.endpoint == "static":
                continue
            choices = [{}]
            for name in rule.arguments - set(rule.defaults or {}):
                choices = [{**c, name: v} for c in choices for v in known.get(name, [1])]
            found += [adapter.build(rule.endpoint, choice) for choice in choices]
    return sorted({a for a in found if "sign-out" not in a and "event" not in a.split("/")[-1:]})


def text_of(answer):
    """Read a page or a file as text."""
    if answer.mimetype == "application/pdf":
        with pypdfium2.PdfDocument(answer.data) as document:
            return "\n".join(page.get_textpage().get_text_range() for page in document)
    if answer.data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
            return "\n".join(packed.read(n).decode("utf-8", "replace") for n in packed.namelist())
    return answer.get_data().decode("utf-8", "replace")


def pairs(text, event):
    """Say which code stands together with what tells who is behind it."""
    said = set()
    codes = panels.codes(event)
    for key, code in codes.items():
        if not any(
            sign in text
            for sign in (
                f">{code}<",
                f" {code} ",
                f'"{code}"',
                f"{code},",
                f"/{code}",
                f"-{code}-",
                f"{code} ",
            )
        ):
            continue
        tells = (f"Canary {key}", f"PUB{key}", f"CN{key}", str(key), f"Canary Person {key}")
        said |= {(code, told) for told in tells if told in text}
    for mark in map(str, MARKS):
        said |= {
            (mark, f"Canary {key}") for key in KEYS if mark in text and f"Canary {key}" in text
        }
    return said


@pytest.mark.parametrize("role", [*Role, "seated", "nobody"])
def test_no_role_reads_who_is_behind_a_code(app, root, sign_in, event, role):
    if role == "nobody":
        browser = app.test_client()
    elif role == "seated":
        browser = sign_in(panels.seats(event.components[1])[1])
    else:
        browser = sign_in(make.user(role, root, person=make.person("Reader")))
    found, read = [], 0
    for address in addresses(app, event):
        if address == "/journal":
            continue  # many acts on one page; each of its lines is read by itself
        answer = browser.get(address)
        if answer.status_code >= 500:
            found.append(f"{address}: {answer.status_code}")
        if answer.status_code != 200:
            continue
        read += 1
        paired = pairs(f"{address}\n{text_of(answer)}", event)
        officers_own = role is Role.CODE_OFFICER and "/codes" in address
        if paired and not officers_own:
            found.append(f"{address}: {sorted(paired)[:2]}")
    print(f"{role}: {read} pages and files read")
    assert read >= LEAST.get(role, 5)
    assert not found, "\n".join(found)


def test_the_journal_pairs_no_code_with_a_name(event):
    for line in db.session.query(JournalLine):
        assert not pairs(f" {line.subject} {line.note} {line.changes} {line.why} ", event)


def test_the_code_officer_reads_the_pairs_and_after_the_witness_everybody(root, sign_in, event):
    officer = sign_in(db.session.query(make.User).filter_by(username="officer").one())
    codes = f"/competitions/{event.competition_id}/events/{event.id}/codes"
    assert all(f"Canary {key}" in officer.get(codes).text for key in KEYS)
    assert officer.get(f"{codes}/export.csv").status_code == 200
    admin = sign_in(make.user(Role.ADMINISTRATOR, root))
    assert "Canary" not in admin.get(codes).text
    assert admin.get(f"{codes}/export.csv").status_code == 403
    chief = make.user(Role.CHIEF_JUDGE, root).as_actor()
    for part in event.components:
        seating.submit(part, chief, now())
    assert officer.post(f"{codes}/open").status_code == 302
    marks = codes.replace("/codes", "/marks")
    assert "Canary 987001" not in admin.get(marks).text
    assert officer.post(f"{codes}/witness").status_code == 403
    assert admin.post(f"{codes}/witness").status_code == 302
    page = admin.get(marks).text
    assert "Canary 987001" in page
    assert "opened by" in admin.get(codes.replace("/codes", "/results")).text
