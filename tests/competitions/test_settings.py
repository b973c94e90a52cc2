"""What a competition may state about itself: its tier, its series, and the settings by which it comes about."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from skillhub.awards import services as awards
from skillhub.competitions import services
from skillhub.competitions.models import Tier
from skillhub.competitions.rules import EventState, moment, vouches
from skillhub.eligibility import queries as eligibility
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.errors import BadInput, Locked
from tests import make

VALUES = {"name": "Cup", "year": 2026, "tier": "city"}


@pytest.fixture
def plant(root):
    """An enterprise below the federation."""
    return make.organisation("plant", parent=root)


@pytest.fixture
def above(root):
    return make.user("organiser", root, login="above").as_actor()


@pytest.fixture
def inside(plant):
    return make.user("organiser", plant, login="inside").as_actor()


@pytest.mark.parametrize(
    ("held", "host", "may"),
    [
        pytest.param(["/1/"], "/1/7/", True, id="an organiser above the host may state a tier"),
        pytest.param(["/"], "/1/7/", True, id="the operator may"),
        pytest.param(["/1/7/"], "/1/7/", False, id="the host's own organiser may not"),
        pytest.param(["/1/7/9/"], "/1/7/", False, id="one below the host may not"),
        pytest.param(["/1/8/"], "/1/7/", False, id="a neighbour may not"),
        pytest.param(["/1/70/", "/1/"], "/1/7/", True, id="one of several roles is enough"),
        pytest.param(["/1/"], "/1/", True, id="nobody stands above the top: its own organiser may"),
        pytest.param(["/1/"], "/11/", False, id="a number that begins alike is another tree"),
        pytest.param([], "/1/", False, id="without a role nobody may"),
    ],
)
def test_who_may_state_a_tier(held, host, may):
    assert vouches(held, host) is may


def test_the_hosts_own_organiser_may_state_no_tier_above_enterprise(plant, inside):
    with pytest.raises(BadInput) as refused:
        services.announce(plant, "cup", VALUES, inside)
    assert [p.where for p in refused.value.problems] == ["tier"]
    assert "needs the word of an organiser above Plant" in str(refused.value)
    assert services.announce(plant, "own", {**VALUES, "tier": "enterprise"}, inside).tier_counts


def test_somebody_above_states_it_and_it_counts(plant, above):
    cup = services.announce(plant, "cup", VALUES, above)
    assert (cup.tier_by, cup.tier_counts, cup.announced_by) == ("above", True, "above")


def test_a_filed_competition_may_wait_for_the_word_from_above(plant, inside, above):
    cup = services.announce(plant, "cup", {**VALUES, "filing": True}, inside)
    assert not cup.tier_counts
    services.edit(cup, cup.version, {"place": "Hall 2"}, inside)
    assert not cup.tier_counts
    services.edit(cup, cup.version, {"tier": "city"}, above)
    assert cup.tier_by == "above"


def test_a_tier_that_stands_survives_an_edit_and_a_new_one_needs_its_own_word(plant, inside, above):
    cup = services.announce(plant, "cup", VALUES, above)
    services.edit(cup, cup.version, {"tier": "city", "place": "Hall 2"}, inside)
    assert cup.tier_by == "above"
    with pytest.raises(BadInput, match="Province"):
        services.edit(cup, cup.version, {"tier": "province"}, inside)
    services.edit(cup, cup.version, {"tier": "enterprise"}, inside)
    with pytest.raises(BadInput, match="City"):
        services.edit(cup, cup.version, {"tier": "city"}, inside)


def test_a_file_is_held_to_the_same_rule_with_its_line(plant, inside):
    file = '[competition]\ncode = "cup"\nname = "Cup"\nyear = 2026\ntier = "national"\n'
    with pytest.raises(BadInput) as refused:
        awards.load(file, inside, plant)
    assert str(refused.value.problems[0]).startswith(
        "line 5, competition.tier: The tier “National”"
    )
    loaded = awards.load(file + "filing = true\n", inside, plant)
    assert not loaded.competition.tier_counts


@pytest.mark.parametrize(
    ("values", "counted"),
    [
        ({"tier": "city", "tier_by": "chief"}, "city"),
        ({"tier": "city", "tier_by": None}, None),
        ({"tier": "enterprise", "tier_by": None}, "enterprise"),
    ],
)
def test_an_award_counts_for_its_tier_once_somebody_vouches(root, values, counted):
    person = make.person()
    event = make.event(make.competition(root, **values))
    make.award(make.entry(event, person=person))
    (record,) = eligibility.records_of([person.id]).values()
    (won,) = record.awards
    assert won.tier == counted


def test_a_file_states_every_setting(root):
    file = """\
