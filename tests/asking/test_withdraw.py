"""Taking back what one holds to be wrong: who may, until when, and what it no longer holds up."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from skillhub.appeals import queries
from skillhub.appeals import services as appeals
from skillhub.appeals.models import Appeal
from skillhub.appeals.rules import AppealKind, AppealState, Outcome, Subject
from skillhub.appeals.services import Filing, Terms
from skillhub.asking import services
from skillhub.competitions.rules import EventState
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db, transaction
from skillhub.kernel.errors import Conflict, NotAllowed
from skillhub.results import services as results
from tests import make

SECOND = timedelta(seconds=1)


def asked(kind="query"):
    return Filing(AppealKind(kind), Subject.SCORE, "I had 87.")


@pytest.fixture
def event(root):
    return make.event(make.competition(root, notice_days=3))


@pytest.fixture
def entry(event, root):
    person = make.person("Li Wei", employer=root)
    clerk, checker = make.user("judge", root, login="clerk"), make.user("checker", root)
    return make.entry(event, "1", person=person, organisation=root, marks={"score": 78},
                      entered_by=clerk, checked_by=checker)  # fmt: skip


@pytest.fixture
def notice(event, entry):
    results.freeze(event, OPERATOR, now())
    return appeals.announce(event, Terms("Office", "0531-1234"), OPERATOR, now())


@pytest.fixture
def account(entry, root):
    return make.user("worker", root, login="liwei", person=entry.person)


@pytest.fixture
def worker(account):
    return account.as_actor()


@pytest.fixture
def panel(root):
    return make.user("appeals_panel", root).as_actor()


@pytest.mark.parametrize("looked", [False, True])
def test_taken_back_it_holds_nothing_up(event, notice, entry, worker, panel, looked):
    appeal = appeals.file(entry, asked(), notice.closes_at, worker, now())
    if looked:
        appeals.look_at(appeal, appeal.version, panel, now())
    assert (queries.held([entry.id]), event.state) == ({entry.id}, EventState.UNDER_REVIEW)
    services.withdraw(appeal, appeal.version, "I misread my sheet.", worker, now())
    assert (appeal.state, appeal.withdrawn_why) == (AppealState.WITHDRAWN, "I misread my sheet.")
    assert (queries.held([entry.id]), event.state) == (set(), EventState.PUBLIC_NOTICE)
    assert queries.open_in(event) == []
    told = db.session.execute(text("SELECT verb, actor, why FROM journal")).all()
    assert ("asking.withdraw", "liwei", "I misread my sheet.") in {tuple(line) for line in told}


def test_the_notice_keeps_its_end_and_the_result_becomes_final_with_it(
    event, notice, entry, worker
):
    end = notice.closes_at
    appeal = appeals.file(entry, asked(), end, worker, end)
    services.withdraw(appeal, appeal.version, "", worker, end + SECOND)
    assert queries.notice_of(event).closes_at == end
    assert queries.blockers(event, end + SECOND) == []
    results.finalise(event, OPERATOR.name, OPERATOR, end + SECOND)
    assert event.state is EventState.FINAL


def test_while_another_is_open_the_notice_waits(event, notice, entry, worker):
    first = appeals.file(entry, asked(), notice.closes_at, worker, now())
    appeals.file(entry, asked("appeal"), None, worker, now())
    services.withdraw(first, first.version, "", worker, now())
    assert event.state is EventState.UNDER_REVIEW
    assert len(queries.open_in(event)) == 1


def test_it_counts_among_the_three_and_no_deadline_begins_anew(notice, entry, worker):
    for _ in range(3):
        appeal = appeals.file(entry, asked(), notice.closes_at, worker, now())
        services.withdraw(appeal, appeal.version, "", worker, now())
    with pytest.raises(Conflict, match="3 queries and appeals"):
        appeals.file(entry, asked(), notice.closes_at, worker, now())


def test_filed_again_after_the_deadline_it_is_late(notice, entry, worker):
    end = notice.closes_at
    appeal = appeals.file(entry, asked(), end, worker, end)
    services.withdraw(appeal, appeal.version, "", worker, end + SECOND)
    again = appeals.file(entry, asked(), end, worker, end + SECOND)
    assert again.state is AppealState.REJECTED_LATE


def test_nobody_but_whoever_filed_it(notice, entry, worker, panel, root):
    appeal = appeals.file(entry, asked(), notice.closes_at, worker, now())
    officer = make.user("organiser", root).as_actor()
    for actor in (panel, officer, OPERATOR):
        with pytest.raises(NotAllowed, match="Only whoever filed it"):
            services.withdraw(appeal, appeal.version, "No.", actor, now())
    assert appeal.state is AppealState.RECEIVED


@pytest.mark.parametrize("outcome", [Outcome.UPHELD, Outcome.DISMISSED])
def test_what_is_decided_is_not_taken_back(notice, entry, worker, panel, outcome):
    appeal = appeals.file(entry, asked(), notice.closes_at, worker, now())
    appeals.decide(appeal, appeal.version, outcome, "The sheet says so.", panel, now())
    with pytest.raises(Conflict, match="answered already"):
        services.withdraw(appeal, appeal.version, "", worker, now())


def test_what_came_too_late_stays_as_it_is(notice, entry, worker):
    late = appeals.file(entry, asked(), now() - SECOND, worker, now())
    with pytest.raises(Conflict, match="answered already"):
        services.withdraw(late, late.version, "", worker, now())
    assert late.state is AppealState.REJECTED_LATE


def test_of_two_at_once_the_second_is_told(notice, entry, worker, panel):
    appeal = appeals.file(entry, asked(), notice.closes_at, worker, now())
    seen = appeal.version
    appeals.look_at(appeal, seen, panel, now())
    with pytest.raises(Conflict, match="changed this meanwhile"):
        services.withdraw(appeal, seen, "", worker, now())
    services.withdraw(appeal, appeal.version, "", worker, now())
    with pytest.raises(Conflict, match="taken back already"):
        services.withdraw(appeal, appeal.version, "", worker, now())
    with pytest.raises(Conflict, match="decided already"):
        appeals.decide(appeal, appeal.version, Outcome.UPHELD, "87.", panel, now())


def test_the_database_refuses_one_taken_back_without_when(notice, entry, worker):
    appeal = appeals.file(entry, asked(), notice.closes_at, worker, now())
    with pytest.raises(IntegrityError), transaction():
        appeal.state = AppealState.WITHDRAWN
        db.session.flush()


def only():
    return db.session.query(Appeal).one()


def test_the_worker_takes_it_back_on_her_phone(notice, entry, account, sign_in):
    phone, page = sign_in(account), f"/standing/results/{entry.id}"
    phone.post(f"{page}/query", data={"kind": "query", "subject": "score", "reason": "87."})
    assert "Take it back" in phone.get(page).text
    asks = f"{page}/queries/{only().id}/withdraw"
    assert phone.get(asks).status_code == 200
    assert only().state is AppealState.RECEIVED, "looking takes nothing back"
    assert phone.post(asks, data={"version": 99}).status_code == 409
    answer = phone.post(asks, data={"version": only().version, "why": "I misread."})
    assert answer.status_code == 302
    shown = phone.get(page).text
    assert "taken back" in shown
    assert "Take it back" not in shown


def test_another_worker_and_another_unit_find_nothing(notice, entry, account, root, sign_in):
    sign_in(account).post(
        f"/standing/results/{entry.id}/query",
        data={"kind": "query", "subject": "score", "reason": "87."},
    )
    other = sign_in(make.user("worker", root, person=make.person("Chen", employer=root)))
    assert (
        other.get(f"/standing/results/{entry.id}/queries/{only().id}/withdraw").status_code == 404
    )
    unit = sign_in(make.user("organiser", root))
    asks = f"/entries/{entry.id}/queries/{only().id}/withdraw"
    assert unit.post(asks, data={"version": only().version}).status_code == 404
    assert "Only whoever filed it" in unit.get(asks).text
    assert only().state is AppealState.RECEIVED


def test_a_unit_takes_back_what_it_filed(notice, entry, root, sign_in):
    officer = sign_in(make.user("organiser", root))
    page = f"/entries/{entry.id}/query"
    officer.post(page, data={"kind": "query", "subject": "score", "reason": "He had 87."})
    asks = f"/entries/{entry.id}/queries/{only().id}/withdraw"
    assert asks in officer.get(page).text
    assert officer.post(asks, data={"version": only().version}).status_code == 302
    assert only().state is AppealState.WITHDRAWN


def test_a_stranger_takes_an_objection_back_with_the_address_that_only_she_was_given(
    notice, client
):
    sent = {"name": "Mary", "contact": "0531", "subject": "score", "reason": "He had 87."}
    received = client.post(f"/notices/{notice.id}", data=sent).text
    [key] = set(re.findall(r"/objections/([0-9]+-[0-9a-f]{64})", received))
    page = client.get(f"/objections/{key}")
    assert "He had 87." in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert client.post(f"/objections/{key}", data={"version": only().version}).status_code == 200
    assert only().state is AppealState.WITHDRAWN
    assert db.session.get(make.Event, notice.event_id).state is EventState.PUBLIC_NOTICE
    assert "Take it back" not in client.get(f"/objections/{key}").text


@pytest.mark.parametrize(
    "wrong", ["1", "0-", "1-{0}", "{id}-{0}", "x", "9{id}-{key}", "{id}-{key}0"]
)
def test_no_other_word_opens_an_objection(notice, client, wrong):
    filing = Filing(AppealKind.OBJECTION, Subject.SCORE, "He had 87.")
    made = appeals.object_to(notice, filing, "Mary", "0531", OPERATOR, now())
    key = queries.key_of(made).partition("-")[2]
    path = wrong.replace("{0}", "0" * 64).replace("{id}", str(made.id)).replace("{key}", key)
    assert client.get(f"/objections/{path}").status_code == 404


def test_the_word_of_a_query_opens_nothing(notice, entry, worker, client):
    made = appeals.file(entry, asked(), notice.closes_at, worker, now())
    assert client.get(f"/objections/{queries.key_of(made)}").status_code == 404
