"""The contests that are under way: each stands at another point of its life, counted from today."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import click

from skillhub.accounts import queries as accounts
from skillhub.accounts.models import User
from skillhub.admissions import services as admissions
from skillhub.appeals import services as appeals
from skillhub.appeals.queries import notice_of
from skillhub.appeals.rules import AppealKind, Filing, Subject, Terms
from skillhub.awards import services as awards
from skillhub.checking import services as checking
from skillhub.cli import finale
from skillhub.competitions import queries as competitions
from skillhub.competitions import services as competition_services
from skillhub.competitions.models import Competition, Component, Event
from skillhub.entries import services as entry_services
from skillhub.entries.models import Entry
from skillhub.judging import services as judging
from skillhub.kernel.access import OPERATOR, STRANGER, Actor
from skillhub.kernel.clock import now, today
from skillhub.kernel.db import transaction
from skillhub.kernel.errors import NotFound
from skillhub.life import services as life
from skillhub.life.rules import Verb
from skillhub.marking import queries as marking
from skillhub.marking import services as marks
from skillhub.panels import queries as panels
from skillhub.panels import services as seating
from skillhub.people import queries as people
from skillhub.people.models import Person
from skillhub.registrations import services as registering
from skillhub.registrations.queries import Asking
from skillhub.results import services as results

FILES = Path(__file__).parents[1] / "sample" / "northside"
ZONE = "Asia/Shanghai"
WELDERS = ("00782", "00801", "00994", "01045", "00555", "00582", "00525")
DOCKER = "00507"  # a colleague of the fifth judge
TURNERS = ("00103", "00666", "00669", "00704", "00628", "00681")
ARC = ("00417", "00622", "00751", "00565", "00699", "00872")
# Of each work: deviation, tight, how three judges see the seam, what five give the design; None: not marked yet.
WORKS: tuple[tuple[str, str, tuple[int | None, ...], tuple[int | None, ...]], ...] = (
    ("0.4", "1", (3, 3, 2), (92, 90, 94, 88, 91)),
    ("0.8", "1", (2, 2, 3), (85, 88, 80, 90, 86)),
    ("1.6", "1", (2, 3, 2), (86, 84, 88, 85, 90)),
    ("0.9", "0", (3, 1, 2), (75, 70, 72, 78, 71)),  # too far apart: they vote again
    ("2.4", "1", (None, 2, 2), (None, 82, 79, 84, 81)),
    ("0.7", "1", (None, 2, None), (None, 77, None, 80, 75)),
)


def load() -> None:
    """Bring each contest to its point, once; what an interrupted run has done is not done again."""
    for code, bring in CONTESTS.items():
        if competitions.by_code(code) is None:
            with transaction():
                bring(_announced(code))
            click.echo(f"{code}: {bring.__doc__}")
    finale.bring()


def _masters(cup: Competition) -> None:
    """Judges are marking under codes."""
    (event,) = cup.events
    theory, work = event.components
    own = _enter(event, (*WELDERS[:5], DOCKER))
    judges = [_user("judge"), *(_user(f"judge{n}") for n in range(2, 6))]
    judging.seat_panel(work, dict(enumerate(judges, 1)), _actor("chief"), now())
    for ground in panels.grounds([work]):
        judging.recuse(ground.seat, ground.entry, "同单位", _actor("chief"), now())
    seating.draw_numbers(event, _actor("codes"), now())
    seating.draw_codes(event, _actor("codes"), now())
    life.take(event, Verb.PREPARE, event.version, _actor("organiser"), now())
    life.check_in(event, event.version, {one.id for one in own}, _actor("organiser"), now())
    _type(theory, own, ("91", "78", "86", "70", "83", "66"), _actor("organiser"))
    for entry, (deviation, tight, look, design) in zip(own, WORKS, strict=True):
        _judge(work, entry, (deviation, tight), look, design)


def _judge(
    work: Component,
    entry: Entry,
    measured: tuple[str, str],
    look: Sequence[int | None],
    design: Sequence[int | None],
) -> None:
    """Let each judge in turn give an entry what is theirs to give."""
    out = panels.recused(work)
    for seat in panels.seats_in([work]):
        n, who = seat.number, seat.user.as_actor()
        if n == 1 and design[0] is not None:
            both = {("A1.1", 1): (measured[0], 0), ("A1.2", 1): (measured[1], 0)}
            judging.measure(seat, entry, both, who, now())
        given = {"C1.1": design[n - 1], "B1.1": look[n - 1] if n <= len(look) else None}
        typed = {(code, 1): (str(score), 0) for code, score in given.items() if score is not None}
        if typed and (entry.id, n) not in out:
            judging.vote(seat, entry, typed, n > len(look) or len(typed) > 1, who, now())


def _relay(cup: Competition) -> None:
    """A final carries what its heat gave, and two who typed the same papers differ."""
    competition_services.edit(cup, cup.version, {"checking": "double"}, OPERATOR)
    heat, final = cup.events
    organiser, judge, checker = _actor("organiser"), _actor("judge"), _actor("checker")
    _prepared(heat)
    points = ("88", "93.5", "79", "84", "71.5", "90")
    own = _enter(heat, TURNERS)
    _type(heat.components[0], own, points, judge)
    _type_again(heat.components[0], own, points, checker)
    results.finalise(heat, organiser.name, organiser, now())
    awards.confer(heat, organiser, now(), today(ZONE))

    _prepared(final)
    own = _enter(final, TURNERS)
    results.carry(final, organiser, now())
    practical = final.components[1]
    _type(practical, own, ("81", "78", "90.5", "66", "74", "87"), judge)
    _type_again(practical, own[:4], ("81", "87", "90.5", "66"), checker)  # 78 or 87?


def _spring(cup: Competition) -> None:
    """Registration is open, with places, quotas and a waiting list."""
    organiser = _actor("organiser")
    life.file(cup, cup.version, organiser, now())
    life.approve(cup, cup.version, _actor("deputy"), now())
    robot, welding = cup.events
    level = {"holds_qualification": {"level": {"at_most": "4"}, "occupation": "welder"}}
    values = {"capacity": 5, "unit_quota": 3, "waiting_list": True, "requirement": level}
    registering.set_rules(welding, 0, values, organiser)
    registering.set_rules(robot, 0, {"capacity": 8, "unit_quota": 2}, organiser)
    for event in cup.events:
        life.take(event, Verb.OPEN, event.version, organiser, now())

    def send(
        event: Event, *teams: Asking, road: str = registering.UNIT, by: str = "company"
    ) -> None:
        admissions.register(event, teams, road, _actor(by), now())

    send(welding, *(Asking((one,)) for one in _people("00751", "00841")))
    send(
        welding,
        *(Asking((one,)) for one in _people("00525", "00565", "00872", "01354", "01438")),
        by="organiser",
    )
    send(welding, Asking(tuple(_people("00417"))), road=registering.SELF, by="liwei")
    send(welding, *(Asking((one,)) for one in _people("00675", "00779", "00690")))
    draft = [Asking(tuple(_people("00582")))]
    registering.register(welding, draft, registering.UNIT, _actor("company"), now(), hand_in=False)
    send(robot, Asking(tuple(_people("00529", "00542")), "智行一队"), by="organiser")
    send(robot, Asking(tuple(_people("00858", "00866")), "重机联队"))


def _arc(cup: Competition) -> None:
    """The ranking is laid open; a stranger objects, a worker asks."""
    (event,) = cup.events
    theory, practical = event.components
    organiser = _actor("organiser")
    _prepared(event)
    own = _enter(event, ARC)
    _type(theory, own, ("78", "88", "81", "92", "69", "75"), organiser)
    _type(practical, own, ("86.5", "90", "88", "84", "79.5", "91"), organiser)
    seen = {sheet.id: sheet.version for sheet in marking.to_check(event)}
    marks.confirm(event, seen, _actor("checker"), now())
    results.freeze(event, organiser, now())
    terms = Terms("北区总工会办公室", "0531-8600 1234", until=today(ZONE) + timedelta(days=9))
    appeals.announce(event, terms, organiser, now())
    finale.publish(cup, [event])
    notice = notice_of(event)
    if notice is not None:
        strange = Filing(AppealKind.OBJECTION, Subject.ELIGIBILITY, "第三名是否仍在原单位工作？")
        appeals.object_to(notice, strange, "王建", "138 0000 0000", STRANGER, now())
        asked = Filing(AppealKind.QUERY, Subject.SCORE, "我的理论卷面是87分，不是78分。")
        appeals.file(own[0], asked, notice.closes_at, _actor("liwei"), now())


def _cityfinal(cup: Competition) -> None:
    """The city waits for those whom the district sends."""


CONTESTS = {
    "masters": _masters,
    "relay": _relay,
    "spring": _spring,
    "arc": _arc,
    "cityfinal": _cityfinal,
}


def _announced(code: str) -> Competition:
    """Announce a contest with its days counted from today."""
    text, day = (FILES / f"{code}.toml").read_text(encoding="utf-8"), today(ZONE)
    text = re.sub(r"\{([+-]\d+)\}", lambda m: str(day + timedelta(days=int(m[1]))), text)
    return awards.load(text.replace("{year}", str(day.year)), OPERATOR).competition


def _prepared(event: Event) -> None:
    awards.lock(event, OPERATOR, now())


def _enter(event: Event, numbers: Sequence[str]) -> list[Entry]:
    """Admit people by their worker numbers."""
    values = [{"code": f"{n:02d}", "person": one} for n, one in enumerate(_people(*numbers), 1)]
    return [entry_services.admit(event, one, _actor("organiser")) for one in values]


def _type(part: Component, own: Sequence[Entry], points: Sequence[str], by: Actor) -> None:
    typed = {(e.id, part.id): (Decimal(p), 0) for e, p in zip(own, points, strict=True)}
    marks.enter(part.event, typed, by, now())


def _type_again(part: Component, own: Sequence[Entry], points: Sequence[str], by: Actor) -> None:
    typed: Mapping[tuple[int, int], Decimal] = {
        (e.id, part.id): Decimal(p) for e, p in zip(own, points, strict=True)
    }
    checking.enter_again(part.event, typed, by, now())


def _people(*numbers: str) -> list[Person]:
    found = [people.by_number(number) for number in numbers]
    return [one for one in found if one is not None]


def _user(login: str) -> User:
    found = accounts.by_login(login)
    if found is None:
        raise NotFound
    return found


def _actor(login: str) -> Actor:
    return accounts.actor_of(login)
