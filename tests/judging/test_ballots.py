"""Marking from a seat: what a judge sees and submits, new votes, another panel, and the chief judge's signature."""

from decimal import Decimal

import pytest

from skillhub.judging import queries, services
from skillhub.kernel.access import Role
from skillhub.kernel.clock import now
from skillhub.kernel.errors import BadInput, Conflict, Locked, NotAllowed
from skillhub.marking import queries as marking
from skillhub.panels import queries as panels
from skillhub.panels import services as seating
from skillhub.scoring import queries as scoring
from skillhub.scoring import services as marks
from skillhub.scoring.models import EarlierMark
from tests import judged, make

LOOK = {"aspects": [{"code": "look", "name": "Look", "kind": "judgement", "max": "3"}]}
JURY = {"aspects": [{"code": "art", "name": "Art", "kind": "panel", "max": "100", "judges": 5}]}


def held(root, scheme, n, **values):
    """An event with one component that n judges mark."""
    cup = make.competition(root, checking="off", **values)
    event = make.event(cup, parts=(("work", 100, 1),))
    make.changed(event.components[0], scheme=scheme)
    judges = [make.user(Role.JUDGE, root, login=f"judge{i}") for i in range(1, n + 1)]
    judged.seat(event.components[0], *judges)
    make.changed(event, state="running")
    return event


@pytest.fixture
def event(root):
    return held(root, LOOK, 3)


def test_what_the_panel_measures_together_any_of_its_judges_enters_and_nobody_else(root):
    size = {"code": "size", "name": "Size", "kind": "measurement", "max": "1"}
    work = held(root, {"aspects": [*LOOK["aspects"], size]}, 3).components[0]
    entry, (first, second, _) = make.entry(work.event), panels.seats_in([work])
    services.measure(first, entry, {("size", 1): ("1", 0)}, first.user.as_actor(), now())
    services.measure(second, entry, {("size", 1): ("0", 1)}, second.user.as_actor(), now())
    clerk = make.user(Role.JUDGE, root).as_actor()
    with pytest.raises(NotAllowed):
        services.measure(first, entry, {("size", 1): ("1", 2)}, clerk, now())
    key = scoring.MarkKey(entry.id, work.id, "size", 0, 1)
    with pytest.raises(BadInput, match="Nothing was saved"):
        marks.enter(work.event, {key: ("1", 2)}, clerk, now())


@pytest.fixture
def work(event):
    return event.components[0]


@pytest.fixture
def chief(root):
    return make.user(Role.CHIEF_JUDGE, root, login="chief").as_actor()


def vote(part, entry, *scores, aspect="look", submit=True):
    """Each judge in turn gives a score; None leaves the seat out."""
    for seat, score in zip(panels.seats_in([part]), scores, strict=True):
        if score is not None:
            typed = {(aspect, 1): (str(score), _version(entry, part, aspect, seat.number))}
            services.vote(seat, entry, typed, submit, seat.user.as_actor(), now())


def _version(entry, part, aspect, seat):
    key = scoring.MarkKey(entry.id, part.id, aspect, seat, 1)
    found = scoring.rows([key])
    return found[key].version if key in found else 0


def points(event):
    return [s.points for s in marking.of(event).values()]


def test_edge_13_a_spread_of_two_is_a_dispute_until_a_new_vote_and_both_are_kept(
    event, work, chief
):
    entry = make.entry(event)
    vote(work, entry, 3, 1, 2)
    (dispute,) = queries.disputes(event, [work])
    assert "differ by 2" in str(dispute.why)
    assert [str(p.message) for p in queries.open_points(work)] == [
        "1 disputes must be voted on again",
        "1 entries have no mark yet",
    ]
    with pytest.raises(Conflict, match="cannot be submitted yet"):
        services.submit(work, chief, now())
    assert services.ask_again(work, entry, "talked it over", chief, now()) == 3
    vote(work, entry, 2, 1, 2)
    assert queries.disputes(event, [work]) == []
    assert [(b.n, b.marks["look/1"]) for b in queries.all_ballots(work)] == [
        *[(1, "3"), (1, "1"), (1, "2")],
        *[(2, "2"), (2, "1"), (2, "2")],
    ]
    assert [m.value for m in make.db.session.query(EarlierMark)] == [3]
    assert points(event) == [Decimal("1.67")]


def test_a_recused_judge_changes_only_that_entrys_denominator(event, work, chief):
    one, other = make.entry(event, "1"), make.entry(event, "2")
    services.recuse(panels.seats_in([work])[0], one, "kin", chief, now())
    vote(work, one, None, 2, 2)
    vote(work, other, 2, 2, 2)
    assert points(event) == [2, 2]
    with pytest.raises(NotAllowed, match="step aside"):
        vote(work, one, 3, None, None)


