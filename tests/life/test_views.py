"""Pages that lead events: where each stands, what it needs, who may take the step."""

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
    assert "Nobody approves what they announced or filed." in refused.text
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
