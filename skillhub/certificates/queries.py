"""Questions about certificates: what waits, what is kept, what is stale, what a stranger may know."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import Select, Table, Text, bindparam, select
from sqlalchemy import cast as as_type
from sqlalchemy.orm import joinedload, selectinload

from skillhub.awards.models import Award, AwardState
from skillhub.certificates import rules
from skillhub.certificates.models import Certificate, CertificatePdf, CertificateState, Series
from skillhub.certificates.rules import Answer, TypedAs, Verified
from skillhub.competitions.models import Competition, Event
from skillhub.deeds import queries as deeds
from skillhub.deeds.queries import Proof
from skillhub.entries.models import Entry
from skillhub.kernel.access import Actor, Role
from skillhub.kernel.db import batched, db, get_or_404
from skillhub.kernel.errors import BadInput, Conflict, NotFound
from skillhub.kernel.exact import day_of
from skillhub.kernel.jobs import Job
from skillhub.kernel.messages import N_, say
from skillhub.kernel.paper import Template
from skillhub.kernel.settings import ROOT, settings
from skillhub.organisations.models import Organisation
from skillhub.organisations.queries import below
from skillhub.publishing import queries as publishing
from skillhub.terms import rules as terms

FOLDER = ROOT / "templates" / "certificates"
STAFF = (Role.CERTIFICATE_STAFF, Role.ORGANISER)
MOST_TO_DO = 500
PAPERS = cast(Table, Certificate.__table__).c
LOOKED_AT = select(
    *(PAPERS.id, PAPERS.state, PAPERS.expires_on, PAPERS.facts_sha256, PAPERS.version),
    publishing.opens_of(PAPERS.award_id).label("opens_at"),
)
LOOKS = {
    TypedAs.CODE: LOOKED_AT.where(PAPERS.code == bindparam("sought")),
    TypedAs.NUMBER: LOOKED_AT.where(PAPERS.folded == bindparam("sought")),
}
LIVE = (CertificateState.RESERVED, CertificateState.ISSUED)
SAMPLE_CODE = rules.code_of((1 << rules.CODE_BITS) - 1)


def waiting(
    competition: Competition,
    events: Sequence[Event] | None = None,
    among: Collection[int] | None = None,
) -> Sequence[Award]:
    """Give the awards without a number in force, in the order in which numbers are given; `among` some of them."""
    live = select(Certificate.award_id).where(
        Certificate.state.in_(LIVE), Certificate.subject == ""
    )
    chosen = (
        select(Award)
        .join(Award.event)
        .join(Award.entry)
        .where(Event.competition_id == competition.id, Award.state == AwardState.CONFERRED)
        .where(Award.id.not_in(live))
        .options(*deeds.loading())
        .order_by(Event.code, Award.position, Award.place, Entry.code, Award.id)
    )
    if events is not None:
        chosen = chosen.where(Event.id.in_([event.id for event in events]))
    if among is not None:
        chosen = chosen.where(Award.id.in_(among))
    return db.session.scalars(chosen).all()


def on_paper(number: str, code: str, last: date | None = None) -> dict[str, str]:
    """Give the facts of the paper itself: its number, where it is verified, and its last day if it has one."""
    address = settings.public_url.rstrip("/")
    return {
        "number": number,
        "verify_url": f"{address}/v/{code.lower()}",
        "verify_at": f"{address}/verify",
        "verify_code": rules.grouped(code),
    } | terms.until_line(last)


def proof(
    awards: Sequence[Award], template: Template, signatories: Sequence[tuple[str, str]] = ()
) -> Proof:
    """Look before a batch, with a number and a code as long as they will be."""

    def sample(award: Award) -> dict[str, Any]:
        event = award.event
        number = rules.number_of(f"{issuer_sign(event.competition.host)}-0000", event.code, 0)
        return on_paper(number, SAMPLE_CODE, terms.LONGEST) | rules.signed(signatories)

    return deeds.proof(awards, template, sample)


def issuer_sign(issuer: Organisation) -> str:
    """Give the letters with which an issuer's numbers begin: the setting at the top of the tree, else its code."""
    own = rules.sign_of(issuer.code if issuer.parent_id else "", rules.ISSUER_LENGTH)
    return own or rules.sign_of(settings.issuer, rules.ISSUER_LENGTH)


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
    numbered = Certificate.state == CertificateState.RESERVED
    chosen = certificates_of(competition, events).where(numbered)
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


def live_of(subjects: Sequence[str]) -> dict[str, Certificate]:
    """Find the certificates, numbered or in force, for subjects of other floors."""
    live = select(Certificate).where(Certificate.state.in_(LIVE), Certificate.subject != "")
    parts = (live.where(Certificate.subject.in_(some)) for some in batched(subjects, 500))
    return {one.subject: one for part in parts for one in db.session.scalars(part)}


def pdf_of(certificate_id: int) -> bytes:
    """Give the kept bytes of a certificate; bytes that are not the ones once kept are never handed out."""
    kept = db.session.get(CertificatePdf, certificate_id)
    if kept is None:
        raise Conflict(say(N_("This certificate is not printed yet.")))
    certificate = get_or_404(Certificate, certificate_id)
    whole = (kept.block.content if kept.block else b"") + kept.content
    if hashlib.sha256(whole).hexdigest() != certificate.pdf_sha256:
        text = N_("The kept file of %(number)s is damaged. Bring it back from a backup.")
        raise Conflict(say(text, number=certificate.number))
    return whole


