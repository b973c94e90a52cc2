"""Questions about panels, recusals and codes: who judges, who steps aside, and who is seen under which name."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import contains_eager, joinedload

from skillhub.accounts import queries as accounts
from skillhub.accounts.models import User
from skillhub.competitions.models import Component, Event
from skillhub.competitions.rules import EventState
from skillhub.entries import queries as entries
from skillhub.entries.models import Entry
from skillhub.kernel.access import Actor, Role
from skillhub.kernel.db import db
from skillhub.kernel.errors import Locked, NotAllowed
from skillhub.kernel.messages import N_, Message, Problem, say
from skillhub.organisations import queries as organisations
from skillhub.panels.models import Code, Draw, Panel, Recusal, Seat
from skillhub.panels.rules import Names, aside, steps_aside
from skillhub.people import queries as people

SITTING = Seat.until.is_(None)
JUDGES = (Role.JUDGE, Role.CHIEF_JUDGE)
# Asked with every value that is typed into a table: written once, and no more columns than are read.
OF_EVENT = Component.event_id == bindparam("event")
SITTERS = select(Component.id, Seat.number, Seat.user_id).select_from(Seat).join(Seat.panel)
SITTERS = SITTERS.join(Panel.component).where(OF_EVENT, SITTING)
OUT = select(Recusal.entry_id, Component.id, Seat.number).join(Recusal.seat).join(Seat.panel)
OUT = OUT.join(Panel.component).where(OF_EVENT, SITTING)
SIGNED = (Panel.component_id == Component.id, Panel.submitted_at.is_not(None))
SUBMITTED = select(Component.id).where(OF_EVENT, *SIGNED)


def panel_of(component: Component) -> Panel | None:
    """Find the panel of a component."""
    return db.session.scalars(select(Panel).where(Panel.component_id == component.id)).first()


def panels_of(event: Event) -> dict[int, Panel]:
    """Give the panels of an event by the key of their component."""
    own = select(Panel).join(Panel.component).where(Component.event_id == event.id)
    found = db.session.scalars(own.options(joinedload(Panel.submitted_by)))
    return {panel.component_id: panel for panel in found}


def seats(component: Component) -> dict[int, User]:
    """Give who sits on the panel of a component, by the number of the seat."""
    return {seat.number: seat.user for seat in seats_in([component])}


def sitting(event: Event) -> dict[int, dict[int, int]]:
    """Give the users who sit on the panels of an event: component, number of the seat, user."""
    found: dict[int, dict[int, int]] = {}
    for part, number, user in db.session.execute(SITTERS, {"event": event.id}):
        found.setdefault(part, {})[number] = user
    return found


def seats_in(components: Sequence[Component]) -> list[Seat]:
    """Give the seats that are taken on the panels of some components, by component and number."""
    own = {part.id for part in components}
    found = seats_at(sorted({part.event_id for part in components}))
    return [seat for seat in found if seat.panel.component_id in own]


def seats_at(events: Sequence[int]) -> Sequence[Seat]:
    """Give the seats that are taken in some events, with their panels and components."""
    chosen = (
        select(Seat)
        .join(Seat.panel)
        .join(Panel.component)
        .where(Component.event_id.in_(events), SITTING)
        .options(joinedload(Seat.user), contains_eager(Seat.panel).contains_eager(Panel.component))
        .order_by(Component.event_id, Component.position, Seat.number)
    )
    return db.session.scalars(chosen).all()


def who_may_sit(event: Event) -> Sequence[User]:
    """Give the accounts with the hat of a judge over the host of an event, by name."""
    return accounts.holders(JUDGES, event.competition.host.path)


def recused(component: Component) -> set[tuple[int, int]]:
    """Give which seats stay blank for which entries: entry, number of the seat."""
    return {(row.entry_id, row.seat.number) for row in recusals([component])}


def out_of(event: Event) -> dict[tuple[int, int], set[int]]:
    """Give the seats that must not mark an entry, by entry and component."""
    found: dict[tuple[int, int], set[int]] = {}
    for entry, part, number in db.session.execute(OUT, {"event": event.id}):
        found.setdefault((entry, part), set()).add(number)
    return found


def recusals(components: Sequence[Component]) -> Sequence[Recusal]:
    """Give who steps aside for whom on the panels of some components."""
    chosen = (
        select(Recusal)
        .join(Recusal.seat)
        .join(Seat.panel)
        .where(Panel.component_id.in_([part.id for part in components]), SITTING)
        .options(
            joinedload(Recusal.seat).options(joinedload(Seat.user), joinedload(Seat.panel)),
            joinedload(Recusal.entry),
        )
        .order_by(Panel.component_id, Seat.number, Recusal.id)
    )
    return db.session.scalars(chosen).all()


@dataclass(frozen=True, slots=True)
class Ground:
    """Why one judge must not mark one entry, found in what is known about both; nobody has confirmed it yet."""

    seat: Seat
    entry: Entry
    kind: str
    why: Message


def grounds(components: Sequence[Component]) -> list[Ground]:
    """Find the judges of some components of one event who must not mark an entry and have not stepped aside."""
    judging = [seat for seat in seats_in(components) if seat.user.person_id]
    if not judging:
        return []
    event = components[0].event
    day = event.held_on or event.competition.starts_on
    judges = {seat.user.person_id for seat in judging if seat.user.person_id}
    found = entries.in_events([event])
    teams = {entry.id: (_people(entry), entry.organisation) for entry in found}
    everybody = judges.union(*(team for team, _ in teams.values()))
    ties, jobs = people.ties_of(judges), people.workplaces_on(everybody, day)
    settled = {(row.seat_id, row.entry_id) for row in recusals(components)}
    employing = organisations.employing()
    return [
        Ground(seat, entry, *why)
        for seat in judging
        for entry in found
        if (seat.id, entry.id) not in settled
        and (
            why := steps_aside(
                seat.user.person_id or 0, *teams[entry.id], day, ties, jobs, employing
            )
        )
    ]


def _people(entry: Entry) -> set[int]:
    """Give the people behind an entry, alone or in a team."""
    team = {member.person_id for member in entry.members if member.person_id}
    return team | ({entry.person_id} if entry.person_id else set())


def codes(event: Event) -> dict[int, str]:
    """Give the code of each entry of an event that has drawn one, by the entry's key."""
    chosen = select(Code.entry_id, Code.code).where(
        Code.event_id == event.id, Code.code.is_not(None)
    )
    return {entry: str(code) for entry, code in db.session.execute(chosen)}


