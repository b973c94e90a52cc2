"""The register as people see it: who may open it, what stands there, and what a form says."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event as sql_event

from skillhub.kernel.clock import today
from skillhub.kernel.db import db
from skillhub.qualifications.models import Qualification
from tests import make

TODAY = today("Asia/Shanghai")


@pytest.fixture
def yard(root):
    return make.organisation("yard", parent=root, name="Shipyard")


@pytest.fixture
def reviewer(yard, sign_in):
    return sign_in(make.user("incentive_reviewer", yard))


@pytest.fixture
def worker(yard):
    return make.person("Chen Jie", employer=yard, number="00417")


@pytest.fixture
def statements(app):
    """What the database is asked, one text each."""
    seen = []

    def note(connection, cursor, statement, *rest):
        seen.append(statement)

    sql_event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    sql_event.remove(db.engine, "before_cursor_execute", note)


def entered(**values):
    return {
        "person": "00417",
        "kind": "skill_level",
        "occupation": "welder",
        "level": "3",
        "number": "Y000123000001195000001",
        "issuer": "Yard",
        "issued_on": "2019-05-04",
        **values,
    }


def test_an_empty_register_says_what_to_do(reviewer):
    page = reviewer.get("/qualifications/")
    assert page.status_code == 200
    assert "Nothing is registered yet" in page.text


def test_the_register_shows_how_each_stands(reviewer, worker):
    make.qualification(worker, number="AB-1", valid_to=TODAY)
    make.qualification(worker, number="AB-2", valid_to=TODAY - timedelta(days=1))
    page = reviewer.get("/qualifications/").text
    assert "expiring soon" in page
    assert "expired" in page
    only = reviewer.get("/qualifications/?state=expired").text
    assert "AB-2" in only
    assert "AB-1" not in only


def test_a_list_of_fifty_takes_few_statements(reviewer, yard, statements):
    for n in range(60):
        make.qualification(make.person(f"Person {n}", employer=yard))
    statements.clear()
    assert reviewer.get("/qualifications/").status_code == 200
    asked = [s for s in statements if s.lstrip().upper().startswith("SELECT")]
    assert len(asked) <= 8, asked


def test_register_from_the_form(reviewer, worker):
    make.occupation("welder")
    page = reviewer.post("/qualifications/register", data=entered(), follow_redirects=True)
    assert "differs" in page.text  # the number says level 5, the form level 3
    assert "The number says level 5" in page.text


def test_what_was_typed_stays_when_it_is_refused(reviewer, worker):
    make.occupation("welder")
    page = reviewer.post("/qualifications/register", data=entered(level="special"))
    assert "This occupation does not have this level." in page.text
    assert "Y000123000001195000001" in page.text
    assert db.session.query(Qualification).count() == 0


def test_a_name_borne_by_two_asks_for_the_number(reviewer, yard, worker):
    make.occupation("welder")
    make.person("Chen Jie", employer=yard, number="00418")
    page = reviewer.post("/qualifications/register", data=entered(person="Chen Jie"))
    assert "Several people fit" in page.text


def test_levels_follow_the_occupation(reviewer):
    make.occupation("welder")
    make.occupation("fitter", scale="cn8")
    assert "chief" not in reviewer.get("/qualifications/levels?occupation=welder").text
    assert "chief" in reviewer.get("/qualifications/levels?occupation=fitter").text


def test_check_then_withdraw_then_restore(reviewer, worker):
    row = make.qualification(worker, verification="unverified")
    at = f"/qualifications/{row.id}"
    assert "Nobody has looked this number up yet." in reviewer.get(at).text
    found = {"found": "verified", "on": TODAY.isoformat(), "where": "osta"}
    assert "Checked on" in reviewer.post(f"{at}/verify", data=found, follow_redirects=True).text
    gone = {"on": TODAY.isoformat(), "why": "wrong exam"}
    page = reviewer.post(f"{at}/revoke", data=gone, follow_redirects=True).text
    assert "Withdrawn by its issuer" in page
    assert "wrong exam" in page
    back = reviewer.post(f"{at}/restore", data={"why": "mistake"}, follow_redirects=True).text
    assert "Valid without end." in back


def test_correct_and_review(reviewer, worker):
    row = make.qualification(
        worker,
        kind="special_operation",
        level=None,
        review_every_months=36,
        issued_on=date(2022, 1, 5),
    )
    at = f"/qualifications/{row.id}"
    assert "review overdue" in reviewer.get(at).text
    reviewer.post(f"{at}/review", data={"on": TODAY.isoformat()})
    assert "Valid without end." in reviewer.get(at).text
    form = {
        "kind": "special_operation",
        "number": "X-1",
        "issuer": "Bureau",
        "issued_on": "2022-01-05",
    }
    page = reviewer.post(f"{at}/edit", data={**form, "version": "1"}, follow_redirects=True)
    assert "Somebody changed this meanwhile" in page.text
    page = reviewer.post(f"{at}/edit", data={**form, "version": "2"}, follow_redirects=True)
    assert "X-1" in page.text
    assert "not checked" in page.text


def test_what_ends_soon(reviewer, worker):
    make.qualification(worker, number="SOON", valid_to=TODAY + timedelta(days=20))
    make.qualification(worker, number="LATER", valid_to=TODAY + timedelta(days=120))
    page = reviewer.get("/qualifications/expiring").text
    assert "SOON" in page
    assert "LATER" not in page
    assert "LATER" in reviewer.get("/qualifications/expiring?days=180").text


def test_another_unit_sees_nothing(root, yard, worker, sign_in):
    row = make.qualification(worker, number="SECRET")
    other = sign_in(make.user("incentive_reviewer", make.organisation("dock", parent=root)))
    assert "SECRET" not in other.get("/qualifications/").text
    assert other.get(f"/qualifications/{row.id}").status_code == 404
    assert other.post(f"/qualifications/{row.id}/revoke", data={}).status_code == 404


def test_a_day_beside_the_end_of_the_calendar_is_no_filter(reviewer, worker):
    assert reviewer.get("/qualifications/?on=9999-12-31&state=expiring").status_code == 200
