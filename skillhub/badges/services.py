"""Taking a badge and giving it up: only its holder does either."""

from __future__ import annotations

import secrets
from datetime import datetime

from skillhub.badges import queries, rules
from skillhub.badges.models import Badge, StatusList
from skillhub.badges.rules import Deed
from skillhub.certificates.models import Certificate
from skillhub.certificates.rules import Answer, answer_on
from skillhub.deeds import queries as deeds
from skillhub.kernel import keys
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, transaction
from skillhub.kernel.errors import Conflict
from skillhub.kernel.exact import day_of
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, say
from skillhub.kernel.settings import settings
from skillhub.people.models import Person


@transaction()
def take(certificate: Certificate, person: Person, actor: Actor, moment: datetime) -> Badge:
    """Make the badge of a certificate that is in force for one of its holders; a second time gives the same."""
    if known := queries.kept(certificate, person):
        return known
    day = day_of(moment, settings.zone)
    if answer_on(day, certificate.state, certificate.expires_on) is not Answer.VALID:
        raise Conflict(
            say(N_("A badge is made of a certificate that is in force. This one is not."))
        )
    deeds.refuse_waiting([certificate.award])
    issuer = certificate.series.issuer

    listed = queries.room_in_lists(issuer)
    if listed is None:
        listed = StatusList(issuer=issuer)
        db.session.add(listed)
        db.session.flush()
    place = secrets.randbelow(rules.SPREAD)
    while queries.is_taken(listed, place):
        place = secrets.randbelow(rules.SPREAD)
    deed = Deed(
        *(person.name, certificate.facts, issuer.id, queries.name_of(issuer)),
        *(certificate.issued_at, certificate.expires_on, issuer.zone),
    )
    payload = rules.credential(queries.base(), deed, listed.id, place)
    queries.schema().validate(payload)

    token = queries.signed(payload, keys.in_use(actor, moment))
    badge = Badge(
        certificate=certificate,
        person_id=person.id,
        list=listed,
        place=place,
        token=token,
        taken_at=moment,
    )
    db.session.add(badge)
    act(actor, "badges.take", certificate)
    return badge


@transaction()
def give_up(badge: Badge, actor: Actor, moment: datetime) -> None:
    """Let a badge count no more, as its holder wishes; the certificate stays as it is."""
    if badge.given_up_at is None:
        badge.given_up_at = moment
        act(actor, "badges.give_up", badge.certificate)
