"""What is done because its instant has come, by nobody's hand: in time, once, and after a time of being off."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from skillhub.admissions import services as admissions
from skillhub.competitions import services as competitions
from skillhub.competitions.rules import EventState as S
from skillhub.kernel.access import CLOCK, OPERATOR
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.errors import Conflict
from skillhub.kernel.journal import JournalLine
from skillhub.ladder import queries as ladder
from skillhub.ladder import services as ladder_services
from skillhub.ladder.rules import SeatState, TieAtN
from skillhub.life import services, works
from skillhub.life.rules import Verb
from skillhub.registrations import queries as registrations
from skillhub.registrations import services as registration_services
from skillhub.registrations.queries import Asking
from skillhub.registrations.rules import RegistrationState
from skillhub.results import services as results
from tests import make

OPENS = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)
CLOSES = datetime(2026, 5, 1, 10, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def planned(root, state="filed", **values):
    """An event whose registration opens at OPENS and closes at CLOSES."""
    cup = make.competition(
        root, registers=True, registration_opens_at=OPENS, registration_closes_at=CLOSES,
        starts_on=date(2026, 5, 20), **{"filing": True, "announcement": "通知", **values},
    )  # fmt: skip
    return make.event(cup, locked=False, state=state)


def lines(verb):
    return db.session.scalars(
        select(JournalLine).where(JournalLine.verb == verb).order_by(JournalLine.id)
    ).all()


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        pytest.param(OPENS - SECOND, S.FILED, id="a second before it opens"),
        pytest.param(OPENS, S.REGISTRATION_OPEN, id="at the instant it opens"),
        pytest.param(CLOSES + SECOND, S.FILED, id="nobody was here while it would have been open"),
    ],
)
def test_registration_opens_by_itself(root, moment, state):
    event = planned(root)
    works.keep_time(moment)
    assert event.state is state


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        pytest.param(CLOSES, S.REGISTRATION_OPEN, id="the limit itself is in time"),
        pytest.param(CLOSES + SECOND, S.REGISTRATION_CLOSED, id="a second later it is closed"),
        pytest.param(CLOSES + 30 * DAY, S.REGISTRATION_CLOSED, id="the machine was off for a month"),
    ],
)  # fmt: skip
def test_registration_closes_by_itself(root, moment, state):
    event = planned(root, "registration_open")
    works.keep_time(moment)
    assert event.state is state


@pytest.mark.parametrize(
    ("values", "state"),
    [
        pytest.param({"filing": False}, S.REGISTRATION_OPEN, id="a draft that needs no approval"),
        pytest.param({"filing": True}, S.DRAFT, id="a draft that nobody approved"),
        pytest.param({"filing": False, "registers": False}, S.DRAFT, id="people do not register"),
    ],
)
def test_what_nobody_approved_stays_shut(root, values, state):
    host = root
    cup = make.competition(
        host, **{"registers": True, **values}, registration_opens_at=OPENS,
        registration_closes_at=CLOSES,
    )  # fmt: skip
    event = make.event(cup, locked=False)
    works.keep_time(OPENS + DAY)
    assert event.state is state


def test_the_journal_says_that_the_clock_did_it_and_once(root):
    planned(root, "registration_open")
    assert works.keep_time(CLOSES + SECOND) == 1
    assert works.keep_time(CLOSES + SECOND) == 0
    [line] = lines("life.close")
    assert (line.actor, line.why) == (CLOCK.login, "by the clock")
    assert len(lines("competitions.move")) == 1


def test_a_registration_after_the_second_is_refused_though_no_clock_ran(root):
    event = planned(root, "registration_open")
    person = make.person(employer=make.organisation("plant", parent=root))
    with pytest.raises(Conflict, match="Registration closed"):
        admissions.register(event, [Asking((person,))], "unit", OPERATOR, CLOSES + SECOND)
    assert event.state is S.REGISTRATION_OPEN


def test_what_was_closed_by_hand_stays_closed_and_what_is_extended_stays_open(root):
    event = planned(root, "registration_open")
    services.take(event, Verb.CLOSE, event.version, OPERATOR, OPENS + DAY)
    works.keep_time(OPENS + 2 * DAY)
    assert event.state is S.REGISTRATION_CLOSED
    cup = event.competition
    services.extend(cup, cup.version, CLOSES + DAY, "flood", OPERATOR, CLOSES)
    works.keep_time(CLOSES + SECOND)
    assert event.state is S.REGISTRATION_OPEN
    works.keep_time(CLOSES + DAY + SECOND)
    assert event.state is S.REGISTRATION_CLOSED


def test_two_processes_close_it_once(app, root):
    event = planned(root, "registration_open")
    start = threading.Barrier(2)

    def run():
        with app.app_context():
            start.wait(10)
            works.keep_time(CLOSES + SECOND)

    both = [threading.Thread(target=run) for _ in range(2)]
    [thread.start() for thread in both]
    [thread.join(20) for thread in both]
    db.session.rollback()
    assert event.state is S.REGISTRATION_CLOSED
    assert len(lines("life.close")) == 1


def test_a_server_closes_it_without_anybody(app, root, monkeypatch):
    monkeypatch.setattr(works, "PAUSE", 0.05)
    event = planned(root, "registration_open")
    make.changed(
        event.competition, registration_opens_at=now() - DAY, registration_closes_at=now() - SECOND
    )
    stop = threading.Event()
    thread = works.start_watch(app, stop)
    for _ in range(200):
        db.session.rollback()
        if event.state is S.REGISTRATION_CLOSED:
            break
        stop.wait(0.05)
    stop.set()
    thread.join(10)
    assert event.state is S.REGISTRATION_CLOSED
    assert not thread.is_alive()


# --- seats of the ladder ---


def fed(root, *totals, target_rules=None, **rule):
    """A final event whose best go up, and the rule by which they do; offers are answered by CLOSES."""
    plant = make.organisation("plant", parent=root)
    source = make.event(make.competition(plant, tier="enterprise", checking="off"))
    for n, total in enumerate(totals, 1):
        person = make.person(f"P{n}", employer=plant)
        make.entry(source, f"{n:02d}", marks={"score": total}, person=person, organisation=plant)
    results.finalise(source, OPERATOR.name, OPERATOR, OPENS)
    target = make.event(make.competition(root, tier="district"), locked=False)
    if target_rules:
        registration_services.set_rules(target, 0, target_rules, OPERATOR)
    usual = {"top_n": 1, "answer_by": CLOSES, "reserves": 2, "answer_hours": 24}
    row = ladder_services.feed(source, target, usual | rule, OPERATOR)
    ladder_services.offer(row, OPERATOR, OPENS)
    return row


def states(row):
    return [seat.state.value for seat in ladder.line_of(row)]


def test_an_offer_nobody_answers_ends_and_the_next_reserve_has_its_hours(root):
    row = fed(root, 90, 80, 70)
    works.keep_time(CLOSES)
    assert states(row) == ["offered", "reserve", "reserve"]
    works.keep_time(CLOSES + SECOND)
    assert states(row) == ["expired", "offered", "reserve"]
    first, second, _ = ladder.line_of(row)
    assert (first.answered_by, first.why) == ("clock", "by the clock")
    assert second.answer_by == CLOSES + SECOND + DAY
    assert works.keep_time(CLOSES + DAY) == 0
    works.keep_time(CLOSES + DAY + 2 * SECOND)
    assert states(row) == ["expired", "expired", "offered"]


def test_after_days_of_being_off_the_reserve_still_has_its_hours(root):
    row, late = fed(root, 90, 80, 70), CLOSES + 9 * DAY
    works.keep_time(late)
    assert states(row) == ["expired", "offered", "reserve"]
    assert ladder.line_of(row)[1].answer_by == late + DAY


def test_two_processes_end_an_offer_once(app, root):
    row = fed(root, 90, 80, 70)
    start = threading.Barrier(2)

    def run():
        with app.app_context():
            start.wait(10)
            works.keep_time(CLOSES + SECOND)

    both = [threading.Thread(target=run) for _ in range(2)]
    [thread.start() for thread in both]
    [thread.join(20) for thread in both]
    db.session.rollback()
    assert states(row) == ["expired", "offered", "reserve"]
    assert len(lines("ladder.expire")) == 1


def test_reserves_follow_when_the_target_has_more_places(root):
    row = fed(root, 90, 80, 70, top_n=2, target_rules={"capacity": 1})
    assert states(row) == ["offered", "reserve", "reserve"]
    assert works.call_up(OPENS + DAY) == 0
    rule = registrations.rule_of(row.target)
    registration_services.set_rules(row.target, rule.version, {"capacity": 5}, OPERATOR)
    assert works.call_up(OPENS + DAY) == 1, (
        "as many as the rule sends, not as many as there is room"
    )
    assert states(row) == ["offered", "offered", "reserve"]
    assert [line.why for line in lines("ladder.call_up")] == ["by the clock"]
    assert works.call_up(OPENS + DAY) == 0


def test_a_seat_left_empty_because_of_a_tie_stays_empty(root):
    row = fed(root, 90, 80, 80, top_n=2, tie_at_n=TieAtN.NONE)
    assert states(row) == ["offered", "reserve", "reserve"]
    assert works.call_up(OPENS + DAY) == 0


# --- the waiting list ---


def waiting(root, at_once=True):
    """An event of one place that two people asked for."""
    event = planned(root, "registration_open")
    plant = make.organisation("plant", parent=root)
    rules = {"capacity": 1, "at_once": at_once}
    registration_services.set_rules(event, 0, rules, OPERATOR)
    for n in range(3):
        person = make.person(f"P{n}", employer=plant)
        [row] = admissions.register(event, [Asking((person,))], "unit", OPERATOR, OPENS + DAY)
        if not at_once:
            admissions.admit(event, [row], OPERATOR, OPENS + DAY)
    return event


def admitted(event):
    rows = registrations.in_state(event, RegistrationState.ADMITTED)
    return [row.name for row in rows]


def test_who_waits_is_let_in_when_there_are_more_places(root):
    event = waiting(root)
    assert works.call_up(OPENS + DAY) == 0
    assert admitted(event) == ["P0"]
    rule = registrations.rule_of(event)
    registration_services.set_rules(event, rule.version, {"capacity": 2}, OPERATOR)
    assert works.call_up(OPENS + DAY) == 1
    assert admitted(event) == ["P0", "P1"]
    [line] = lines("admissions.call_up")
    assert (line.actor, line.why) == ("clock", "by the clock")
    before = db.session.scalar(select(func.count()).select_from(JournalLine))
    assert works.call_up(OPENS + DAY) == 0
    assert db.session.scalar(select(func.count()).select_from(JournalLine)) == before


def test_where_the_host_lets_in_nobody_is_let_in_by_itself(root):
    event = waiting(root, at_once=False)
    rule = registrations.rule_of(event)
    registration_services.set_rules(event, rule.version, {"capacity": 2}, OPERATOR)
    assert works.call_up(OPENS + DAY) == 0
    assert admitted(event) == ["P0"]


def test_an_offer_that_ends_frees_its_place_for_the_waiting_list(root):
    row = fed(root, 90, reserves=0, target_rules={"capacity": 1})
    event = row.target
    make.changed(
        event.competition, registers=True, registration_opens_at=OPENS,
        registration_closes_at=CLOSES + DAY,
    )  # fmt: skip
    make.changed(event, state=S.REGISTRATION_OPEN)
    person = make.person("Late", employer=make.organisation("mill", parent=root))
    [asked] = admissions.register(event, [Asking((person,))], "unit", OPERATOR, CLOSES)
    assert asked.state is RegistrationState.WAITLISTED, "the place is kept for the seat"
    works.keep_time(CLOSES + SECOND)
    assert states(row) == [SeatState.EXPIRED]
    works.call_up(CLOSES + SECOND)
    assert asked.state is RegistrationState.ADMITTED


# --- events that stand still, or are called off ---


def test_while_its_event_is_suspended_an_offer_waits_and_has_its_hours_anew_afterwards(root):
    row = fed(root, 90, 80)
    event = row.target
    make.changed(event, state=S.SUSPENDED, left_state=S.REGISTRATION_CLOSED)
    assert works.keep_time(CLOSES + DAY) == 0
    [first, _] = ladder.line_of(row)
    with pytest.raises(Conflict, match="suspended; this waits"):
        ladder_services.accept(first, first.version, OPERATOR, CLOSES)
    services.take(event, Verb.RESUME, event.version, OPERATOR, CLOSES + 3 * DAY)
    assert first.answer_by == CLOSES + 4 * DAY
    assert works.keep_time(CLOSES + 3 * DAY) == 0
    ladder_services.accept(first, first.version, OPERATOR, CLOSES + 3 * DAY)
    assert states(row) == ["accepted", "reserve"]


def test_an_offer_that_had_time_left_keeps_its_own_limit_when_the_event_goes_on(root):
    row = fed(root, 90, 80)
    make.changed(row.target, state=S.SUSPENDED, left_state=S.REGISTRATION_CLOSED)
    services.take(row.target, Verb.RESUME, row.target.version, OPERATOR, CLOSES)
    assert ladder.line_of(row)[0].answer_by == CLOSES


def test_a_cancelled_event_takes_its_offers_back_and_nobody_follows(root):
    row = fed(root, 90, 80, top_n=1)
    event = row.target
    services.take(event, Verb.CANCEL, event.version, OPERATOR, OPENS, "no hall")
    assert states(row) == ["lost", "reserve"]
    assert ladder.line_of(row)[0].why == "no hall"
    assert works.keep_time(CLOSES + DAY) + works.call_up(CLOSES + DAY) == 0
    assert registrations.rule_of(event).held == 0


def test_a_cancelled_event_withdraws_who_still_waits_and_keeps_who_was_admitted(root):
    event = waiting(root)
    services.take(event, Verb.CANCEL, event.version, OPERATOR, OPENS + DAY, "no hall")
    rows = registrations.in_event(event)
    assert [row.state.value for row in rows] == ["admitted", "withdrawn", "withdrawn"]
    assert {row.why for row in rows[1:]} == {"no hall"}
    with pytest.raises(Conflict, match="is cancelled"):
        admissions.register(event, [Asking((make.person(),))], "unit", OPERATOR, OPENS + DAY)


def test_what_changed_since_it_was_approved_does_not_open_by_itself(root):
    author, second = make.user(login="author").as_actor(), OPERATOR
    event = planned(root, "draft", announced_by="author", filed_by="author", filed_at=OPENS)
    cup = event.competition
    services.approve(cup, cup.version, second, OPENS - DAY)
    competitions.edit(cup, cup.version, {"place": "Hall 9"}, author)
    assert works.keep_time(OPENS) == 0
    competitions.edit(cup, cup.version, {"place": ""}, author)
    assert works.keep_time(OPENS) == 1
    assert event.state is S.REGISTRATION_OPEN
