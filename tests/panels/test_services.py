"""Seating judges, stepping aside, drawing codes, and opening them before a witness."""

import re
from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from skillhub.kernel.access import Role
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.errors import BadInput, Conflict, Locked, NotAllowed
from skillhub.kernel.journal import JournalLine
from skillhub.panels import queries, services
from skillhub.people.models import RelationKind
from tests import judged, make


@pytest.fixture
def works(root):
    return make.organisation("works", parent=root)


@pytest.fixture
def event(root):
    return make.event(
        make.competition(root, blind=True), parts=(("work", 100, 1), ("theory", 100, 1))
    )


@pytest.fixture
def work(event):
    return event.components[0]


@pytest.fixture
def chief(root):
    return make.user(Role.CHIEF_JUDGE, root, login="chief").as_actor()


@pytest.fixture
def officer(root):
    return make.user(Role.CODE_OFFICER, root, login="officer").as_actor()


@pytest.fixture
def witness(root):
    return make.user(Role.ORGANISER, root, login="witness").as_actor()


def judge(root, person=None):
    return make.user(Role.JUDGE, root, person=person)


def reasons(event):
    return [(g.seat.number, g.entry.code, g.kind) for g in queries.grounds(event.components)]


def test_finds_who_must_step_aside_and_why(root, works, event, work, operator):
    person = make.person("Judge", employer=works)
    apprentice, trainee = make.person("Apprentice"), make.person("Trainee")
    make.entry(event, "1", organisation=works)
    make.entry(event, "2", person=apprentice)
    make.entry(event, "3", person=trainee)
    make.entry(event, "4", person=make.person("Stranger"))
    make.entry(
        event,
        "5",
        person=make.person("Colleague", employer=make.organisation("shop", parent=works)),
    )
    services.relate(
        person,
        apprentice,
        RelationKind.MASTER_APPRENTICE,
        date(2010, 1, 1),
        date(2015, 1, 1),
        operator,
    )
    services.relate(trainee, person, RelationKind.COACH, None, date(2026, 5, 19), operator)
    judged.seat(work, judge(root, person))
    assert reasons(event) == [
        (1, "1", "employer"),
        (1, "2", "master_apprentice"),
        (1, "5", "employer"),
    ]


def test_a_team_is_recused_for_one_of_its_members(root, works, work, event, operator):
    person, member = make.person("Judge"), make.person("Member")
    team = make.entry(event, "1")
    make.changed(team, members=[])
    services.relate(person, member, RelationKind.KIN, None, None, operator)
    from skillhub.entries.models import TeamMember  # noqa: PLC0415

    make.keep(TeamMember(entry=team, position=1, name="Member", person=member))
    judged.seat(work, judge(root, person))
    assert reasons(event) == [(1, "1", "kin")]


def test_a_confirmed_recusal_leaves_the_seat_blank_for_that_entry_only(
    root, works, event, work, chief
):
    one, other = make.entry(event, "1", organisation=works), make.entry(event, "2")
    judged.seat(work, judge(root, make.person("Judge", employer=works)), judge(root))
    (ground,) = queries.grounds([work])
    assert "must step aside" in str(queries.unprepared(event)[0].message)
    services.recuse(ground.seat, ground.entry, ground.kind, chief, now())
    assert queries.recused(work) == {(one.id, 1)}
    assert queries.grounds([work]) == []
    with pytest.raises(Conflict, match="already"):
        services.recuse(ground.seat, one, "again", chief, now())
    with pytest.raises(BadInput):
        services.recuse(ground.seat, other, " ", chief, now())


def test_nobody_states_a_relation_of_their_own(root, operator):
    person, other = make.person("One"), make.person("Other")
    own = make.user(Role.ORGANISER, root, person=other).as_actor()
    with pytest.raises(NotAllowed):
        services.relate(person, other, RelationKind.KIN, None, None, own)
    with pytest.raises(BadInput):
        services.relate(person, person, RelationKind.KIN, None, None, operator)
    with pytest.raises(BadInput):
        services.relate(
            person, other, RelationKind.KIN, date(2020, 1, 2), date(2020, 1, 1), operator
        )


@pytest.mark.parametrize("state", ["running", "scoring"])
def test_a_panel_cannot_change_while_it_marks(root, event, work, operator, state):
    judged.seat(work, judge(root))
    make.changed(event, state=state)
    with pytest.raises(Conflict, match="cannot change while it marks"):
        judged.seat(work, judge(root), judge(root))
    services.replace(work, {1: judge(root)}, "day 2", operator, now())
    assert len(queries.seats(work)) == 1


def test_only_judges_of_the_host_sit_and_each_in_one_seat(root, event, work, operator):
    known = judge(root)
    with pytest.raises(BadInput, match="no judge of this competition"):
        judged.seat(work, make.user(Role.CHECKER, root))
    with pytest.raises(BadInput, match="two seats"):
        judged.seat(work, known, known)


