"""Reading a marking sheet a second time, and settling what differs box by box."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete

from skillhub.checking import queries as checking
from skillhub.checking.rules import Settled
from skillhub.competitions.models import Checking, Component
from skillhub.entries.models import Entry
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, transaction
from skillhub.kernel.errors import BadInput, Conflict, NotAllowed
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Problem, say
from skillhub.marking import queries as marking
from skillhub.marking import services as sheets
from skillhub.marking.models import Sheet, SheetState
from skillhub.panels import queries as panels
from skillhub.scoring import queries as scoring
from skillhub.scoring import services as marks
from skillhub.scoring.queries import MarkKey
from skillhub.scoring.rules import Given, Scheme, read_given
from skillhub.twice import queries
from skillhub.twice.models import SecondMark
from skillhub.twice.queries import Difference
from skillhub.twice.rules import Apart, Place, apart


@transaction()
def read_again(
    entry: Entry, part: Component, typed: Mapping[Place, str], actor: Actor, moment: datetime
) -> list[Apart]:
    """Read a marking sheet a second time, blind of the first; gives the boxes that differ, which wait for a third look.

    What agrees in every box is checked; a sum that agrees says nothing.
    """
    event = part.event
    marking.require_markable(event)
    panels.refuse_submitted(event, {part.id})
    if event.competition.checking is not Checking.DOUBLE:
        raise Conflict(say(N_("The marks of this competition are not entered twice.")))
    scheme = queries.scheme_of(part)
    if scheme is None or entry.event_id != event.id:
        raise BadInput(say(N_("This mark belongs to another event.")))
    sheet = marking.some(event, {entry.id}).get((entry.id, part.id))
    _refuse(entry, part, sheet, actor, moment)
    read = _read(scheme, typed)

    places = queries.boxes_of(part, entry)
    found = list(apart(places, queries.stands(entry, part), read))
    _forget(entry, part)
    seen = sheet.version if sheet else 0
    for one in found:
        row = SecondMark(entry_id=entry.id, component_id=part.id, aspect=one.aspect, seen=seen)
        row.seat, row.attempt = one.slot
        row.value, row.token = one.second.value, one.second.token
        row.entered_by_id, row.entered_at = actor.user_id or 0, moment
        db.session.add(row)
    if sheet and not found and sheet.points is not None:
        sheets.confirm(event, {sheet.id: sheet.version}, actor, moment)
    act(actor, "twice.read_again", event, note={"component": part.code, "differ": len(found)})
    return found


@transaction()
def settle(
    difference: Difference,
    stamp: int,
    seconds: Collection[Place],
    how: Settled,
    why: str,
    actor: Actor,
    moment: datetime,
) -> None:
    """End a difference by a third look: `seconds` are the boxes in which the second reading is right, or neither is."""
    event, sheet = difference.component.event, difference.sheet
    if stamp != difference.stamp:
        raise Conflict(say(N_("The mark changed meanwhile. Look at it again.")))
    if actor.user_id in difference.readers():
        raise NotAllowed(
            say(N_("Nobody settles a difference with an entry of their own. Ask a third person."))
        )
    if how is Settled.NEITHER and not why.strip():
        raise BadInput(say(N_("Say what does not match, so that it can be mended.")))

    right = {(b.aspect, b.slot): b.second for b in difference.boxes}
    chosen = {place: given for place, given in right.items() if place in set(seconds)}
    if how is Settled.NEITHER and sheet is not None:
        sheets.reject(event, {sheet.id: sheet.version}, why, actor)
    elif how is not Settled.NEITHER:
        _put_right(difference, chosen, actor, moment)
    _forget(difference.entry, difference.component)
    act(actor, "twice.settle", event, why=why, note={"how": how.value, "second": len(chosen)})


def _put_right(
    difference: Difference, chosen: Mapping[Place, Given], actor: Actor, moment: datetime
) -> None:
    """Write the boxes in which the second reading is right, in its reader's name; the third person confirms."""
    entry, part = difference.entry, difference.component
    keys = {
        MarkKey(entry.id, part.id, code, *slot): given for (code, slot), given in chosen.items()
    }
    known = scoring.rows(keys)
    typed = {k: (str(given), known[k].version if k in known else 0) for k, given in keys.items()}
    if typed:
        marks.enter(part.event, typed, difference.second.as_actor(), moment)
    db.session.flush()
    sheet = marking.some(part.event, {entry.id}).get((entry.id, part.id))
    if sheet is not None and sheet.points is not None and sheet.state is SheetState.ENTERED:
        sheets.confirm(part.event, {sheet.id: sheet.version}, actor, moment)


def _refuse(
    entry: Entry, part: Component, sheet: Sheet | None, actor: Actor, moment: datetime
) -> None:
    """Refuse to read what one entered first, what is checked already, and what another has taken or read."""
    own = queries.first_by(entry, part) | {sheet.entered_by_id if sheet else None}
    if actor.user_id is None or actor.user_id in own - {None}:
        raise NotAllowed(
            say(N_("Nobody checks marks they entered themselves. Ask a second person."))
        )
    if sheet is not None and sheet.state is not SheetState.ENTERED:
        raise Conflict(say(N_("These marks are checked or rejected already.")))
    for claim in checking.claims_on([entry.id]).values():
        if checking.taken(claim, actor.user_id, moment):
            text = N_("%(who)s checks this already.")
            raise Conflict(say(text, who=claim.user.name or claim.user.username))
    known = queries.difference_of(part.event, entry, part)
    if known and known.second.id != actor.user_id:
        raise Conflict(say(N_("Somebody entered these a second time already.")))


def _read(scheme: Scheme, typed: Mapping[Place, str]) -> dict[Place, Given]:
    """Read what was typed into each box; what cannot stand there is a problem of its box."""
    read: dict[Place, Given] = {}
    problems = []
    for (code, slot), text in typed.items():
        given = read_given(scheme, scheme.by_code[code], slot, text)
        if isinstance(given, Given):
            read[code, slot] = given
        else:
            problems.append(Problem(f"b-{code}-{slot.seat}-{slot.attempt}", given))
    if problems:
        raise BadInput(say(N_("Nothing was saved.")), problems)
    return read


def _forget(entry: Entry, part: Component) -> None:
    """Take an earlier reading away."""
    own = (SecondMark.entry_id == entry.id, SecondMark.component_id == part.id)
    db.session.execute(delete(SecondMark).where(*own))
