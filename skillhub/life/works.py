"""The hand that does what the clock says: registration opens and closes, offers run out, the next in line follow.

Nothing rests on it: whether somebody may register or take a seat is asked of the clock each time. It moves the states
along, so that pages and those who wait see it. Whatever it finds done already it leaves alone, so that two processes
may run it at once, and one that was off for days catches up with its first look.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from flask import Flask
from sqlalchemy import func, select

from skillhub.admissions import queries as admissions
from skillhub.admissions import services as admission_services
from skillhub.kernel.access import CLOCK
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.errors import HouseError
from skillhub.kernel.journal import JournalLine
from skillhub.kernel.workers import watch
from skillhub.ladder import queries as ladder
from skillhub.ladder import services as ladder_services
from skillhub.life import queries, services
from skillhub.life.services import BY_THE_CLOCK

log = logging.getLogger(__name__)

PAUSE = 2.0  # seconds between two looks


def keep_time(moment: datetime) -> int:
    """Open and close registrations, and end offers, whose instant has come; gives how many."""
    turned = (partial(services.turn, event, CLOCK, moment) for event in queries.to_turn(moment))
    ended = (
        partial(ladder_services.expire, row, CLOCK, moment, BY_THE_CLOCK)
        for row in ladder.overdue(moment)
    )
    return _all([*turned, *ended])


def call_up(moment: datetime) -> int:
    """Offer free places to those who stand by: reserves from below first, then the waiting lists; gives how many."""
    reserves = (
        partial(ladder_services.call_up, row, CLOCK, moment, BY_THE_CLOCK)
        for row in ladder.standing_by()
        if ladder.vacant(row)
    )
    called = _all(reserves)
    lines = (
        partial(admission_services.call_up, event, CLOCK, BY_THE_CLOCK)
        for event in admissions.with_a_place()
    )
    return called + _all(lines)


def start_watch(app: Flask, stop: threading.Event) -> threading.Thread:
    """Look every other second, in a thread of this process, until told to stop."""
    return watch(app, stop, "clock", PAUSE, look)


def look(seen: int) -> int:
    """Do what is due; look for free places only when the journal has grown. Gives its last line."""
    keep_time(now())
    last = db.session.scalar(select(func.max(JournalLine.id))) or 0
    if last != seen:
        call_up(now())
    return last


def _all(works: Iterable[Callable[[], int]]) -> int:
    return sum(_tried(work) for work in works)


def _tried(work: Callable[[], int]) -> int:
    """Do one thing; what is refused concerns that one only, and is tried again at the next look."""
    try:
        return int(work())
    except HouseError as refusal:
        log.warning("not done by the clock: %s", refusal.message)
        return 0
