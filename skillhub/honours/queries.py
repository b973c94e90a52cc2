"""Questions about papers beside awards: who could get one, what it says today, and who has it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from skillhub.accounts import queries as accounts
from skillhub.accounts.models import User
from skillhub.certificates import queries as certificates
from skillhub.certificates import rules as numbers
from skillhub.certificates.models import Certificate, CertificateState
from skillhub.commendations import queries as commendations
from skillhub.competitions.models import Competition, Event
from skillhub.deeds import queries as deeds
from skillhub.deeds.rules import Named
from skillhub.entries.models import Entry, TeamMember
from skillhub.honours import rules
from skillhub.honours.rules import KINDS, Honour, Kind, Setting
from skillhub.kernel.access import Role
from skillhub.kernel.db import db
from skillhub.kernel.errors import NotFound
from skillhub.kernel.messages import Problem
from skillhub.kernel.paper import Template
from skillhub.kernel.preflight import preflight
from skillhub.panels import queries as panels
from skillhub.qualifications.models import Qualification
from skillhub.qualifications.rules import LEVELS, Verification
from skillhub.results.models import ResultLine, ResultVersion

ORGANISING = (Role.ORGANISER,)
Keys = Collection[int] | None  # of what is looked for; None for all


@dataclass(frozen=True, slots=True)
class Line:
    """One paper there could be, and the one there is."""

    honour: Honour
    certificate: Certificate | None
    differs: tuple[str, ...] = ()

    @property
    def printed(self) -> bool:
        """Tell whether the paper is there."""
        return self.certificate is not None and self.certificate.state is CertificateState.ISSUED

    @property
    def words(self) -> str:
        """Give what it is found by."""
        facts, number = self.honour.facts, self.certificate.number if self.certificate else ""
        return f"{facts['holder_name']} {facts['holder_latin']} {facts['organisation']} {number}"


def kind_of(code: str) -> Kind:
    """Give a kind of paper; raises NotFound for no such kind."""
    if code not in KINDS:
        raise NotFound
    return KINDS[code]


def lines_of(kind: Kind, competition: Competition, day: date) -> list[Line]:
    """List who could get a paper of a kind, each with the one in force, and what that would say otherwise today."""
    found = list(FINDERS[kind.code](competition, _setting(competition, day), None))
    live = certificates.live_of([honour.subject for honour in found])
    lines = []
    for honour in found:
        paper = live.get(honour.subject)
        differs = numbers.differing(paper.facts, honour.facts) if paper else ()
        lines.append(Line(honour, paper, tuple(differs)))
    return lines


def sought(lines: Iterable[Line], which: str, words: str) -> list[Line]:
    """Pick papers by how far they are (waiting, issued, all), and by words in the name, the unit or the number."""
    wanted = {"waiting": (False,), "issued": (True,)}.get(which, (False, True))
    look = words.strip().casefold()
    return [line for line in lines if line.printed in wanted and look in line.words.casefold()]


class Listed(Pagination):
    """A page of a list; `rows` is the whole of it."""

    def _query_items(self) -> list[Any]:
        start = self._query_offset
        return list(self._query_args["rows"][start : start + self.per_page])

    def _query_count(self) -> int:
        return len(self._query_args["rows"])


def page_of(lines: Sequence[Line], page: int) -> Pagination:
    """Give a page of papers."""
    return Listed(rows=lines, page=min(max(page, 1), 10**6), per_page=200, error_out=False)


def some(
    kind: Kind, competition: Competition, day: date, subjects: Collection[str]
) -> dict[str, Honour]:
    """Give what some papers of a kind would say today, by subject; what there is no reason for any more is left out."""
    wanted = set(subjects)
    keys = [rules.kind_and_key(subject)[2] for subject in wanted]
    found = FINDERS[kind.code](competition, _setting(competition, day), keys)
    return {honour.subject: honour for honour in found if honour.subject in wanted}


def today(certificate: Certificate, day: date) -> tuple[Competition, Honour] | None:
    """Give what the paper of a certificate would say today, and of which competition; None where there is no reason."""
    code, competition_id, _ = rules.kind_and_key(certificate.subject)
    competition = db.session.get(Competition, competition_id) if code else None
    if competition is None:
        return None
    honour = some(KINDS[code], competition, day, [certificate.subject]).get(certificate.subject)
    return (competition, honour) if honour else None


@dataclass(frozen=True, slots=True)
class Finding:
    """A paper of which the look has something to say."""

    honour: Honour
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class Proof:
    """What a look before the papers found: what is ready, by subject, what is not, and what is to be asked about."""

    ready: dict[str, rules.Facts] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    doubts: list[Finding] = field(default_factory=list)


def proof(
    competition: Competition,
    kind: Kind,
    honours: Iterable[Honour],
    template: Template,
    signatories: Sequence[tuple[str, str]] = (),
) -> Proof:
    """Look before the papers are made, with a number and a code as long as they will be."""
    prefix = f"{certificates.issuer_sign(competition.host)}-0000"
    number = numbers.number_of(prefix, kind.sign, 0)
    beside = certificates.on_paper(number, certificates.SAMPLE_CODE) | numbers.signed(signatories)
    found = Proof()
    for honour in honours:
        if problems := preflight(template, {**honour.facts, **beside}):
            found.findings.append(Finding(honour, tuple(problems)))
            continue
        found.ready[honour.subject] = honour.facts
        if doubts := tuple(deeds.doubts(template, honour.facts)):
            found.doubts.append(Finding(honour, doubts))
    return found


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


def _participants(competition: Competition, setting: Setting, keys: Keys) -> Iterator[Honour]:
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
    if keys is not None:
        chosen = chosen.where(Entry.id.in_(keys))
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
        honour = _honour("participation", competition, "entry", entry.id, facts)
        yield replace(honour, person_id=entry.person_id, event_id=entry.event_id)


def _helpers(competition: Competition, setting: Setting, _keys: Keys) -> Iterator[Honour]:
    judges = {s.user_id: s.user for s in panels.seats_at([e.id for e in competition.events])}
    organisers = accounts.holders(ORGANISING, competition.host.path)
    roles = [(user, rules.JUDGE) for user in judges.values()]
    roles += [(user, rules.ORGANISER) for user in organisers if user.id not in judges]
    for user, role in roles:
        facts = rules.thanked(rules.deed_of(setting, *_called(user)), role)
        honour = _honour("thanks", competition, "user", user.id, facts)
        yield replace(honour, person_id=user.person_id)


def _called(user: User) -> tuple[Named, str]:
    person = user.person
    return (
        (Named(person.name), person.name_latin)
        if person
        else (Named(user.name or user.username), "")
    )


def _commended(competition: Competition, setting: Setting, _keys: Keys) -> Iterator[Honour]:
    for row in commendations.commended(competition):
        unit = row.organisation
        deed = rules.deed_of(setting, Named(unit.name, unit.name_en))
        facts = rules.commended(deed, Named(row.title))
        honour = _honour("commendation", competition, "commendation", row.id, facts)
        yield replace(honour, organisation_id=unit.id)


def _qualified(competition: Competition, setting: Setting, keys: Keys) -> Iterator[Honour]:
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
    if keys is not None:
        chosen = chosen.where(Qualification.id.in_(keys))
    for row in db.session.scalars(chosen):
        trade = row.occupation
        deed = rules.deed_of(setting, Named(row.person.name), row.person.name_latin)
        named = Named(trade.name_zh, trade.name) if trade else Named(row.number)
        level = LEVELS.get(row.level or "")
        said = f"{level.name_zh} · {level.name}" if level else ""
        facts = rules.qualified(deed, named, said)
        honour = _honour("qualification", competition, "qualification", row.id, facts)
        yield replace(honour, person_id=row.person_id)


def _honour(kind: str, competition: Competition, what: str, key: int, facts: rules.Facts) -> Honour:
    return Honour(rules.subject_of(kind, competition.id, what, key), facts)


FINDERS: dict[str, Callable[[Competition, Setting, Keys], Iterator[Honour]]] = {
    "participation": _participants,
    "thanks": _helpers,
    "commendation": _commended,
    "qualification": _qualified,
}
