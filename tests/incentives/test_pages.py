"""Policies as people see them: what stands there, what is asked before adopting, and that looking changes nothing."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import event as sql_event
from sqlalchemy import text

from skillhub.incentives import queries, services
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.db import db
from skillhub.kernel.settings import ROOT
from tests import make

SAMPLES = ROOT / "skillhub" / "sample" / "policies"
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


@pytest.fixture
def yard(root):
    return make.organisation("yard", parent=root, name="Shipyard")


@pytest.fixture
def policy(root):
    return services.adopt_text(root, _sample("may1_recommend"), OPERATOR, NOON).policy


@pytest.fixture
def reviewer(yard, sign_in):
    return sign_in(make.user("incentive_reviewer", yard))


@pytest.fixture
def statements(app):
    """What the database is asked, one text each."""
    seen = []

    def note(connection, cursor, statement, *rest):
        seen.append(statement)

    sql_event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    sql_event.remove(db.engine, "before_cursor_execute", note)


def _sample(code):
    return (SAMPLES / f"{code}.toml").read_text(encoding="utf-8")


def test_without_a_policy_the_page_says_what_to_do(reviewer):
    assert "No policy yet" in reviewer.get("/incentives/").text


def test_titles_are_in_the_readers_language(reviewer, policy):
    assert "May-1 Labour Medal" in reviewer.get("/incentives/").text
    reviewer.set_cookie("language", "zh")
    assert "优先推荐市五一劳动奖章" in reviewer.get("/incentives/").text


def test_a_policy_counts_the_people_that_its_reader_sees(reviewer, policy, root, yard):
    make.person("Mine", employer=yard)
    make.person("Not mine", employer=make.organisation(parent=root))
    page = reviewer.get(f"/incentives/{policy.id}").text
    assert "Mine" in page
    assert "Not mine" not in page
    assert "In force from January 1, 2024." in page
    assert "third place, everything attested" in page


def test_a_list_of_many_takes_few_statements(reviewer, policy, yard, statements):
    for n in range(60):
        make.person(f"Person {n}", employer=yard)
    statements.clear()
    assert reviewer.get(f"/incentives/{policy.id}").status_code == 200
    asked = [s for s in statements if s.lstrip().upper().startswith("SELECT")]
    assert len(asked) <= 14, asked


def test_the_answer_for_one_person_says_what_is_missing(reviewer, policy, yard):
    person = make.person("Chen Jie", employer=yard)
    page = reviewer.get(f"/incentives/{policy.id}/people/{person.id}").text
    assert "2 of 4 met" in page
    assert "Waiting for the attestation" in page
    assert "not eligible" not in page.lower()


def test_looking_changes_nothing(reviewer, policy, yard):
    person = make.person(employer=yard)
    before = _everything()
    for path in ("", f"{policy.id}", f"{policy.id}/people/{person.id}"):
        reviewer.get(f"/incentives/{path}")
    reviewer.get(f"/people/{person.id}/attestations")
    assert _everything() == before


def _everything():
    """All rows but those of sign-in sessions, as text."""
    tables = [t.name for t in db.metadata.sorted_tables if "session" not in t.name]
    rows = {t: sorted(map(repr, db.session.execute(text(f'SELECT * FROM "{t}"')))) for t in tables}
    db.session.rollback()
    return rows


def test_adopting_shows_the_rule_before_it_is_adopted(reviewer, yard):
    first = reviewer.post(
        "/incentives/adopt", data={"owner": yard.id, "text": _sample("skill_subsidy")}
    )
    assert "The rule" in first.text or "In force from" in first.text
    assert "I have read the rule" in first.text
    assert queries.coded("skill_subsidy") is None

    seen = re.search(r'name="seen"[^>]*value="([0-9a-f]{64})"', first.text)[1]
    data = {"owner": yard.id, "text": _sample("skill_subsidy"), "seen": seen, "agreed": "y"}
    page = reviewer.post("/incentives/adopt", data=data, follow_redirects=True)
    assert "The policy is adopted." in page.text
    assert queries.coded("skill_subsidy") is not None


def test_a_text_changed_after_it_was_shown_is_shown_again(reviewer, yard):
    data = {"owner": yard.id, "text": _sample("skill_subsidy"), "seen": "0" * 64, "agreed": "y"}
    page = reviewer.post("/incentives/adopt", data=data)
    assert "I have read the rule" in page.text
    assert queries.coded("skill_subsidy") is None


def test_mistakes_are_told_by_path_and_the_text_stays(reviewer, yard):
    broken = _sample("skill_subsidy").replace('basis = "issue_date"', 'basis = "birthday"')
    page = reviewer.post("/incentives/adopt", data={"owner": yard.id, "text": broken})
    assert "basis" in page.text
    assert "birthday" in page.text


def test_only_a_reviewer_adopts_and_only_for_their_own(root, yard, sign_in, reviewer):
    organiser = sign_in(make.user("organiser", yard))
    assert organiser.get("/incentives/adopt").status_code == 403
    page = reviewer.post(
        "/incentives/adopt", data={"owner": root.id, "text": _sample("skill_subsidy")}
    )
    assert "Not a valid choice" in page.text
    assert queries.coded("skill_subsidy") is None


def test_attest_from_the_page(reviewer, policy, yard):
    person = make.person(employer=yard)
    at = f"/people/{person.id}/attestations"
    assert "Nothing is attested yet" in reviewer.get(at).text
    day = datetime.now(UTC).date().isoformat()
    data = {"item": "no_violation", "answer": "no", "on": day, "reason": ""}
    assert "Say why not" in reviewer.post(at, data=data).text
    late = {**data, "answer": "yes", "on": "2199-01-01"}
    assert "Nobody can state today" in reviewer.post(at, data=late).text
    page = reviewer.post(at, data={**data, "answer": "yes"}, follow_redirects=True)
    assert "No violation of law or discipline" in page.text


def test_another_unit_sees_nobody(root, policy, yard, sign_in):
    person = make.person("Secret", employer=yard)
    other = sign_in(make.user("incentive_reviewer", make.organisation("dock", parent=root)))
    assert "Secret" not in other.get(f"/incentives/{policy.id}").text
    assert other.get(f"/incentives/{policy.id}/people/{person.id}").status_code == 404
    assert other.get(f"/people/{person.id}/attestations").status_code == 404
