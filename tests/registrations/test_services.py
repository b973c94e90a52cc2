"""Registering, places and the waiting list: a worker, a unit, two at once, who may not enter and from when."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from skillhub.admissions import services as admissions
from skillhub.competitions.rules import EventState
from skillhub.entries import queries as entries
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, transaction
from skillhub.kernel.errors import BadInput, Conflict, NotAllowed
from skillhub.kernel.journal import act
from skillhub.registrations import queries, services
from skillhub.registrations.models import Registration
from skillhub.registrations.queries import Asking
from skillhub.registrations.rules import RegistrationState
from tests import make

CLOSES = datetime(2026, 5, 1, 10, 0, tzinfo=UTC)
IN_TIME = CLOSES - timedelta(days=3)
S = RegistrationState


@pytest.fixture
def plant(root):
    return make.organisation("plant", parent=root)


def opened(root, **rules):
    """An event that people may register for until CLOSES, with its entry rules."""
    cup = make.competition(
        root, registers=True, registration_closes_at=CLOSES, starts_on=date(2026, 5, 20)
    )
    event = make.event(cup, locked=False, state="registration_open")
    if rules:
        services.set_rules(event, 0, rules, make_actor())
    return event


@transaction()
def change(row, **values):
    """Change a row, as a service would."""
    for name, value in values.items():
        setattr(row, name, value)
    act(make_actor(), "test.change")


def make_actor(person=None):
    return Actor("officer", person_id=person.id if person else None)


def register(event, *people, road="unit", moment=IN_TIME, actor=None):
    rows = admissions.register(
        event, [Asking((p,)) for p in people], road, actor or make_actor(), moment
    )
    return rows[0] if len(rows) == 1 else rows


def test_a_unit_registers_and_the_entry_belongs_to_the_employer_of_that_day(root, plant):
    event, person = opened(root), make.person(employer=plant)
    row = register(event, person)
    assert (row.state, row.reference) == (S.ADMITTED, "01-R001")
    assert row.entry.organisation is plant
    assert row.entry.person is person


@pytest.mark.parametrize(
    ("late", "refused"),
    [
        pytest.param(timedelta(0), False, id="exactly at the limit is in time"),
        pytest.param(timedelta(seconds=1), True, id="a second later is not"),
    ],
)
def test_the_limit_is_an_instant(root, plant, late, refused):
    event, person = opened(root), make.person(employer=plant)
    if refused:
        with pytest.raises(Conflict, match="Registration closed"):
            register(event, person, moment=CLOSES + late)
    else:
        assert register(event, person, moment=CLOSES + late).state is S.ADMITTED


def test_a_worker_registers_alone_and_waits_for_the_unit(root, plant):
    event, person = opened(root), make.person(employer=plant)
    row = register(event, person, road="self", actor=make_actor(person))
    assert row.state is S.SUBMITTED
    with pytest.raises(NotAllowed):
        services.endorse(event, [row], make_actor(person), IN_TIME)
    services.endorse(event, [row], make_actor(), IN_TIME)
    admissions.settle(event, make_actor())
    assert row.state is S.ADMITTED


def test_27_somebody_in_a_team_cannot_register_again(root, plant):
    event = opened(root)
    change(event, team_size=3)
    person, other = make.person("Li Na", employer=plant), make.person(employer=plant)
    [team] = admissions.register(
        event, [Asking((person, other), "Reds")], "unit", make_actor(), IN_TIME
    )
    with pytest.raises(Conflict, match=f"Li Na is in event 01 already, under {team.reference}"):
        register(event, person)
    with pytest.raises(Conflict, match="under Blues"):
        third = make.person(employer=plant)
        asking = [Asking((third,), "Blues"), Asking((third,), "Greens")]
        admissions.register(event, asking, "unit", make_actor(), IN_TIME)


def test_27_an_entry_made_by_hand_counts_too(root, plant):
    event, person = opened(root), make.person(employer=plant)
    make.entry(event, "7", person=person)
    with pytest.raises(Conflict, match="under 7"):
        register(event, person)


def test_full_means_the_waiting_list_and_leaving_promotes_in_order(root, plant):
    event = opened(root, capacity=1)
    first, second, third = register(event, *(make.person(employer=plant) for _ in range(3)))
    assert [r.state for r in (first, second, third)] == [S.ADMITTED, S.WAITLISTED, S.WAITLISTED]
    admissions.withdraw(first, first.version, "ill", make_actor())
    assert [r.state for r in (first, second, third)] == [S.WITHDRAWN, S.ADMITTED, S.WAITLISTED]
    assert [e.code for e in entries.of(event)] == ["01"]


def test_the_quota_of_a_unit_counts_the_admitted_and_promoted_not_the_withdrawn(root, plant):
    event, other = opened(root, unit_quota=1), make.organisation("works", parent=root)
    workshop = make.organisation("shop", parent=plant, kind="workshop")
    a, b = register(event, make.person(employer=plant), make.person(employer=workshop))
    c = register(event, make.person(employer=other))
    assert [r.state for r in (a, b, c)] == [S.ADMITTED, S.WAITLISTED, S.ADMITTED]
    admissions.withdraw(a, a.version, "moved", make_actor())
    assert b.state is S.ADMITTED
    again = register(event, make.person(employer=plant))
    assert again.state is S.WAITLISTED


def test_whoever_is_not_first_in_line_goes_before_only_with_a_reason(root, plant):
    event = opened(root, capacity=1)
    _, second, third = register(event, *(make.person(employer=plant) for _ in range(3)))
    rule = queries.rule_of(event)
    services.set_rules(event, rule.version, {"capacity": 2}, make_actor())
    with pytest.raises(BadInput, match="Somebody else is first in line"):
        admissions.promote(third, third.version, " ", make_actor(), IN_TIME)
    admissions.promote(third, third.version, "hosts the event", make_actor(), IN_TIME)
    assert [third.state, second.state] == [S.ADMITTED, S.WAITLISTED]
    with pytest.raises(Conflict, match="all 2 places are taken"):
        admissions.promote(second, second.version, "", make_actor(), IN_TIME)


def test_74_two_at_the_same_moment_get_one_place(app, root, plant):
    event = opened(root, capacity=1)
    ids = [make.person(employer=plant).id for _ in range(2)]
    event_id, start = event.id, threading.Barrier(2)

    def ask(person_id):
        with app.app_context():
            known = db.session.get(type(event), event_id)
            who = db.session.get(make.Person, person_id)
            start.wait()
            admissions.register(known, [Asking((who,))], "unit", make_actor(), IN_TIME)
            db.session.remove()

    both = [threading.Thread(target=ask, args=[key]) for key in ids]
    for one in both:
        one.start()
    for one in both:
        one.join()
    db.session.rollback()
    states = sorted(r.state.value for r in db.session.query(Registration))
    assert states == ["admitted", "waitlisted"]


def test_42_who_is_too_young_is_kept_with_the_rule_and_the_day(root, plant):
    event = opened(root, requirement={"age": {"at_least": 16}}, as_of="event_day")
    young = make.person(employer=plant, birth_date=date(2010, 8, 9))
    row = register(event, young)
    assert row.state is S.INELIGIBLE
    said = str(queries.Message.from_json(row.refusal))
    assert "Age, at least 16 years: 15 on 2026-05-20; met from 2026-08-09." in said
    assert "The rule counts on 2026-05-20; it would be met on 2026-08-09." in said
    assert row.verdict["answer"] == "not_met"
    assert row.as_of == date(2026, 5, 20)
    assert not entries.of(event)


def test_who_lacks_months_at_work_is_told_the_day_from_which_the_rule_is_met(root, plant):
    event = opened(
        root, requirement={"employed": {"months": 12}}, as_of="date", as_of_on=date(2026, 4, 1)
    )
    person = make.person(employer=plant, since=date(2025, 9, 15))
    said = str(queries.Message.from_json(register(event, person).refusal))
    assert "not yet 12 months" in said
    assert said.endswith("it would be met on 2026-09-15.")


def test_unknown_waits_and_is_never_yes(root, plant):
    event = opened(root, requirement={"age": {"at_least": 16}})
    person = make.person(employer=plant)
    row = register(event, person)
    assert row.state is S.UNIT_ENDORSED
    assert services.review(event, make_actor(), IN_TIME) == 0
    change(person, birth_date=date(1990, 1, 1))
    assert services.review(event, make_actor(), IN_TIME) == 1
    admissions.settle(event, make_actor())
    assert row.state is S.ADMITTED


def test_the_host_decides_against_the_conditions_only_with_a_reason(root, plant):
    event = opened(root, requirement={"age": {"at_least": 16}})
    row = register(event, make.person(employer=plant, birth_date=date(2012, 1, 1)))
    with pytest.raises(BadInput, match="Say why"):
        admissions.decide(row, row.version, True, "", make_actor(), IN_TIME)
    admissions.decide(row, row.version, True, "demonstration", make_actor(), IN_TIME)
    assert row.state is S.ADMITTED
    admissions.decide(row, row.version, False, "papers were false", make_actor(), IN_TIME)
    assert row.state is S.INELIGIBLE
    assert not entries.of(event)


def test_whoever_may_not_enter_can_ask_again_later(root, plant):
    event = opened(root, requirement={"age": {"at_least": 16}})
    person = make.person(employer=plant, birth_date=date(2012, 1, 1))
    register(event, person)
    change(person, birth_date=date(1990, 1, 1))
    assert register(event, person).state is S.ADMITTED


def test_a_substitute_takes_over_the_entry_until_the_limit(root, plant):
    event = opened(
        root, requirement={"age": {"at_least": 16}}, substitute_until=CLOSES + timedelta(days=2)
    )
    born = {"birth_date": date(1990, 1, 1), "employer": plant}
    first, second = make.person("A", **born), make.person("B", **born)
    row = register(event, first)
    young = make.person("C", employer=plant, birth_date=date(2013, 1, 1))
    with pytest.raises(BadInput, match="at least 16"):
        services.substitute(row, row.version, young, "ill", make_actor(), CLOSES)
    with pytest.raises(Conflict, match="Substitution was possible until"):
        services.substitute(
            row, row.version, second, "ill", make_actor(), CLOSES + timedelta(days=3)
        )
    new = services.substitute(
        row, row.version, second, "ill", make_actor(), CLOSES + timedelta(days=2)
    )
    assert (row.state, new.state, new.replaces) == (S.SUBSTITUTED, S.ADMITTED, row)
    assert [(e.person, e.name, e.code) for e in entries.of(event)] == [(second, "B", "01")]
    assert register(event, first, moment=CLOSES).state is S.ADMITTED


def test_nobody_speaks_for_the_unit_about_themselves(root, plant):
    event = opened(root, at_once=False, substitute_until=CLOSES + timedelta(days=2))
    own, other, third = (make.person(name, employer=plant) for name in "ABC")
    officer = make_actor(own)
    with pytest.raises(NotAllowed, match="themselves"):
        register(event, other, own, actor=officer)
    row = register(event, own, road="self", actor=officer)
    with pytest.raises(NotAllowed, match="themselves"):
        services.endorse(event, [row], officer, IN_TIME)
    services.endorse(event, [row], make_actor(), IN_TIME)
    admissions.withdraw(row, row.version, "", officer)
    placed = register(event, third)
    admissions.admit(event, [placed], make_actor(), IN_TIME)
    with pytest.raises(NotAllowed, match="themselves"):
        services.substitute(placed, placed.version, own, "ill", officer, CLOSES)


@pytest.mark.parametrize(
    ("state", "taken"), [("prepared", True), ("running", False), ("final", False)]
)
def test_nobody_is_replaced_once_the_event_has_begun(root, plant, state, taken):
    event = opened(root, substitute_until=CLOSES + timedelta(days=400))
    row = register(event, make.person(employer=plant))
    change(event, state=state, locked_at=CLOSES, locked_by="x")
    second = make.person("B", employer=plant)
    if taken:
        services.substitute(row, row.version, second, "ill", make_actor(), CLOSES)
        assert [e.person for e in entries.of(event)] == [second]
        return
    with pytest.raises(Conflict, match="has begun"):
        services.substitute(row, row.version, second, "ill", make_actor(), CLOSES)


def test_35_the_employer_of_the_day_stays_when_the_worker_moves(root, plant):
    event, person = opened(root), make.person(employer=plant)
    row = register(event, person)
    job = db.session.query(make.Employment).one()
    change(job, until=date(2026, 5, 10))
    other = make.organisation("works", parent=root)
    make.keep(make.Employment(person=person, organisation=other, since=date(2026, 5, 11)))
    assert row.entry.organisation is plant
    assert row.unit is plant


def test_nobody_registers_where_only_the_host_enters_people(root, plant):
    event = opened(root)
    change(event.competition, registers=False)
    with pytest.raises(Conflict, match="not open"):
        register(event, make.person(employer=plant))
    assert queries.open_events([plant.path], IN_TIME) == []


def test_a_prepared_event_no_longer_changes(root, plant):
    event = opened(root)
    row = register(event, make.person(employer=plant))
    change(event, state=EventState.PREPARED, locked_at=IN_TIME, locked_by="x")
    with pytest.raises(Conflict, match="prepared"):
        admissions.decide(row, row.version, False, "too late", make_actor(), IN_TIME)
    admissions.withdraw(row, row.version, "ill", make_actor())
    assert row.entry.status.value == "DNS"


def test_36_a_dispatched_worker_starts_for_the_host_if_both_unions_agree(root, plant):
    event, agency = opened(root), make.organisation("agency", parent=root)
    person = make.person(employer=agency)
    make.keep(
        make.Employment(
            person=person, organisation=plant, since=date(2026, 1, 1), is_primary=False, kind="dispatched"
        )
    )  # fmt: skip
    row = register(event, person)
    assert row.entry.organisation is agency
    with pytest.raises(BadInput, match="works there"):
        services.attribute(row, row.version, root, "both agree", make_actor(), IN_TIME)
    with pytest.raises(BadInput, match="Say why"):
        services.attribute(row, row.version, plant, "", make_actor(), IN_TIME)
    services.attribute(row, row.version, plant, "both unions agree", make_actor(), IN_TIME)
    assert (row.entry.organisation, row.unit, row.why) == (plant, plant, "both unions agree")


def of_teams(root, **team):
    event = opened(root)
    ranking = {**event.ranking, "team": team} if team else event.ranking
    change(event, team_size=2, ranking=ranking)
    return event


def test_a_team_of_the_wrong_size_or_of_two_units_is_not_registered(root, plant):
    event = of_teams(root, least=2, reserves=1, one_unit=True)
    mill = make.organisation("mill", parent=root)
    own = [make.person(f"A{n}", employer=plant) for n in range(4)]
    other = make.person("B", employer=mill)
    for team, said in (
        (own[:1], "Reds: a team has at least 2 people; this one has 1"),
        (own, "at most 2 people and 1 reserves; this one has 4"),
        ([own[0], other], "all of a team work for one unit; these work for 2"),
    ):
        with pytest.raises(BadInput, match=said):
            admissions.register(event, [Asking(tuple(team), "Reds")], "unit", make_actor(), IN_TIME)
    assert not queries.in_event(event)


def test_who_stands_beyond_a_full_team_is_its_reserve(root, plant):
    event = of_teams(root, reserves=1)
    people = tuple(make.person(f"A{n}", employer=plant) for n in range(3))
    [row] = admissions.register(event, [Asking(people, "Reds")], "unit", make_actor(), IN_TIME)
    assert [(m.name, m.reserve) for m in row.entry.members] == [
        ("A0", False), ("A1", False), ("A2", True),
    ]  # fmt: skip


def test_two_people_are_no_single_competitor(root, plant):
    people = tuple(make.person(employer=plant) for _ in range(2))
    with pytest.raises(BadInput, match="single competitors"):
        admissions.register(opened(root), [Asking(people, "Reds")], "unit", make_actor(), IN_TIME)
