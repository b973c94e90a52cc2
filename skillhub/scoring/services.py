"""Entering the marks of judges; the sheet of the component is reckoned anew with each of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from skillhub.competitions.models import Component, Event
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, insert_many, transaction
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.marking import queries as marking
from skillhub.marking import services as sheets
from skillhub.marking.models import SheetState
from skillhub.marking.rules import Reckoned
from skillhub.panels import queries as panels
from skillhub.scoring import queries
from skillhub.scoring.models import EarlierMark, Mark
from skillhub.scoring.queries import Cell, MarkKey, at, box
from skillhub.scoring.rules import BLANK, Given, Scheme, read_given

Value = Decimal | str | None  # a number, what was typed ("DNF", "0N"), or a blank
Typed = Mapping[MarkKey, tuple[Value, int]]  # with the version that was seen (0: none)


@transaction()
def enter(event: Event, typed: Typed, actor: Actor, moment: datetime) -> int:
    """Store the marks that were typed and differ from what stands there, and reckon their sheets; gives how many.

    A box that somebody else filled meanwhile is refused with both values. What stood there before is kept.
    """
    marking.require_markable(event)
    panels.refuse_to_mark(event, {(key.entry, key.component) for key in typed}, actor)
    known = queries.rows(typed)
    read, wrong = _read(event, typed, actor)
    clashing = list(_clashing(typed, read, known))
    if wrong or clashing:
        status = BadInput if wrong else Conflict
        raise status(say(N_("Nothing was saved.")), [*wrong, *clashing])

    changed = [key for key, given in read.items() if _stands(known.get(key)) != given]
    for key in changed:
        _write(known.get(key), key, read[key], actor.user_id, moment)
    if changed:
        act(actor, "scoring.enter", event, note={"marks": len(changed)})
        _look_again(event, changed, actor, moment)
        reckon(event, {key.entry for key in changed}, actor, moment)
    return len(changed)


@transaction()
def reckon(
    event: Event,
    entries: Collection[int],
    actor: Actor,
    moment: datetime,
    source: str = "",
    signed: bool = False,
) -> int:
    """Reckon the sheets of some entries from the marks that stand there; gives how many sheets changed.

    Where the scheme was put right under marks that stay, those that the chief judge has `signed` for are reckoned too.
    """
    db.session.flush()
    parts = queries.schemes_of(event)
    found = queries.scored(event, entries, parts)
    reckoned: dict[Cell, Reckoned] = {
        cell: Reckoned(one.points, one.value, one.token) for cell, one in found.items()
    }
    n = sheets.settle(event, reckoned, source, actor.user_id, moment, signed)
    act(actor, "scoring.reckon", event, note={"sheets": n})
    return n


@transaction()
def store(
    event: Event, given: Mapping[MarkKey, Given], source: str, actor: Actor, moment: datetime
) -> int:
    """Store the marks of a sheet that were read already, new ones in bulk; reckons the sheets of their entries."""
    marking.require_markable(event)
    panels.refuse_to_mark(event, {(key.entry, key.component) for key in given}, actor)
    out = panels.out_of(event)
    refused = [key for key in given if key.seat in out.get((key.entry, key.component), ())]
    if refused:
        text = N_("Judge %(seat)s must not mark this entry: leave the box empty.")
        raise BadInput(say(text, seat=refused[0].seat), [])
    others = {part.id: queries.others(part, actor) for part in event.components if part.scheme}
    if any(key.seat in others.get(key.component, ()) for key in given):
        raise BadInput(say(N_("Another judge fills this box: you sit on another seat.")), [])
    known = queries.rows(given)
    fresh = [key for key in given if key not in known]
    for key in known:
        _write(known[key], key, given[key], actor.user_id, moment)
    names = ("entry_id", "component_id", "aspect", "seat", "attempt")
    usual = {"entered_by_id": actor.user_id, "entered_at": moment, "version": 1}
    insert_many(
        Mark,
        (
            {**dict(zip(names, key, strict=True)), **usual}
            | {"value": given[key].value, "token": given[key].token}
            for key in fresh
        ),
    )
    counts = {"new": len(fresh), "changed": len(known)}
    act(actor, "scoring.store", event, note={"source": source, **counts})
    _look_again(event, given, actor, moment)
    return reckon(event, {key.entry for key in given}, actor, moment, source)


@transaction()
def annul(component: Component, why: str, actor: Actor) -> None:
    """Void a component for everybody, by the organiser's fault; only where the rules foresaw it (edge case 24)."""
    event = component.event
    marking.require_markable(event)
    left = [p for p in event.components if p.kind in ("points", "carried") and not p.void_why]
    if not event.ranking.get("rescale"):
        text = N_("The rules of event %(code)s do not say that a part may be void: hold it again.")
        raise Conflict(say(text, code=event.code))
    if left == [component]:
        text = N_("%(name)s is the last part that counts: hold it again, or cancel the event.")
        raise Conflict(say(text, name=component.name))
    if not why.strip():
        raise BadInput(say(N_("Say what went wrong.")))

    component.void_why = why.strip()
    act(actor, "scoring.annul", component, why=why.strip())


