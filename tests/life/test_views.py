"""Pages that lead events: where each stands, what it needs, who may take the step."""

import re
from datetime import date, timedelta

import pytest

from skillhub.competitions.rules import EventState
from skillhub.kernel.access import Role
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from tests import make


@pytest.fixture
def organiser(root, sign_in):
    return sign_in(make.user(Role.ORGANISER, root, login="first"))


@pytest.fixture
def second(root, sign_in):
    return sign_in(make.user(Role.ORGANISER, root, login="second"))


@pytest.fixture
def led(root):
    """A competition with everything: filing, registration, notice."""
    return make.competition(
        root,
        filing=True,
        registers=True,
        notice_days=5,
        announced_by="first",
        announcement="通知",
        starts_on=date(2026, 5, 20),
        registration_opens_at=now() - timedelta(days=1),
        registration_closes_at=now() + timedelta(days=1),
    )


def at(event, tab="/life"):
    return f"/competitions/{event.competition_id}/events/{event.id}{tab}"


def test_each_state_has_its_page(organiser, root):
    event = make.event(make.competition(root))
    page = organiser.get(at(event))
    assert page.status_code == 200
    assert "What comes next" in page.text


def test_a_competition_is_led_from_filing_to_closed_registration(organiser, second, led):
    event = make.event(led, locked=False)
    life = f"/competitions/{led.id}/life"
    assert "File it" in organiser.get(life).text
    version = led.version
    assert organiser.post(f"{life}/file", data={"version": version}).status_code == 302
    db.session.refresh(led)
    refused = organiser.post(f"{life}/approve", data={"version": led.version})
    assert refused.status_code == 409
    assert "Nobody approves what they announced, filed or changed." in refused.text
    assert second.post(f"{life}/approve", data={"version": version}).status_code == 409
    assert second.post(f"{life}/approve", data={"version": led.version}).status_code == 302
    db.session.refresh(event)
    assert event.state is EventState.FILED
    assert (
        organiser.post(at(event, "/life/open"), data={"version": event.version}).status_code == 302
    )
    db.session.refresh(event)
    again = organiser.post(at(event, "/life/close"), data={"version": event.version - 1})
    assert again.status_code == 409
    assert "Somebody changed this meanwhile" in again.text
    assert "Extend it" in organiser.get(life).text
    assert "registration open" in organiser.get(at(event)).text


def test_what_changed_since_it_was_approved_stands_on_the_page(organiser, second, led):
    make.event(led, locked=False)
    life = f"/competitions/{led.id}/life"

    def post(browser, step):
        db.session.refresh(led)
        return browser.post(f"{life}/{step}", data={"version": led.version})

    assert [post(organiser, "file").status_code, post(second, "approve").status_code] == [302, 302]
    make.changed(led, place="Hall 9")
    page = second.get(life).text
    assert "changed since it was approved" in page
    assert "The competition: the venue" in page
    assert post(second, "approve").status_code == 302
    assert "changed since it was approved" not in second.get(life).text


def test_the_smallest_field_is_set_on_the_form_of_the_event(organiser, root):
    event = make.event(make.competition(root), locked=False)
    page = organiser.get(at(event, "/edit"))
    assert "Smallest field" in page.text
    sent = {
        "version": event.version, "name": "Welding", "group": "worker", "team_size": "1", "min_entries": "4",
        "decimals": "2", "remaining_tie": "share", "keys-0": "total desc", "components-0-code": "score",
        "components-0-max": "100", "components-0-weight": "1", "components-0-kind": "points",
    }  # fmt: skip
    assert organiser.post(at(event, "/edit"), data=sent).status_code == 302
    db.session.refresh(event)
    assert event.min_entries == 4


def test_who_is_there_is_ticked_and_begins_the_event(organiser, root):
    event = make.event(make.competition(root))
    first, second = make.entry(event), make.entry(event)
    assert first.name in organiser.get(at(event, "/arrivals")).text
    sent = {"version": event.version, "present": [first.id, second.id]}
    assert organiser.post(at(event, "/arrivals"), data=sent).status_code == 302
    db.session.refresh(event)
    assert event.state is EventState.RUNNING
    stale = organiser.post(at(event, "/arrivals"), data={"version": 0, "present": first.id})
    assert stale.status_code == 409


def test_an_event_is_cancelled_with_its_reason_shown(organiser, root):
    event = make.event(make.competition(root))
    blank = organiser.post(at(event, "/life/cancel"), data={"version": event.version})
    assert blank.status_code == 422
    assert "Say why." in blank.text
    sent = {"version": event.version, "why": "storm"}
    assert organiser.post(at(event, "/life/cancel"), data=sent).status_code == 302
    page = organiser.get(at(event)).text
    assert "Why: storm" in page
    assert "grants" not in page
    assert "It gives no result, no award and no certificate." in page


