"""Pages on which entries are admitted, changed and imported."""

import io

import pytest

from skillhub.entries import queries
from skillhub.entries.models import Entry
from skillhub.kernel.access import Role
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from tests import make


@pytest.fixture
def organiser(root, sign_in):
    return sign_in(make.user(Role.ORGANISER, root))


@pytest.fixture
def event(root):
    return make.event(make.competition(root))


def at(event, tab=""):
    return f"/competitions/{event.competition_id}/events/{event.id}/entries{tab}"


def test_says_what_to_do_when_there_is_none(organiser, event):
    assert "Import the entry sheet" in organiser.get(at(event)).text


def test_admits_a_person_by_number_with_the_employer(organiser, event, root):
    unit = make.organisation("steel", parent=root, name="Steel Works")
    person = make.person("Wang Wei", number="00417", employer=unit)
    organiser.post(at(event, "/admit"), data={"code": "07", "person": "00417"})
    entry = queries.of(event)[0]
    assert (entry.code, entry.name, entry.person_id, entry.organisation_id) == (
        "07",
        "Wang Wei",
        person.id,
        unit.id,
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        pytest.param({"name": ""}, "Give a name or a worker number", id="neither name nor number"),
        pytest.param({"person": "99999"}, "nobody with this worker number", id="an unknown worker"),
        pytest.param(
            {"organisation": "atlantis"}, "no organisation of this code", id="an unknown unit"
        ),
        pytest.param({"code": "01"}, "already", id="a number that is taken"),
    ],
)
def test_a_refusal_keeps_what_was_typed(organiser, event, change, sentence):
    make.entry(event, "01")
    page = organiser.post(
        at(event, "/admit"), data={"code": "02", "name": "Kept", "members": "A"} | change
    )
    assert sentence in page.text
    assert len(queries.of(event)) == 1


def test_disqualifying_needs_a_reason(organiser, event):
    entry = make.entry(event, "01")
    data = {"status": "DSQ", "version": entry.version}
    assert "needs a reason" in organiser.post(at(event, f"/{entry.id}/status"), data=data).text
    organiser.post(at(event, f"/{entry.id}/status"), data=data | {"why": "telephone"})
    assert "telephone" in organiser.get(at(event)).text


def test_an_entry_of_another_event_is_not_found(organiser, event):
    foreign = make.entry(make.event(event.competition, code="02"), "01")
    assert organiser.get(at(event, f"/{foreign.id}/edit")).status_code == 404
    assert (
        organiser.post(at(event, f"/{foreign.id}/status"), data={"status": "DNS"}).status_code
        == 404
    )


def test_a_final_event_takes_no_entry(organiser, root):
    event = make.event(
        make.competition(root), locked=False, state="final", locked_at=now(), locked_by="operator"
    )
    page = organiser.post(at(event, "/admit"), data={"code": "1", "name": "Late"})
    assert "final" in page.text
    assert queries.of(event) == []


def test_judges_look_and_checkers_do_not_admit(root, sign_in, event):
    judge = sign_in(make.user(Role.JUDGE, root))
    assert judge.get(at(event)).status_code == 200
    assert judge.post(at(event, "/admit"), data={"code": "1", "name": "A"}).status_code == 403


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_is_exported_is_imported_without_a_change(organiser, event, root, kind):
    unit = make.organisation("steel", parent=root)
    make.entry(event, "01", name="=1+1", organisation=unit)
    make.entry(
        event, "02", name="阿卜杜勒", official=False, status="DSQ", status_reason="telephone"
    )
    sheet = organiser.get(at(event, f"/export.{kind}"))
    page = organiser.post(
        at(event, "/import"),
        data={"file": (io.BytesIO(sheet.data), f"e.{kind}")},
        follow_redirects=True,
    )
    assert "here already" in page.text
    assert at(event, "/import/") in page.request.path


def test_a_sheet_shows_what_it_would_do_and_then_does_it(organiser, event):
    pasted = "Entry\tName\n01\tLi Na\n02\tWang Wei\n"
    page = organiser.post(at(event, "/import"), data={"pasted": pasted}, follow_redirects=True)
    assert "Apply all 2 changes" in page.text
    assert queries.count(event) == 0
    token = page.text.split('name="token" value="')[1].split('"')[0]
    organiser.post(page.request.path, data={"step": "apply", "token": token})
    assert [entry.name for entry in queries.of(event)] == ["Li Na", "Wang Wei"]


def test_one_bad_row_keeps_the_whole_sheet_out(organiser, event):
    pasted = "Entry\tName\tWorker number\n01\tLi Na\t\n02\tWang Wei\t99999\n"
    page = organiser.post(at(event, "/import"), data={"pasted": pasted}, follow_redirects=True)
    assert "there is no worker with the number" in page.text
    assert "Apply all" not in page.text
    assert db.session.query(Entry).count() == 0


def test_a_sheet_for_the_whole_competition_names_the_event(organiser, event):
    make.event(event.competition, code="02")
    pasted = "Event\tEntry\tName\n01\t1\tLi Na\n2\t1\tWang Wei\n"
    page = organiser.post(
        f"/competitions/{event.competition_id}/entries/import",
        data={"pasted": pasted},
        follow_redirects=True,
    )
    assert "Apply all 2 changes" in page.text
    assert "was read as 02" in page.text


def test_a_sheet_of_teams_is_shown_as_it_reads(organiser, root):
    event = make.event(make.competition(root), team_size=2)
    pasted = "Entry\tName\tMembers\n01\tRed\tLi Na; Wang Wei\n"
    page = organiser.post(at(event, "/import"), data={"pasted": pasted}, follow_redirects=True)
    assert "Li Na; Wang Wei" in page.text