@transaction()
def restore(component: Component, why: str, actor: Actor) -> None:
    """Let a void component count again."""
    marking.require_markable(component.event)
    if not component.void_why:
        raise Conflict(say(N_("%(name)s is not void."), name=component.name))
    if not why.strip():
        raise BadInput(say(N_("Say why it counts again.")))

    component.void_why = ""
    act(actor, "scoring.restore", component, why=why.strip())


def _look_again(event: Event, touched: Collection[MarkKey], actor: Actor, moment: datetime) -> None:
    """Take back what a second person said of sheets whose marks change: an equal sum hides nothing."""
    cells = {(key.entry, key.component) for key in touched}
    known = marking.some(event, {entry for entry, _ in cells})
    for sheet in (known[cell] for cell in cells & known.keys()):
        sheet.state, sheet.reason = SheetState.ENTERED, ""
        sheet.checked_by_id = sheet.checked_at = None
        sheet.entered_by_id, sheet.entered_at = actor.user_id, moment


@dataclass(slots=True)
class _Terms:
    """What may be marked in an event: its entries, schemes, and the seats that must not mark an entry."""

    entries: set[int]
    schemes: dict[int, Scheme]
    out: Mapping[Cell, Collection[int]]
    others: Mapping[int, Collection[int]]

    def wrong(self, key: MarkKey) -> Message | None:
        """Say why there is no such box."""
        scheme = self.schemes.get(key.component)
        if key.entry not in self.entries or scheme is None or scheme.marks_of:
            return say(N_("This mark belongs to another event."))
        aspect = scheme.by_code.get(key.aspect)
        if aspect is None or key.slot not in aspect.slots():
            return say(N_("The marking scheme has no such box: %(box)s."), box=at(*key[2:]))
        if key.seat and key.seat in self.out.get((key.entry, key.component), ()):
            text = N_("Judge %(seat)s must not mark this entry: leave the box empty.")
            return say(text, seat=key.seat)
        if key.seat in self.others.get(key.component, ()):
            return say(N_("Another judge fills this box: you sit on another seat."))
        return None


def _read(event: Event, typed: Typed, actor: Actor) -> tuple[dict[MarkKey, Given], list[Problem]]:
    """Read what was typed into each box; what cannot stand there is a problem of its box."""
    own = marking.own(event, {key.entry for key in typed})
    schemes, out = queries.schemes_of(event), panels.out_of(event)
    asked = {key.component for key in typed}
    others = {part.id: queries.others(part, actor) for part in event.components if part.id in asked}
    terms = _Terms(own, schemes, out, others)
    read: dict[MarkKey, Given] = {}
    problems = []
    for key, (value, _) in typed.items():
        wrong = terms.wrong(key)
        if wrong is None:
            scheme = terms.schemes[key.component]
            found = read_given(scheme, scheme.by_code[key.aspect], key.slot, value)
            if isinstance(found, Given):
                read[key] = found
                continue
            wrong = found
        problems.append(Problem(box(key), wrong))
    return read, problems


def _clashing(
    typed: Typed, read: Mapping[MarkKey, Given], known: Mapping[MarkKey, Mark]
) -> Iterator[Problem]:
    """Find boxes that somebody else changed since they were shown, with both values."""
    text = N_("%(box)s: you typed %(mine)s, meanwhile %(theirs)s was stored by %(who)s")
    for key, given in read.items():
        mark = known.get(key)
        if mark is None or mark.version == typed[key][1] or _stands(mark) == given:
            continue
        who = mark.entered_by
        both = {"mine": str(given) or "–", "theirs": str(_stands(mark)) or "–"}
        name = who.name or who.username if who else "–"
        yield Problem(box(key), say(text, box=at(*key[2:]), who=name, **both))


def _stands(mark: Mark | None) -> Given:
    return Given(mark.value, mark.token) if mark else BLANK


def _write(
    mark: Mark | None, key: MarkKey, given: Given, user: int | None, moment: datetime
) -> None:
    """Fill a box, and keep what stood there before."""
    if mark is None:
        names = ("entry_id", "component_id", "aspect", "seat", "attempt")
        mark = Mark(**dict(zip(names, key, strict=True)))
        db.session.add(mark)
    elif _stands(mark):
        before = EarlierMark(
            mark=mark,
            value=mark.value,
            token=mark.token,
            entered_by_id=mark.entered_by_id,
            entered_at=mark.entered_at,
            replaced_at=moment,
        )
        db.session.add(before)
    mark.value, mark.token = given.value, given.token
    mark.entered_by_id, mark.entered_at = user, moment
