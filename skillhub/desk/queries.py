"""Work that waits: events before their next step, certificates to issue or replace, qualifications to check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from skillhub.appeals import queries as appeals
from skillhub.appeals.models import KIND_LABELS
from skillhub.approvals import queries as approvals
from skillhub.certificates import queries as certificates
from skillhub.competitions.models import Checking, Event
from skillhub.competitions.rules import EventState
from skillhub.copies import queries as copies
from skillhub.copies.models import Sending
from skillhub.corrections import queries as corrections
from skillhub.drafting import queries as drafting
from skillhub.kernel.access import Actor, Role
from skillhub.kernel.db import db
from skillhub.kernel.messages import N_, Message, say
from skillhub.organisations import queries as organisations
from skillhub.people import queries as people
from skillhub.people.models import Person
from skillhub.planning import queries as planning
from skillhub.planning.queries import Way
from skillhub.planning.rules import Stage
from skillhub.qualifications.models import Qualification
from skillhub.qualifications.rules import Verification
from skillhub.registrations.models import Registration
from skillhub.registrations.rules import RegistrationState

SHOWN = 5  # of each pile; the rest is behind the link
HATS = {
    Stage.RULES: (Role.ORGANISER,),
    Stage.ENTRIES: (Role.ORGANISER,),
    Stage.MARKS: (Role.ORGANISER, Role.JUDGE),
    Stage.CHECK: (Role.ORGANISER, Role.CHECKER),
    Stage.FINAL: (Role.ORGANISER,),
    Stage.AWARDS: (Role.ORGANISER,),
    Stage.CERTIFICATES: (Role.ORGANISER, Role.CERTIFICATE_STAFF),
}
TITLES = {
    Stage.CHECK: (N_("Marks to check"), N_("No mark waits for a second pair of eyes.")),
    Stage.MARKS: (N_("Marks to enter"), N_("No mark is missing.")),
    Stage.FINAL: (N_("Ready to be made final"), N_("No event is ready and waiting.")),
    Stage.AWARDS: (N_("Awards to confer"), N_("Every final event has its awards.")),
    Stage.CERTIFICATES: (N_("Certificates to issue"), N_("Every award has its certificate.")),
    Stage.RULES: (N_("Rules to lock"), N_("No event waits for its rules.")),
    Stage.ENTRIES: (N_("Entries to add"), N_("Every event has its entries.")),
}


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that waits: its words, how many, and what it is about."""

    name: str
    name_en: str
    where: str
    where_en: str
    count: Message | None
    competition_id: int = 0
    event_id: int = 0
    certificate_id: int = 0
    qualification_id: int = 0
    appeal_id: int = 0
    correction_id: int = 0
    amendment_id: int = 0
    twice: bool = False  # the reader enters its marks a second time
    registration_id: int = 0
    sending: int = 0


@dataclass(frozen=True, slots=True)
class Pile:
    """All that waits for one kind of work, its first few tasks at hand."""

    kind: str
    title: Message
    empty: Message
    tasks: tuple[Task, ...]
    size: int


def piles(actor: Actor) -> list[Pile]:
    """Gather the work of somebody's roles, with as many statements for one event as for hundreds."""
    stages = [stage for stage, hats in HATS.items() if actor.has(*hats)]
    found = [_pile(stage, tasks) for stage, tasks in _events(actor, stages).items()]
    if actor.has(Role.ORGANISER):
        found += [_filings(actor), _endorsements(actor)]
    if actor.has(Role.CERTIFICATE_STAFF):
        waits = copies.waiting(actor)
        found += [_stale(actor), *(_on_paper(state, waits[state]) for state in PAPERS)]
    if actor.has(Role.INCENTIVE_REVIEWER):
        found.append(_unverified(actor))
    if actor.has(Role.APPEALS_PANEL):
        found.append(_appeals(actor))
    if actor.has(*corrections.APPROVES):
        found.append(_corrections(actor))
    if actor.has(*drafting.APPROVES):
        found.append(_amendments(actor))
    return sorted(found, key=lambda pile: not pile.size)


def _pile(stage: Stage, tasks: Sequence[Task]) -> Pile:
    title, empty = TITLES[stage]
    return Pile(stage.name.lower(), say(title), say(empty), tuple(tasks[:SHOWN]), len(tasks))


def _events(actor: Actor, stages: Sequence[Stage]) -> dict[Stage, list[Task]]:
    found: dict[Stage, list[Task]] = {stage: [] for stage in TITLES if stage in stages}
    if not found:
        return {}
    paths = {stage: actor.paths(HATS[stage]) for stage in found}
    reach = tuple({path for known in paths.values() for path in known})
    for way in planning.ways(organisations.below(reach)):
        stage = way.progress.stage
        if way.progress.state is EventState.SUSPENDED:
            continue  # nothing is to be done in it until it goes on
        if stage in found and way.path.startswith(paths[stage]):
            found[stage].append(_task(way, actor))
    return found


def _task(way: Way, actor: Actor) -> Task:
    progress, event = way.progress, way.event
    counts = {
        Stage.MARKS: say(N_("%(n)s missing"), n=progress.missing + progress.rejected),
        Stage.CHECK: say(N_("%(n)s to check"), n=progress.to_check),
        Stage.FINAL: say(N_("entries: %(n)s"), n=progress.entries),
        Stage.CERTIFICATES: say(N_("%(n)s to issue"), n=progress.unissued),
    }
    return Task(
        event.name,
        event.name_en,
        event.competition.name,
        event.competition.name_en,
        counts.get(progress.stage),
        event.competition_id,
        event.id,
        twice=event.competition.checking is Checking.DOUBLE and actor.holds(Role.CHECKER, way.path),
    )


