"""What a judged or checked event needs before a test begins: judges seated, codes drawn, marks typed and signed."""

from __future__ import annotations

from decimal import Decimal

from skillhub.kernel.access import Role
from skillhub.kernel.clock import now
from skillhub.marking import queries as marking
from skillhub.marking import services as marks
from skillhub.panels import services as panels
from skillhub.panels.models import Panel
from tests import make


def seat(part, *users):
    """Seat judges from the first seat on; gives them."""
    panels.seat(part, dict(enumerate(users, 1)), make.OPERATOR, now())
    return list(users)


def draw(event, officer=None):
    """Draw numbers and codes, by a code officer of the host; gives the officer."""
    officer = (
        officer or make.user(Role.CODE_OFFICER, event.competition.host, login="officer").as_actor()
    )
    panels.draw_numbers(event, officer, now())
    panels.draw_codes(event, officer, now())
    return officer


def enter(event, entry, actor, *points):
    """Type the marks of one entry over what stands there, part by part; a None is left out."""
    known = marking.of(event)
    typed = {}
    for part, value in zip(event.components, points, strict=False):
        sheet = known.get((entry.id, part.id))
        if value is not None:
            typed[entry.id, part.id] = (Decimal(value), sheet.version if sheet else 0)
    marks.enter(event, typed, actor, now())


def sign(part, root, moment=None):
    """Let a chief judge sign for the marks of a component."""
    chief = make.user(Role.CHIEF_JUDGE, root)
    make.keep(Panel(component=part, submitted_by=chief, submitted_at=moment or now()))