def test_draws_in_two_rounds_at_random_and_late_entries_too(event, officer):
    entries = [make.entry(event, str(n)) for n in range(100, 140)]
    with pytest.raises(Conflict, match="no number"):
        services.draw_codes(event, officer, now())
    services.draw_numbers(event, officer, now())
    assert sorted(one.number for one in queries.drawn(event)) == list(range(1, 41))
    assert queries.codes(event) == {}
    services.draw_codes(event, officer, now())
    codes = queries.codes(event)
    assert set(codes) == {entry.id for entry in entries}
    assert len(set(codes.values())) == 40
    assert not set(codes.values()) & {entry.code for entry in entries}
    by_number = [one.entry_id for one in queries.drawn(event)]
    assert by_number != sorted(by_number)
    late = make.entry(event, "200")
    assert queries.without_code(event) == 1
    judged.draw(event, officer)
    assert queries.codes(event) == {**codes, late.id: queries.codes(event)[late.id]}


@pytest.mark.parametrize(
    "role", [Role.ADMINISTRATOR, Role.ORGANISER, Role.CHIEF_JUDGE, Role.AUDITOR]
)
def test_only_the_code_officer_draws_and_opens(root, event, role):
    make.entry(event, "1")
    actor = make.user(role, root).as_actor()
    for verb in (services.draw_numbers, services.draw_codes, services.open_codes):
        with pytest.raises(NotAllowed):
            verb(event, actor, now())


def test_who_judges_does_not_keep_the_codes(root, event, work, officer):
    user = db.session.get(queries.User, officer.user_id)
    make.keep(make.Grant(user_id=user.id, role=Role.JUDGE, organisation=root))
    judged.seat(work, user)
    make.entry(event, "1")
    with pytest.raises(NotAllowed, match="cannot keep the codes"):
        services.draw_numbers(event, officer, now())
    assert "keeps the codes and cannot judge" in " ".join(
        str(p.message) for p in queries.unprepared(event)
    )


def test_names_open_step_by_step(event, officer, chief, witness):
    make.entry(event, "1")
    judged.draw(event, officer)
    assert not queries.names_open(event, officer)
    with pytest.raises(Conflict, match="has not submitted: Work, Theory"):
        services.open_codes(event, officer, now())
    for part in event.components:
        services.submit(part, chief, now())
    with pytest.raises(Conflict, match="nothing to witness"):
        services.witness(event, witness, now())
    services.open_codes(event, officer, now())
    assert not queries.names_open(event, officer)
    assert [p.kind for p in queries.blockers(event)] == ["undecoded"]
    with pytest.raises(NotAllowed, match="opened themselves"):
        services.witness(event, officer, now())
    services.witness(event, witness, now())
    assert queries.names_open(event, witness)
    assert queries.blockers(event) == []
    told = str(queries.decoding(event))
    assert "Officer" in told
    assert "Witness" in told
    verbs = [
        line.verb
        for line in db.session.query(JournalLine).filter(JournalLine.verb.like("panels.%"))
    ]
    assert verbs[-2:] == ["panels.open_codes", "panels.witness"]
    with pytest.raises(Locked):
        services.take_back(queries.panel_of(event.components[0]), 1, "a slip", chief)


def test_the_witness_is_another_person_in_sql_too(event, officer, chief):
    make.entry(event, "1")
    judged.draw(event, officer)
    for part in event.components:
        services.submit(part, chief, now())
    services.open_codes(event, officer, now())
    with pytest.raises(IntegrityError), db.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE draws SET witnessed_by_id = opened_by_id, witnessed_at = opened_at"
        )
    with pytest.raises(IntegrityError), db.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE draws SET opened_by_id = NULL, opened_at = NULL, witnessed_at = codes_at"
        )


def test_the_journal_never_holds_a_code(event, officer):
    entries = [make.entry(event, str(n), name=f"Name {n}") for n in range(5)]
    judged.draw(event, officer)
    codes = queries.codes(event)
    assert len(codes) == len(entries)
    for line in db.session.query(JournalLine).filter(JournalLine.verb.like("panels.%")):
        text = f"{line.note}{line.changes}{line.subject}"
        words = set(re.findall(r"\w+", re.sub(r"\d{4}-\d\d-\d\d[T ][\d:.+]+", "", text)))
        assert not words & set(codes.values())  # a moment may hold the same three digits by chance
        assert not any(entry.name in text for entry in entries)


def test_a_competition_with_open_names_draws_nothing(root, officer):
    event = make.event(make.competition(root))
    make.entry(event, "1")
    assert queries.names_open(event, officer)
    with pytest.raises(Conflict, match="not judged under codes"):
        services.draw_numbers(event, officer, now())


def test_submitted_marks_take_no_change(root, event, work, chief):
    from skillhub.marking import services as marking  # noqa: PLC0415

    entry = make.entry(event, "1")
    services.submit(work, chief, now())
    with pytest.raises(Locked, match="has submitted Work"):
        marking.enter(event, {(entry.id, work.id): (5, 0)}, chief, now())
    with pytest.raises(Locked):
        services.submit(work, chief, now())
    services.take_back(queries.panel_of(work), queries.panel_of(work).version, "a slip", chief)
    marking.enter(event, {(entry.id, work.id): (5, 0)}, chief, now())
