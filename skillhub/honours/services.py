"""Numbering and replacing papers for what is no award: the door for every floor that has papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from skillhub.certificates import queries as papers
from skillhub.certificates import rules as numbers
from skillhub.certificates import services as certificates
from skillhub.certificates.models import Certificate
from skillhub.competitions.models import Competition
from skillhub.honours import queries, rules
from skillhub.honours.rules import Kind
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, transaction
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.paper import Template
from skillhub.organisations.models import Organisation

Signatories = Sequence[tuple[str, str]]


@transaction()
def reserve(
    issuer: Organisation,
    sign: str,
    ready: Mapping[str, Mapping[str, Any]],
    template: Template,
    actor: Actor,
    moment: datetime,
    day: date,
    signatories: Signatories = (),
    competition_id: int | None = None,
) -> list[int]:
    """Give subjects their numbers and freeze their facts; gives the keys of the new certificates.

    `ready` maps subjects to facts that were found fit to print; a subject with a certificate in force is left out.
    `sign` stands in the number where an event's code does. `competition_id` tells what they are about, if anything.
    """
    live = papers.live_of([*ready])
    left = {subject: facts for subject, facts in ready.items() if subject not in live}
    if not left:
        return []

    series = certificates.series_of(issuer, day.year)
    version = certificates.version_of(template)
    signed = numbers.signed(signatories) | {"issued_on": day.isoformat()}
    how = (series, version, actor, moment, None, competition_id)
    rows = [
        certificates.numbered((subject, sign), {**facts, **signed}, *how)
        for subject, facts in left.items()
    ]
    db.session.add_all(rows)
    act(actor, "certificates.reserve", issuer, note={"certificates": len(rows), "for": sign})
    return [row.id for row in rows]


@transaction()
def number(
    competition: Competition,
    kind: Kind,
    ready: Mapping[str, Mapping[str, Any]],
    template: Template,
    actor: Actor,
    moment: datetime,
    day: date,
    signatories: Signatories = (),
) -> list[int]:
    """Number papers of a kind that were found ready; what changed since they were looked at is left out."""
    today = queries.some(kind, competition, day, [*ready])
    same = {key: one.facts for key, one in today.items() if dict(one.facts) == dict(ready[key])}
    paper = (competition.host, kind.sign, same, template, actor, moment, day, signatories)
    return reserve(*paper, competition.id)


@transaction()
def replace(
    certificate: Certificate,
    why: str,
    template: Template,
    actor: Actor,
    moment: datetime,
    day: date,
) -> Certificate:
    """Give what an issued paper is for a new number with the facts of today; the old one points to it."""
    found = queries.today(certificate, day)
    if found is None:
        text = N_("There is no reason for this paper any more. Withdraw it instead.")
        raise Conflict(say(text))
    competition, honour = found
    kind, signed = (
        rules.KINDS[rules.kind_and_key(honour.subject)[0]],
        numbers.signatories_of(certificate.facts),
    )
    proof = queries.proof(competition, kind, [honour], template, signed)
    if proof.findings:
        name = str(honour.facts["holder_name"])
        problems = [Problem(name, p.message, p.severity) for p in proof.findings[0].problems]
        raise BadInput(say(N_("The new certificate cannot be printed yet.")), problems)

    source = (honour.subject, kind.sign)
    return certificates.follow(certificate, source, honour.facts, template, why, actor, moment, day)
