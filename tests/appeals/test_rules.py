"""Deadlines and working days: each border twice."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from skillhub.appeals.rules import (
    AppealKind,
    Span,
    deadline_of,
    end_of,
    in_time,
    span,
    worked,
)

SHANGHAI = "Asia/Shanghai"
END = datetime(2026, 6, 18, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "known", "expected"),
    [
        pytest.param(date(2026, 6, 15), {}, True, id="a Monday is worked"),
        pytest.param(date(2026, 6, 14), {}, False, id="a Sunday is not"),
        pytest.param(date(2026, 6, 19), {}, False, id="nor is the Dragon Boat Festival"),
        pytest.param(date(2026, 9, 20), {}, True, id="a Sunday made up for a holiday is worked"),
        pytest.param(date(2026, 6, 15), {date(2026, 6, 15): False}, False, id="our word is last"),
        pytest.param(date(2027, 3, 1), {}, None, id="a year not yet published is unknown"),
        pytest.param(date(2027, 3, 1), {date(2027, 3, 1): True}, True, id="unless we know it"),
    ],
)
def test_worked(day, known, expected):
    assert worked(day, known) is expected


@pytest.mark.parametrize(
    ("first", "days", "known", "expected"),
    [
        pytest.param(date(2026, 6, 8), 5, {}, Span(date(2026, 6, 8), date(2026, 6, 15)),
                     id="the day of opening is not counted, a weekend neither"),
        pytest.param(date(2026, 6, 15), 5, {}, Span(date(2026, 6, 15), date(2026, 6, 23)),
                     id="nor a holiday"),
        pytest.param(date(2026, 6, 18), 1, {}, Span(date(2026, 6, 18), date(2026, 6, 22)),
                     id="one day over a long weekend"),
        pytest.param(date(2026, 6, 15), 2, {date(2026, 6, 16): False},
                     Span(date(2026, 6, 15), date(2026, 6, 18)), id="our own table shifts the end"),
        pytest.param(date(2026, 12, 30), 5, {},
                     Span(date(2026, 12, 30), date(2027, 1, 6), date(2027, 1, 1)),
                     id="over an unpublished year the end is a guess, and says from where"),
    ],
)  # fmt: skip
def test_span(first, days, known, expected):
    assert span(first, days, known) == expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        pytest.param(END, True, id="exactly at the limit is in time"),
        pytest.param(END + timedelta(seconds=1), False, id="one second later is late"),
        pytest.param(END + timedelta(microseconds=1), False, id="however little later"),
        pytest.param(END.astimezone(ZoneInfo(SHANGHAI)), True, id="whatever the zone of the clock"),
    ],
)
def test_in_time(moment, expected):
    assert in_time(moment, END) is expected


def test_no_deadline_keeps_everybody_in_time():
    assert in_time(END, None)


def test_a_day_ends_in_its_zone_also_over_a_change_of_the_clock():
    assert end_of(date(2026, 6, 18), SHANGHAI) == datetime(2026, 6, 18, 16, tzinfo=UTC)
    assert end_of(date(2026, 3, 8), "America/New_York") == datetime(2026, 3, 9, 4, tzinfo=UTC)
    assert end_of(date(2026, 11, 1), "America/New_York") == datetime(2026, 11, 2, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "known", "expected"),
    [
        pytest.param("appeal", {}, None, id="before the stage ends an appeal has no deadline"),
        pytest.param("appeal", {"ended_at": END}, END + timedelta(hours=2), id="then two hours"),
        pytest.param("appeal", {"ended_at": END, "notice_until": END + timedelta(days=9)},
                     END + timedelta(hours=2), id="the notice does not lengthen an appeal's time"),
        pytest.param("appeal", {"shown_at": END}, END + timedelta(hours=2), id="or after the result was shown"),
        pytest.param("appeal", {"ended_at": END, "shown_at": END + timedelta(days=1)}, END + timedelta(hours=2),
                     id="which does not lengthen it either"),
        pytest.param("query", {}, None, id="before anything is shown a query has no deadline"),
        pytest.param("query", {"shown_at": END}, END + timedelta(hours=2), id="hours after it is"),
        pytest.param("query", {"shown_at": END, "notice_until": END + timedelta(days=9)},
                     END + timedelta(days=9), id="or until the notice ends"),
        pytest.param("objection", {"notice_until": END}, END, id="anybody until the notice ends"),
    ],
)  # fmt: skip
def test_deadlines(kind, known, expected):
    assert deadline_of(AppealKind(kind), 2, **known) == expected
