"""Taking in a sheet of judges' marks, all of it or none of it: what it would do, and doing it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from skillhub.approvals import services as approvals
from skillhub.competitions.models import Competition, Event
from skillhub.entries import queries as entries
from skillhub.entries import rules as entry_rules
from skillhub.entries import services as entry_services
from skillhub.entries.models import Entry
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, transaction
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.kernel.quiet import quiet
from skillhub.kernel.sheets import Change, Preview, PreviewRow
from skillhub.marking import queries as marking
from skillhub.panels import queries as panels
from skillhub.scoring import queries, services
from skillhub.scoring.kinds import read_scheme
from skillhub.scoring.queries import MarkKey, at
from skillhub.scoring.rules import BLANK, TABLE, Aspect, Given, Scheme, Slot, read_given

NUMBERED = re.compile(r"\D{0,20}0*(\d{1,2})")
Part = tuple[int, str, Scheme]  # key (0: not there yet), code, scheme


@dataclass(frozen=True, slots=True)
class Stated:
    """What a sheet states of one box: by seat and attempt, by its place in the row, or by its slot."""

    row: int
    whom: entry_rules.Draft
    part: str
    aspect: str
    text: str
    seat: str = ""
    attempt: int = 1
    nth: int = 0
    slot: Slot | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """One box that a sheet fills, whose entry may not be there yet."""

    event: str
    entry: str
    part: str
    aspect: str
    slot: Slot
    given: Given


@dataclass(slots=True)
class Plan:
    """What a sheet of marks would do."""

    entries: entries.Plan
    boxes: list[Box] = field(default_factory=list)
    preview: Preview = field(default_factory=Preview)
    to_lock: list[str] = field(default_factory=list)


def plan(competition: Competition, stated: Sequence[Stated], create: bool = False) -> Plan:
    """Say what the rows of a sheet of marks would do; `create` lets it add the entries that are missing."""
    firsts = {(one.whom.event, one.whom.code): one.whom for one in reversed(stated)}
    mode = entries.CREATE if create else entries.MATCH
    whom = entries.plan(competition, list(firsts.values())[::-1], mode)
    planned = {(p.draft.event, p.draft.code): p for p in whom.rows}
    result = Plan(whom)
    result.preview.notices += whom.preview.notices
    reader = _Reader(competition, planned, stated)
    for row, own in _by_row(stated).items():
        result.preview.rows.append(reader.row(row, own, result.boxes))
    result.preview.problems += [p for row in result.preview.rows for p in row.problems]
    marked = {box.event for box in result.boxes}
    open_ = [e for e in competition.events if e.code in marked and e.rules_open]
    for event in open_:
        asked = marking.unready(event, schemes=False)
        result.preview.problems += [Problem("", asked)] if asked else queries.unprepared(event)
    result.to_lock = [e.code for e in open_] + whom.new_events
    if result.to_lock:
        names = ", ".join(result.to_lock)
        locks = say(N_("Importing locks the rules of: %(events)s."), events=names)
        result.preview.notices.append(Problem("", locks, "notice"))
    return result


@transaction()
@quiet()
def take_in(
    competition: Competition,
    stated: Sequence[Stated],
    source: str,
    actor: Actor,
    moment: datetime,
    create: bool = False,
) -> Plan:
    """Store the marks of a whole sheet; the rules of its events lock, and their sheets are reckoned."""
    done = plan(competition, stated, create)
    if done.preview.problems:
        said = [*done.preview.notices, *done.preview.problems]
        raise BadInput(say(N_("Nothing was imported.")), said)
    entry_services.apply(done.entries, source, actor)
    by_event: dict[str, list[Box]] = defaultdict(list)
    for box in done.boxes:
        by_event[box.event].append(box)
    for event in competition.events:
        if event.code in done.to_lock:
            approvals.lock(event, actor, moment)
        if event.code in by_event:
            services.store(event, _keyed(event, by_event[event.code]), source, actor, moment)
    return done


def _keyed(event: Event, boxes: Iterable[Box]) -> dict[MarkKey, Given]:
    """Name the boxes of a sheet by the keys of their rows."""
    known = select(Entry.code, Entry.id).where(Entry.event_id == event.id)
    ids = {row.code: row.id for row in db.session.execute(known)}
    parts = {part.code: part.id for part in event.components}
    return {MarkKey(ids[b.entry], parts[b.part], b.aspect, *b.slot): b.given for b in boxes}


def _by_row(stated: Iterable[Stated]) -> dict[int, list[Stated]]:
    rows: dict[int, list[Stated]] = defaultdict(list)
    for one in stated:
        rows[one.row].append(one)
    return rows


class _Reader:
    """Reads what rows state, one after the other, against the schemes and the marks there are."""

    def __init__(
        self,
        competition: Competition,
        planned: Mapping[tuple[str, str], entries.Planned],
        stated: Sequence[Stated],
    ) -> None:
        self.planned = planned
        self.parts = _parts(competition)
        self.usual = _usual(competition)
        self.seats = _Seats(competition, stated)
        ids = {p.entry_id for p in planned.values() if p.entry_id}
        keys = {part[0] for parts in self.parts.values() for part in parts}
        self.stored = queries.marks_of(ids, keys) if ids else {}
        self.read: dict[tuple[str, ...], Given] = {}

    def row(self, number: int, stated: Sequence[Stated], boxes: list[Box]) -> PreviewRow:
        """Read one row: what it would change goes into `boxes`."""
        whom = self.planned[stated[0].whom.event, stated[0].whom.code]
        cells = {"event": whom.event, "entry": whom.code, "name": stated[0].whom.name}
        problems, changes = list(whom.problems), 0
        before: dict[str, str] = {}
        for one in stated if not problems else ():
            try:
                box, old = self._box(one, whom)
            except Conflict as refusal:
                problems.append(_refused(number, one, refusal.message))
                cells |= {at(one.aspect, *one.slot): one.text} if one.slot else {}
                continue
            name = at(box.aspect, *box.slot)
            cells[name] = str(box.given)
            if box.given != old:
                boxes.append(box)
                changes += 1
                before |= {name: str(old)} if old else {}
        change = Change.CHANGED if before else Change.NEW if changes else Change.SAME
        change = Change.PROBLEM if problems else change
        return PreviewRow(number, change, cells, before, tuple(problems))

    def _box(self, one: Stated, whom: entries.Planned) -> tuple[Box, Given]:
        """Find the box that a row speaks of, and what stands in it; raises Conflict with the sentence that says why."""
        key, part, scheme = _chosen(self.parts.get(whom.event, self.usual), one.part)
        aspect = _aspect(scheme, one.aspect)
        slot = self._slot(one, whom, part, aspect)
        given = read_given(scheme, aspect, slot, one.text)
        if isinstance(given, Message):
            raise Conflict(given)
        name = (whom.event, whom.code, part, aspect.code, str(slot.seat), str(slot.attempt))
        if self.read.setdefault(name, given) != given:
            text = N_("%(box)s stands in the sheet twice, as %(one)s and as %(other)s")
            words = {"one": str(self.read[name]), "other": str(given)}
            raise Conflict(say(text, box=at(aspect.code, *slot), **words))
        boxes = self.stored.get((whom.entry_id or 0, key), {})
        old = boxes.get(aspect.code, {}).get(slot, BLANK)
        return Box(whom.event, whom.code, part, aspect.code, slot, given), old

    def _slot(self, one: Stated, whom: entries.Planned, part: str, aspect: Aspect) -> Slot:
        slots = aspect.slots()
        if one.slot:
            return one.slot
        if one.nth:
            own = [
                slot for slot in slots if slot.seat != TABLE or slot.attempt > 1 or aspect.tokens
            ]
            own = own if len(own) >= one.nth else list(slots)
            if one.nth > len(own):
                text = N_("%(aspect)s has only %(n)s boxes")
                raise Conflict(say(text, aspect=aspect.code, n=len(own)))
            return own[one.nth - 1]
        slot = Slot(self.seats.number(one, whom, part, aspect), one.attempt)
        if slot not in slots:
            text = N_("The marking scheme has no such box: %(box)s.")
            raise Conflict(say(text, box=at(aspect.code, *slot)))
        return slot


class _Seats:
    """Who sits where: by number, by name on the panel, or in the order in which the sheet names them."""

    def __init__(self, competition: Competition, stated: Sequence[Stated]) -> None:
        named: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        for one in stated:
            if one.seat:
                named[one.whom.event, one.part][one.seat] = None
        self.named = {key: list(names) for key, names in named.items()}
        self.turns: dict[tuple[str, ...], dict[str, int]] = defaultdict(dict)
        self.panel = {
            (event.code, part.code, name.casefold()): number
            for event in competition.events
            for part in event.components
            for number, user in (panels.seats(part) if part.scheme else {}).items()
            for name in (user.name, user.username)
            if name
        }

    def number(self, one: Stated, whom: entries.Planned, part: str, aspect: Aspect) -> int:
        """Give the seat of whoever a row names; several panels that took turns sit in the order of each box's rows."""
        if not one.seat:
            return TABLE
        if (known := self.panel.get((whom.event, part, one.seat.casefold()))) is not None:
            return known
        most = max((slot.seat for slot in aspect.slots()), default=0)
        names = self.named[one.whom.event, one.part]
        numbers = [NUMBERED.fullmatch(name) for name in names]
        if all(found and 1 <= int(found[1]) <= most for found in numbers):
            return int(NUMBERED.fullmatch(one.seat)[1])  # type: ignore[index]  # seen above
        if len(names) <= most:
            return names.index(one.seat) + 1
        turn = self.turns[whom.event, whom.code, part, aspect.code, str(one.attempt)]
        return turn.setdefault(one.seat, len(turn) + 1)


