"""What becomes public and when: a release, its editions, and names that stay out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from skillhub.competitions.models import Competition
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, same_version, transaction
from skillhub.kernel.errors import Conflict
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, say
from skillhub.publishing import queries
from skillhub.publishing.models import Release


@transaction()
def announce(
    competition: Competition,
    version: int,
    values: Mapping[str, Any],
    actor: Actor,
    moment: datetime,
) -> Release:
    """Say from when on, and how, the results of a competition are public; once they are out the instant stays."""
    release = queries.release_of(competition)
    if release is None:
        release = Release(competition=competition, **values)
        db.session.add(release)
        act(actor, "publishing.announce", release)
        return release
    same_version(release, version)
    moved = values.get("opens_at", release.opens_at) != release.opens_at
    if moved and moment >= release.opens_at:
        raise Conflict(say(N_("The results are out since %(when)s."), when=release.opens_at))

    for name, value in values.items():
        if getattr(release, name) != value:
            setattr(release, name, value)
    act(actor, "publishing.announce", release)
    return release
