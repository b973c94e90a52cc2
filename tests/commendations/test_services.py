"""The facts behind the score, and commending: once, by a second person, kept as it stood."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from skillhub.admissions import services as admissions
from skillhub.commendations import queries, services
from skillhub.commendations.models import CommitteePoints, OrganiserRule
from skillhub.entries.models import TeamMember
from skillhub.kernel.access import OPERATOR, Actor
from skillhub.kernel.db import db, transaction
from skillhub.kernel.errors import BadInput, Conflict, Locked
from skillhub.ladder import services as ladder
from skillhub.marking.models import Sheet
from skillhub.registrations import queries as registration_queries
from skillhub.registrations import services as registrations
from skillhub.registrations.queries import Asking
from skillhub.results import services as results
from tests import make

CLOSES = datetime(2026, 5, 1, 10, 0, tzinfo=UTC)
IN_TIME, LATER = CLOSES - timedelta(days=3), CLOSES + timedelta(days=30)
COMMITTEE, CHAIR = Actor("committee"), Actor("chair")


@pytest.fixture
def plant(root):
    return make.organisation("plant", parent=root, name="Plant")


@pytest.fixture
def mill(root):
    return make.organisation("mill", parent=root, name="Mill")


@pytest.fixture
def cup(root):
    cup = make.competition(
        root, registers=True, registration_closes_at=CLOSES, starts_on=date(2026, 5, 20), checking="off"
    )  # fmt: skip
    make.event(cup, locked=False, state="registration_open")
    return cup


def staff(unit, n):
    return [make.person(f"{unit.code}{i}", employer=unit) for i in range(n)]


def register(cup, people, road="unit", login="officer"):
    asking = [Asking((p,)) for p in people]
    return admissions.register(cup.events[0], asking, road, Actor(login), IN_TIME)


def facts_of(cup, unit, moment=LATER):
    found = queries.listed(cup, moment)
    line = next(line for own, line in found.lines if own.id == unit.id)
    return {p.measure.value: str(p.because) for p in line.score.parts}


def finished(cup, *absent):
    """Close the event with a mark for everybody but those who stayed away."""
    event = cup.events[0]
    make.changed(event, state="prepared", locked_at=LATER, locked_by="operator")
    for n, row in enumerate(registrations_of(cup)):
        if row.entry and row.name in absent:
            make.changed(row.entry, status="DNS")
        elif row.entry:
            mark(row.entry, 90 - n)
    results.finalise(event, OPERATOR.name, OPERATOR, LATER)


def mark(entry, points):
    make.keep(Sheet(
        entry=entry, component=entry.event.components[0], points=Decimal(points), entered_by=None,
        entered_at=LATER,
    ))  # fmt: skip


def registrations_of(cup):
    return registration_queries.in_event(cup.events[0])


def test_the_facts_come_from_rosters_registrations_starts_and_contests(root, cup, plant, mill):
    make.event(make.competition(plant, tier="enterprise"), state="final")
    people = staff(plant, 10)
    register(cup, people[:2])
    [alone] = register(cup, people[2:3], road="self", login="p2")
    register(cup, staff(mill, 4)[:1])
    assert alone.state == "submitted", "the unit never agreed"
    finished(cup, "plant1")
    assert facts_of(cup, plant) == {
        "participation": "1 of 10 workers took part; 5% earn all of it",
        "completeness": "1 of 3 entered came to the start",
        "deadlines": "2 of 3 registrations and offered seats were answered in time",
        "hosting": "held 1 contests this year",
        "committee": "the committee has given no points yet",
    }
    assert facts_of(cup, mill)["hosting"] == "held no contest this year"


def test_before_registration_closes_nothing_is_late(cup, plant):
    register(cup, staff(plant, 3)[:1], road="self", login="p")
    assert facts_of(cup, plant, IN_TIME)["deadlines"] == "nothing was due"
    assert facts_of(cup, plant, CLOSES)["deadlines"] == "nothing was due"
    assert facts_of(cup, plant, CLOSES + timedelta(seconds=1))["deadlines"].startswith("0 of 1")


def test_a_workshop_counts_for_its_enterprise(cup, plant):
    workshop = make.organisation("shop", parent=plant, kind="workshop")
    register(cup, [make.person(employer=workshop)])
    [(unit, _)] = queries.listed(cup, IN_TIME).lines
    assert unit is plant


def test_a_team_brings_all_its_people_and_a_substitute_counts_once(root, cup, plant):
    team = make.event(cup, code="02", locked=False, team_size=3)
    people = staff(plant, 10)
    admissions_entry = make.entry(team, "1", organisation=plant, name="Team")
    keep_members(admissions_entry, people[:3])
    [row] = register(cup, people[3:4])
    registrations.substitute(row, row.version, people[4], "ill", OPERATOR, IN_TIME)
    told = facts_of(cup, plant)
    assert told["participation"].startswith("4 of 10")
    assert told["completeness"] == "2 of 2 entered came to the start"


def keep_members(entry, people):
    keys = [(entry.id, p.name, p.id) for p in people]
    make.keep(*[
        TeamMember(entry_id=key, position=n, name=name, person_id=person)
        for n, (key, name, person) in enumerate(keys, 1)
    ])  # fmt: skip


def test_a_seat_nobody_answered_counts_against_its_unit(root, plant):
    source = make.event(make.competition(plant, tier="enterprise", checking="off"))
    make.entry(
        source, "1", marks={"score": 9}, person=make.person(employer=plant), organisation=plant
    )
    results.finalise(source, OPERATOR.name, OPERATOR, IN_TIME)
    target = make.event(make.competition(root, tier="district"), locked=False)
    row = ladder.feed(source, target, {"top_n": 1, "answer_by": CLOSES}, OPERATOR)
    ladder.offer(row, OPERATOR, IN_TIME)
    ladder.expire(row, OPERATOR, LATER)
    assert facts_of(target.competition, plant)["deadlines"].startswith("0 of 1")


def give(cup, unit, points, actor=COMMITTEE):
    known = queries.points_of(cup, unit)
    version = known.version if known else 0
    services.give(cup, unit, version, Decimal(points), "visited", actor, LATER)


def test_units_are_commended_once_by_a_second_person_and_the_score_is_kept(cup, plant, mill):
    register(cup, staff(plant, 2))
    register(cup, staff(mill, 3)[:1])
    with pytest.raises(Conflict, match="not final yet: 01"):
        services.confer(cup, CHAIR, LATER)
    finished(cup)
    with pytest.raises(Conflict, match="no points yet to: "):
        services.confer(cup, CHAIR, LATER)
    give(cup, plant, 80)
    give(cup, mill, 60)
    with pytest.raises(Conflict, match="a second person commends"):
        services.confer(cup, COMMITTEE, LATER)

    values = {name: getattr(queries.rule_of(cup), name) for name in RULE}
    services.set_rule(cup, 0, {**values, "places": 1}, CHAIR)
    [made] = services.confer(cup, CHAIR, LATER)
    assert (made.organisation, made.rank, made.score) == (plant, 1, Decimal("86.00"))
    assert [(p["measure"], p["points"]) for p in made.parts] == [
        ("participation", "30.00"), ("completeness", "20.00"), ("deadlines", "20.00"),
        ("hosting", "0.00"), ("committee", "16.00"),
    ]  # fmt: skip
    for again in (
        lambda: services.confer(cup, CHAIR, LATER),
        lambda: give(cup, mill, 99),
        lambda: services.set_rule(cup, 1, {**values, "places": 2}, CHAIR),
    ):
        with pytest.raises(Locked, match="commended already"):
            again()

    more = services.add(cup, mill, "the host", CHAIR, LATER)
    assert (more.outside, more.why) == (True, "the host")
    with pytest.raises(Conflict, match="Mill is commended already"):
        services.add(cup, mill, "again", CHAIR, LATER)
    services.take_back(made, made.version, "forged list", CHAIR, LATER)
    assert [c.organisation for c in queries.commended(cup)] == [mill]


RULE = (
    *("title", "participation", "completeness", "deadlines", "hosting", "committee"),
    *("full_rate", "places", "beside"),
)


def test_what_cannot_be_is_refused_with_a_sentence(cup, plant):
    register(cup, staff(plant, 1))
    values = {name: getattr(queries.rule_of(cup), name) for name in RULE}
    with pytest.raises(BadInput, match="add up to 90"):
        services.set_rule(cup, 0, {**values, "hosting": 0}, CHAIR)
    for points in ("-1", "100.01"):
        with pytest.raises(BadInput, match="0 to 100"):
            give(cup, plant, points)
    with pytest.raises(BadInput, match="Say why"):
        services.give(cup, plant, 0, Decimal(5), " ", COMMITTEE, LATER)
    give(cup, plant, 5)
    with pytest.raises(Conflict, match="Somebody changed this"):
        services.give(cup, plant, 0, Decimal(6), "x", COMMITTEE, LATER)


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(
            lambda cup, unit: OrganiserRule(
                competition_id=cup.id, title="x", participation=50, completeness=20, deadlines=20,
                hosting=10, committee=20, full_rate=5, places=1, beside=True,
            ),
            id="weights of 120",
        ),
        pytest.param(
            lambda cup, unit: CommitteePoints(
                competition_id=cup.id, organisation_id=unit.id, points=Decimal(101), why="x",
                given_by="x", given_at=LATER,
            ),
            id="101 points",
        ),
    ],
)  # fmt: skip
def test_the_database_knows_it_too(cup, plant, row):
    with pytest.raises(IntegrityError), transaction():
        db.session.add(row(cup, plant))
        db.session.flush()
