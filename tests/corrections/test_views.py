"""The pages of a correction: the organiser builds, the second person approves, everybody sees what was."""

import re

import pytest

from skillhub.appeals import services as appeals
from skillhub.appeals.models import Appeal
from skillhub.appeals.rules import AppealKind, Filing, Outcome, Subject
from skillhub.certificates.models import Certificate
from skillhub.corrections.models import Correction
from skillhub.kernel.db import db
from skillhub.results.models import ResultVersion
from tests import make
from tests.corrections import events
from tests.corrections.events import entry_of


def text_of(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


@pytest.fixture
def crew(root):
    return events.people(root)


@pytest.fixture
def event(root, crew):
    return events.final(root)


@pytest.fixture
def proposer(crew, sign_in):
    return sign_in(crew["proposer"])


@pytest.fixture
def approver(crew, sign_in):
    return sign_in(crew["approver"])


def at(event, *more):
    return "/".join(
        [f"/competitions/{event.competition_id}/events/{event.id}/corrections", *map(str, more)]
    )


def only():
    return db.session.query(Correction).one()


def begun(browser, event, name="Chen", points="89"):
    """Point at a cell, say why, and write what it should have been."""
    cell = f"entry_id={entry_of(event, name).id}&component_id={event.components[0].id}"
    assert cell.replace("&", "&amp;") in browser.get(at(event)).text
    answer = browser.post(f"{at(event, 'begin')}?{cell}", data={"reason": "The sheet says 89."})
    browser.post(answer.location, data={"points": points})
    return only()


def test_from_a_cell_to_the_applied_version(event, proposer, approver):
    row = begun(proposer, event)
    page = text_of(proposer.get(at(event, row.id)))
    assert "3 → 2" in page
    assert "Bronze · 3 → Silver · 2" in page
    assert "Approve and apply" not in page

    proposer.post(at(event, row.id, "propose"), data={"version": only().version})
    shown = approver.get(at(event, row.id)).text
    digest = re.search(r'name="digest" value="(\w+)"', shown)[1]
    approver.post(at(event, row.id, "approve"), data={"digest": digest})
    assert only().state == "applied"
    assert "1 → 2" in text_of(approver.get(at(event, row.id)))
    history = text_of(approver.get(at(event)))
    assert "Proposer" in history
    assert "Approver" in history
    assert "The sheet says 89." in history


def test_the_published_page_says_that_it_was_corrected(event, proposer, approver, crew):
    row = begun(proposer, event)
    proposer.post(at(event, row.id, "propose"), data={"version": only().version})
    events.approve(only(), crew["approver"].as_actor())
    page = f"/competitions/{event.competition_id}/events/{event.id}/results"
    shown = text_of(approver.get(page))
    assert "Corrected on" in shown
    assert "The sheet says 89." in shown


def test_the_old_paper_points_to_the_new_one(event, proposer, crew, client):
    row = begun(proposer, event)
    proposer.post(at(event, row.id, "propose"), data={"version": only().version})
    events.approve(only(), crew["approver"].as_actor())
    old = db.session.query(Certificate).filter_by(state="replaced").first()
    said = client.get(f"/v/{old.code.lower()}").text
    assert old.replaced_by.number in said


def test_the_approver_of_an_old_look_sees_the_new_one(event, proposer, approver, crew):
    row = begun(proposer, event)
    proposer.post(at(event, row.id, "propose"), data={"version": only().version})
    answer = approver.post(
        at(event, row.id, "approve"), data={"digest": "0" * 64}, follow_redirects=True
    )
    assert "has changed since you looked at it" in answer.text
    assert only().state == "proposed"
    assert db.session.query(ResultVersion).count() == 1


def test_nobody_approves_an_own_one(event, proposer):
    row = begun(proposer, event)
    proposer.post(at(event, row.id, "propose"), data={"version": only().version})
    assert "somebody else approves" in proposer.get(at(event, row.id)).text
    digest = events.row_digest(only())
    assert proposer.post(at(event, row.id, "approve"), data={"digest": digest}).status_code == 403


def test_given_up_with_its_reason(event, proposer):
    row = begun(proposer, event)
    proposer.post(
        at(event, row.id, "cancel"), data={"version": only().version, "why": "Wrong sheet."}
    )
    assert only().state == "cancelled"
    assert "Wrong sheet." in proposer.get(at(event, row.id)).text


def test_what_cannot_be_says_why(event, proposer):
    row = begun(proposer, event, points="")
    assert "It cannot be applied like this" in proposer.get(at(event, row.id)).text


def test_an_upheld_query_and_its_correction_know_each_other(root, event, proposer, crew, sign_in):
    entry = entry_of(event, "Chen")
    worker = make.user("worker", root, person=entry.person).as_actor()
    filing = Filing(AppealKind.QUERY, Subject.SCORE, "I had 89.")
    asked = appeals.file(entry, filing, None, worker, events.MOMENT)
    panel = make.user("appeals_panel", root).as_actor()
    appeals.decide(asked, asked.version, Outcome.UPHELD, "The sheet says 89.", panel, events.MOMENT)

    own = f"/competitions/{event.competition_id}/events/{event.id}/appeals/{asked.id}"
    assert f"{at(event, 'begin')}?appeal={asked.id}" in proposer.get(own).text
    answer = proposer.post(f"{at(event, 'begin')}?appeal={asked.id}", data={"reason": "Sheet 7."})
    row = only()
    assert row.appeal_id == asked.id
    cell = at(event, row.id, "marks", entry.id, event.components[0].id)
    proposer.post(cell, data={"points": "89"})
    assert own in proposer.get(answer.location).text
    assert f"{at(event)}?appeal={asked.id}" in proposer.get(own).text
    assert at(event, row.id) in proposer.get(f"{at(event)}?appeal={asked.id}").text
    proposer.post(at(event, row.id, "propose"), data={"version": only().version})
    events.approve(only(), crew["approver"].as_actor())
    assert db.session.get(Appeal, asked.id).settled_at == events.MOMENT
