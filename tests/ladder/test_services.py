"""The ladder from a workshop to the nation: seats offered, declined, followed, and corrected."""

import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from skillhub.competitions import services as competitions
from skillhub.entries import queries as entries
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.db import db, transaction
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.kernel.journal import act
from skillhub.ladder import queries, services
from skillhub.ladder.models import LadderSeat
from skillhub.ladder.rules import SeatState, TieAtN
from skillhub.registrations import services as registrations
from skillhub.results import services as results
from tests import make

NOW = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
LIMIT = NOW + timedelta(days=5)
S = SeatState


@transaction()
def change(row, **values):
    """Change a row, as a service would."""
    for name, value in values.items():
        setattr(row, name, value)
    act(OPERATOR, "test.change")


@pytest.fixture
def plant(root):
    return make.organisation("plant", parent=root)


def contest(host, tier="enterprise", locked=True, **values):
    cup = make.competition(host, tier=tier, checking="off")
    return make.event(cup, locked=locked, **values)


def heat(host, *totals, units=(), tier="enterprise"):
    """A final event with an entry for each total."""
    event = contest(host, tier)
    for n, total in enumerate(totals, 1):
        unit = units[n - 1] if units else host
        person = make.person(f"P{n}", employer=unit)
        make.entry(
            event,
            f"{n:02d}",
            marks={"score": total},
            person=person,
            organisation=unit,
            name=f"P{n}",
        )
    results.finalise(event, OPERATOR.name, OPERATOR, NOW)
    return event


def fed(source, target, top_n=1, **values):
    return services.feed(source, target, {"top_n": top_n, "answer_by": LIMIT, **values}, OPERATOR)


def line(rule):
    return [(s.entry.name, s.state) for s in queries.line_of(rule)]


def seat(rule, name):
    return next(s for s in queries.line_of(rule) if s.entry.name == name)


def accept(rule, name, moment=NOW):
    own = seat(rule, name)
    services.accept(own, own.version, OPERATOR, moment)


def decline(rule, name, moment=NOW):
    own = seat(rule, name)
    services.decline(own, own.version, "ill", OPERATOR, moment)


def test_seats_are_offered_from_the_final_result_and_carry_place_and_total(root, plant):
    rule = fed(heat(plant, 90, 80, 70), contest(root, "district", locked=False), 1, reserves=1)
    services.offer(rule, OPERATOR, NOW)
    assert line(rule) == [("P1", S.OFFERED), ("P2", S.RESERVE)]
    first = seat(rule, "P1")
    assert (first.rank, first.total, first.answer_by) == (1, Decimal(90), LIMIT)
    accept(rule, "P1")
    [entry] = entries.of(rule.target)
    assert (entry.person.name, entry.organisation, first.target_entry) == ("P1", plant, entry)
    assert queries.carried(rule.target) == {entry.id: Decimal(90)}
    with pytest.raises(Conflict, match="offered already"):
        services.offer(rule, OPERATOR, NOW)


def test_nobody_goes_up_before_the_result_is_final(root, plant):
    source = contest(plant)
    make.entry(source, "1", marks={"score": 5})
    with pytest.raises(Conflict, match="no final result"):
        services.offer(fed(source, contest(root, "city", locked=False)), OPERATOR, NOW)


def test_a_declined_seat_goes_to_the_next_reserve(root, plant):
    rule = fed(heat(plant, 90, 80, 70), contest(root, "city", locked=False), reserves=2)
    services.offer(rule, OPERATOR, NOW)
    late = LIMIT + timedelta(hours=1)
    decline(rule, "P1", late)
    assert line(rule) == [("P1", S.DECLINED), ("P2", S.OFFERED), ("P3", S.RESERVE)]
    second = seat(rule, "P2")
    assert second.follows is seat(rule, "P1")
    assert second.answer_by == late + timedelta(hours=48)
    accept(rule, "P2", late)
    decline(rule, "P2", late)
    assert line(rule) == [("P1", S.DECLINED), ("P2", S.DECLINED), ("P3", S.OFFERED)]
    assert not entries.of(rule.target)
    with pytest.raises(Conflict, match="answered already"):
        decline(rule, "P2", late)


