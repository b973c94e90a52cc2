"""Looking at marks as a second person: claiming, confirming, rejecting, entering again, and settling what differs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import delete, select

from skillhub.checking import queries
from skillhub.checking.models import Claim, Second, Waiver
from skillhub.checking.queries import Difference
from skillhub.checking.rules import Settled, agree
from skillhub.competitions.models import Checking, Competition, Event
from skillhub.entries.models import Entry
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, same_version, transaction
from skillhub.kernel.errors import BadInput, Conflict, NotAllowed
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.marking import queries as marking
from skillhub.marking import services as marks
from skillhub.marking.models import Sheet, SheetState
from skillhub.marking.rules import cell, not_typed, wrong_points
from skillhub.panels import queries as panels

HELD = timedelta(minutes=30)  # how long a claim keeps others away
OWN = N_("Nobody checks marks they entered themselves. Ask a second person.")


class Look(NamedTuple):
    """What somebody looked at: the version of a sheet, and the points that stood there."""

    version: int
    points: Decimal


class Compared(NamedTuple):
    """What a second entry came to: how many marks agree, and which cells differ."""

    agreed: int
    differ: list[tuple[int, int]]

    @property
    def told(self) -> Message:
        """Say it to who entered them."""
        if self.differ:
            text = N_("%(n)s marks agree and are checked; %(m)s differ and need a third look.")
            return say(text, n=self.agreed, m=len(self.differ))
        return say(N_("%(n)s marks agree and are checked."), n=self.agreed)


@transaction()
def claim(event: Event, found: Collection[int], actor: Actor, moment: datetime) -> None:
    """Take entries to check for a while; one that somebody else has taken is refused."""
    chosen = set(found)  # papers of two clerks about one entry name it twice
    own = select(Entry.id).where(Entry.event_id == event.id, Entry.id.in_(chosen))
    if not chosen or set(db.session.scalars(own)) != chosen or actor.user_id is None:
        raise Conflict(say(N_("Choose at least one mark of this event.")))
    known = queries.claims_on(chosen)
    _refuse_taken(known.values(), actor, moment)

    for key in chosen:
        held = known.get(key) or Claim(entry_id=key)
        held.user_id, held.until = actor.user_id, moment + HELD
        db.session.add(held)
    act(actor, "checking.claim", event, note={"entries": len(chosen)})


@transaction()
def confirm(event: Event, seen: Mapping[int, Look], actor: Actor, moment: datetime) -> int:
    """Confirm sheets as a second person: what was looked at, by the key of each sheet; gives how many."""
    _refuse_unless_looked_over(event)
    touched = _looked_at(event, seen, actor, moment)
    n = marks.confirm(event, {key: look.version for key, look in seen.items()}, actor, moment)
    _release(touched)
    return n


@transaction()
def reject(event: Event, seen: Mapping[int, Look], why: str, actor: Actor, moment: datetime) -> int:
    """Send sheets back to be entered again, with a reason."""
    _refuse_unless_looked_over(event)
    touched = _looked_at(event, seen, actor, moment)
    n = marks.reject(event, {key: look.version for key, look in seen.items()}, why, actor)
    _release(touched)
    return n


@transaction()
def take_back(event: Event, at: str, actor: Actor) -> int:
    """Take back all that the actor confirmed last: it waits for a second person again; gives how many marks."""
    marking.require_markable(event)
    _refuse_unless_looked_over(event)
    done = queries.last_confirmed(event, actor.user_id)
    if done is None or done.at.isoformat() != at:
        raise Conflict(say(N_("This was taken back already, or something followed it.")))
    panels.refuse_submitted(event, {sheet.component_id for sheet in done.sheets})

    for sheet in done.sheets:
        sheet.state, sheet.checked_by_id, sheet.checked_at = SheetState.ENTERED, None, None
    act(actor, "checking.take_back", event, note={"marks": len(done.sheets)})
    return len(done.sheets)


@transaction()
def enter_again(
    event: Event, typed: Mapping[tuple[int, int], Decimal], actor: Actor, moment: datetime
) -> Compared:
    """Enter marks a second time, blind of the first: what agrees is checked, what differs waits for a third look."""
    if event.competition.checking is not Checking.DOUBLE:
        raise Conflict(say(N_("The marks of this competition are not entered twice.")))
    sheets = marking.of(event)
    _refuse_wrong(event, typed)
    panels.refuse_to_mark(event, typed.keys(), actor)
    _refuse_own(typed, sheets, actor)
    _refuse_taken(queries.claims_on(entry for entry, _ in typed).values(), actor, moment)
    earlier = {at: row for at, row in _seconds(event).items() if at in typed}
    _refuse_read_twice(earlier, sheets, actor)

    same = {
        at: sheets[at]
        for at, points in typed.items()
        if at in sheets and agree(sheets[at].points, points)
    }
    differ = [at for at in typed if at not in same]
    for row in earlier.values():
        db.session.delete(row)
    db.session.flush()
    for at in differ:
        seen = sheets[at].version if at in sheets else 0
        second = Second(entry_id=at[0], component_id=at[1], points=typed[at], seen=seen)
        second.entered_by_id, second.entered_at = actor.user_id or 0, moment
        db.session.add(second)
    if same:
        marks.confirm(event, {s.id: s.version for s in same.values()}, actor, moment)
    act(actor, "checking.enter_again", event, note={"agreed": len(same), "differ": len(differ)})
    return Compared(len(same), differ)


@transaction()
def settle(
    difference: Difference,
    version: int,
    how: Settled,
    why: str,
    actor: Actor,
    moment: datetime,
) -> None:
    """End a difference by a third look at the paper: the first was right, the second, or neither."""
    second, sheet, event = difference.second, difference.sheet, difference.component.event
    same_version(second, version)
    panels.refuse_to_mark(event, {(second.entry_id, second.component_id)}, actor)
    if second.seen != (sheet.version if sheet else 0):
        raise Conflict(say(N_("The mark changed meanwhile. Look at it again.")))
    if actor.user_id in (second.entered_by_id, sheet.entered_by_id if sheet else None):
        raise NotAllowed(
            say(N_("Nobody settles a difference with an entry of their own. Ask a third person."))
        )
    if how is Settled.NEITHER and not why.strip():
        raise BadInput(say(N_("Say what does not match, so that it can be mended.")))

    if how is Settled.SECOND:
        _put_right(difference, actor, moment)
    elif how is Settled.FIRST and sheet is not None:
        marks.confirm(event, {sheet.id: sheet.version}, actor, moment)
    elif sheet is not None:
        marks.reject(event, {sheet.id: sheet.version}, why, actor)
    db.session.delete(second)
    act(actor, "checking.settle", event, why=why, note={"how": how.value})


@transaction()
def do_without(
    competition: Competition, version: int, why: str, actor: Actor, moment: datetime
) -> None:
    """Switch the second person off for want of one, even when the rules are locked; the reason is printed."""
    same_version(competition, version)
    if competition.checking is Checking.OFF:
        raise Conflict(say(N_("Checking by a second person is off already.")))
    if not why.strip():
        wrong = say(N_("Say why no second person can check."))
        raise BadInput(wrong, [Problem("why", wrong)])

    known = db.session.scalars(select(Waiver).where(Waiver.competition_id == competition.id))
    waiver = known.first() or Waiver(competition_id=competition.id)
    waiver.why, waiver.waived_by_id, waiver.waived_at = why.strip(), actor.user_id, moment
    db.session.add(waiver)
    competition.checking = Checking.OFF
    act(actor, "checking.do_without", competition, why=why)


def _put_right(difference: Difference, actor: Actor, moment: datetime) -> None:
    """Write a mark as the second person read it, confirmed by the third."""
    second, event = difference.second, difference.component.event
    if difference.component.scheme:
        text = N_(
            "%(part)s is reckoned from its aspects. Reject it, so that they are entered again."
        )
        raise Conflict(say(text, part=difference.component.name))
    marking.require_markable(event)
    sheet = difference.sheet or Sheet(entry_id=second.entry_id, component=difference.component)
    sheet.points, sheet.entered_by_id = second.points, second.entered_by_id
    sheet.entered_at, sheet.state = second.entered_at, SheetState.ENTERED
    sheet.reason = sheet.source = ""
    db.session.add(sheet)
    db.session.flush()
    marks.confirm(event, {sheet.id: sheet.version}, actor, moment)


def _refuse_unless_looked_over(event: Event) -> None:
    if event.competition.checking is Checking.DOUBLE:
        raise Conflict(
            say(N_("The marks of this competition are entered twice; nobody confirms them by eye."))
        )


def _looked_at(event: Event, seen: Mapping[int, Look], actor: Actor, moment: datetime) -> set[int]:
    """Find the entries of what was looked at; refuse values that do not stand there, and what another has taken."""
    sheets = list(db.session.scalars(select(Sheet).where(Sheet.id.in_(list(seen)))))
    changed = [
        s for s in sheets if s.version == seen[s.id].version and s.points != seen[s.id].points
    ]
    if changed:
        raise BadInput(
            say(N_("A checker cannot change a mark. Reject it, so that it is entered again."))
        )
    if queries.entered_by(sheets, actor.user_id):
        raise NotAllowed(say(OWN))
    panels.refuse_to_mark(event, {(s.entry_id, s.component_id) for s in sheets}, actor)
    touched = {sheet.entry_id for sheet in sheets}
    _refuse_taken(queries.claims_on(touched).values(), actor, moment)
    return touched


def _refuse_taken(claims: Collection[Claim], actor: Actor, moment: datetime) -> None:
    others = [one for one in claims if queries.taken(one, actor.user_id, moment)]
    if others:
        text = N_("%(who)s checks this already.")
        raise Conflict(say(text, who=others[0].user.name or others[0].user.username))


def _release(entries: Collection[int]) -> None:
    """Give back the entries of which nothing waits any more."""
    waiting = select(Sheet.entry_id).where(
        Sheet.entry_id.in_(entries), Sheet.state == SheetState.ENTERED, Sheet.points.is_not(None)
    )
    db.session.flush()
    done = set(entries) - set(db.session.scalars(waiting))
    db.session.execute(delete(Claim).where(Claim.entry_id.in_(done)))


def _refuse_wrong(event: Event, typed: Mapping[tuple[int, int], Decimal]) -> None:
    parts = {part.id: part for part in event.components}
    own = set(db.session.scalars(select(Entry.id).where(Entry.event_id == event.id)))
    problems = []
    for at, points in typed.items():
        if at[0] not in own or at[1] not in parts:
            problems.append(Problem("", say(N_("This mark belongs to another event."))))
        elif not (parts[at[1]].typed or parts[at[1]].scheme.get("marks_of")):
            text = not_typed(parts[at[1]].name, carried=parts[at[1]].kind == "carried")
            problems.append(Problem(cell(*at), text))
        elif wrong := wrong_points(points, parts[at[1]].maximum, parts[at[1]].name):
            problems.append(Problem(cell(*at), wrong))
    if problems or not typed:
        raise BadInput(say(N_("Nothing was saved.")), problems)


def _refuse_own(
    typed: Mapping[tuple[int, int], Decimal],
    sheets: Mapping[tuple[int, int], Sheet],
    actor: Actor,
) -> None:
    """Refuse to enter again what one entered first, and what is checked already."""
    touched = [sheets[at] for at in typed if at in sheets]
    if queries.entered_by([s for s in touched if s.points is not None], actor.user_id):
        raise NotAllowed(say(OWN))
    if any(sheet.state is not SheetState.ENTERED for sheet in touched):
        raise Conflict(say(N_("These marks are checked or rejected already.")))


def _refuse_read_twice(
    earlier: Mapping[tuple[int, int], Second],
    sheets: Mapping[tuple[int, int], Sheet],
    actor: Actor,
) -> None:
    """Refuse to write over the second entry of somebody else, which a third person must settle."""
    for at, row in earlier.items():
        version = sheets[at].version if at in sheets else 0
        if row.entered_by_id != actor.user_id and row.seen == version:
            raise Conflict(say(N_("Somebody entered these a second time already.")))


def _seconds(event: Event) -> dict[tuple[int, int], Second]:
    parts = [part.id for part in event.components]
    chosen = select(Second).where(Second.component_id.in_(parts))
    return {(row.entry_id, row.component_id): row for row in db.session.scalars(chosen)}
