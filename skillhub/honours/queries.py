"""Questions about papers beside awards: who could get one, what it says today, and who has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from skillhub.accounts import queries as accounts
from skillhub.accounts.models import User
from skillhub.certificates import queries as certificates
from skillhub.certificates import rules as numbers
from skillhub.certificates.models import Certificate
from skillhub.commendations import queries as commendations
from skillhub.competitions.models import Competition, Event
from skillhub.deeds.rules import Named
from skillhub.entries.models import Entry, TeamMember
from skillhub.honours import rules
from skillhub.honours.rules import KINDS, Honour, Kind, Setting
from skillhub.kernel.access import Role
from skillhub.kernel.db import db
from skillhub.kernel.errors import NotFound
from skillhub.kernel.jobs import Job
from skillhub.kernel.messages import Problem
from skillhub.kernel.paper import Template
from skillhub.kernel.preflight import preflight
from skillhub.panels import queries as panels
from skillhub.qualifications.models import Qualification
from skillhub.qualifications.rules import LEVELS, Verification
from skillhub.results.models import ResultLine, ResultVersion

ORGANISING = (Role.ORGANISER,)
WORK = "honours.issue"


@dataclass(frozen=True, slots=True)
class Line:
    """One paper there could be, and the one there is."""

    honour: Honour
    certificate: Certificate | None
    differs: tuple[str, ...] = ()


def kind_of(code: str) -> Kind:
    """Give a kind of paper; raises NotFound for no such kind."""
    if code not in KINDS:
        raise NotFound
    return KINDS[code]


def lines_of(kind: Kind, competition: Competition, day: date) -> list[Line]:
    """List who could get a paper of a kind, each with the one in force, and what that would say otherwise today."""
    found = list(FINDERS[kind.code](competition, _setting(competition, day)))
    live = certificates.live_of([honour.subject for honour in found])
    lines = []
    for honour in found:
        paper = live.get(honour.subject)
        differs = numbers.differing(paper.facts, honour.facts) if paper else ()
        lines.append(Line(honour, paper, tuple(differs)))
    return lines


def latest(competition: Competition, kind: Kind) -> Job | None:
    """Find the latest work on the papers of a kind."""
    chosen = select(Job).where(Job.kind == WORK, Job.path == competition.host.path)
    for job in db.session.scalars(chosen.order_by(Job.id.desc()).limit(200)):
        work = job.arguments["work"]
        if (work["competition"], work["kind"]) == (competition.id, kind.code):
            return job
    return None


def proof(
    competition: Competition,
    kind: Kind,
    lines: Sequence[Line],
    template: Template,
    signatories: Sequence[tuple[str, str]] = (),
) -> tuple[dict[str, rules.Facts], list[Problem]]:
    """Look before the papers are made: what is ready, by subject, and what stands against the others."""
    prefix = f"{certificates.issuer_sign(competition.host)}-0000"
    number = numbers.number_of(prefix, kind.sign, 0)
    beside = certificates.on_paper(number, certificates.SAMPLE_CODE) | numbers.signed(signatories)
    ready, problems = {}, []
    for line in lines:
        if line.certificate:
            continue
        if against := preflight(template, {**line.honour.facts, **beside}):
            name = str(line.honour.facts["holder_name"])
            problems += [Problem(name, p.message, p.severity) for p in against]
        else:
            ready[line.honour.subject] = line.honour.facts
    return ready, problems


def _setting(competition: Competition, day: date) -> Setting:
    host = competition.host
    return Setting(
        Named(competition.name, competition.name_en),
        Named(host.name, host.name_en),
        min(competition.ends_on or day, day),
        competition.place,
        competition.starts_on,
        competition.ends_on,
    )


def _participants(competition: Competition, setting: Setting) -> Iterator[Honour]:
    chosen = (
        select(Entry)
        .join(ResultLine, ResultLine.entry_id == Entry.id)
        .join(ResultVersion, ResultLine.result_version_id == ResultVersion.id)
        .join(Event, ResultVersion.event_id == Event.id)
        .where(
            Event.competition_id == competition.id,
            ResultVersion.is_current,
            ResultVersion.signed_at.is_not(None),
            ResultLine.rank.is_not(None),
        )
        .options(
            joinedload(Entry.event),
            joinedload(Entry.person),
            joinedload(Entry.organisation),
            selectinload(Entry.members).joinedload(TeamMember.person),
        )
        .order_by(Event.code, Entry.code)
    )
    for entry in db.session.scalars(chosen):
        person, unit = entry.person, entry.organisation
        team = [member for member in entry.members if not member.reserve]
        names = [member.person.name if member.person else member.name for member in team]
        latin = [(m.person.name_latin or m.person.name) if m.person else m.name for m in team]
        deed = rules.deed_of(
            setting,
            Named(person.name if person else entry.name),
            person.name_latin if person else "",
            Named(unit.name, unit.name_en) if unit else rules.NOTHING,
        )
        event = Named(entry.event.name, entry.event.name_en)
        facts = rules.took_part(deed, event, tuple(names), tuple(latin))
        yield _honour("participation", competition, "entry", entry.id, facts)


def _helpers(competition: Competition, setting: Setting) -> Iterator[Honour]:
    judges = {s.user_id: s.user for s in panels.seats_at([e.id for e in competition.events])}
    organisers = accounts.holders(ORGANISING, competition.host.path)
    roles = [(user, rules.JUDGE) for user in judges.values()]
    roles += [(user, rules.ORGANISER) for user in organisers if user.id not in judges]
    for user, role in roles:
        facts = rules.thanked(rules.deed_of(setting, *_called(user)), role)
        yield _honour("thanks", competition, "user", user.id, facts)


def _called(user: User) -> tuple[Named, str]:
    person = user.person
    return (
        (Named(person.name), person.name_latin)
        if person
        else (Named(user.name or user.username), "")
    )


def _commended(competition: Competition, setting: Setting) -> Iterator[Honour]:
    for row in commendations.commended(competition):
        unit = row.organisation
        deed = rules.deed_of(setting, Named(unit.name, unit.name_en))
        facts = rules.commended(deed, Named(row.title))
        yield _honour("commendation", competition, "commendation", row.id, facts)


def _qualified(competition: Competition, setting: Setting) -> Iterator[Honour]:
    host, since = competition.host, competition.ends_on or competition.starts_on
    if since is None:
        return
    competitors = (
        select(Entry.person_id)
        .join(Entry.event)
        .where(Event.competition_id == competition.id, Entry.person_id.is_not(None))
    )
    chosen = (
        select(Qualification)
        .where(
            Qualification.person_id.in_(competitors),
            Qualification.issuer == host.name,
            Qualification.issued_on >= since,
            Qualification.verification == Verification.VERIFIED,
            Qualification.revoked_on.is_(None),
        )
        .options(joinedload(Qualification.person), joinedload(Qualification.occupation))
        .order_by(Qualification.number)
    )
    for row in db.session.scalars(chosen):
        trade = row.occupation
        deed = rules.deed_of(setting, Named(row.person.name), row.person.name_latin)
        named = Named(trade.name_zh, trade.name) if trade else Named(row.number)
        level = LEVELS.get(row.level or "")
        said = f"{level.name_zh} · {level.name}" if level else ""
        yield _honour(
            "qualification",
            competition,
            "qualification",
            row.id,
            rules.qualified(deed, named, said),
        )


def _honour(kind: str, competition: Competition, what: str, key: int, facts: rules.Facts) -> Honour:
    return Honour(rules.subject_of(kind, competition.id, what, key), facts)


FINDERS: dict[str, Callable[[Competition, Setting], Iterator[Honour]]] = {
    "participation": _participants,
    "thanks": _helpers,
    "commendation": _commended,
    "qualification": _qualified,
}
