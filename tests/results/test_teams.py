"""A team event whose members are marked alone: points, ties by time and by the best member, and the disqualified."""

import pytest

from skillhub.entries.models import TeamMember
from skillhub.kernel.clock import now
from skillhub.results import queries, services
from tests import make

PARTS = (("sum", 300, 1), ("time", 9999, 0), ("best", 100, 0))


@pytest.fixture
def alone(root):
    cup = make.competition(root, checking="off")
    return make.event(cup, code="01", parts=(("score", 100, 1), ("clock", 999, 0, None, "time")))


def teams(alone, ranking):
    event = make.event(alone.competition, code="T", team_size=2, parts=PARTS, ranking=ranking)
    for part, carried in zip(event.components, ("score", "clock", "score"), strict=True):
        make.changed(part, kind="carried", carry_from="01", carry_part=carried)
    return event


def filled(alone, event, *pairs, status="OK"):
    """Teams of two, each member from (score, clock)."""
    for n, pair in enumerate(pairs):
        members = []
        for m, (score, clock) in enumerate(pair):
            person = make.person(f"T{n}M{m}")
            entry = make.entry(
                alone, f"{n}{m}", person=person, marks={"score": score, "clock": clock}
            )
            members.append(TeamMember(position=m, name=person.name, person=person))
        make.entry(event, f"T{n}", members=members)
    if status != "OK":
        make.changed(entry, status=status, status_reason="cheated")
    services.finalise(alone, "Operator of this machine", make.OPERATOR, now())


def ranks(event):
    ranked = queries.computed(event)
    return [(ranked.entries[s.entry].code, s.rank, s.total) for s in ranked.standings]


def test_the_sum_of_the_members_ranks_and_equal_totals_are_parted_by_total_time(alone):
    event = teams(alone, {"keys": ["total desc", "time asc"]})
    filled(alone, event, [(90, 50), (80, 60)], [(85, 40), (85, 50)], [(60, 30), (60, 30)])
    assert services.carry(event, make.OPERATOR, now()) == []
    assert [r[:2] for r in ranks(event)] == [("T1", 1), ("T0", 2), ("T2", 3)]


def test_26_a_disqualified_member_takes_the_team_along_or_brings_nothing(alone):
    event = teams(alone, {"keys": ["total desc"]})
    filled(alone, event, [(90, 50), (80, 60)], [(85, 40), (85, 50)], status="DSQ")
    [hole] = services.carry(event, make.OPERATOR, now())[:1]
    assert "T1M1 is disqualified, and the team with them" in str(hole)
    make.changed(event, ranking={"keys": ["total desc"], "team": {"disqualified": "zero"}})
    services.carry(event, make.OPERATOR, now())
    first, second = ranks(event)
    assert (first[0], second[0]) == ("T0", "T1")
    assert second[2] < first[2]


def test_equal_totals_are_parted_by_the_best_member_or_share(alone):
    event = teams(alone, {"keys": ["total desc", "best desc"], "team": {"best_member": "best"}})
    filled(alone, event, [(85, 50), (85, 60)], [(90, 40), (80, 50)], [(80, 1), (90, 1)])
    services.carry(event, make.OPERATOR, now())
    assert [r[:2] for r in ranks(event)] == [("T1", 1), ("T2", 1), ("T0", 3)]
