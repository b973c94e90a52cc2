"""What is published and goes up: the district's results, one corrected, a ceremony, seats in the city's final."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import click

from skillhub.accounts import queries as accounts
from skillhub.board import services as board
from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Competition, Event
from skillhub.corrections import services as corrections
from skillhub.corrections import works as correcting
from skillhub.corrections.rules import Report
from skillhub.doctor import queries as findings
from skillhub.doctor import services as doctor
from skillhub.kernel.access import Actor
from skillhub.kernel.clock import now, today
from skillhub.ladder import queries as ladder
from skillhub.ladder import services as seats
from skillhub.ladder.rules import TieAtN
from skillhub.marking import queries as marking
from skillhub.publishing import services as publishing
from skillhub.publishing import works as editions

ZONE = "Asia/Shanghai"
PUBLIC = {"own_first": True, "names": "full", "notice": ""}
AGREED = ["unit", "total", "reason", "award"]


def bring() -> None:
    """Do what is to be done with the district's results, once."""
    (welding,) = _events("district2026", "welding")
    if not ladder.from_event(welding):  # the last step of all
        _district()


def publish(cup: Competition, events: Sequence[Event]) -> None:
    """Let the results be read from this moment on."""
    moment = now()
    publishing.announce(
        cup, 0, {**PUBLIC, "agreed": AGREED, "opens_at": moment}, _actor("organiser"), moment
    )
    for event in events:
        publishing.publish(event, _actor("organiser"), moment)


def _district() -> None:
    """Publish the district's results, correct one, begin the ceremony, and send the best of the welders up."""
    events = _events("district2026")
    cup, organiser = events[0].competition, _actor("organiser")
    publish(cup, events)
    _correct(next(event for event in events if event.code == "lathe"))
    board.set_up(cup, organiser)
    board.freeze(cup, organiser)
    for step in range(3):
        board.reveal(cup, step, organiser)
    welding = next(event for event in events if event.code == "welding")
    for told in findings.look([welding], today(ZONE))[0].told[:1]:
        until, why = today(ZONE) + timedelta(days=60), "字库已订购，到货后补发证书。"
        doctor.except_until(welding, told.finding.key, until, why, organiser, now())
    _send_up(welding)
    click.echo(f"{cup.code}: published, one result corrected, the ceremony begun, the best sent up")


def _correct(event: Event) -> None:
    """Give the fourth what the paper says: two change places, and each gets another certificate."""
    organiser = _actor("organiser")
    fourth = next(line for line in ladder.lines_of(event) if line.rank == 4)
    part = event.components[1]
    stands = marking.of(event)[fourth.entry_id, part.id].points or Decimal(0)
    more = min(stands + Decimal(8), part.maximum)
    row = corrections.open_draft(
        event, "实操评分表第7项漏加分。", "评分表扫描件第12页", organiser, now()
    )
    corrections.mark(row, fourth.entry, part, more, organiser)
    correcting.look(row, organiser, now())
    corrections.propose(row, row.version, organiser, now())
    if row.report:
        correcting.approve(row, Report.from_json(row.report).digest, _actor("deputy"), now())
        editions.follow(event, _actor("deputy"), now())


def _send_up(welding: Event) -> None:
    """Offer seats in the city's final: one is taken, one given up and offered to the next, one waits."""
    (target,) = _events("cityfinal")
    values = {
        "top_n": 6, "per_org_cap": 3, "reserves": 2, "tie_at_n": TieAtN.ALL, "tie_keys": [],
        "answer_by": _at(10, 18), "answer_hours": 48, "stay_when_corrected": True,
    }  # fmt: skip
    row = seats.feed(welding, target, values, _actor("organiser"))
    line = seats.offer(row, _actor("organiser"), now())
    first, second = line[0], line[1]
    seats.accept(first, first.version, _actor("organiser"), now())
    seats.decline(second, second.version, "家中有事", _actor("organiser"), now())


def _events(code: str, only: str | None = None) -> list[Event]:
    return list(competitions.events_of(competitions.named(code), only))


def _actor(login: str) -> Actor:
    return accounts.actor_of(login)


def _at(days: int, hour: int) -> datetime:
    """Give an hour of a day counted from today."""
    day = today(ZONE) + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(ZONE))
