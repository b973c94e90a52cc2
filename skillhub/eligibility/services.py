"""Stating about a person what no machine can know."""

from __future__ import annotations

from datetime import date

from skillhub.eligibility import queries
from skillhub.eligibility.models import Attestation
from skillhub.kernel.access import Actor, refuse_oneself
from skillhub.kernel.db import db, transaction
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, Problem, say
from skillhub.people.models import Person


@transaction()
def attest(
    person: Person, item: str, answer: bool, day: date, reason: str, actor: Actor
) -> Attestation:
    """State yes or no on one item, on a day; the latest statement by a day is the one that counts on it.

    The same statement again changes nothing; another answer on the same day is refused, because nobody could tell
    which of them came last. A no needs its reason.
    """
    refuse_oneself(actor, person.id)
    if not item.strip():
        wrong = say(N_("Say what is attested."))
        raise BadInput(wrong, [Problem("item", wrong)])
    if not answer and not reason.strip():
        wrong = say(N_("Say why not; the person will read it."))
        raise BadInput(wrong, [Problem("reason", wrong)])
    before = queries.attested_on(person, item, day)
    if before is not None and before.answer is answer:
        return before
    if before is not None:
        text = N_("%(by)s answered this otherwise for the same day. Choose a later day.")
        raise Conflict(say(text, by=before.attested_by))

    attestation = Attestation(
        person=person,
        item=item.strip(),
        answer=answer,
        attested_on=day,
        attested_by=actor.name or actor.login,
        reason=reason.strip(),
    )
    db.session.add(attestation)
    act(actor, "eligibility.attest", attestation, why=reason.strip())
    return attestation