def test_edge_14_four_of_five_are_left_for_one_entry_and_others_are_unaffected(root, chief):
    event = held(root, JURY, 5)
    (work,) = event.components
    one, other = make.entry(event, "1"), make.entry(event, "2")
    services.recuse(panels.seats_in([work])[4], one, "master_apprentice", chief, now())
    vote(work, one, 88, 92, 92, 85, None, aspect="art")
    vote(work, other, 88, 92, 92, 85, 60, aspect="art")
    assert points(event) == [Decimal("89.25"), Decimal("88.33")]


def test_edge_68_a_former_apprentice_drops_the_panel_to_four_for_that_entry_only(
    root, chief, operator
):
    event = held(root, JURY, 5)
    (work,) = event.components
    expert, nominee = make.person("Expert"), make.person("Nominee")
    make.changed(panels.seats_in([work])[2].user, person=expert)
    seating.relate(
        expert, nominee, "master_apprentice", make.date(2001, 1, 1), make.date(2004, 1, 1), operator
    )
    one, other = make.entry(event, "1", person=nominee), make.entry(event, "2")
    (ground,) = panels.grounds([work])
    with pytest.raises(NotAllowed, match="must step aside"):
        vote(work, one, None, None, 90, None, None, aspect="art")
    services.recuse(ground.seat, ground.entry, ground.kind, chief, now())
    assert [len(p.entries) for p in queries.progress(work)] == [2, 2, 1, 2, 2]
    vote(work, one, 80, 90, None, 90, 80, aspect="art")
    vote(work, other, 80, 90, 90, 90, 80, aspect="art")
    assert queries.open_points(work) == []


def test_stepping_aside_late_takes_the_marks_of_that_judge_back(event, work, chief):
    entry = make.entry(event)
    vote(work, entry, 1, 2, 2)
    services.recuse(panels.seats_in([work])[0], entry, "found out late", chief, now())
    assert points(event) == [2]


def test_edge_16_another_panel_marks_every_sheet_of_the_component_again(root, event, work, chief):
    entry = make.entry(event)
    vote(work, entry, 2, 2, 2)
    added = [make.user(Role.JUDGE, root) for _ in range(3)]
    with pytest.raises(Conflict, match="cannot change while it marks"):
        services.seat_panel(work, {**panels.seats(work), 4: added[0]}, chief, now())
    with pytest.raises(BadInput):
        services.replace_panel(work, dict(enumerate(added, 1)), " ", chief, now())
    services.replace_panel(work, dict(enumerate(added, 1)), "one judge fell ill", chief, now())
    assert points(event) == [None]
    assert [len(p.open) for p in queries.progress(work)] == [1, 1, 1]
    vote(work, entry, 3, 3, 3)
    assert points(event) == [3]


def test_a_ballot_is_whole_and_stays_until_it_is_recalled(event, work, chief):
    entry = make.entry(event)
    seat = panels.seats_in([work])[0]
    own = seat.user.as_actor()
    with pytest.raises(BadInput, match="still empty"):
        services.vote(seat, entry, {("look", 1): ("", 0)}, True, own, now())
    services.vote(seat, entry, {("look", 1): ("2", 0)}, False, own, now())
    services.vote(seat, entry, {("look", 1): ("3", 1)}, True, own, now())
    with pytest.raises(Locked, match="have submitted"):
        services.vote(seat, entry, {("look", 1): ("1", 2)}, True, own, now())
    with pytest.raises(NotAllowed, match="another judge"):
        services.vote(seat, entry, {("look", 1): ("1", 2)}, True, chief, now())


def test_the_chief_submits_what_is_whole_and_nothing_changes_after(event, work, chief):
    entry = make.entry(event)
    assert [str(p.message) for p in queries.open_points(work)] == [
        "3 ballots are not submitted yet",
        "1 entries have no mark yet",
    ]
    vote(work, entry, 2, 2, 3)
    services.submit(work, chief, now())
    with pytest.raises(Locked, match="has submitted Work"):
        services.ask_again(work, entry, "once more", chief, now())
    assert panels.submitted(event) == {work.id}


def test_seats_are_asked_for_as_the_scheme_does(root, event):
    (work,) = event.components
    judges = dict(enumerate([make.user(Role.JUDGE, root), make.user(Role.JUDGE, root)], 1))
    make.changed(event, state="prepared")
    services.seat_panel(work, judges, make.OPERATOR, now())
    assert "Work asks for 3 judges; empty seats: 3" in [
        str(p.message) for p in queries.unprepared(event)
    ]
