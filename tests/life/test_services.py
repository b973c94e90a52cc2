"""Events led by services: who may approve, what each step refuses, and what a stopped event keeps."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from skillhub.approvals import queries as approvals
from skillhub.awards import services as awards
from skillhub.competitions import services as competitions
from skillhub.competitions.models import Component
from skillhub.competitions.rules import EventState as S
from skillhub.competitions.rules import plain_event
from skillhub.entries import rules as entry_rules
from skillhub.entries.models import Entry
from skillhub.kernel.access import OPERATOR, Role
from skillhub.kernel.clock import now, today
from skillhub.kernel.db import db
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.kernel.journal import JournalLine, chain, verify
from skillhub.life import queries, services
from skillhub.life.rules import Verb
from skillhub.marking import services as marking
from skillhub.marking.models import Sheet
from skillhub.marking.rules import Draft
from skillhub.publishing import services as publishing
from skillhub.results import services as results
from tests import judged, make

HOUR = timedelta(hours=1)


@pytest.fixture
def plant(root):
    return make.organisation("plant", parent=root)


@pytest.fixture
def author(plant):
    return make.user(Role.ORGANISER, plant, login="author").as_actor()


@pytest.fixture
def colleague(plant):
    return make.user(Role.ORGANISER, plant, login="colleague").as_actor()


@pytest.fixture
def superior(root):
    return make.user(Role.ORGANISER, root, login="superior").as_actor()


@pytest.fixture
def led(plant, author):
    """A competition that is filed, takes registrations and has two events in draft."""
    values = {
        "name": "Cup", "year": 2026, "tier": "city", "filing": True, "registers": True, "announcement": "通知",
        "starts_on": date(2026, 5, 20), "registration_opens_at": now() - HOUR,
        "registration_closes_at": now() + HOUR,
    }  # fmt: skip
    cup = competitions.announce(plant, "cup", values, author)
    make.event(cup, code="01", locked=False)
    make.event(cup, code="02", locked=False)
    return cup


def take(event, verb, actor=OPERATOR, why=""):
    services.take(event, Verb(verb), event.version, actor, now(), why)


def filed(cup, author, second):
    services.file(cup, cup.version, author, now())
    services.approve(cup, cup.version, second, now())
    return cup.events[0]


def told(refused):
    return [str(problem.message) for problem in refused.value.problems]


def test_what_is_not_whole_cannot_be_filed(led, author):
    competitions.edit(led, led.version, {"announcement": " ", "starts_on": None}, author)
    with pytest.raises(Conflict) as refused:
        services.file(led, led.version, author, now())
    assert told(refused) == [
        "Write the announcement: it is what is filed.",
        "Say on which days it is held.",
    ]


def test_nobody_approves_what_they_announced_or_filed(led, author, colleague, superior):
    with pytest.raises(Conflict, match="Nothing waits"):
        services.approve(led, led.version, superior, now())
    services.file(led, led.version, colleague, now())
    for own in (author, colleague):
        with pytest.raises(Conflict, match="Nobody approves"):
            services.approve(led, led.version, own, now())
    services.approve(led, led.version, superior, now())
    assert [event.state for event in led.events] == [S.FILED, S.FILED]
    with pytest.raises(Conflict, match="Nothing waits"):
        services.approve(led, led.version, superior, now())


def test_the_database_refuses_the_same_person_too(led, author, superior):
    filed(led, author, superior)
    with pytest.raises(IntegrityError):
        db.session.execute(text("UPDATE competitions SET approved_by = 'author'"))
    db.session.rollback()


def test_a_filing_waits_for_those_who_may_approve_it(led, author, colleague, superior, root):
    assert approvals.to_approve(superior) == []
    services.file(led, led.version, author, now())
    assert [approvals.to_approve(one) for one in (author, colleague, superior)] == [
        [],
        [led],
        [led],
    ]
    elsewhere = make.user(Role.ORGANISER, make.organisation("other", parent=root)).as_actor()
    assert approvals.to_approve(elsewhere) == []
    services.approve(led, led.version, superior, now())
    assert approvals.to_approve(colleague) == []


def test_the_tier_counts_once_somebody_above_approves(led, author, colleague, superior):
    filed(led, author, colleague)
    assert (led.approved_by, led.tier_by, led.tier_counts) == ("colleague", None, False)
    services.send_back(led, led.version, "the tier needs the city's word", colleague)
    assert [event.state for event in led.events] == [S.DRAFT, S.DRAFT]
    filed(led, author, superior)
    assert (led.tier_by, led.tier_counts) == ("superior", True)


def test_an_approved_tier_changes_only_by_somebody_above(led, author, colleague, superior):
    filed(led, author, colleague)
    with pytest.raises(BadInput, match="National"):
        competitions.edit(led, led.version, {"tier": "national"}, author)
    competitions.edit(led, led.version, {"tier": "national"}, superior)
    assert led.tier_by == "superior"


def test_an_event_planned_later_is_filed_again(led, author, superior):
    filed(led, author, superior)
    late = competitions.plan_event(led, {**planned(led.events[0]), "code": "03"}, author)
    with pytest.raises(Conflict, match="comes to “filed” first"):
        awards.lock(late, OPERATOR, now())
    filed(led, author, superior)
    assert late.state is S.FILED


def test_registration_opens_at_its_hour_and_closes_by_hand_or_later(led, author, superior):
    event = filed(led, author, superior)
    early = led.registration_opens_at - timedelta(seconds=1)
    with pytest.raises(Conflict) as refused:
        services.take(event, Verb.OPEN, event.version, author, early)
    assert told(refused)[0].startswith("Registration opens on ")
    services.take(event, Verb.OPEN, event.version, author, led.registration_opens_at)
    take(event, "close")
    with pytest.raises(Conflict, match="cannot become"):
        take(event, "close")


def test_an_extension_takes_a_reason_lies_ahead_and_opens_again(led, author, superior):
    event = filed(led, author, superior)
    take(event, "open")
    take(event, "close")
    before = led.registration_closes_at
    for until, why, wrong in (
        (before + HOUR, " ", "Say why"),
        (before, "late post", "Choose a time"),
        (before - HOUR, "late post", "Choose a time"),
    ):
        with pytest.raises(BadInput, match=wrong):
            services.extend(led, led.version, until, why, author, now())
    services.extend(led, led.version, before + HOUR, "late post", author, now())
    assert (event.state, led.registration_closes_at) == (S.REGISTRATION_OPEN, before + HOUR)
    line = db.session.scalars(select(JournalLine).where(JournalLine.verb == "life.extend")).one()
    assert line.why == "late post"
    assert line.note["before"] == before.isoformat()


def test_there_is_nothing_to_extend_before_registration_opened(led, author):
    with pytest.raises(Conflict, match="no registration"):
        services.extend(led, led.version, now() + 9 * HOUR, "x", author, now())


def test_a_short_field_is_held_only_with_a_reason(root):
    event = make.event(make.competition(root), locked=False, min_entries=2)
    make.entry(event)
    make.entry(event, official=False)
    with pytest.raises(Conflict) as refused:
        take(event, "prepare")
    assert told(refused) == [
        "It is held with 2 entries at least; there are 1. Say why it is held all the same."
    ]
    take(event, "prepare", why="the only one of its trade")
    assert (event.state, event.waived_why) == (S.PREPARED, "the only one of its trade")


@pytest.mark.parametrize(
    ("weights", "fine"), [(("30", "70"), True), (("30", "69.9999"), False), (("0.3", "0.7"), False)]
)
def test_percent_weights_add_up_to_a_hundred(root, weights, fine):
    cup = make.competition(root, weights="percent")
    parts = [(f"p{n}", 100, weight) for n, weight in enumerate(weights)]
    event = make.event(cup, parts=parts, locked=False)
    if fine:
        take(event, "prepare")
        assert event.state is S.PREPARED
        return
    with pytest.raises(Conflict) as refused:
        take(event, "prepare")
    total = sum(Decimal(weight) for weight in weights)
    assert told(refused) == [f"Its weights are percentages and add up to {total}, not to 100."]


def test_percent_weights_hold_whoever_locks_the_rules(root):
    cup = make.competition(root, weights="percent")
    event = make.event(
        cup, parts=(("theory", 100, 30), ("time", 60, 70, None, "time")), locked=False
    )
    with pytest.raises(Conflict, match="add up to 30, not to 100"):
        competitions.lock(event, OPERATOR, now())


def test_what_the_schemes_miss_is_asked_before_rules_lock(root):
    event = make.event(make.competition(root), parts=(("skill", 100, 1),), locked=False)
    values = planned(event)
    values["components"][0] |= {"kind": "carried", "carry_from": "heat"}
    competitions.revise_event(event, event.version, values, OPERATOR)
    with pytest.raises(Conflict) as refused:
        take(event, "prepare")
    assert told(refused) == ["Skill: there is no other event “heat” to carry points from."]


def test_judges_see_codes_once_every_entry_has_one(root):
    event = make.event(make.competition(root, blind=True), locked=False)
    make.entry(event)
    with pytest.raises(Conflict) as refused:
        take(event, "prepare")
    assert told(refused) == ["1 entries have no code yet: the code officer draws them."]


def test_the_code_of_a_guest_does_not_stand_in_for_another(root):
    event = make.event(make.competition(root, blind=True), locked=False)
    make.entry(event, official=False)
    make.entry(event, status="DNS")
    judged.draw(event)
    assert queries.life_of(event, now()).facts.uncoded == 0
    make.entry(event)
    assert queries.life_of(event, now()).facts.uncoded == 1


def test_weights_do_not_change_after_the_first_mark(root):
    """Edge case 25: 30/70 edited to 20/80 after first marks is refused."""
    event = make.event(
        make.competition(root), parts=(("theory", 100, "0.3"), ("practice", 100, "0.7"))
    )
    make.entry(event, marks={"theory": 80})
    values = {**planned(event), "components": [{"code": "theory", "max": "100", "weight": "0.2"}]}
    with pytest.raises(Exception, match="locked since marking began"):
        competitions.revise_event(event, event.version, values, OPERATOR)
    with pytest.raises(Conflict, match="marked already"):
        awards.unlock(event, "other weights", OPERATOR)
    assert db.session.scalar(select(func.count(Component.id))) == 2


def planned(event):
    return plain_event(event)


def test_the_first_who_is_there_begins_the_event(root):
    event = make.event(make.competition(root))
    first, second = make.entry(event), make.entry(event)
    with pytest.raises(Conflict) as refused:
        take(event, "begin")
    assert told(refused) == ["Check in the first entry."]
    moment = now()
    services.check_in(event, event.version, set(), OPERATOR, moment)
    assert event.state is S.PREPARED
    services.check_in(event, event.version, {first.id}, OPERATOR, moment)
    assert (event.state, first.checked_in_at, second.checked_in_at) == (S.RUNNING, moment, None)
    services.check_in(event, event.version, {second.id}, OPERATOR, moment)
    assert (first.checked_in_at, second.checked_in_at) == (None, moment)
    take(event, "end")
    with pytest.raises(Conflict, match="check in once"):
        services.check_in(event, event.version, {first.id}, OPERATOR, now())


def test_a_suspended_event_takes_no_marks_and_goes_on_where_it_stopped(root):
    event = make.event(make.competition(root))
    services.check_in(event, event.version, {make.entry(event).id}, OPERATOR, now())
    with pytest.raises(BadInput, match="Say why"):
        take(event, "suspend", why=" ")
    take(event, "suspend", why="power cut")
    assert (event.state, event.left_state, event.stopped_why) == (
        S.SUSPENDED,
        S.RUNNING,
        "power cut",
    )
    assert not event.markable
    take(event, "resume")
    assert (event.state, event.left_state) == (S.RUNNING, None)
    with pytest.raises(Conflict, match="not suspended"):
        take(event, "resume")


@pytest.mark.parametrize("state", [S.PREPARED, S.RUNNING, S.SCORING, S.PROVISIONAL])
def test_what_is_cancelled_keeps_its_data_and_grants_nothing(root, state):
    event = make.event(make.competition(root), state=state)
    make.entry(event, marks={"score": 90})
    take(event, "cancel", why="storm")
    kept = [db.session.scalar(select(func.count(kind.id))) for kind in (Entry, Sheet)]
    assert (event.state, kept, event.stopped_why) == (S.CANCELLED, [1, 1], "storm")
    with pytest.raises(Conflict):
        results.finalise(event, OPERATOR.name, OPERATOR, now())
    with pytest.raises(Conflict):
        awards.confer(event, OPERATOR, now(), today("UTC"))
    for verb in Verb:
        with pytest.raises(Conflict):
            take(event, verb, why="again")


def test_an_archived_event_has_its_awards_and_stays(root):
    event = make.event(make.competition(root, checking="off"))
    make.entry(event, marks={"score": 90})
    results.finalise(event, OPERATOR.name, OPERATOR, now())
    with pytest.raises(Conflict) as refused:
        take(event, "archive")
    assert told(refused) == ["Confer its awards first."]
    awards.confer(event, OPERATOR, now(), today("UTC"))
    take(event, "archive")
    assert event.state is S.ARCHIVED
    with pytest.raises(Conflict):
        take(event, "cancel", why="x")


def test_of_two_at_once_the_second_is_told(root):
    """Edge case 79."""
    event = make.event(make.competition(root), locked=False)
    seen = event.version
    services.take(event, Verb.PREPARE, seen, OPERATOR, now())
    with pytest.raises(Conflict, match="changed this meanwhile"):
        services.take(event, Verb.PREPARE, seen, OPERATOR, now())


def test_all_events_at_once_move_where_they_are_ready(led, author, superior):
    filed(led, author, superior)
    seen = {event.id: event.version for event in led.events}
    taken = services.take_together(led, Verb.OPEN, seen, author, now())
    assert [event.code for event in taken.moved] == ["01", "02"]
    with pytest.raises(Conflict, match="No event is ready"):
        services.take_together(led, Verb.OPEN, seen, author, now())
    with pytest.raises(Conflict, match="meanwhile"):
        services.take_together(led, Verb.CLOSE, seen, author, now())
    take(led.events[0], "close")
    with pytest.raises(Conflict, match="No event is ready"):
        services.take_together(led, Verb.ARCHIVE, {}, author, now())


def test_those_that_are_not_ready_are_named(root):
    cup = make.competition(root)
    make.event(cup, code="01", locked=False)
    make.event(cup, code="02", locked=False, awards=[])
    seen = {event.id: event.version for event in cup.events}
    taken = services.take_together(cup, Verb.PREPARE, seen, OPERATOR, now())
    assert [event.code for event in taken.moved] == ["01"]
    assert [(e.code, str(n.message)) for e, n in taken.left] == [
        ("02", "Give it components, a ranking and awards.")
    ]


def test_the_whole_life_stands_in_the_journal(led, author, superior):
    event = filed(led, author, superior)
    for verb in ("open", "close", "prepare"):
        take(event, verb)
    verbs = db.session.scalars(select(JournalLine.verb).order_by(JournalLine.id)).all()
    assert [v for v in verbs if v.startswith("life.")] == [
        "life.file", "life.approve", "life.open", "life.close", "life.prepare",
    ]  # fmt: skip
    assert verify(chain()) == []


def test_what_comes_next_costs_no_more_for_many_events(root):
    cup = make.competition(root)
    for n in range(5):
        make.event(cup, code=f"{n}", locked=n % 2 == 0)
    lives = queries.lives_of(cup, cup.events, now())
    assert [life.next for life in lives] == [S.FINAL, S.PREPARED, S.FINAL, S.PREPARED, S.FINAL]


# --- what is changed after it was approved ---


@pytest.fixture
def approved(led, author, superior):
    filed(led, author, superior)
    return led


CHANGES = [
    pytest.param({"announcement": "改"}, "the announcement", id="the announcement"),
    pytest.param({"ends_on": date(2026, 5, 22)}, "the last day", id="the days"),
    pytest.param({"place": "Hall 9"}, "the venue", id="the venue"),
]


@pytest.mark.parametrize(("values", "word"), CHANGES)
def test_an_edit_takes_the_approval_of_what_it_changes_back(approved, author, values, word):
    event = approved.events[0]
    competitions.edit(approved, approved.version, values, author)
    with pytest.raises(Conflict) as refused:
        take(event, "open")
    assert told(refused) == [
        f"A second person approves first what changed since it was approved: {word}."
    ]
    competitions.edit(approved, approved.version, {
        "announcement": "通知", "ends_on": None, "place": "",
    }, author)  # fmt: skip
    take(event, "open")
    assert event.state is S.REGISTRATION_OPEN, "what is as it was approved is approved"


def test_an_edit_of_what_nobody_approves_keeps_the_approval(approved, author):
    competitions.edit(approved, approved.version, {"name_en": "The cup"}, author)
    take(approved.events[0], "open")


def test_changed_rules_hold_up_their_own_event_only(approved, author):
    first, second = approved.events
    values = {**plain_event(first), "min_entries": 7}
    awards.set_rules(first, first.version, values, author)
    with pytest.raises(Conflict) as refused:
        take(first, "open")
    assert told(refused)[0].endswith("approved: the smallest field.")
    take(second, "open")


def test_whoever_changed_it_does_not_approve_the_change(approved, author, colleague, superior):
    competitions.edit(approved, approved.version, {"place": "Hall 9"}, colleague)
    assert approvals.to_approve(superior) == [approved]
    for own in (author, colleague):
        assert approvals.to_approve(own) == []
        with pytest.raises(Conflict, match="announced, filed or changed"):
            services.approve(approved, approved.version, own, now())
    services.approve(approved, approved.version, superior, now())
    line = db.session.scalars(
        select(JournalLine)
        .where(JournalLine.verb == "life.approve")
        .order_by(JournalLine.id.desc())
    ).first()
    assert line.note["changed"] == {"competition": ["the venue"]}
    assert approvals.to_approve(superior) == []
    take(approved.events[0], "open")


def test_rules_changed_while_registration_is_open_do_not_lock_before_they_are_approved(
    approved, author, superior
):
    event = approved.events[0]
    take(event, "open")
    awards.set_rules(event, event.version, {**plain_event(event), "min_entries": 1}, author)
    take(event, "close")
    make.entry(event)
    with pytest.raises(Conflict) as refused:
        take(event, "prepare")
    assert told(refused)[0].endswith("the smallest field.")
    services.approve(approved, approved.version, superior, now())
    take(event, "prepare")
    assert event.state is S.PREPARED


def test_a_day_changed_after_the_rules_lock_holds_up_the_start(approved, author, superior):
    event = approved.events[0]
    [take(event, step) for step in ("open", "close")]
    entry = make.entry(event)
    take(event, "prepare")
    competitions.edit(approved, approved.version, {"starts_on": date(2026, 5, 21)}, author)
    with pytest.raises(Conflict, match="the first day"):
        services.check_in(event, event.version, {entry.id}, author, now())
    services.approve(approved, approved.version, superior, now())
    services.check_in(event, event.version, {entry.id}, author, now())
    assert event.state is S.RUNNING


def test_an_extension_says_why_and_needs_no_second_approval(approved, author):
    event = approved.events[0]
    [take(event, step) for step in ("open", "close")]
    until = now() + 5 * HOUR
    services.extend(approved, approved.version, until, "flood", author, now())
    assert queries.changed_since(approved) == {}
    take(event, "close")
    make.entry(event)
    take(event, "prepare")


def test_what_was_given_back_while_registration_is_open_can_be_filed_again(
    approved, author, superior
):
    take(approved.events[0], "open")
    services.send_back(approved, approved.version, "wrong venue", superior)
    services.file(approved, approved.version, author, now())
    services.approve(approved, approved.version, superior, now())
    assert approved.events[0].state is S.REGISTRATION_OPEN


@pytest.mark.parametrize(("hours", "readable"), [(None, False), (1, False), (0, True)])
def test_a_notice_of_what_nobody_can_read_is_no_notice(root, hours, readable):
    event = make.event(make.competition(root, checking="off", notice_days=5))
    make.entry(event, marks={"score": 90})
    results.freeze(event, OPERATOR, now())
    if hours is not None:
        release = {
            "opens_at": now() + hours * HOUR,
            "own_first": False,
            "names": "full",
            "agreed": [],
            "notice": "",
        }
        publishing.announce(event.competition, 0, release, OPERATOR, now())
    needs = [need.name for need in queries.life_of(event, now()).needs]
    assert needs == ([] if readable else ["readable"])


def test_a_sheet_of_marks_does_not_lock_rules_that_nobody_approved(approved, author, superior):
    event = approved.events[0]
    [take(event, step) for step in ("open", "close")]
    make.entry(event, "1")
    awards.set_rules(event, event.version, {**plain_event(event), "group": "youth"}, author)
    drafts = [Draft(entry_rules.Draft(2, event.code, "1"), {"score": Decimal(9)})]
    with pytest.raises(
        Conflict, match="a second person approves first what changed: for whom it is"
    ):
        marking.import_sheet(approved, drafts, "x.csv", author, now())
    assert event.state is S.REGISTRATION_CLOSED
    services.approve(approved, approved.version, superior, now())
    marking.import_sheet(approved, drafts, "x.csv", author, now())
    assert event.state is S.PREPARED
