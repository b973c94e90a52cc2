"""A small cup for the tests of what is public: two events with people whose names are found nowhere else."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from skillhub.awards import services as awards
from skillhub.kernel.access import OPERATOR
from skillhub.kernel.clock import now
from skillhub.publishing import services
from skillhub.results import services as results
from tests import make

SIX = datetime(2026, 11, 27, 10, 0, 0, tzinfo=UTC)  # Friday, 18:00 in Shanghai
BEFORE, AFTER = SIX - timedelta(seconds=1), SIX + timedelta(seconds=1)
NAMES = ("Quixana", "Vexmoor", "Zyphoria", "Wrenlock", "Ysolde", "Thraxton")
TITLES = ("Goldquill", "Silverquill", "Bronzequill")
POINTS = ("93.17", "88.41", "84.53", "79.29", "71.83", "66.07")
NAMED = {"own_first": False, "names": "full", "agreed": ["unit", "total", "reason", "award"]}


@dataclass
class Cup:
    """The competition, its event and its people, best first."""

    competition: object
    event: object
    entries: list
    people: list
    users: list


def cup(root, *, code="01", competition=None, names=NAMES, **values):
    """A cup whose event is marked and not yet frozen."""
    competition = competition or make.competition(
        root, checking="off", name="Cup of quills", name_en="", starts_on=make.DAY, place="Hall 7"
    )
    awards_of = [{"scheme": "counts", "titles": [[title, 1] for title in TITLES]}]
    event = make.event(competition, code=code, awards=awards_of, **values)
    unit = make.organisation(parent=root, name="Quill works")
    people = [make.person(f"{name} Aa", employer=unit) for name in names]
    users = [make.user("worker", root, person=person) for person in people]
    entries = [
        make.entry(event, str(n), name=p.name, person=p, organisation=unit, marks={"score": points})
        for n, (p, points) in enumerate(zip(people, POINTS, strict=False), 1)
    ]
    return Cup(competition, event, entries, people, users)


def announced(cup, opens_at=SIX, **values):
    values = {**NAMED, "opens_at": opens_at, "notice": "", **values}
    return services.announce(cup.competition, 0, values, OPERATOR, opens_at - timedelta(days=9))


def finished(cup):
    """The result is final and conferred."""
    results.finalise(cup.event, OPERATOR.name, OPERATOR, now())
    awards.confer(cup.event, OPERATOR, now(), make.DAY)
    return cup


def address(cup, *more):
    return "/".join(["/results", cup.competition.code, cup.event.code, *more])


def canaries(cup):
    """Names, totals and award words: twenty strings that stand in no page but those of this cup's result."""
    return SimpleNamespace(all=[*NAMES, *TITLES, *POINTS])
