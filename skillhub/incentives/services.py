"""Adopting a policy, and each later version of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from skillhub.incentives import queries, rules
from skillhub.incentives.models import Policy, PolicyVersion
from skillhub.kernel.access import Actor
from skillhub.kernel.canonical import canonical
from skillhub.kernel.db import db, transaction
from skillhub.kernel.errors import BadInput, Conflict
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, say
from skillhub.organisations.models import Organisation

DAY = timedelta(days=1)


@transaction()
def adopt(
    owner: Organisation, document: Mapping[str, Any], actor: Actor, moment: datetime
) -> PolicyVersion:
    """Take a policy document into force from the day it names, as a new policy or as its next version.

    A version that runs without end ends the day before a later one begins; nothing else of it changes. The same
    document again changes nothing. Raises BadInput with every mistake's path, with each of its own cases that comes
    out otherwise, and with each clash of times.
    """
    read = rules.read(document)
    plain = queries.as_stored(document)
    digest = sha256(canonical(plain).encode()).hexdigest()
    policy = queries.coded(read.code)
    if policy is not None and policy.owner_id != owner.id:
        text = N_("%(owner)s has a policy of this code. Choose another code.")
        raise Conflict(say(text, owner=policy.owner.name))
    for version in policy.versions if policy else []:
        if version.sha256 == digest:
            return version

    problems = [*rules.failures(read), *queries.clashes(policy, read)]
    if problems:
        raise BadInput(say(N_("This policy was not adopted.")), problems)

    policy = policy or Policy(code=read.code, owner_id=owner.id)
    for version in queries.ended_by(policy, read):
        version.effective_to = read.effective.since - DAY
    adopted = PolicyVersion(
        policy=policy,
        effective_from=read.effective.since,
        effective_to=read.effective.until,
        document=plain,
        sha256=digest,
        adopted_by=actor.name or actor.login,
        adopted_at=moment,
    )
    db.session.add(adopted)
    act(actor, "incentives.adopt", adopted, note={"policy": read.code, "sha256": digest})
    return adopted


@transaction()
def adopt_text(owner: Organisation, text: str, actor: Actor, moment: datetime) -> PolicyVersion:
    """Adopt a policy from the text of its TOML or JSON file; raises BadInput when it is neither."""
    return adopt(owner, queries.parsed(text), actor, moment)