def test_a_deadline_is_extended_on_its_page(organiser, led):
    event = make.event(led, locked=False, state="registration_open")
    until = (led.registration_closes_at + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    page = organiser.get(f"/competitions/{led.id}/life/extend")
    assert page.status_code == 200
    sent = {"version": led.version, "until": until, "why": "post was late"}
    assert organiser.post(f"/competitions/{led.id}/life/extend", data=sent).status_code == 302
    db.session.refresh(led)
    assert led.registration_closes_at > now() + timedelta(days=2)
    assert event.state is EventState.REGISTRATION_OPEN


def test_all_events_at_once_on_their_page(organiser, led):
    events = [make.event(led, code=code, locked=False, state="filed") for code in ("01", "02")]
    life = f"/competitions/{led.id}/life"
    seen = " ".join(f"{event.id}:{event.version}" for event in events)
    assert f"{life}/together/open" in organiser.get(life).text
    page = organiser.get(f"{life}/together/open").text
    assert f'value="{seen}"' in page
    assert "Events that move on: 2." in page
    assert 'name="count"' not in page
    assert organiser.post(f"{life}/together/open", data={"seen": seen}).status_code == 302
    assert organiser.post(f"{life}/together/close", data={"seen": seen}).status_code == 409
    assert organiser.post(f"{life}/together/cancel", data={"seen": seen}).status_code == 404


def shown(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def test_a_step_that_touches_many_is_typed_back_and_taken_back(organiser, second, led):
    """D1: their number, three examples, and Undo for the whole set."""
    events = [
        make.event(led, code=code, locked=False, state="registration_open") for code in ("01", "02")
    ]
    for n in range(1, 22):
        make.entry(events[n % 2], f"{n}", name=f"Worker {n}")
    life = f"/competitions/{led.id}/life"
    page = organiser.get(f"{life}/together/close").text
    assert "Entries and registrations in them: 21." in page
    assert "such as: Worker " in " ".join(page.split())
    sent = {"seen": shown(page, "seen")}
    for count in ("", "20"):
        refused = organiser.post(f"{life}/together/close", data=sent | {"count": count})
        assert refused.status_code == 422
        assert "type 21 to confirm" in refused.text
        assert f'value="{count}"' in refused.text
    assert organiser.post(f"{life}/together/close", data=sent | {"count": "21"}).status_code == 302
    assert {e.state for e in events} == {EventState.REGISTRATION_CLOSED}

    assert "events on at once" not in second.get(life).text
    page = organiser.get(life).text
    assert "You moved 2 events on at once" in page
    at = {"at": shown(page, "at")}
    assert second.post(f"{life}/undo", data=at).status_code == 409
    assert organiser.post(f"{life}/undo", data={"at": "x"}).status_code == 409
    assert organiser.post(f"{life}/undo", data=at).status_code == 302
    assert {e.state for e in events} == {EventState.REGISTRATION_OPEN}
    assert organiser.post(f"{life}/undo", data=at).status_code == 409
    assert "events on at once" not in organiser.get(life).text


def test_what_followed_is_named_and_nothing_is_taken_back(organiser, root):
    cup = make.competition(root)
    events = [make.event(cup, code=code, locked=False) for code in ("01", "02")]
    life = f"/competitions/{cup.id}/life"
    sent = {"seen": shown(organiser.get(f"{life}/together/prepare").text, "seen")}
    assert organiser.post(f"{life}/together/prepare", data=sent).status_code == 302
    undo = {"at": shown(organiser.get(life).text, "at")}
    make.entry(events[0], "1", marks={events[0].components[0].code: 50})
    refused = organiser.post(f"{life}/undo", data=undo)
    assert refused.status_code == 409
    assert "marked already" in refused.text
    make.changed(events[1], state="running")
    refused = organiser.post(f"{life}/undo", data=undo)
    assert refused.status_code == 409
    assert "02 was changed since" in refused.text
    assert "events on at once" not in organiser.get(life).text
    assert [e.state.value for e in events] == ["prepared", "running"]


def test_locked_rules_of_all_events_are_opened_again(organiser, root):
    cup = make.competition(root)
    events = [make.event(cup, code=code, locked=False) for code in ("01", "02")]
    life = f"/competitions/{cup.id}/life"
    sent = {"seen": shown(organiser.get(f"{life}/together/prepare").text, "seen")}
    organiser.post(f"{life}/together/prepare", data=sent)
    assert {e.state for e in events} == {EventState.PREPARED}
    organiser.post(f"{life}/undo", data={"at": shown(organiser.get(life).text, "at")})
    assert {e.state for e in events} == {EventState.DRAFT}
    assert all(e.locked_at is None for e in events)


def test_a_deadline_that_passed_keeps_registration_closed(organiser, led):
    event = make.event(led, locked=False, state="registration_open")
    make.event(led, code="02", locked=False, state="registration_open")
    life = f"/competitions/{led.id}/life"
    sent = {"seen": shown(organiser.get(f"{life}/together/close").text, "seen")}
    organiser.post(f"{life}/together/close", data=sent)
    undo = {"at": shown(organiser.get(life).text, "at")}
    make.changed(led, registration_closes_at=now() - timedelta(minutes=1))
    refused = organiser.post(f"{life}/undo", data=undo)
    assert refused.status_code == 409
    assert "Extend it first" in refused.text
    assert event.state is EventState.REGISTRATION_CLOSED


def test_a_judge_reads_the_life_and_leads_nothing(root, sign_in):
    event = make.event(make.competition(root))
    judge = sign_in(make.user(Role.JUDGE, root))
    page = judge.get(at(event))
    assert page.status_code == 200
    assert "Cancel it" not in page.text
    assert judge.post(at(event, "/life/cancel"), data={"why": "x"}).status_code == 403


@pytest.mark.parametrize("verb", ["explode", "resume"])
def test_a_wrong_verb_is_nowhere_or_refused(organiser, root, verb):
    event = make.event(make.competition(root))
    answer = organiser.post(at(event, f"/life/{verb}"), data={"version": event.version, "why": "x"})
    assert answer.status_code == {"explode": 404, "resume": 409}[verb]