def test_two_clicks_at_once_move_one_reserve_up(app, root, plant):
    rule = fed(heat(plant, 90, 80, 70), contest(root, "city", locked=False), reserves=2)
    services.offer(rule, OPERATOR, NOW)
    own = seat(rule, "P1")
    key, version, start, refused = own.id, own.version, threading.Barrier(2), []

    def click():
        with app.app_context():
            mine = db.session.get(LadderSeat, key)
            start.wait()
            try:
                services.decline(mine, version, "", OPERATOR, NOW)
            except Conflict as conflict:
                refused.append(conflict)
            db.session.remove()

    both = [threading.Thread(target=click) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    db.session.rollback()
    db.session.expire_all()
    assert len(refused) == 1
    assert line(rule) == [("P1", S.DECLINED), ("P2", S.OFFERED), ("P3", S.RESERVE)]


@pytest.mark.parametrize(
    ("late", "accepted"),
    [
        pytest.param(timedelta(0), True, id="exactly at the limit is in time"),
        pytest.param(timedelta(seconds=1), False, id="a second later is not"),
    ],
)
def test_a_seat_is_answered_in_time_or_expires(root, plant, late, accepted):
    rule = fed(heat(plant, 90, 80), contest(root, "city", locked=False), reserves=1)
    services.offer(rule, OPERATOR, NOW)
    if accepted:
        assert services.expire(rule, OPERATOR, LIMIT + late) == 0
        accept(rule, "P1", LIMIT + late)
        return
    with pytest.raises(Conflict, match="had to be answered by"):
        accept(rule, "P1", LIMIT + late)
    assert services.expire(rule, OPERATOR, LIMIT + late) == 1
    assert line(rule) == [("P1", S.EXPIRED), ("P2", S.OFFERED)]


def test_the_quota_of_the_target_is_never_exceeded_but_by_a_tie_it_agreed_to(root, plant):
    target = contest(root, "city", locked=False)
    registrations.set_rules(target, 0, {"capacity": 2}, OPERATOR)
    make.entry(target, "77")
    rule = fed(heat(plant, 90, 90, 80), target, 2, reserves=1)
    with pytest.raises(BadInput) as refused:
        services.offer(rule, OPERATOR, NOW)
    assert "must agree to take them all" in str(refused.value.problems[0])
    services.consent(rule, OPERATOR, NOW)
    services.offer(rule, OPERATOR, NOW)
    assert line(rule) == [("P1", S.OFFERED), ("P2", S.OFFERED), ("P3", S.RESERVE)]
    decline(rule, "P1")  # the tie was over the quota: nobody follows
    assert line(rule) == [("P1", S.DECLINED), ("P2", S.OFFERED), ("P3", S.RESERVE)]


def test_offered_seats_keep_their_places_in_the_target(root, plant):
    target = contest(root, "city", locked=False)
    registrations.set_rules(target, 0, {"capacity": 2}, OPERATOR)
    one, two = heat(plant, 90, 80), heat(plant, 70, 60)
    services.offer(fed(one, target, 2), OPERATOR, NOW)
    rule = fed(two, target, 2, reserves=2)
    services.offer(rule, OPERATOR, NOW)
    assert line(rule) == [("P1", S.RESERVE), ("P2", S.RESERVE)]


def test_a_unit_sends_no_more_than_it_may_also_when_reserves_follow(root, plant):
    works = make.organisation("works", parent=root)
    source = heat(root, 90, 80, 70, 60, units=[plant, works, plant, works], tier="district")
    rule = fed(source, contest(root, "city", locked=False), 2, per_org_cap=1, reserves=2)
    services.offer(rule, OPERATOR, NOW)
    decline(rule, "P2")
    states = dict(line(rule))
    assert (states["P1"], states["P3"], states["P4"]) == (S.OFFERED, S.RESERVE, S.OFFERED)


def test_lots_are_drawn_where_nothing_separates(root, plant):
    rule = fed(heat(plant, 90, 90), contest(root, "city", locked=False), tie_at_n=TieAtN.KEY)
    with pytest.raises(BadInput) as refused:
        services.offer(rule, OPERATOR, NOW)
    assert "draw lots" in str(refused.value.problems[0])
    services.draw(rule, [e.id for e in reversed(entries.of(rule.source))], OPERATOR)
    services.offer(rule, OPERATOR, NOW)
    assert line(rule) == [("P2", S.OFFERED)]


def test_42_who_may_not_enter_the_target_reads_the_rule_and_the_day(root, plant):
    target = contest(root, "city", locked=False, held_on=date(2026, 7, 1))
    values = {"requirement": {"age": {"at_least": 18}}, "as_of": "event_day"}
    registrations.set_rules(target, 0, values, OPERATOR)
    rule = fed(heat(plant, 90), target)
    services.offer(rule, OPERATOR, NOW)
    change(seat(rule, "P1").entry.person, birth_date=date(2009, 3, 4))
    with pytest.raises(BadInput, match="17 on 2026-07-01; met from 2027-03-04"):
        accept(rule, "P1")
    assert line(rule) == [("P1", S.OFFERED)]


@pytest.mark.parametrize(
    ("values", "unit", "states"),
    [
        pytest.param({}, "plant", ["accepted", "reserve"], id="35 the seat stays with the unit of the heat"),
        pytest.param({"new_attribution": True}, "works", ["accepted", "reserve"], id="35 or as the target says"),
        pytest.param({"same_employer": True}, None, ["lost", "offered"], id="35 or asks for the unit that sent them"),
    ],
)  # fmt: skip
def test_35_who_changed_the_employer(root, plant, values, unit, states):
    rule = fed(heat(plant, 90, 80), contest(root, "city", locked=False), reserves=1, **values)
    services.offer(rule, OPERATOR, NOW)
    works = make.organisation("works", parent=root)
    person = seat(rule, "P1").entry.person
    job = db.session.query(make.Employment).filter_by(person_id=person.id).one()
    change(job, until=date(2026, 5, 30))
    make.keep(make.Employment(person=person, organisation=works, since=date(2026, 5, 31)))
    accept(rule, "P1")
    assert [state.value for _, state in line(rule)] == states
    assert [e.organisation.code for e in entries.of(rule.target)] == ([unit] if unit else [])


def test_a_correction_says_whose_seat_it_touches(root, plant):
    rule = fed(heat(plant, 90, 80, 70), contest(root, "city", locked=False), reserves=2)
    services.offer(rule, OPERATOR, NOW)
    accept(rule, "P1")
    one, two, three = (e.id for e in entries.of(rule.source))
    kept = queries.seats_touched(rule.source, {one: 2, two: 1, three: 3})
    assert [(s.entry, s.act) for _, s in kept] == [(one, "keep")]
    out = {one: None, two: 1, three: 2}
    assert [(s.entry, s.act) for _, s in queries.seats_touched(rule.source, out)] == [
        (one, "take"),
        (two, "offer"),
    ]
    services.follow(rule.source, out, "disqualified", OPERATOR, NOW)
    assert line(rule) == [("P1", S.LOST), ("P2", S.OFFERED), ("P3", S.RESERVE)]
    assert not entries.of(rule.target)


def test_19_a_target_that_has_begun_is_not_touched(root, plant):
    rule = fed(heat(plant, 90, 80), contest(root, "city", locked=False), reserves=1)
    services.offer(rule, OPERATOR, NOW)
    accept(rule, "P1")
    competitions.lock(rule.target, OPERATOR, NOW)
    one, two = (e.id for e in entries.of(rule.source))
    assert queries.seats_touched(rule.source, {one: None, two: 1}) == []


def test_the_way_up_has_no_circle_and_no_step_down(root, plant):
    low, high = contest(plant, locked=False), contest(root, "city", locked=False)
    fed(low, high)
    with pytest.raises(Conflict, match="lead back"):
        fed(high, low)
    with pytest.raises(Conflict, match="own tier or a higher one"):
        fed(high, contest(plant, locked=False))
    with pytest.raises(Conflict, match="already"):
        fed(low, high)


def test_a_worker_climbs_from_the_workshop_to_the_province(root):
    """Four tiers through services: heats of two plants, then district, city and province."""
    units = [make.organisation(f"unit{n}", parent=root) for n in (1, 2)]
    tiers = ["district", "city", "province"]
    district, city, province = (contest(root, tier, locked=False) for tier in tiers)
    for n, unit in enumerate(units):
        source = heat(unit, 90 - n, 80 - n, 70 - n)
        rule = fed(source, district, 2, reserves=1)
        services.offer(rule, OPERATOR, NOW)
        accept(rule, "P1")
        decline(rule, "P2")
        accept(rule, "P3")
    assert [e.organisation.code for e in entries.of(district)] == [
        "unit1",
        "unit1",
        "unit2",
        "unit2",
    ]

    def hold(event, *totals):
        competitions.lock(event, OPERATOR, NOW)
        for entry, total in zip(entries.of(event), totals, strict=True):
            make.keep(
                make.Sheet(
                    entry=entry,
                    component=event.components[0],
                    points=Decimal(total),
                    entered_at=NOW,
                )
            )
        results.finalise(event, OPERATOR.name, OPERATOR, NOW)

    hold(district, 85, 95, 85, 60)
    to_city = fed(district, city, 2, per_org_cap=1, min_total=Decimal(80), reserves=1)
    services.offer(to_city, OPERATOR, NOW)
    assert [(s.rank, s.organisation.code) for s in queries.line_of(to_city)[:2]] == [
        (1, "unit1"),
        (2, "unit2"),
    ]
    for own in queries.line_of(to_city)[:2]:
        services.accept(own, own.version, OPERATOR, NOW)
    hold(city, 70, 75)
    to_province = fed(city, province, 1)
    services.offer(to_province, OPERATOR, NOW)
    [last] = queries.line_of(to_province)
    services.accept(last, last.version, OPERATOR, NOW)
    [top] = entries.of(province)
    assert (top.organisation.code, top.person.name) == ("unit2", "P1")
    road = [s.advancement.target.competition.tier.value for s in queries.of_person(top.person_id)]
    assert road == ["province", "city", "district"]
