"""The civil rule of months, held against a count by hand and against a search of every day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillhub.kernel.months import after, hi, lo

DAYS = st.dates(date(1950, 1, 1), date(2100, 12, 31))
MONTHS = st.integers(0, 600)


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        pytest.param(
            "2024-02-29", 12, "2025-02-28", id="29 February and twelve months: 28 February"
        ),
        pytest.param(
            "2024-01-31", 1, "2024-02-29", id="31 January and one month: end of February, leap year"
        ),
        pytest.param("2025-01-31", 1, "2025-02-28", id="31 January and one month: end of February"),
        pytest.param(
            "2025-02-28", 6, "2025-08-28", id="28 February and six months: 28 August, not its end"
        ),
        pytest.param("2024-02-29", 48, "2028-02-29", id="leap day to leap day"),
        pytest.param("2025-12-15", 1, "2026-01-15", id="over the new year"),
        pytest.param("9999-12-01", 1, "9999-12-31", id="past the end of the calendar"),
    ],
)
def test_a_term_ends_on_the_same_day_or_the_month_end(day, months, last):
    assert after(date.fromisoformat(day), months) == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("event", "months", "on", "within"),
    [
        pytest.param("2024-02-29", 12, "2025-02-28", True, id="leap day: the last day counts"),
        pytest.param("2024-02-29", 12, "2025-03-01", False, id="leap day: the day after does not"),
        pytest.param(
            "2025-02-28", 6, "2025-08-28", True, id="28 February, six months: 28 August is in"
        ),
        pytest.param(
            "2025-02-28", 6, "2025-08-29", False, id="28 February, six months: 29 August is out"
        ),
        pytest.param(
            "2025-02-28", 6, "2025-08-31", False, id="28 February, six months: 31 August is out"
        ),
    ],
)
def test_within_months(event, months, on, within):
    assert (date.fromisoformat(event) >= lo(date.fromisoformat(on), months)) is within


def nearby(day, months):
    """List the days around the corresponding one, wide enough to hold the true answer."""
    middle = day - timedelta(days=round(months * 30.4375))
    return [middle + timedelta(days=n) for n in range(-45, 46)]


@given(DAYS, MONTHS)
def test_lo_is_the_first_day_whose_term_reaches(day, months):
    assert lo(day, months) == min(d for d in nearby(day, months) if after(d, months) >= day)


@given(DAYS, MONTHS)
def test_hi_is_the_last_day_whose_term_has_passed(day, months):
    assert hi(day, months) == max(d for d in nearby(day, months) if after(d, months) <= day)


def test_four_years_of_days_by_search():
    days = [date(2023, 1, 1) + timedelta(days=n) for n in range(1461)]
    for months in (1, 6, 12, 36):
        ends = [after(d, months) for d in days]
        for on in days[1200::7]:
            assert lo(on, months) == min(d for d, end in zip(days, ends, strict=True) if end >= on)
            assert hi(on, months) == max(d for d, end in zip(days, ends, strict=True) if end <= on)


def test_before_the_calendar_begins():
    assert (lo(date(1, 2, 3), 600), hi(date(1, 2, 3), 600)) == (date.min, date.min)
