"""Levels, validity on a day, checks of the paper and of its number."""

from datetime import date

import pytest

from skillhub.qualifications.rules import (
    LEVELS,
    SCALES,
    Held,
    QualificationKind,
    Status,
    Verification,
    check_number,
    normal_number,
    number_contradicts,
    rank_order,
    renewal_starts,
    review_due_on,
    standing,
    usability,
)


def day(text):
    return date.fromisoformat(text)


def held(**facts):
    days = {k: day(v) for k, v in facts.items() if k.endswith(("_on", "_from", "_to"))}
    return Held(**{"issued_on": date(2020, 1, 1), **facts, **days})


def permit(**facts):
    kind = QualificationKind.SPECIAL_OPERATION
    return held(kind=kind, issued_on="2021-06-15", review_every_months=36, **facts)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        pytest.param("3", "4", id="level 3 is better than level 4"),
        pytest.param("1", "2", id="senior technician above technician"),
        pytest.param("special", "1", id="special grade above level 1"),
        pytest.param("chief", "special", id="chief above special grade"),
        pytest.param("5", "apprentice", id="apprentice below level 5"),
    ],
)
def test_levels_compare_by_order(better, worse):
    assert rank_order(better) > rank_order(worse)


def test_both_scales_use_known_levels():
    assert len(SCALES["cn5"]) == 5
    assert len(SCALES["cn8"]) == 8
    assert all(code in LEVELS for codes in SCALES.values() for code in codes)
    assert [level.rank_order for level in LEVELS.values()] == list(range(8))


@pytest.mark.parametrize(
    ("facts", "on", "status", "holds"),
    [
        pytest.param(
            {"issued_on": "2026-01-02"}, "2026-01-01", "not_yet", False, id="the day before issue"
        ),
        pytest.param(
            {"issued_on": "2026-01-02"}, "2026-01-02", "valid", True, id="the day of issue"
        ),
        pytest.param(
            {"valid_from": "2026-03-01"},
            "2026-02-28",
            "not_yet",
            False,
            id="issued, not yet running",
        ),
        pytest.param(
            {"valid_from": "2026-03-01"}, "2026-03-01", "valid", True, id="first day of its time"
        ),
        pytest.param(
            {"issued_on": "2026-03-05", "valid_from": "2026-03-01"},
            "2026-03-04",
            "not_yet",
            False,
            id="runs from before its issue, asked before it",
        ),
        pytest.param({}, "2099-01-01", "valid", True, id="skill levels do not expire"),
        pytest.param(
            {"valid_to": "2026-11-30"},
            "2026-11-30",
            "expiring",
            True,
            id="43 expires on the day: counted",
        ),
        pytest.param(
            {"valid_to": "2026-11-29"},
            "2026-11-30",
            "expired",
            False,
            id="43 expired the day before: not counted",
        ),
        pytest.param(
            {"valid_to": "2026-11-30"}, "2026-09-01", "expiring", True, id="90 days before the end"
        ),
        pytest.param(
            {"valid_to": "2026-11-30"}, "2026-08-31", "valid", True, id="91 days before the end"
        ),
        pytest.param(
            {"revoked_on": "2026-05-05"}, "2026-05-05", "revoked", False, id="revoked on the day"
        ),
        pytest.param(
            {"revoked_on": "2026-05-05"}, "2026-05-04", "valid", True, id="revoked the day after"
        ),
        pytest.param(
            {"revoked_on": "2026-05-05", "valid_to": "2026-05-01"},
            "2026-06-01",
            "revoked",
            False,
            id="revoked is worse than expired",
        ),
    ],
)
def test_standing(facts, on, status, holds):
    found = standing(held(**facts), day(on))
    assert (found.status, found.holds) == (Status(status), holds)


@pytest.mark.parametrize(
    ("facts", "on", "status", "holds"),
    [
        pytest.param(
            {"valid_to": "2027-06-14"}, "2024-04-15", "valid", True, id="61 days before the review"
        ),
        pytest.param(
            {"valid_to": "2027-06-14"},
            "2024-04-16",
            "review_due",
            True,
            id="60 days before the review",
        ),
        pytest.param(
            {"valid_to": "2027-06-14"},
            "2024-06-15",
            "review_due",
            True,
            id="last day for the review",
        ),
        pytest.param(
            {"valid_to": "2027-06-14"},
            "2024-06-16",
            "review_overdue",
            False,
            id="44 valid to 2027, review missed",
        ),
        pytest.param(
            {"valid_to": "2027-06-14"},
            "2027-06-15",
            "expired",
            False,
            id="expired is worded as expired",
        ),
        pytest.param(
            {"valid_to": "2027-06-14", "last_review_on": "2024-06-01"},
            "2024-06-16",
            "valid",
            True,
            id="reviewed in time",
        ),
        pytest.param(
            {"valid_to": "2027-06-14", "last_review_on": "2024-06-20"},
            "2024-06-16",
            "review_overdue",
            False,
            id="a review of later has not happened yet",
        ),
        pytest.param(
            {"valid_to": "2027-06-14", "last_review_on": "2024-06-20"},
            "2024-06-20",
            "valid",
            True,
            id="a late review mends it from its day",
        ),
        pytest.param(
            {"valid_to": "2027-06-14", "last_review_on": "2024-06-20"},
            "2027-06-01",
            "expiring",
            True,
            id="no review is asked for after the end",
        ),
    ],
)
def test_reviews_of_permits(facts, on, status, holds):
    found = standing(permit(**facts), day(on))
    assert (found.status, found.holds) == (Status(status), holds)