def _refused(number: int, one: Stated, why: Message) -> Problem:
    """Say what is wrong in a row: in which box, where that has a column of its own."""
    told = say(N_("%(box)s: %(why)s"), box=at(one.aspect, *one.slot), why=why) if one.slot else why
    return Problem(str(say(N_("row %(n)s"), n=number)), told)


def _parts(competition: Competition) -> dict[str, list[Part]]:
    """Give the components that have marks of their own, by event."""
    return {
        event.code: [
            (part.id, part.code, scheme)
            for part in event.components
            if (scheme := queries.scheme_of(part)) and not scheme.marks_of
        ]
        for event in competition.events
    }


def _usual(competition: Competition) -> list[Part]:
    """Give those of an event that a sheet adds."""
    usual = competition.defaults.get("components", [])
    read = [(part["code"], read_scheme(part.get("scheme") or {})[0]) for part in usual]
    return [(0, code, scheme) for code, scheme in read if scheme and not scheme.marks_of]


def _chosen(parts: Sequence[Part], code: str) -> Part:
    found = [part for part in parts if part[1].casefold() == code.casefold() or not code]
    if len(found) == 1:
        return found[0]
    known = ", ".join(part[1] for part in parts) or "–"
    if code:
        text = N_("no component “%(code)s” with aspects here; there are: %(known)s")
        raise Conflict(say(text, code=code, known=known))
    raise Conflict(say(N_("say which component is meant: %(known)s"), known=known))


def _aspect(scheme: Scheme, code: str) -> Aspect:
    aspects = scheme.aspects
    found = [
        one for one in aspects if code.casefold() in (one.code.casefold(), one.name.casefold())
    ]
    if not code and len(aspects) == 1:
        return aspects[0]
    if len(found) == 1 and code:
        return found[0]
    text = N_("no aspect “%(code)s”; there are: %(known)s")
    raise Conflict(say(text, code=code, known=", ".join(one.code for one in aspects[:20])))
