"""Whoever competes decides nothing about the own entry, in whatever hat: alone or in a team."""

from decimal import Decimal

import pytest

from skillhub.checking import services as checking
from skillhub.checking.services import Look
from skillhub.corrections import services as corrections
from skillhub.corrections import works
from skillhub.entries import services as entries
from skillhub.entries.models import EntryStatus, TeamMember
from skillhub.kernel.access import Role
from skillhub.kernel.clock import now
from skillhub.kernel.errors import NotAllowed
from skillhub.marking import queries as marking
from skillhub.marking import services as marks
from skillhub.results import services as results
from skillhub.scoring import services as scoring
from skillhub.scoring.queries import MarkKey
from tests import make

NINETY = Decimal(90)


@pytest.fixture
def event(root):
    return make.event(make.competition(root), team_size=2)


@pytest.fixture
def person():
    return make.person("Chen")


@pytest.fixture(params=["alone", "in a team"])
def entry(request, event, person):
    if request.param == "alone":
        return make.entry(event, person=person)
    entry = make.entry(event)
    make.keep(TeamMember(entry=entry, position=1, name="Chen", person=person))
    return entry


@pytest.fixture
def chen(root, person):
    return make.user(Role.ORGANISER, root, login="chen", person=person).as_actor()


@pytest.fixture
def clerk(root):
    return make.user(Role.ORGANISER, root, login="clerk").as_actor()


def typed(event, entry, version=0):
    return {(entry.id, event.components[0].id): (NINETY, version)}


def test_points(event, entry, chen, clerk):
    with pytest.raises(NotAllowed, match="own entry"):
        marks.enter(event, typed(event, entry), chen, now())
    assert marks.enter(event, typed(event, make.entry(event)), chen, now()) == 1
    assert marks.enter(event, typed(event, entry), clerk, now()) == 1


def test_the_mark_of_a_judge(event, entry, chen):
    (part,) = event.components
    aspects = [{"code": "a", "name": "A", "kind": "points", "max": "100"}]
    make.changed(part, scheme={"aspects": aspects})
    with pytest.raises(NotAllowed, match="own entry"):
        scoring.enter(event, {MarkKey(entry.id, part.id, "a", 0, 1): (NINETY, 0)}, chen, now())


@pytest.mark.parametrize("verb", ["confirm", "reject"])
def test_looking_twice(event, entry, chen, clerk, verb):
    marks.enter(event, typed(event, entry), clerk, now())
    seen = {s.id: Look(s.version, s.points) for s in marking.of(event).values()}
    with pytest.raises(NotAllowed, match="own entry"):
        if verb == "confirm":
            checking.confirm(event, seen, chen, now())
        else:
            checking.reject(event, seen, "too low", chen, now())


def test_the_second_entry(event, entry, chen, clerk):
    make.changed(event.competition, checking="double")
    marks.enter(event, typed(event, entry), clerk, now())
    with pytest.raises(NotAllowed, match="own entry"):
        checking.enter_again(event, {(entry.id, event.components[0].id): NINETY}, chen, now())


def test_how_it_came_through(event, person, chen):
    entry = make.entry(event, person=person, status="DSQ", status_reason="left")
    with pytest.raises(NotAllowed, match="themselves"):
        entries.rule(entry, entry.version, EntryStatus.OK, "", chen)
    entries.rule(entry, entry.version, EntryStatus.DNS, "", chen)  # anybody may stay away


def test_a_correction(event, entry, chen, clerk):
    make.changed(event.competition, checking="off")
    marks.enter(event, typed(event, entry), clerk, now())
    results.finalise(event, clerk.name, clerk, now())
    (part,) = event.components
    own = corrections.open_draft(event, "misread", "", chen, now())
    with pytest.raises(NotAllowed, match="own entry"):
        corrections.mark(own, entry, part, Decimal(95), chen)
    theirs = corrections.open_draft(event, "misread", "", clerk, now())
    corrections.mark(theirs, entry, part, Decimal(95), clerk)
    report = works.look(theirs, clerk, now())
    corrections.propose(theirs, theirs.version, clerk, now())
    with pytest.raises(NotAllowed, match="own entry"):
        works.approve(theirs, report.digest, chen, now())