def stale(certificates: Sequence[Certificate]) -> Iterator[tuple[Certificate, list[str]]]:
    """Find certificates in force whose award was revoked, or that would say something else today, and name what."""
    today = deeds.facts_of([c.award for c in certificates if c.award_id])
    for certificate in (c for c in certificates if c.award_id):
        if certificate.award.state is AwardState.REVOKED:
            yield certificate, ["award"]
        elif differs := rules.differing(certificate.facts, today[certificate.award.id]):
            yield certificate, differs


def with_deeds(chosen: Select[Certificate]) -> Select[Certificate]:
    """Load what a certificate's award would say today along with it."""
    return chosen.options(selectinload(Certificate.award).options(*deeds.loading()))


def verified(text: str, moment: datetime) -> Verified:
    """Look up what somebody typed or scanned, in one question to the database and without the session's machinery."""
    typed = rules.read_typed(text)
    if typed.kind not in LOOKS:
        return Verified(typed.kind, Answer.UNKNOWN)
    with db.engine.connect() as link:
        row = link.execute(LOOKS[typed.kind], {"sought": typed.folded}).one_or_none()
    day = day_of(moment, settings.zone)
    answer = rules.answer_on(day, row.state, row.expires_on) if row else Answer.UNKNOWN
    if row is None or answer is Answer.UNKNOWN:
        return Verified(typed.kind, Answer.UNKNOWN)
    later = row.opens_at if row.opens_at and row.opens_at > moment else None
    return Verified(typed.kind, answer, row.id, f"{row.facts_sha256}-{row.version}", later)


def path_of(certificate_id: int, **_: object) -> str:
    """Give the path of the organisation that issued a certificate."""
    issuers = select(Organisation.path).join(Series, Series.issuer_id == Organisation.id)
    path = db.session.scalar(issuers.join(Certificate).where(Certificate.id == certificate_id))
    if path is None:
        raise NotFound
    return path


def batch(job_id: int) -> Job:
    """Find a batch; raises NotFound for another feature's work."""
    job = get_or_404(Job, job_id)
    if job.kind.startswith("certificates."):
        return job
    raise NotFound


def path_of_batch(job_id: int, **_: object) -> str:
    """Give the path of the organisation whose certificates a batch is about."""
    return batch(job_id).path


def listed(actor: Actor, words: str = "", page: int = 1) -> Pagination:
    """List the certificates a reader may see, the latest first; `words` look in number and name."""
    found = _visible_to(actor).order_by(Certificate.id.desc())
    if words.strip():
        name = (
            Certificate.facts["holder_name"].as_string().icontains(words.strip(), autoescape=True)
        )
        number = Certificate.folded.contains(rules.fold(words) or "-", autoescape=True)
        found = found.where(number | name)
    return db.paginate(found, page=min(page, 10**6), per_page=50, error_out=False)


def _visible_to(actor: Actor) -> Select[Certificate]:
    """Select the certificates issued in the reader's part of the tree."""
    return (
        select(Certificate)
        .join(Certificate.series)
        .join(Series.issuer)
        .where(below(actor.paths((*STAFF, Role.AUDITOR))))
    )


def unprinted(actor: Actor, competition: Competition | None = None) -> Sequence[Certificate]:
    """Give the numbers whose paper could not be printed: all a reader may see, or those of a competition."""
    whose = certificates_of(competition) if competition else _visible_to(actor)
    stuck = whose.where(
        Certificate.state == CertificateState.RESERVED,
        as_type(Certificate.problem, Text).not_in(("", "null")),
    )
    return db.session.scalars(stuck.limit(MOST_TO_DO)).all()


def outdated(
    actor: Actor, competition: Competition | None = None
) -> list[tuple[Certificate, list[str]]]:
    """Give the certificates in force that are stale: all of a competition, or among the latest issued."""
    seen = _visible_to(actor).order_by(Certificate.id.desc()).limit(MOST_TO_DO)
    latest = certificates_of(competition) if competition else seen
    chosen = latest.where(Certificate.state == CertificateState.ISSUED)
    return list(stale(db.session.scalars(with_deeds(chosen)).all()))


@dataclass(slots=True)
class Tally:
    """How far the certificates of one event are."""

    event: Event
    awards: int = 0
    states: Counter[str] = field(default_factory=Counter)
    waiting: int = 0


def tallies(competition: Competition) -> list[Tally]:
    """Count awards and certificates, event by event; an event without awards is left out."""
    found = {event.id: Tally(event) for event in competition.events}
    standing = (
        select(Award.event_id, Award.id)
        .join(Award.event)
        .where(Event.competition_id == competition.id, Award.state == AwardState.CONFERRED)
    )
    awards = {award: event for event, award in db.session.execute(standing)}
    papers = (
        select(Award.event_id, Certificate.award_id, Certificate.state)
        .join(Certificate.award)
        .join(Award.event)
        .where(Event.competition_id == competition.id)
    )
    live = set()
    for event, award, state in db.session.execute(papers):
        found[event].states[state.value] += 1
        if state in LIVE:
            live.add(award)
    for award, event in awards.items():
        found[event].awards += 1
        found[event].waiting += award not in live
    return [tally for tally in found.values() if tally.awards or tally.states]