[competition]
code = "cup26"
name = "Cup"
year = 2026
tier = "city"
series = { code = "cup", name = "City cup" }
weights = "percent"
filing = true
registers = true
registration_opens_at = 2026-03-01T09:00:00+08:00
registration_closes_at = "2026-04-01 17:00"
blind = true
notice_days = 5
appeal_hours = 4
announcement = "通知"
"""
    cup = awards.load(file, OPERATOR, root).competition
    assert (cup.series.code, cup.weights, cup.filing, cup.registers) == (
        "cup",
        "percent",
        True,
        True,
    )
    assert cup.registration_opens_at == datetime(2026, 3, 1, 1, tzinfo=UTC)
    assert cup.registration_closes_at == datetime(2026, 4, 1, 9, tzinfo=UTC)
    assert (cup.blind, cup.notice_days, cup.appeal_hours, cup.announcement) == (True, 5, 4, "通知")
    again = awards.load(file.replace('{ code = "cup", name = "City cup" }', '"cup"'), OPERATOR)
    assert again.competition.series is cup.series


def test_a_series_must_be_known_and_belong_to_the_host_or_above(root, plant):
    other = make.organisation("other", parent=root)
    services.announce(other, "o", {**VALUES, "series": {"code": "theirs", "name": "X"}}, OPERATOR)
    for code in ("nowhere", "theirs"):
        with pytest.raises(BadInput, match=f"no series “{code}”"):
            services.announce(plant, "cup", {**VALUES, "series": code}, OPERATOR)


@pytest.mark.parametrize(
    ("setting", "last", "first_refused"),
    [
        ({"filing": True}, EventState.DRAFT, EventState.FILED),
        ({"registers": True}, EventState.FILED, EventState.REGISTRATION_OPEN),
        ({"weights": "percent"}, EventState.REGISTRATION_CLOSED, EventState.PREPARED),
        ({"blind": True}, EventState.REGISTRATION_CLOSED, EventState.PREPARED),
        ({"notice_days": 5}, EventState.SCORING, EventState.PROVISIONAL),
        ({"appeal_hours": 9}, EventState.SCORING, EventState.PROVISIONAL),
    ],
)
def test_a_setting_changes_until_an_event_has_gone_beyond_it(root, setting, last, first_refused):
    cup = make.competition(root)
    for state, code in ((last, "01"), (first_refused, "02")):
        locked = {"locked_at": now()} if state not in LATE else {}
        made = make.event(cup, code=code, locked=False, state=state, **locked)
        if state is last:
            services.edit(cup, cup.version, setting, OPERATOR)
            services.edit(cup, cup.version, {n: getattr(cup, n) for n in setting}, OPERATOR)
    with pytest.raises(Locked, match=f"event {made.code} is"):
        services.edit(cup, cup.version, {n: USUAL[n] for n in setting}, OPERATOR)


LATE = (
    EventState.DRAFT,
    EventState.FILED,
    EventState.REGISTRATION_OPEN,
    EventState.REGISTRATION_CLOSED,
)
USUAL = {
    "filing": False, "registers": False, "weights": "free", "blind": False, "notice_days": 0, "appeal_hours": 2
}  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        "filed_by = 'a'",
        "filed_at = '2026-01-01', filed_by = 'a', approved_by = 'a', approved_at = '2026-01-02'",
        "filed_at = '2026-01-01', filed_by = 'a', approved_by = 'me', approved_at = '2026-01-02'",
        "approved_by = 'b', approved_at = '2026-01-02'",
        "registration_opens_at = '2026-02-01', registration_closes_at = '2026-01-01'",
        "notice_days = -1",
        "weights = 'some'",
    ],
)
def test_the_database_refuses_a_competition_that_cannot_be(root, wrong):
    cup = make.competition(root, announced_by="me")
    with pytest.raises(IntegrityError):
        db.session.execute(text(f"UPDATE competitions SET {wrong} WHERE id = {cup.id}"))
    db.session.rollback()


@pytest.mark.parametrize(
    ("stated", "read"),
    [
        ("2026-03-01T09:00", datetime(2026, 3, 1, 1, tzinfo=UTC)),
        ("2026-03-01T09:00:00Z", datetime(2026, 3, 1, 9, tzinfo=UTC)),
        ("", None),
        (None, None),
    ],
)
def test_a_time_without_offset_is_meant_where_the_host_is(stated, read):
    assert moment(stated, "Asia/Shanghai") == read


def test_tiers_stand_in_order():
    assert next(iter(Tier)) is Tier.ENTERPRISE
