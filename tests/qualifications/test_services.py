"""The life of a registered qualification: entered, doubted, checked, corrected, withdrawn, reviewed."""

from datetime import date, timedelta

import pytest

from skillhub.kernel.errors import BadInput, Conflict, NotAllowed
from skillhub.qualifications import queries, services
from skillhub.qualifications.rules import Verification
from tests import make

DAY = make.DAY


def register(person, operator, **values):
    given = {
        "kind": "skill_level",
        "occupation": None,
        "level": "3",
        "number": "1512003000301234",
        "issuer": "Yard",
        "issued_on": date(2015, 6, 1),
        **values,
    }
    return services.register(person, given, operator, DAY)


def test_a_clear_one_is_registered_without_a_word(root, operator):
    row, warnings = register(make.person(), operator)
    assert warnings == []
    assert row.verification is Verification.UNVERIFIED


def test_a_number_of_another_level_is_kept_as_a_mismatch(root, operator):
    row, warnings = register(make.person(), operator, level="2")
    assert [w.where for w in warnings] == ["level"]
    assert (row.verification, row.verified_on) == (Verification.MISMATCH, DAY)


def test_one_that_ended_long_ago_is_registered_with_a_word(root, operator):
    row, warnings = register(make.person(), operator, valid_to=DAY - timedelta(days=1))
    assert row.id
    assert "Expired" in str(warnings[-1].message)


@pytest.mark.parametrize(
    ("values", "where"),
    [
        pytest.param({"number": " "}, "number", id="no number"),
        pytest.param({"issuer": ""}, "issuer", id="no issuer"),
        pytest.param({"issued_on": DAY + timedelta(days=1)}, "issued_on", id="issued tomorrow"),
        pytest.param(
            {"valid_to": date(2015, 5, 31)}, "valid_to", id="ends the day before it begins"
        ),
        pytest.param(
            {"last_review_on": DAY + timedelta(days=1)}, "last_review_on", id="reviewed tomorrow"
        ),
    ],
)
def test_what_cannot_be_is_refused_at_its_place(values, where, root, operator):
    with pytest.raises(BadInput) as refused:
        register(make.person(), operator, **values)
    assert where in [p.where for p in refused.value.problems]


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"issued_on": DAY, "number": "A"}, id="issued today"),
        pytest.param({"valid_to": date(2015, 6, 1)}, id="ends on the day of issue"),
    ],
)
def test_borders_that_pass(values, root, operator):
    assert register(make.person(), operator, **values)[0].id


def test_a_level_off_the_scale_of_its_occupation(root, operator):
    five, eight = make.occupation("lathe"), make.occupation("welder", scale="cn8")
    with pytest.raises(BadInput):
        register(make.person(), operator, level="chief", occupation=five, number="A")
    assert register(make.person(), operator, level="chief", occupation=eight, number="B")[0].id


@pytest.mark.parametrize("again", ["ab 12", "ＡＢ１２", "AB12"])
def test_one_number_is_registered_once_whatever_its_width_and_case(again, root, operator):
    register(make.person(), operator, number="Ab12")
    with pytest.raises(BadInput, match="not saved"):
        register(make.person(), operator, number=again)


def test_a_permit_is_reviewed_as_its_kind_asks(root, operator):
    row, _ = register(make.person(), operator, kind="special_operation", level=None, number="T1")
    assert row.review_every_months == 36


def test_a_correction_has_to_be_checked_again_and_a_note_has_not(root, operator):
    row, _ = register(make.person(), operator)
    services.verify(row, Verification.VERIFIED, DAY, "osta", operator, DAY)
    services.edit(row, {"evidence": "folder 7"}, row.version, operator, DAY)
    assert row.verification is Verification.VERIFIED
    services.edit(row, {"issuer": "Another yard"}, row.version, operator, DAY)
    assert (row.verification, row.verified_on) == (Verification.UNVERIFIED, None)


def test_whoever_wrote_the_facts_down_does_not_confirm_them(root):
    first, second = (make.user("incentive_reviewer", root).as_actor() for _ in range(2))
    row, _ = register(make.person(), first)
    with pytest.raises(NotAllowed, match="second person"):
        services.verify(row, Verification.VERIFIED, DAY, "osta", first, DAY)
    services.edit(row, {"evidence": "folder 7"}, row.version, second, DAY)  # a note is no fact
    services.verify(row, Verification.VERIFIED, DAY, "osta", second, DAY)
    services.edit(row, {"issuer": "Another yard"}, row.version, second, DAY)
    with pytest.raises(NotAllowed, match="second person"):
        services.verify(row, Verification.VERIFIED, DAY, "osta", second, DAY)
    services.verify(row, Verification.NOT_FOUND, DAY, "osta", second, DAY)
    services.verify(row, Verification.VERIFIED, DAY, "osta", first, DAY)


def test_an_edit_from_an_older_state_is_refused(root, operator):
    row, _ = register(make.person(), operator)
    with pytest.raises(Conflict, match="meanwhile"):
        services.edit(row, {"issuer": "X"}, row.version - 1, operator, DAY)


@pytest.mark.parametrize(
    ("found", "on", "where"),
    [
        pytest.param(Verification.UNVERIFIED, DAY, "osta", id="nothing found"),
        pytest.param(Verification.VERIFIED, DAY, " ", id="nowhere"),
        pytest.param(Verification.VERIFIED, DAY + timedelta(days=1), "osta", id="tomorrow"),
        pytest.param(Verification.VERIFIED, date(2015, 5, 31), "osta", id="before it was issued"),
    ],
)
def test_a_check_says_what_when_and_where(found, on, where, root, operator):
    row, _ = register(make.person(), operator)
    with pytest.raises(BadInput):
        services.verify(row, found, on, where, operator, DAY)


def test_withdrawn_once_and_taken_back(root, operator):
    row, _ = register(make.person(), operator)
    with pytest.raises(BadInput):
        services.revoke(row, DAY, " ", operator)
    services.revoke(row, DAY, "wrong exam", operator)
    assert queries.shown(row, DAY - timedelta(days=1)).standing.holds
    assert not queries.shown(row, DAY).standing.holds
    with pytest.raises(Conflict, match="already"):
        services.revoke(row, DAY, "again", operator)
    services.restore(row, "entered by mistake", operator)
    assert queries.shown(row, DAY).standing.holds


def test_a_review_is_later_than_the_last_and_not_tomorrow(root, operator):
    row, _ = register(
        make.person(),
        operator,
        kind="special_operation",
        level=None,
        number="T1",
        last_review_on=DAY,
    )
    for wrong in (DAY - timedelta(days=1), DAY + timedelta(days=1)):
        with pytest.raises(BadInput):
            services.record_review(row, wrong, operator, DAY)
    services.record_review(row, DAY, operator, DAY)
    paper, _ = register(make.person(), operator)
    with pytest.raises(Conflict, match="not reviewed"):
        services.record_review(paper, DAY, operator, DAY)


def test_a_list_is_taken_over_once(root, operator):
    make.occupation("welder")
    line = {
        "kind": "skill_level",
        "occupation": "welder",
        "level": "3",
        "certificate": "1512003000301234",
    }
    line |= {"issuer": "Centre", "issued_on": "2015-06-01", "verification": "verified"}
    person = make.person()
    row = services.take(person, line, operator, DAY)
    assert (row.verification, row.occupation.code) == (Verification.VERIFIED, "welder")
    assert services.take(person, line, operator, DAY).id == row.id
