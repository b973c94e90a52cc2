"""Questions of judges: what is mine to mark, who has submitted, what must be voted on again, what is still open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from skillhub.competitions.models import Checking, Component, Event
from skillhub.entries import queries as entries
from skillhub.entries.models import Entry, EntryStatus
from skillhub.judging.models import Ballot
from skillhub.judging.rules import boxes_of, seats_needed
from skillhub.kernel.db import db
from skillhub.kernel.errors import NotFound
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.marking import queries as marking
from skillhub.marking.models import SheetState
from skillhub.panels import queries as panels
from skillhub.panels.models import Panel, Seat
from skillhub.scoring import queries as scoring
from skillhub.scoring.rules import Aspect, Slot

TAKES_MARKS = (EntryStatus.OK, EntryStatus.DNF)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one seat has come: the entries it marks, and those it has submitted."""

    seat: Seat
    entries: tuple[Entry, ...]
    done: frozenset[int]

    @property
    def open(self) -> list[Entry]:
        """Give the entries that wait for this seat."""
        return [entry for entry in self.entries if entry.id not in self.done]


def seat_on(component: Component, user_id: int | None) -> Seat | None:
    """Find the seat that somebody has on the panel of a component."""
    return next((s for s in panels.seats_in([component]) if s.user_id == user_id), None)


def ballots(component: Component) -> dict[tuple[int, int], Ballot]:
    """Give the ballots that stand, by seat and entry."""
    return {(b.seat_id, b.entry_id): b for b in all_ballots(component) if not b.recalled_at}


def all_ballots(component: Component) -> Sequence[Ballot]:
    """Give every ballot of a component, those recalled for a new vote too, in the order they came."""
    chosen = (
        select(Ballot)
        .join(Ballot.seat)
        .join(Seat.panel)
        .where(Panel.component_id == component.id)
        .options(joinedload(Ballot.seat).joinedload(Seat.user), joinedload(Ballot.entry))
        .order_by(Ballot.id)
    )
    return db.session.scalars(chosen).all()


def recalled(component: Component, entry: Entry | None = None) -> list[Ballot]:
    """Give the ballots that were recalled for a new vote, of all entries or of one."""
    found = (b for b in all_ballots(component) if b.recalled_at)
    return [ballot for ballot in found if entry is None or ballot.entry_id == entry.id]


def seating(event: Event) -> dict[int, list[Seat]]:
    """Give the seats that are taken, by component."""
    found: dict[int, list[Seat]] = {part.id: [] for part in event.components}
    for seat in panels.seats_in(event.components):
        found[seat.panel.component_id].append(seat)
    return found


def needed(event: Event) -> dict[int, int]:
    """Give how many judges the marking scheme of each component asks for."""
    return {part.id: seats_needed(scoring.scheme_of(part)) for part in event.components}


def progress(component: Component) -> list[Progress]:
    """Say for every seat of a component how far it has come."""
    taken = panels.seats_in([component])
    scheme = scoring.scheme_of(component)
    if not taken or scheme is None:
        return []
    found = [e for e in entries.of(component.event) if e.status in TAKES_MARKS]
    out, cast = panels.recused(component), ballots(component)
    return [
        Progress(
            seat,
            tuple(e for e in found if (e.id, seat.number) not in out),
            frozenset(e.id for e in found if (seat.id, e.id) in cast),
        )
        for seat in taken
        if boxes_of(scheme, seat.number)
    ]


def refuse_recused(seat: Seat, entry: Entry) -> None:
    """Hide an entry from a judge who steps aside for it; raises NotFound."""
    if (entry.id, seat.number) in panels.recused(seat.panel.component):
        raise NotFound


def mine(user_id: int | None) -> list[tuple[Event, Component, Progress]]:
    """Give what somebody marks now: the event, the component, and how far it is."""
    found = []
    chosen = (
        select(Seat)
        .join(Seat.panel)
        .where(Seat.user_id == user_id, panels.SITTING)
        .options(joinedload(Seat.panel).joinedload(Panel.component).joinedload(Component.event))
        .order_by(Seat.id.desc())
    )
    for seat in db.session.scalars(chosen):
        part = seat.panel.component
        if part.event.markable and not seat.panel.submitted_at:
            own = (p for p in progress(part) if p.seat.id == seat.id)
            found += [(part.event, part, one) for one in own]
    return found


