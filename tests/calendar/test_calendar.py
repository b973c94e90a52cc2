"""The next edition as the last one was, the public calendar and its feed."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import func, select

from skillhub.calendar import queries, services
from skillhub.calendar.queries import Kind
from skillhub.calendar.rules import renamed, shifted
from skillhub.competitions.queries import by_code
from skillhub.competitions.rules import EventState as S
from skillhub.competitions.rules import plain_event
from skillhub.entries.models import Entry
from skillhub.kernel.access import OPERATOR, Role
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.errors import BadInput, Conflict
from tests import make

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
LED = {
    "starts_on": date(2026, 5, 18), "ends_on": date(2026, 5, 20), "registers": True, "notice_days": 5,
    "registration_opens_at": datetime(2026, 3, 1, 1, tzinfo=UTC),
    "registration_closes_at": datetime(2026, 4, 1, 16, 30, tzinfo=UTC),
}  # fmt: skip


@pytest.mark.parametrize(
    ("day", "years", "then"),
    [
        (date(2026, 5, 20), 1, date(2027, 5, 20)),
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (datetime(2024, 2, 29, 9, tzinfo=UTC), 1, datetime(2025, 2, 28, 9, tzinfo=UTC)),
        (None, 1, None),
    ],
)
def test_days_move_to_another_year(day, years, then):
    assert shifted(day, years) == then


@pytest.mark.parametrize(
    ("name", "then"),
    [("2026年职工技能大赛", "2027年职工技能大赛"), ("12th Contest", "12th Contest"), ("", "")],
)
def test_names_carry_the_new_year(name, then):
    assert renamed(name, 2026, 2027) == then


@pytest.fixture
def source(root):
    cup = make.competition(
        root, code="cup2026", name="Cup 2026", tier_by="chief", announced_by="x", **LED
    )
    event = make.event(
        cup,
        code="01",
        parts=(("theory", 100, "0.3", 60), ("time", 600, 0, None, "time")),
        min_entries=3,
    )
    make.event(cup, code="02", state=S.FINAL)
    make.entry(event, marks={"theory": 80})
    return cup


def test_a_clone_carries_the_rules_and_nothing_else(source):
    edition = services.clone(source, "cup2027", 2027, OPERATOR)
    assert (edition.name, edition.year, edition.starts_on) == ("Cup 2027", 2027, date(2027, 5, 18))
    assert edition.registration_closes_at == datetime(2027, 4, 1, 16, 30, tzinfo=UTC)
    assert (edition.registers, edition.notice_days, edition.announced_by) == (True, 5, "operator")
    assert (edition.filed_at, edition.approved_at) == (None, None)
    assert [event.state for event in edition.events] == [S.DRAFT, S.DRAFT]
    for before, after in zip(source.events, edition.events, strict=True):
        own = plain_event(before) | {"held_on": "2027-05-20"}
        assert plain_event(after) == own
    entries = select(func.count(Entry.id)).where(Entry.event_id.in_([e.id for e in edition.events]))
    assert db.session.scalar(entries) == 0


def test_a_clone_makes_a_series_of_the_two(source):
    edition = services.clone(source, "cup2027", 2027, OPERATOR)
    assert (edition.series.code, edition.series.name, source.series) == (
        "cup",
        "Cup",
        edition.series,
    )
    third = services.clone(edition, "cup2028", 2028, OPERATOR)
    assert [one.code for one in queries.editions(third.series, OPERATOR)] == [
        "cup2028",
        "cup2027",
        "cup2026",
    ]


def test_a_clone_may_stay_alone(source):
    assert services.clone(source, "cup2027", 2027, OPERATOR, series=False).series is None


def test_a_code_or_a_year_that_was_is_refused(source):
    with pytest.raises(Conflict, match="already"):
        services.clone(source, "cup2026", 2027, OPERATOR)
    with pytest.raises(BadInput, match="after 2026"):
        services.clone(source, "new", 2026, OPERATOR)


def test_who_stands_not_above_cannot_clone_a_higher_tier(root):
    plant = make.organisation("plant", parent=root)
    cup = make.competition(plant, tier="city")
    inside = make.user(Role.ORGANISER, plant).as_actor()
    with pytest.raises(BadInput, match="needs the word of an organiser above Plant"):
        services.clone(cup, "next", 2027, inside)


def test_who_stands_not_above_has_the_next_edition_filed(root, sign_in):
    """The page has it filed from the start, so that no refusal stands there that it cannot mend."""
    plant = make.organisation("plant", parent=root)
    cup = make.competition(plant, tier="city", code="cup2026")
    organiser = sign_in(make.user(Role.ORGANISER, plant))
    page = organiser.get(f"/competitions/{cup.id}/clone").text
    assert "checked" in re.search(r'<input[^>]*name="filing"[^>]*>', page)[0]
    bare = {"code": "cup2027", "year": "2027"}
    refused = organiser.post(f"/competitions/{cup.id}/clone", data=bare).text
    assert "Let it be filed" in refused
    sent = organiser.post(f"/competitions/{cup.id}/clone", data={**bare, "filing": "y"})
    assert sent.status_code == 302
    assert by_code("cup2027").filing


def test_announcing_offers_what_was_held_before(root, sign_in, source):
    page = sign_in(make.user(Role.ORGANISER, root)).get("/competitions/announce").text
    assert f'href="/competitions/{source.id}/clone"' in page
    elsewhere = make.user(Role.ORGANISER, make.organisation("elsewhere"))
    assert "/clone" not in sign_in(elsewhere).get("/competitions/announce").text


def held(root, code, state=None, **values):
    cup = make.competition(root, code=code, **{**LED, **values})
    if state:
        locked = (
            {"locked_at": now()}
            if state not in (S.DRAFT, S.FILED, S.REGISTRATION_OPEN, S.CANCELLED)
            else {}
        )
        make.event(cup, locked=False, state=state, **locked)
    return cup


@pytest.mark.parametrize(
    ("state", "values", "public"),
    [
        pytest.param(None, {}, False, id="without an event nothing is public"),
        pytest.param(S.DRAFT, {}, False, id="a draft is not"),
        pytest.param(S.FILED, {}, True, id="what is approved is"),
        pytest.param(S.REGISTRATION_OPEN, {}, True, id="what registers is"),
        pytest.param(S.PREPARED, {}, True, id="what is prepared is"),
        pytest.param(S.FINAL, {}, True, id="what is final is"),
        pytest.param(S.CANCELLED, {}, False, id="what was cancelled as a draft never was"),
        pytest.param(
            S.CANCELLED,
            {"filed_by": "a", "filed_at": now(), "approved_by": "b", "approved_at": now()},
            True,
            id="what was cancelled after its approval is, as cancelled",
        ),
    ],
)
def test_what_is_announced_to_the_public_stands_in_the_calendar(root, state, values, public):
    held(root, "cup", state, **values)
    found = queries.occasions(*YEAR)
    assert bool(found) is public
    assert all(one.cancelled is (state is S.CANCELLED) for one in found)


def test_the_calendar_holds_contests_and_deadlines_in_order(root):
    held(root, "a", S.PREPARED)
    held(
        root,
        "b",
        S.PREPARED,
        registers=False,
        starts_on=date(2025, 12, 30),
        ends_on=date(2026, 1, 2),
    )
    held(
        root,
        "c",
        S.PREPARED,
        starts_on=None,
        ends_on=None,
        registration_opens_at=None,
        registration_closes_at=None,
    )
    assert [(one.competition.code, one.kind, one.on) for one in queries.occasions(*YEAR)] == [
        ("b", Kind.HELD, date(2025, 12, 30)),
        ("a", Kind.OPENS, date(2026, 3, 1)),
        ("a", Kind.CLOSES, date(2026, 4, 2)),  # half past midnight where the host is
        ("a", Kind.HELD, date(2026, 5, 18)),
    ]


def test_the_page_and_the_feed_tell_the_same(client, root):
    cup = held(
        root,
        "a",
        S.PREPARED,
        name="技能大赛",
        place="一号厂房",
        announcement="第一行\n第二行, 逗号; 分号",
    )
    page = client.get("/calendar?year=2026")
    assert page.status_code == 200
    assert "技能大赛" in page.text
    answer = client.get("/calendar.ics")
    assert answer.mimetype == "text/calendar"
    entries = Calendar.from_ical(answer.data).walk("VEVENT")
    by_kind = {str(one["uid"]).partition(".")[0]: one for one in entries}
    assert set(by_kind) == {"held", "opens", "closes"}
    whole = by_kind["held"]
    assert (whole["dtstart"].dt, whole["dtend"].dt) == (date(2026, 5, 18), date(2026, 5, 21))
    assert str(whole["location"]) == "一号厂房"
    assert str(whole["description"]) == cup.announcement
    assert by_kind["closes"]["dtstart"].dt == LED["registration_closes_at"]
    assert len({str(one["uid"]) for one in entries}) == 3


def test_an_empty_year_says_so_and_a_wrong_one_is_nowhere(client, root):
    assert "Nothing announced for this year" in client.get("/calendar?year=2031").text
    assert client.get("/calendar?year=99999").status_code == 404


def test_the_page_of_a_series_lists_its_editions_for_those_who_may_see_them(root, sign_in):
    plant, other = make.organisation("plant", parent=root), make.organisation("other", parent=root)
    series = services.found_series(root, "cup", "Cup", "", OPERATOR)
    make.competition(plant, name="Cup at the plant", series=series)
    make.competition(other, name="Cup elsewhere", series=series)
    page = sign_in(make.user(Role.ORGANISER, root)).get(f"/series/{series.id}").text
    assert "Cup at the plant" in page
    assert "Cup elsewhere" in page
    assert sign_in(make.user(Role.ORGANISER, plant)).get(f"/series/{series.id}").status_code == 404


def test_an_organiser_clones_on_the_page(root, sign_in, source):
    organiser = sign_in(make.user(Role.ORGANISER, root))
    form = organiser.get(f"/competitions/{source.id}/clone").text
    assert 'value="cup2027"' in form
    sent = {"code": "cup2027", "year": "2027", "series": "y"}
    assert organiser.post(f"/competitions/{source.id}/clone", data=sent).status_code == 302
    assert (
        "after 2026"
        in organiser.post(
            f"/competitions/{source.id}/clone", data={"code": "x", "year": "2026"}
        ).text
    )


def test_deadlines_are_instants_shown_with_their_zone(client, root):
    """Edge case 78."""
    opens = now() + timedelta(days=1)
    held(root, "a", S.PREPARED, starts_on=opens.date(), year=opens.year, registration_opens_at=opens,
         registration_closes_at=opens + timedelta(days=30))  # fmt: skip
    assert "CST" in client.get("/calendar").text


def test_a_deadline_ahead_leads_to_where_one_registers(client, root, sign_in):
    closes = now() + timedelta(days=2)
    held(root, "a", S.PREPARED, starts_on=closes.date(), year=closes.year,
         registration_opens_at=now(), registration_closes_at=closes)  # fmt: skip
    link, year = 'href="/standing/enter"', f"/calendar?year={closes.year}"
    assert link in client.get(year).text
    assert link not in sign_in(make.user("organiser", root)).get(year).text