def drawn(event: Event) -> Sequence[Code]:
    """Give what the entries of an event drew, by number: for the code officer alone."""
    chosen = select(Code).where(Code.event_id == event.id).options(joinedload(Code.entry))
    return db.session.scalars(chosen.order_by(Code.number)).all()


def without_code(event: Event) -> int:
    """Count the entries of an event that have drawn no code."""
    return entries.count(event) - len(codes(event))


def draw_of(event: Event) -> Draw | None:
    """Find the drawing of an event."""
    both = joinedload(Draw.opened_by), joinedload(Draw.witnessed_by)
    return db.session.scalar(select(Draw).where(Draw.event_id == event.id).options(*both))


def is_code_officer(event: Event, actor: Actor) -> bool:
    """Tell whether somebody holds this very hat over the host; an administrator does not stand in."""
    return actor.holds(Role.CODE_OFFICER, event.competition.host.path)


def blind(event: Event) -> bool:
    """Tell whether the entries of an event are marked under codes."""
    return event.competition.blind


def names_open(event: Event, actor: Actor | None = None) -> bool:
    """Tell whether names stand beside marks, for everybody alike: no competition is blind once its codes are opened."""
    if not blind(event):
        return True
    draw = draw_of(event)
    return draw is not None and draw.witnessed_at is not None


def names(event: Event, actor: Actor | None = None) -> Names:
    """Give what the entries of an event are called beside their marks, for somebody."""
    is_open = names_open(event, actor)
    return Names(is_open, {} if is_open else codes(event))


def lots_of(events: Sequence[Event]) -> dict[str, dict[str, str]]:
    """Give, for the events whose names are closed, which entry stands behind each code, by their own codes."""
    return {
        event.code: {one.code: one.entry.code for one in drawn(event) if one.code}
        for event in events
        if not names_open(event)
    }