@dataclass(frozen=True, slots=True)
class Dispute:
    """One aspect of one entry on which the judges are too far apart."""

    entry: Entry
    component: Component
    aspect: str
    why: Message


def disputes(event: Event, components: Sequence[Component]) -> list[Dispute]:
    """Give what must be voted on again."""
    found = {entry.id: entry for entry in entries.of(event)}
    parts = {part.id: part for part in components if part.scheme}
    reckoned = scoring.scored(event, found, parts)
    return [
        Dispute(found[entry], parts[part], aspect, why)
        for (entry, part), one in reckoned.items()
        for aspect, why in one.disputes
    ]


def blockers(event: Event) -> list[Problem]:
    """Say which aspects must be voted on again before the event can be final."""
    if not any(part.scheme for part in event.components):
        return []
    text, names = N_("%(aspect)s is in dispute: %(why)s"), panels.names(event)
    return [
        Problem(
            names.called(one.entry),
            say(text, aspect=one.aspect, why=one.why),
            page=f"marks/{names.outward(one.entry.id)}",
            kind="dispute",
            rows=(one.entry.id,),
        )
        for one in names.ordered(disputes(event, event.components), lambda d: d.entry.id)
    ]


def disputes_for(component: Component, user_id: int | None) -> list[Dispute]:
    """Give what must be voted on again; of an entry that the reader judges, only after the own ballot."""
    seat, cast = seat_on(component, user_id), ballots(component)
    names = panels.names(component.event)
    found = names.ordered(disputes(component.event, [component]), lambda d: d.entry.id)
    return [d for d in found if seat is None or (seat.id, d.entry.id) in cast]


def boxes(component: Component, seat: int) -> list[tuple[Aspect, list[Slot]]]:
    """Give the aspects that one seat marks, each with its boxes; seat 0 is what the panel measures together."""
    scheme = scoring.scheme_of(component)
    return boxes_of(scheme, seat) if scheme else []


def open_points(component: Component) -> list[Problem]:
    """Say what keeps the chief judge from submitting a component."""
    return list(_open(component))


def _open(component: Component) -> Iterator[Problem]:
    event = component.event
    where = component.name
    if n := sum(len(one.open) for one in progress(component)):
        yield Problem(where, say(N_("%(n)s ballots are not submitted yet"), n=n))
    if n := len(disputes(event, [component])):
        yield Problem(where, say(N_("%(n)s disputes must be voted on again"), n=n))
    sheets = marking.of(event)
    own = [sheets.get((e.id, component.id)) for e in entries.of(event) if e.status == "OK"]
    if n := sum(s is None or (s.points is None and not s.token) for s in own):
        yield Problem(where, say(N_("%(n)s entries have no mark yet"), n=n))
    states = [s.state for s in own if s is not None and s.points is not None]
    if n := states.count(SheetState.REJECTED):
        text = N_("%(n)s marks were rejected by the checker; enter them again")
        yield Problem(where, say(text, n=n))
    unchecked = states.count(SheetState.ENTERED)
    if unchecked and event.competition.checking is not Checking.OFF:
        text = N_("%(n)s marks wait for a second person to confirm them")
        yield Problem(where, say(text, n=unchecked))


def unprepared(event: Event) -> list[Problem]:
    """Say what keeps an event from being prepared: seats, recusals and codes."""
    found, asked = [], needed(event)
    for part in event.components:
        taken = set(panels.seats(part))
        if missing := sorted(set(range(1, asked[part.id] + 1)) - taken):
            text = N_("%(part)s asks for %(n)s judges; empty seats: %(seats)s")
            seats = ", ".join(map(str, missing))
            found.append(
                Problem("panels", say(text, part=part.name, n=asked[part.id], seats=seats))
            )
    found += panels.unprepared(event)
    if panels.blind(event) and (n := panels.without_code(event)):
        found.append(Problem("codes", say(N_("%(n)s entries have drawn no code"), n=n)))
    return found
