"""Numbering papers for what is no award: the door for every floor that has papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from skillhub.certificates import queries, rules
from skillhub.certificates import services as certificates
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, transaction
from skillhub.kernel.journal import act
from skillhub.kernel.paper import Template
from skillhub.organisations.models import Organisation


@transaction()
def reserve(
    issuer: Organisation,
    sign: str,
    ready: Mapping[str, Mapping[str, Any]],
    template: Template,
    actor: Actor,
    moment: datetime,
    day: date,
    signatories: Sequence[tuple[str, str]] = (),
) -> list[int]:
    """Give subjects their numbers and freeze their facts; gives the keys of the new certificates.

    `ready` maps subjects to facts that were found fit to print; a subject with a certificate in force is left out.
    `sign` stands in the number where an event's code does.
    """
    live = queries.live_of([*ready])
    left = {subject: facts for subject, facts in ready.items() if subject not in live}
    if not left:
        return []

    series = certificates.series_of(issuer, day.year)
    version = certificates.version_of(template)
    signed = rules.signed(signatories) | {"issued_on": day.isoformat()}
    rows = [
        certificates.numbered(
            (subject, sign), {**facts, **signed}, series, version, actor, moment, None
        )
        for subject, facts in left.items()
    ]
    db.session.add_all(rows)
    act(actor, "certificates.reserve", issuer, note={"certificates": len(rows), "for": sign})
    return [row.id for row in rows]