def _filings(actor: Actor) -> Pile:
    """Find the competitions that wait for a second person's approval."""
    found = approvals.to_approve(actor)
    tasks = tuple(
        Task(c.name, c.name_en, c.host.name, c.host.name_en, None, c.id) for c in found[:SHOWN]
    )
    empty = say(N_("No competition waits for your approval."))
    return Pile("filings", say(N_("Competitions to approve")), empty, tasks, len(found))


def _endorsements(actor: Actor) -> Pile:
    """Find those who registered alone and need the agreement of their unit, the first in line first."""
    chosen = (
        select(Registration)
        .join(Registration.unit)
        .join(Registration.event)
        .where(
            Registration.state == RegistrationState.SUBMITTED,
            Event.state == EventState.REGISTRATION_OPEN,
            organisations.below(actor.paths(Role.ORGANISER)),
        )
        .options(contains_eager(Registration.event).joinedload(Event.competition))
        .order_by(Registration.id)
    )
    found = db.session.scalars(chosen).all()
    tasks = tuple(
        Task(
            *(row.name, ""),
            *(f"{row.event.name} · {row.event.competition.name}", row.event.name_en),
            None,
            *(row.event.competition_id, row.event_id),
            registration_id=row.id,
        )
        for row in found[:SHOWN]
    )
    title = N_("Registrations to agree to")
    empty = N_("Nobody waits for the agreement of the unit.")
    return Pile("endorsements", say(title), say(empty), tasks, len(found))


def _appeals(actor: Actor) -> Pile:
    """Find what people object to, ask and appeal against, the oldest first."""
    found = appeals.to_decide(actor)
    tasks = tuple(
        Task(
            *(f"{a.entry.code} {a.entry.name}" if a.entry else a.filed_by, ""),
            *(f"{a.event.code} {a.event.name}", a.event.name_en),
            say(KIND_LABELS[a.kind]),
            *(a.event.competition_id, a.event_id),
            appeal_id=a.id,
        )
        for a in found[:SHOWN]
    )
    title = N_("Objections, queries and appeals")
    empty = N_("Nothing waits for the appeals panel.")
    return Pile("appeals", say(title), say(empty), tasks, len(found))


def _corrections(actor: Actor) -> Pile:
    """Find the corrections that somebody else proposed."""
    found = corrections.to_approve(actor)
    tasks = tuple(
        Task(
            *(row.event.name, row.event.name_en),
            *(row.event.competition.name, row.event.competition.name_en),
            None,
            *(row.event.competition_id, row.event_id),
            correction_id=row.id,
        )
        for row in found[:SHOWN]
    )
    title, empty = N_("Corrections to approve"), N_("No correction waits for a second person.")
    return Pile("corrections", say(title), say(empty), tasks, len(found))


def _amendments(actor: Actor) -> Pile:
    """Find the amendments of marking schemes that somebody else proposed."""
    found = drafting.to_approve(actor)
    tasks = tuple(
        Task(
            *(row.event.name, row.event.name_en),
            *(row.event.competition.name, row.event.competition.name_en),
            None,
            *(row.event.competition_id, row.event_id),
            amendment_id=row.id,
        )
        for row in found[:SHOWN]
    )
    title, empty = N_("Amendments to approve"), N_("No amendment waits for a second person.")
    return Pile("amendments", say(title), say(empty), tasks, len(found))


def _stale(actor: Actor) -> Pile:
    """Find certificates in force that would say something else today."""
    tasks = [
        Task(c.number, "", str(c.facts.get("holder_name", "")), "", None, certificate_id=c.id)
        for c, _ in certificates.outdated(actor)
    ]
    title, empty = N_("Certificates that differ"), N_("Every certificate still says what is true.")
    return Pile("stale", say(title), say(empty), tuple(tasks[:SHOWN]), len(tasks))


def _on_paper(state: str, found: Sequence[tuple[Sending, int]]) -> Pile:
    """Name the sendings of which papers still have to be confirmed, or handed over, the latest first."""
    tasks = tuple(
        Task(
            *(" · ".join(filter(None, (row.printer, row.sent_by))), ""),
            *(row.day.isoformat(), ""),
            say(N_("papers: %(n)s"), n=n),
            sending=row.id,
        )
        for row, n in found[:SHOWN]
    )
    title, empty = PAPERS[state]
    return Pile(f"papers_{state}", say(title), say(empty), tasks, sum(n for _, n in found))


PAPERS = {
    "sent": (N_("Sent to a printer, not confirmed"), N_("Every paper that was sent is confirmed.")),
    "confirmed": (
        N_("On paper, not handed over"),
        N_("Every paper that is printed is handed over."),
    ),
}


def _unverified(actor: Actor) -> Pile:
    """Find the qualifications that nobody has checked, the oldest first."""
    chosen = (
        select(Qualification.id, Person.name, Qualification.issuer)
        .join(Person, Qualification.person_id == Person.id)
        .where(Qualification.verification == Verification.UNVERIFIED, people.visible_to(actor))
        .order_by(Qualification.id)
    )
    few = db.session.execute(chosen.add_columns(func.count().over()).limit(SHOWN)).all()
    size = few[0][-1] if few else 0
    tasks = tuple(
        Task(name, "", issuer, "", None, qualification_id=key) for key, name, issuer, _ in few
    )
    title, empty = N_("Qualifications to check"), N_("Every registered qualification was checked.")
    return Pile("qualifications", say(title), say(empty), tasks, size)
