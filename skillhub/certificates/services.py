"""Giving numbers, keeping what was printed, replacing, withdrawing: each in one write unit."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from skillhub.awards.models import Award, AwardState
from skillhub.certificates import queries, rules
from skillhub.certificates.models import (
    Certificate,
    CertificateBlock,
    CertificatePdf,
    CertificateState,
    Seal,
    Series,
    TemplateVersion,
)
from skillhub.competitions.models import Competition
from skillhub.deeds import queries as deeds
from skillhub.kernel.access import Actor
from skillhub.kernel.canonical import canonical
from skillhub.kernel.db import db, transaction
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.paper import Template, packed
from skillhub.kernel.pdf import Stamped
from skillhub.kernel.signing.signer import Signer
from skillhub.organisations.models import Organisation
from skillhub.terms import queries as terms

Facts = Mapping[str, Any]


@transaction()
def reserve(
    competition: Competition,
    ready: Mapping[int, Facts],
    template: Template,
    actor: Actor,
    moment: datetime,
    day: date,
    signatories: Sequence[tuple[str, str]] = (),
) -> list[int]:
    """Give every award its number and freeze its facts; what changed since it was looked at, or is held, is left out.

    `ready` maps awards to the facts that were found fit to print. Gives the keys of the new certificates.
    """
    still = {award.id: award for award in queries.waiting(competition, among=list(ready))}
    facts, held = deeds.facts_of(list(still.values())), deeds.held(list(still.values()))
    fits = (award for key, award in still.items() if facts[key] == dict(ready[key]))
    same = [award for award in fits if award.id not in held]
    if not same:
        return []

    series, version = series_of(competition.host, day.year), version_of(template)
    last = terms.last_day(competition, template.code, day)
    signed = rules.signed(signatories) | {"issued_on": day.isoformat()}
    papers = (series, version, actor, moment, last, competition.id)
    rows = [numbered(award, facts[award.id] | signed, *papers) for award in same]
    db.session.add_all(rows)
    act(actor, "certificates.reserve", competition, note={"certificates": len(rows)})
    return [row.id for row in rows]


@transaction()
def keep(
    certificate: Certificate,
    printed: Stamped,
    actor: Actor,
    moment: datetime,
    seal_id: int | None = None,
) -> bool:
    """Keep the printed bytes of a reserved certificate, which is thereby issued; False when another was faster."""
    if certificate.state is not CertificateState.RESERVED:
        return False
    if certificate.award_id:
        deeds.refuse_waiting([certificate.award])

    certificate.state, certificate.problem = CertificateState.ISSUED, None
    certificate.seal_id = seal_id
    certificate.pdf_sha256 = printed.sha256
    certificate.issued_at, certificate.issued_by = moment, actor.name or actor.login
    block_id = _block(printed.block) if printed.block else None
    db.session.add(
        CertificatePdf(certificate_id=certificate.id, block_id=block_id, content=printed.tail)
    )
    act(actor, "certificates.issue", certificate)
    return True


@transaction()
def take_up(signer: Signer, actor: Actor, moment: datetime) -> int:
    """Note with which key papers are signed from now on, once; gives the key of its row."""
    known = select(Seal.id).where(Seal.fingerprint == signer.fingerprint)
    if (found := db.session.scalar(known)) is not None:
        return found
    seal = Seal(
        fingerprint=signer.fingerprint,
        name=signer.name,
        demo=signer.demo,
        certificate=signer.certificate.dump(),
        taken_up_at=moment,
    )
    db.session.add(seal)
    db.session.flush()
    act(actor, "certificates.take_up", seal)
    return seal.id


@transaction()
def note_problem(certificate: Certificate, problem: Message, actor: Actor) -> None:
    """Note why a reserved certificate could not be printed; its number waits for it."""
    if certificate.state is CertificateState.RESERVED and certificate.problem != problem.as_json():
        certificate.problem = problem.as_json()
        act(actor, "certificates.fail", certificate)


@transaction()
def replace(
    certificate: Certificate,
    why: str,
    template: Template,
    actor: Actor,
    moment: datetime,
    day: date,
) -> Certificate:
    """Give the award of an issued certificate a new number with the facts of today; the old one points to it."""
    _refuse_unless(certificate, CertificateState.ISSUED, why)
    award = certificate.award
    if not certificate.award_id or award.state is AwardState.REVOKED:
        raise Conflict(say(N_("The award was revoked. Withdraw its certificate instead.")))
    signatories = rules.signatories_of(certificate.facts)
    proof = queries.proof([award], template, signatories)
    if proof.findings:
        raise BadInput(say(N_("The new certificate cannot be printed yet.")), proof.problems)

    return follow(certificate, award, proof.ready[award.id], template, why, actor, moment, day)


@transaction()
def succeed(
    certificate: Certificate,
    award: Award,
    facts: Facts,
    template: Template,
    why: str,
    actor: Actor,
    moment: datetime,
    day: date,
) -> Certificate:
    """Let the certificate of a revoked award point to the one of the award that took its place."""
    if certificate.award.state is not AwardState.REVOKED or award.state is AwardState.REVOKED:
        raise Conflict(say(N_("Only the award that took its place can succeed a revoked one.")))
    return follow(certificate, award, facts, template, why, actor, moment, day)


@transaction()
def withdraw(certificate: Certificate, why: str, actor: Actor, moment: datetime) -> None:
    """Declare an issued certificate no longer in force; its row and its bytes stay."""
    _refuse_unless(certificate, CertificateState.ISSUED, why)
    certificate.state = CertificateState.WITHDRAWN
    certificate.ended_at, certificate.ended_why = moment, why.strip()
    act(actor, "certificates.withdraw", certificate, why=why)


@transaction()
def void(certificate: Certificate, why: str, actor: Actor, moment: datetime) -> None:
    """Give up a reserved number that will never be printed; the reason explains the gap."""
    _refuse_unless(certificate, CertificateState.RESERVED, why)
    certificate.state = CertificateState.VOID
    certificate.ended_at, certificate.ended_why = moment, why.strip()
    act(actor, "certificates.void", certificate, why=why)


@transaction()
def hand_out(competition: Competition, numbers: int, how: str, actor: Actor) -> None:
    """Note in the journal that certificates of a competition were printed or downloaded."""
    act(actor, "certificates.print", competition, note={"certificates": numbers, "as": how})


@transaction()
def follow(
    certificate: Certificate,
    source: Award | tuple[str, str],
    ready: Facts,
    template: Template,
    why: str,
    actor: Actor,
    moment: datetime,
    day: date,
) -> Certificate:
    """Let a certificate be followed by a new one, for an award or a subject with its sign, with facts fit to print."""
    _refuse_unless(certificate, CertificateState.ISSUED, why)
    series, version = series_of(certificate.series.issuer, day.year), version_of(template)
    facts = dict(ready) | rules.signed(rules.signatories_of(certificate.facts))
    last = certificate.expires_on  # a new paper for the old one is no renewal
    if last is None and isinstance(source, Award):
        last = terms.last_day(source.event.competition, template.code, day)
    facts["issued_on"] = day.isoformat()
    # One award has one live certificate at any moment, so the old one steps back before the new one is numbered.
    certificate.state = CertificateState.WITHDRAWN
    certificate.ended_at, certificate.ended_why = moment, why.strip()
    db.session.flush()
    how = (series, version, actor, moment, last, certificate.competition_id)
    new = numbered(source, facts, *how)
    db.session.add(new)
    db.session.flush()
    certificate.state, certificate.replaced_by = CertificateState.REPLACED, new
    act(actor, "certificates.replace", certificate, why=why, note={"by": new.number})
    return new


def _refuse_unless(certificate: Certificate, state: CertificateState, why: str) -> None:
    if certificate.state is not state:
        text = N_("Certificate %(number)s is %(state)s; this cannot be done with it.")
        raise Conflict(say(text, number=certificate.number, state=certificate.state.value))
    if not why.strip():
        raise BadInput(say(N_("Say why.")))


@transaction()
def series_of(issuer: Organisation, year: int) -> Series:
    """Find the run of numbers of an issuer and year, or begin it; two issuers never share a prefix."""
    mine = select(Series).where(Series.issuer_id == issuer.id, Series.year == year)
    if found := db.session.scalar(mine):
        return found
    sign = queries.issuer_sign(issuer)
    others = db.session.scalars(select(Series.prefix).where(Series.year == year))
    if rules.fold(f"{sign}-{year}") in {rules.fold(prefix) for prefix in others}:
        sign = sign[: rules.ISSUER_LENGTH - len(str(issuer.id))] + str(issuer.id)
    series = Series(issuer=issuer, year=year, prefix=f"{sign}-{year}", last=0)
    db.session.add(series)
    return series


@transaction()
def version_of(template: Template) -> TemplateVersion:
    """Keep this state of a template, once."""
    same = select(TemplateVersion).where(TemplateVersion.sha256 == template.sha256)
    if (found := db.session.scalar(same)) is None:
        title = template.title.get("en") or template.code
        found = TemplateVersion(
            code=template.code, title=title, sha256=template.sha256, files=packed(template)
        )
        db.session.add(found)
    return found


def _block(content: bytes) -> int:
    """Keep what many files begin with, once."""
    sha256 = hashlib.sha256(content).hexdigest()
    known = db.session.scalar(select(CertificateBlock.id).where(CertificateBlock.sha256 == sha256))
    if known:
        return known
    block = CertificateBlock(sha256=sha256, content=content)
    db.session.add(block)
    db.session.flush()
    return block.id


@transaction()
def numbered(
    source: Award | tuple[str, str],
    facts: Facts,
    series: Series,
    version: TemplateVersion,
    actor: Actor,
    moment: datetime,
    last: date | None,
    competition_id: int | None,
) -> Certificate:
    """Take the next number, for an award or a subject with its sign; nobody else writes meanwhile."""
    series.last += 1
    sign = source.event.code if isinstance(source, Award) else source[1]
    number = rules.number_of(series.prefix, sign, series.last)
    code = rules.code_of(secrets.randbits(rules.CODE_BITS))
    frozen = dict(facts) | queries.on_paper(number, code, last)
    whose = {"award": source} if isinstance(source, Award) else {"subject": source[0]}
    return Certificate(
        **whose,
        competition_id=competition_id,
        series=series,
        serial=series.last,
        number=number,
        folded=rules.fold(number),
        code=code,
        template_version=version,
        facts=frozen,
        facts_sha256=hashlib.sha256(canonical(frozen).encode()).hexdigest(),
        issued_by=actor.name or actor.login,
        issued_at=moment,
        expires_on=last,
    )