def test_missed_review_and_expiry_are_worded_apart():
    overdue = standing(permit(valid_to="2027-06-14"), date(2025, 1, 1)).because
    expired = standing(permit(valid_to="2027-06-14"), date(2028, 1, 1)).because
    assert "review was due by 2024-06-15" in str(overdue)
    assert "Expired" in str(expired)


def test_review_day():
    assert review_due_on(permit()) == date(2024, 6, 15)
    assert review_due_on(held()) is None


@pytest.mark.parametrize(
    ("verification", "checked", "on", "usable"),
    [
        pytest.param("unverified", None, "2026-01-01", None, id="not checked: unknown"),
        pytest.param("verified", "2025-01-01", "2026-01-01", True, id="checked 365 days ago"),
        pytest.param(
            "verified", "2025-01-01", "2026-01-02", None, id="checked 366 days ago: again"
        ),
        pytest.param("verified", None, "2026-01-01", None, id="checked, nobody knows when"),
        pytest.param("verified", "2026-05-01", "2026-01-01", True, id="checked since"),
        pytest.param("mismatch", "2026-01-01", "2026-01-01", False, id="45 mismatch: unusable"),
        pytest.param("not_found", "2026-01-01", "2026-01-01", False, id="unknown to the register"),
        pytest.param("forged", "2026-01-01", "2026-01-01", False, id="forged"),
    ],
)
def test_usability(verification, checked, on, usable):
    facts = {"verified_on": checked} if checked else {}
    found = usability(held(verification=Verification(verification), **facts), day(on))
    assert found.usable is usable
    assert str(found.because)


@pytest.mark.parametrize(
    ("renewed", "old_end", "joins", "starts"),
    [
        pytest.param(
            "2026-05-01", "2026-06-30", True, "2026-07-01", id="47 renewed early: after the old end"
        ),
        pytest.param("2026-06-30", "2026-06-30", True, "2026-07-01", id="renewed on the last day"),
        pytest.param(
            "2026-07-01", "2026-06-30", True, "2026-07-01", id="renewed the day after: no gap"
        ),
        pytest.param("2026-08-01", "2026-06-30", True, "2026-08-01", id="renewed late: a gap"),
        pytest.param("2026-05-01", "2026-06-30", False, "2026-05-01", id="a kind that begins anew"),
    ],
)
def test_renewal(renewed, old_end, joins, starts):
    assert renewal_starts(day(renewed), day(old_end), joins=joins) == day(starts)


LEVEL_3 = "Y" + "0001" + "23" + "000001" + "24" + "3" + "000001"
OLD_LEVEL_3 = "24" + "12" + "34" + "1" + "567" + "3" + "00001"


@pytest.mark.parametrize(
    ("number", "level", "issued", "where"),
    [
        pytest.param(LEVEL_3, "3", "2024-05-01", [], id="22 characters that agree"),
        pytest.param(LEVEL_3.lower(), "3", "2024-05-01", [], id="small letters"),
        pytest.param("Ｙ" + LEVEL_3[1:], "3", "2024-05-01", [], id="wide letters"),
        pytest.param(
            LEVEL_3, "2", "2024-05-01", ["level"], id="45 the number says level 3, the form level 2"
        ),
        pytest.param(LEVEL_3, "3", "2023-05-01", ["issued_on"], id="another year"),
        pytest.param(LEVEL_3, "2", "2023-05-01", ["level", "issued_on"], id="both"),
        pytest.param("X" + LEVEL_3[1:], "3", "2024-05-01", ["number"], id="neither Y nor S"),
        pytest.param(
            LEVEL_3[:15] + "7" + LEVEL_3[16:], "3", None, ["number"], id="level 7 does not exist"
        ),
        pytest.param(OLD_LEVEL_3, "3", "2024-05-01", [], id="16 digits that agree"),
        pytest.param(OLD_LEVEL_3, "4", "2024-05-01", ["level"], id="16 digits, another level"),
        pytest.param("1234567890123", "3", None, ["number"], id="13 digits of old Shanghai"),
        pytest.param("AB" + "1" * 20, "special", "2024-05-01", [], id="special grade"),
        pytest.param(
            "AB" + "1" * 20, "1", "2024-05-01", ["level"], id="the special shape for level 1"
        ),
        pytest.param("", "3", None, ["number"], id="no number"),
        pytest.param("T5", None, None, ["number"], id="a shape nobody knows"),
    ],
)
def test_numbers_warn(number, level, issued, where):
    found = check_number(number, level, day(issued) if issued else None)
    assert [p.where for p in found] == where
    assert all(p.severity == "warning" for p in found)
    assert number_contradicts(number, level) is ("level" in where)


def test_numbers_compare_without_width_case_and_blanks():
    assert normal_number(" ｙ0001 23 ") == "Y000123"
