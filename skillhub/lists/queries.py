"""Questions about the lists of units: what stands in one, what is missing in it, which ones wait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from skillhub.admissions import queries as admissions
from skillhub.admissions import sheet
from skillhub.competitions.models import Event
from skillhub.kernel.db import db
from skillhub.kernel.exact import day_of
from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.sheets import Change, PreviewRow, Row
from skillhub.lists.models import UnitList
from skillhub.lists.rules import ListRow, Ready, unnumbered
from skillhub.organisations.models import Organisation
from skillhub.registrations import queries as registrations
from skillhub.registrations.queries import Asking

STATES = {Change.NEW: Ready.READY, Change.SAME: Ready.HERE}


def list_of(event: Event, unit: Organisation) -> UnitList | None:
    """Find the list that a unit fills for an event."""
    chosen = select(UnitList).where(UnitList.event_id == event.id, UnitList.unit_id == unit.id)
    return db.session.scalar(chosen)


def kept_by(unit: Organisation) -> dict[int, UnitList]:
    """Give the lists of a unit in which something stands, by event."""
    chosen = (
        select(UnitList)
        .where(UnitList.unit_id == unit.id)
        .options(joinedload(UnitList.event).joinedload(Event.competition))
    )
    return {row.event_id: row for row in db.session.scalars(chosen) if row.rows}


def looked_over(
    event: Event, unit: Organisation, rows: Sequence[Mapping[str, str]], moment: datetime
) -> list[ListRow]:
    """Say of each typed row whether it can be handed in today, what is missing, or where it stands already."""
    made = sheet.plan(unit, event, _read(rows), moment).preview.rows
    named = _numbers_by_name(event, unit, moment)
    here = _references(event, made)
    return [
        ListRow(cells, STATES.get(row.change, Ready.MISSING), _said(cells, row, named, here))
        for cells, row in zip(rows, made, strict=True)
    ]


def ready(
    event: Event, unit: Organisation, rows: Sequence[Mapping[str, str]], moment: datetime
) -> tuple[list[Asking], list[dict[str, str]]]:
    """Give who can be handed in today, and the rows that stay in the list."""
    plan = sheet.plan(unit, event, _read(rows), moment)
    good = [n for n, row in enumerate(plan.preview.rows) if row.change is not Change.PROBLEM]
    asking = sheet.plan(unit, event, _read([rows[n] for n in good]), moment).asking
    return asking, [dict(row) for n, row in enumerate(rows) if n not in set(good)]


def _read(rows: Sequence[Mapping[str, str]]) -> list[Row]:
    return [
        Row(n, {name: value for name, value in cells.items() if value})
        for n, cells in enumerate(rows, 1)
    ]


def _numbers_by_name(event: Event, unit: Organisation, moment: datetime) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for person in admissions.roster(unit, day_of(moment, event.competition.host.zone)):
        if person.number:
            found.setdefault(person.name, []).append(person.number)
    return found


def _references(event: Event, rows: Sequence[PreviewRow]) -> dict[str, str]:
    """Give the reference under which people stand in the event already, by worker number."""
    wanted = {row.cells.get("person") for row in rows if row.change is Change.SAME}
    return {
        one.person.number or "": registration.reference
        for registration in registrations.in_event(event)
        for one in registration.people
        if one.live and one.person.number in wanted
    }


def _said(
    cells: Mapping[str, str],
    row: PreviewRow,
    named: Mapping[str, Sequence[str]],
    here: Mapping[str, str],
) -> Message | None:
    if row.change is Change.PROBLEM and not cells["person"] and cells["name"]:
        return unnumbered(cells["name"], named.get(cells["name"], ()))
    if row.problems:
        return row.problems[0].message
    reference = here.get(cells["person"])
    return say(N_("registered: %(reference)s"), reference=reference) if reference else None