def submitted(event: Event) -> set[int]:
    """Give the components of an event that the chief judge has submitted: they take no mark any more."""
    return set(db.session.scalars(SUBMITTED, {"event": event.id}))


def only_judges(event: Event, actor: Actor) -> bool:
    """Tell whether somebody is here as a judge alone while a panel marks: then the sums of others are not for them."""
    path = event.competition.host.path
    others = [role for role in Role if role not in (Role.JUDGE, Role.WORKER)]
    if actor.may(tuple(others), path):
        return False
    return bool(sitting(event).keys() - submitted(event))


def hidden_from(event: Event, actor: Actor) -> set[int]:
    """Give the entries whose code a judge is not shown: who steps aside for one would know whose it is."""
    if names_open(event, actor) or not only_judges(event, actor):
        return set()
    own = {s.id for s in seats_in(event.components) if s.user_id == actor.user_id}
    return aside({(row.seat_id, row.entry_id) for row in recusals(event.components)}, own)


def refuse_judges(event: Event, actor: Actor) -> None:
    """Refuse the sums to somebody who only judges here: a judge sees the own seat, and others once all is submitted."""
    if only_judges(event, actor):
        raise NotAllowed(say(N_("You mark on your own panel here; the sums are open afterwards.")))


def refuse_submitted(event: Event, parts: Collection[int]) -> None:
    """Refuse to touch the marks of components that the chief judge has signed for, except by a correction."""
    closed = submitted(event) if event.state is not EventState.CORRECTING else set()
    for part in event.components:
        if part.id in closed and part.id in parts:
            text = N_("The chief judge has submitted %(part)s; its marks can no longer change.")
            raise Locked(say(text, part=part.name))


def refuse_to_mark(event: Event, cells: Collection[tuple[int, int]], actor: Actor) -> None:
    """Refuse to decide about an own entry, or to touch what the chief judge has signed for: by entry and component."""
    own = {one.id for one in entries.of_person(actor.person_id)} if actor.person_id else set()
    if own & {entry for entry, _ in cells}:
        raise NotAllowed(say(N_("Nobody decides about an own entry. Ask a colleague.")))
    refuse_submitted(event, {part for _, part in cells})


def unprepared(event: Event) -> list[Problem]:
    """Say what about panels and recusals keeps an event from being prepared."""
    return list(_unprepared(event))


def _unprepared(event: Event) -> Iterator[Problem]:
    parts = {part.id: part.name for part in event.components}
    for ground in grounds(event.components) if event.components else ():
        text = N_("%(judge)s (%(part)s) must step aside for an entry: %(why)s")
        part = parts[ground.seat.panel.component_id]
        who = ground.seat.user.name or ground.seat.user.username
        yield Problem("panels", say(text, judge=who, part=part, why=ground.why))
    for seat in seats_in(event.components):
        if is_code_officer(event, seat.user.as_actor()):
            text = N_("%(who)s keeps the codes and cannot judge")
            yield Problem("panels", say(text, who=seat.user.name or seat.user.username))


def blockers(event: Event) -> list[Problem]:
    """Say what keeps the names of an event closed, and so its result from anybody's eyes."""
    if names_open(event):
        return []
    missing = ", ".join(p.name for p in event.components if p.id not in submitted(event))
    text = N_("the chief judge has not submitted: %(parts)s")
    told = say(N_("the codes are not opened before a witness yet"))
    told = say(text, parts=missing) if missing else told
    return [Problem("codes", told, page="codes", kind="undecoded", rows=tuple(codes(event)))]


def decoding(event: Event) -> Message | None:
    """Say who opened the codes of an event and who witnessed it, for the result sheet; None where nobody had to."""
    draw = draw_of(event)
    if draw is None or not draw.witnessed_at or not draw.opened_by or not draw.witnessed_by:
        return None
    text = N_("Marked under codes; opened by %(who)s, witnessed by %(witness)s, %(at)s.")
    who, witness = (u.name or u.username for u in (draw.opened_by, draw.witnessed_by))
    return say(text, who=who, witness=witness, at=draw.witnessed_at)
