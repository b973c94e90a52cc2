"""Questions about marking schemes and the marks of judges."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, exists, func, select

from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Component, Event
from skillhub.entries.models import Entry, EntryStatus
from skillhub.entries.queries import SOME
from skillhub.kernel.access import Actor, Role
from skillhub.kernel.canonical import canonical
from skillhub.kernel.db import batched, db
from skillhub.kernel.errors import Conflict, NotFound
from skillhub.kernel.exact import shortest
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.kernel.rounding import rounded
from skillhub.marking import queries as marking
from skillhub.marking.models import Sheet
from skillhub.panels import queries as panels
from skillhub.scoring.kinds import read_scheme
from skillhub.scoring.models import BEGUN, EarlierMark, Mark
from skillhub.scoring.rules import TABLE, Given, Scheme, Scored, Slot, score


class MarkKey(NamedTuple):
    """One box: an aspect of one entry in one component, from one seat (0: the table), in one attempt."""

    entry: int
    component: int
    aspect: str
    seat: int = 0
    attempt: int = 1

    @property
    def slot(self) -> Slot:
        """Give the box as the scheme knows it."""
        return Slot(self.seat, self.attempt)


Cell = tuple[int, int]  # entry, component
# Asked with every value that is typed, so written once.
HERE = (
    Mark.entry_id.in_(bindparam("some", expanding=True)),
    Mark.component_id.in_(bindparam("parts", expanding=True)),
)
OF_SOME = select(Mark).where(*HERE)
BOX = (Mark.entry_id, Mark.component_id, Mark.aspect, Mark.seat, Mark.attempt)
BOXES = select(*BOX, Mark.value, Mark.token).where(*HERE)
STOPPED = select(Entry.id).where(
    Entry.id.in_(bindparam("some", expanding=True)), Entry.status == EntryStatus.DNF
)
Boxes = dict[str, dict[Slot, Given]]


def part_of(competition_id: int, event_id: int, component_id: int) -> Component:
    """Find the component that an address names; raises NotFound."""
    event = competitions.event_of(competition_id, event_id)
    part = next((one for one in event.components if one.id == component_id), None)
    if part is None:
        raise NotFound
    return part


def scheme_of(component: Component) -> Scheme | None:
    """Read the marking scheme of a component; None where its points are typed. One that cannot be used is refused."""
    return _scheme(canonical(component.scheme)) if component.scheme else None


@lru_cache(maxsize=256)
def _scheme(text: str) -> Scheme:
    scheme, problems = read_scheme(json.loads(text))
    if scheme is None:
        raise Conflict(say(N_("The marking scheme cannot be used.")), problems)
    return scheme


def schemes_of(event: Event) -> dict[int, Scheme]:
    """Give the schemes of an event by component."""
    read = {part.id: scheme_of(part) for part in event.components}
    return {key: scheme for key, scheme in read.items() if scheme}


def sources(event: Event) -> dict[int, int]:
    """Say for each component with a scheme whose marks it reads: its own, or those of the one it names."""
    schemes, codes = schemes_of(event), {part.code: part.id for part in event.components}
    return {key: codes.get(scheme.marks_of, key) for key, scheme in schemes.items()}


def rows(keys: Iterable[MarkKey]) -> dict[MarkKey, Mark]:
    """Find the marks in some boxes, whatever else stands on the sheets they belong to."""
    wanted = set(keys)
    entries, components = {k.entry for k in wanted}, {k.component for k in wanted}
    found: dict[MarkKey, Mark] = {}
    for some in batched(sorted(entries), SOME):
        marks = db.session.scalars(OF_SOME, {"some": some, "parts": list(components)})
        found |= {key_of(mark): mark for mark in marks}
    return {key: mark for key, mark in found.items() if key in wanted}


def key_of(mark: Mark) -> MarkKey:
    """Name the box in which a mark stands."""
    return MarkKey(mark.entry_id, mark.component_id, mark.aspect, mark.seat, mark.attempt)


def marks_of(entries: Collection[int], components: Collection[int]) -> dict[Cell, Boxes]:
    """Give what stands in the boxes: entry and component, then aspect, then box."""
    found: dict[Cell, Boxes] = {}
    for some in batched(sorted(entries), SOME):
        marks = db.session.execute(BOXES, {"some": some, "parts": list(components)})
        for entry, part, aspect, seat, attempt, value, token in marks:
            boxes = found.setdefault((entry, part), {}).setdefault(aspect, {})
            boxes[Slot(seat, attempt)] = Given(value, token)
    return found


def scored(event: Event, entries: Collection[int], parts: Collection[int]) -> dict[Cell, Scored]:
    """Reckon some components for some entries from the marks that stand there now."""
    schemes, reads, out = schemes_of(event), sources(event), panels.out_of(event)
    wanted = [part for part in event.components if part.id in parts and part.id in schemes]
    lists = batched(sorted(entries), SOME)
    stopped = {key for some in lists for key in db.session.scalars(STOPPED, {"some": some})}
    marks = marks_of(entries, {reads[part.id] for part in wanted})
    return {
        (entry, part.id): score(
            schemes[part.id],
            marks.get((entry, reads[part.id]), {}),
            out.get((entry, reads[part.id]), ()),
            part.maximum if part.kind != "time" else None,
            entry in stopped,
        )
        for entry in entries
        for part in wanted
    }


def box(key: MarkKey) -> str:
    """Name a box, as forms and problems do."""
    return f"a-{key.entry}-{key.component}-{key.aspect}-{key.seat}-{key.attempt}"


def at(aspect: str, seat: int, attempt: int) -> str:
    """Name a box in short: A1, judge 2 is "A1 · 2"; the third attempt is "A1 · #3"."""
    return f"{aspect}{f' · {seat}' if seat else ''}{f' · #{attempt}' if attempt > 1 else ''}"


def wrong_schemes(components: Sequence[Mapping[str, Any]], where: str) -> list[Problem]:
    """Find what cannot be used in the schemes of components given as plain tables."""
    found: list[Problem] = []
    own = {part["code"] for part in components if part.get("scheme")}
    for n, part in enumerate(components):
        at_ = f"{where}[{n}].scheme"
        scheme, problems = read_scheme(part.get("scheme") or {}, at_)
        found += problems
        if scheme and scheme.marks_of and scheme.marks_of not in own - {part["code"]}:
            text = N_("“%(code)s” is no other component with aspects")
            found.append(Problem(f"{at_}.marks_of", say(text, code=scheme.marks_of)))
    return found


def unprepared(event: Event) -> list[Problem]:
    """Say what keeps the components of an event from being marked: sums, seats, and what is carried from nowhere."""
    tables = [{"code": part.code, "scheme": part.scheme} for part in event.components]
    problems = wrong_schemes(tables, "components")
    for part in event.components if not problems else ():
        scheme = scheme_of(part)
        wrong = [_sum(part, scheme), _seats(part, scheme)] if scheme else [_source(event, part)]
        problems += [Problem(part.name, message) for message in wrong if message]
    return problems


def _sum(part: Component, scheme: Scheme) -> Message | None:
    """Compare the aspects with the maximum of their component; who has no limit has no sum."""
    most = scheme.most
    if most is None or part.kind == "time":
        return None
    total = Fraction(scheme.raise_to) if scheme.raise_to is not None else most
    if total == part.maximum:
        return None
    text = N_("the aspects add up to %(sum)s, the maximum is %(maximum)s")
    return say(text, sum=written(total), maximum=part.maximum)


def _seats(part: Component, scheme: Scheme) -> Message | None:
    """Compare the panel with the judges that the aspects ask for; without a panel a clerk types their marks."""
    taken = panels.seats(part)
    asked = {slot.seat for aspect in scheme.aspects for slot in aspect.slots()} - {TABLE}
    empty = sorted(asked - taken.keys()) if panels.panel_of(part) else []
    if not empty:
        return None
    text = N_("nobody sits on seat %(seats)s of its panel")
    return say(text, seats=", ".join(map(str, empty)))


def _source(event: Event, part: Component) -> Message | None:
    """Find the event that points are carried from."""
    if part.kind != "carried":
        return None
    source = source_of(event, part)
    if source is None or source.id == event.id:
        text = N_("there is no other event “%(code)s” to carry points from")
        return say(text, code=part.carry_from)
    if part.carry_part and part.carry_part not in {one.code for one in source.components}:
        text = N_("event “%(code)s” has no component “%(part)s”")
        return say(text, code=part.carry_from, part=part.carry_part)
    return None


def source_of(event: Event, part: Component) -> Event | None:
    """Find the event whose points a component carries over."""
    return next((one for one in event.competition.events if one.code == part.carry_from), None)


def begun(event: Event) -> bool:
    """Tell whether anything is marked in an event."""
    parts = [part.id for part in event.components]
    return bool(db.session.scalar(select(exists().where(Mark.component_id.in_(parts)))))


def written(value: Fraction) -> str:
    """Write an exact number: as a decimal where four places hold it, else as a fraction."""
    printed_ = rounded(value, 4)
    return f"{shortest(printed_):f}" if Fraction(printed_) == value else str(value)


def marked(component: Component) -> int:
    """Count the boxes of a component that are filled."""
    filled = (Mark.value.is_not(None)) | (Mark.token != "")
    chosen = select(func.count()).where(Mark.component_id == component.id, filled)
    return db.session.scalar(chosen) or 0


class Beside(NamedTuple):
    """What the sheets of an entry state beside their points, by component: exact values, and words for none."""

    exact: dict[str, Fraction]
    ended: dict[str, str]


def boxes_in(component: Component) -> dict[MarkKey, int]:
    """Give the boxes of a component that are filled, with their versions."""
    filled = (Mark.value.is_not(None)) | (Mark.token != "")
    chosen = select(Mark).where(Mark.component_id == component.id, filled)
    return {key_of(mark): mark.version for mark in db.session.scalars(chosen)}


NOTHING = Beside({}, {})


def beside_in(events: Sequence[Event]) -> dict[int, Beside]:
    """Give by entry what sheets state that no four decimals hold, and those that ended without points, such as DNF."""
    rows = db.session.execute(
        select(Sheet.entry_id, Component.code, Sheet.exact, Sheet.token)
        .join(Sheet.component)
        .where(
            Component.event_id.in_([event.id for event in events]),
            (Sheet.exact != "") | (Sheet.token != ""),
        )
    )
    found: dict[int, Beside] = {}
    for entry, code, exact, token in rows:
        own = found.setdefault(entry, Beside({}, {}))
        own.exact.update({code: Fraction(exact)} if exact else {})
        own.ended.update({code: token} if token else {})
    return found


def others(part: Component, actor: Actor) -> set[int]:
    """Give the seats that somebody may not fill; a judge fills the own and what the panel measures together."""
    seats = panels.sitting(part.event).get(part.id)
    if not seats or actor.may((Role.ORGANISER, Role.CHIEF_JUDGE), part.event.competition.host.path):
        return set()
    own = {number for number, user in seats.items() if user == actor.user_id}
    return seats.keys() - own if own else {TABLE, *seats}


def with_earlier(entry: int, part: int) -> tuple[dict[MarkKey, Mark], dict[int, list[EarlierMark]]]:
    """Give the marks of one entry in one component, and by mark what stood there before, the first first."""
    own = (Mark.entry_id == entry, Mark.component_id == part)
    marks = {key_of(mark): mark for mark in db.session.scalars(select(Mark).where(*own))}
    earlier: dict[int, list[EarlierMark]] = {}
    rows = select(EarlierMark).join(EarlierMark.mark).where(*own).order_by(EarlierMark.id)
    for one in db.session.scalars(rows):
        earlier.setdefault(one.mark_id, []).append(one)
    return marks, earlier


def unseen(event: Event, actor: Actor) -> set[Cell]:
    """Give the marks that somebody must not read before a second entry, those of unfinished boxes too."""
    if not competitions.rights(actor, event.competition).again:
        return set()
    others = Mark.entered_by_id.is_distinct_from(actor.user_id)
    begun = db.session.execute(BEGUN.where(Component.event_id == event.id, others))
    return marking.unseen(event, actor) | {(entry, part) for entry, part in begun}
