"""Questions about certificates: what may be issued, what would be printed, what is stale, what a stranger may know."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from skillhub.awards.models import Award, AwardState
from skillhub.certificates import rules
from skillhub.certificates.models import (
    Certificate,
    CertificatePdf,
    CertificateState,
)
from skillhub.certificates.rules import Answer, Deed, Named, TypedAs
from skillhub.competitions.models import Competition, Event
from skillhub.entries.models import Entry
from skillhub.kernel.db import db
from skillhub.kernel.errors import BadInput, Conflict, NotFound
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.paper import Template
from skillhub.kernel.preflight import preflight
from skillhub.kernel.settings import ROOT, settings
from skillhub.results.models import ResultLine

FOLDER = ROOT / "templates" / "certificates"
LIVE = (CertificateState.RESERVED, CertificateState.ISSUED)
SAMPLE_CODE = rules.code_of((1 << rules.CODE_BITS) - 1)


@dataclass(frozen=True, slots=True)
class Finding:
    """An award whose certificate cannot be printed as it is, and why."""

    award: Award
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class Proof:
    """What a look before the batch found: what is ready, with its facts, and what is not."""

    ready: dict[int, dict[str, Any]] = field(default_factory=dict)  # by award
    findings: list[Finding] = field(default_factory=list)

    @property
    def problems(self) -> list[Problem]:
        """Give the findings one by one, each with whose award it is."""
        return [
            Problem(f"{f.award.event.code}/{f.award.entry.code} {f.award.entry.name}", p.message)
            for f in self.findings
            for p in f.problems
        ]


@dataclass(frozen=True, slots=True)
class Verified:
    """What was typed, and what is known of it."""

    typed: TypedAs
    answer: Answer
    certificate: Certificate | None


def waiting(competition: Competition, events: Sequence[Event] | None = None) -> Sequence[Award]:
    """Give the awards that stand and have neither a number nor a certificate in force."""
    live = select(Certificate.award_id).where(Certificate.state.in_(LIVE))
    chosen = _with_deeds(competition, events).where(Award.id.not_in(live))
    return db.session.scalars(chosen).all()


def _with_deeds(competition: Competition, events: Sequence[Event] | None) -> Select[Award]:
    """Select standing awards with all that stands on a certificate, in the order in which numbers are given."""
    chosen = (
        select(Award)
        .join(Award.event)
        .join(Award.entry)
        .where(Event.competition_id == competition.id, Award.state == AwardState.CONFERRED)
        .options(*deeds(joinedload))
        .order_by(Event.code, Award.position, Award.place, Entry.code, Award.id)
    )
    return chosen if events is None else chosen.where(Event.id.in_([e.id for e in events]))


def deeds(load: Any) -> tuple[Any, ...]:
    """Load what a deed is made of along with awards."""
    return (
        load(Award.event).joinedload(Event.competition).joinedload(Competition.host),
        load(Award.entry).joinedload(Entry.person),
        load(Award.entry).joinedload(Entry.organisation),
        load(Award.entry).selectinload(Entry.members),
    )


def deed_of(award: Award, fields: dict[int, int]) -> Deed:
    """Put together what a certificate of an award says today; `fields` counts the ranked of each result."""
    entry, event = award.entry, award.event
    competition, host, unit = event.competition, event.competition.host, entry.organisation
    person = entry.person
    return Deed(
        holder=person.name if person else entry.name,
        holder_latin=person.name_latin if person else "",
        members=tuple(
            member.person.name if member.person else member.name
            for member in entry.members
            if not member.reserve
        ),
        organisation=Named(unit.name, unit.name_en) if unit else Named(""),
        competition=Named(competition.name, competition.name_en),
        event=Named(event.name, event.name_en),
        award=Named(award.title, award.title_en),
        place=award.place,
        field=fields.get(award.result_version_id, 0),
        awarded_on=award.awarded_on,
        venue=competition.place,
        issuer=Named(host.name, host.name_en),
    )


def fields_of(awards: Sequence[Award]) -> dict[int, int]:
    """Count the ranked entries of the results that awards rest on."""
    versions = {award.result_version_id for award in awards}
    counted = (
        select(ResultLine.result_version_id, func.count())
        .where(ResultLine.result_version_id.in_(versions), ResultLine.rank.is_not(None))
        .group_by(ResultLine.result_version_id)
    )
    return {version: n for version, n in db.session.execute(counted)}  # noqa: C416  (rows are no pairs to a type checker)


def facts_of(awards: Sequence[Award]) -> dict[int, dict[str, str | list[str]]]:
    """Give the facts of awards as they are today, by award."""
    fields = fields_of(awards)
    return {award.id: rules.facts_of(deed_of(award, fields)) for award in awards}


def on_paper(number: str, code: str) -> dict[str, str]:
    """Give the facts that differ from paper to paper: the number, and where it is verified."""
    address = settings.public_url.rstrip("/")
    return {
        "number": number,
        "verify_url": f"{address}/v/{code.lower()}",
        "verify_at": f"{address}/verify",
        "verify_code": rules.grouped(code),
    }


def signed(signatories: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """Give who signs, with their offices, as facts."""
    return {
        "signatories": [name for name, _ in signatories],
        "signatory_roles": [office for _, office in signatories],
    }


def proof(
    awards: Sequence[Award], template: Template, signatories: Sequence[tuple[str, str]] = ()
) -> Proof:
    """Look before a batch: find characters without a glyph, texts too long, and what is missing."""
    found = Proof()
    facts = facts_of(awards)
    for award in awards:
        issuer = award.event.competition.host
        number = rules.number_of(f"{issuer_sign(issuer)}-0000", award.event.code, 0)
        whole = facts[award.id] | on_paper(number, SAMPLE_CODE) | signed(signatories)
        problems = [p for p in preflight(template, whole) if p.severity == "error"]
        if problems:
            found.findings.append(Finding(award, tuple(problems)))
        else:
            found.ready[award.id] = facts[award.id]
    return found


def issuer_sign(issuer: Any) -> str:
    """Give the letters with which an issuer's numbers begin: the setting for the top of the tree, else its code."""
    code = settings.issuer if issuer.parent_id is None else issuer.code
    return rules.sign_of(code, rules.ISSUER_LENGTH) or rules.sign_of(
        settings.issuer, rules.ISSUER_LENGTH
    )


