"""Keeping a unit's list as it is typed, and handing in what is ready."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from skillhub.admissions import services as admissions
from skillhub.competitions.models import Event
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, same_version, transaction
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Problem, say
from skillhub.lists import queries
from skillhub.lists.models import UnitList
from skillhub.lists.rules import MOST, tidy
from skillhub.organisations.models import Organisation
from skillhub.registrations import queries as registrations
from skillhub.registrations.models import Registration
from skillhub.registrations.services import UNIT


@transaction()
def keep(
    event: Event,
    unit: Organisation,
    version: int,
    rows: Sequence[Mapping[str, str]],
    actor: Actor,
    moment: datetime,
) -> UnitList:
    """Keep a list as it is typed, right or wrong; nobody is registered by that."""
    known = queries.list_of(event, unit)
    row = known or UnitList(event=event, unit=unit, rows=[], version=0)
    same_version(row, version)
    late = registrations.prepared(event)
    if late:
        raise Conflict(late)
    written = tidy(rows)
    if len(written) > MOST:
        raise BadInput(say(N_("A list holds at most %(n)s rows."), n=MOST))

    if written != row.rows:
        row.rows, row.changed_by, row.changed_at = written, actor.login, moment
        db.session.add(row)
        act(actor, "lists.keep", event, note={"unit": unit.id, "rows": len(written)})
    return row


@transaction()
def hand_in(row: UnitList, version: int, actor: Actor, moment: datetime) -> list[Registration]:
    """Register those of a list who are ready, all of them or none; the others stay in the list."""
    same_version(row, version)
    asking, rest = queries.ready(row.event, row.unit, row.rows, moment)
    if not asking:
        found = queries.looked_over(row.event, row.unit, row.rows, moment)
        problems = [
            Problem(str(say(N_("row %(n)s"), n=n)), one.said)
            for n, one in enumerate(found, 1)
            if one.said
        ]
        raise BadInput(say(N_("Nobody in the list is ready to be handed in.")), problems)

    made = admissions.register(row.event, asking, UNIT, actor, moment)
    row.rows, row.changed_by, row.changed_at = rest, actor.login, moment
    note = {"unit": row.unit_id, "registered": len(made), "left": len(rest)}
    act(actor, "lists.hand_in", row.event, note=note)
    return made