def certificates_of(
    competition: Competition, events: Sequence[Event] | None = None
) -> Select[Certificate]:
    """Select the certificates of a competition, by number."""
    chosen = (
        select(Certificate)
        .join(Certificate.award)
        .join(Award.event)
        .where(Event.competition_id == competition.id)
        .order_by(Certificate.series_id, Certificate.serial)
    )
    return chosen if events is None else chosen.where(Event.id.in_([e.id for e in events]))


def reserved(competition: Competition, events: Sequence[Event] | None = None) -> list[int]:
    """Give the certificates that have a number and no paper yet."""
    chosen = certificates_of(competition, events).where(
        Certificate.state == CertificateState.RESERVED
    )
    return list(db.session.scalars(chosen.with_only_columns(Certificate.id)))


def to_print(
    competition: Competition, events: Sequence[Event] | None = None, order: str = "number"
) -> list[Certificate]:
    """Give the certificates in force in the order asked for: name, organisation, rank or number."""
    chosen = certificates_of(competition, events).where(
        Certificate.state == CertificateState.ISSUED
    )
    chosen = chosen.options(joinedload(Certificate.award).joinedload(Award.event))
    found = list(db.session.scalars(chosen))
    if order not in rules.ORDERS:
        text = N_("There is no order “%(order)s”. There are: %(known)s.")
        raise BadInput(say(text, order=order, known=", ".join(rules.ORDERS)))
    if order == "number":
        return found
    return sorted(
        found,
        key=lambda c: rules.order_key(
            order, c.award.event.code, c.award.position, c.award.place, c.facts
        ),
    )


def pdf_of(certificate_id: int) -> bytes:
    """Give the kept bytes of a certificate; bytes that are not the ones once kept are never handed out."""
    row = db.session.execute(
        select(CertificatePdf.content, Certificate.pdf_sha256, Certificate.number)
        .join(Certificate, CertificatePdf.certificate_id == Certificate.id)
        .where(Certificate.id == certificate_id)
    ).one_or_none()
    if row is None:
        raise NotFound(say(N_("This certificate is not printed yet.")))
    if hashlib.sha256(row.content).hexdigest() != row.pdf_sha256:
        text = N_("The kept file of %(number)s is damaged. Bring it back from a backup.")
        raise Conflict(say(text, number=row.number))
    return bytes(row.content)


def stale(certificates: Sequence[Certificate]) -> Iterator[tuple[Certificate, list[str]]]:
    """Find certificates in force whose award was revoked, or that would say something else today, and name what."""
    fields = fields_of([c.award for c in certificates])
    for certificate in certificates:
        award = certificate.award
        if award.state is AwardState.REVOKED:
            yield certificate, ["award"]
        elif differs := rules.differing(certificate.facts, rules.facts_of(deed_of(award, fields))):
            yield certificate, differs


def with_deeds(chosen: Select[Certificate]) -> Select[Certificate]:
    """Load what a certificate's award would say today along with it."""
    return chosen.options(selectinload(Certificate.award).options(*deeds(joinedload)))


def verified(text: str, day: date) -> Verified:
    """Look up what somebody typed or scanned, in one question to the database."""
    typed = rules.read_typed(text)
    column = {TypedAs.CODE: Certificate.code, TypedAs.NUMBER: Certificate.folded}.get(typed.kind)
    if column is None:
        return Verified(typed.kind, Answer.UNKNOWN, None)
    found = db.session.scalars(
        select(Certificate)
        .where(column == typed.folded)
        .options(joinedload(Certificate.replaced_by))
    ).one_or_none()
    answer = rules.answer_on(day, found.state, found.expires_on) if found else Answer.UNKNOWN
    return Verified(typed.kind, answer, found if answer is not Answer.UNKNOWN else None)
