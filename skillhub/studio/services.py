"""Deleting a design that nothing was printed on."""

from __future__ import annotations

from skillhub.designs import services as designs
from skillhub.designs.models import Design
from skillhub.kernel.access import Actor
from skillhub.kernel.db import transaction
from skillhub.kernel.errors import Conflict
from skillhub.kernel.messages import N_, say
from skillhub.studio import queries


@transaction()
def delete(design: Design, version: int, actor: Actor) -> None:
    """Delete a design with its versions, unless papers were printed on it."""
    count = sum(queries.used([design])[design.id].values())
    if count:
        text = N_(
            "%(n)s certificates were printed on this design: it stays. Put it away, and it is offered no longer."
        )
        raise Conflict(say(text, n=count))
    designs.delete(design, version, actor)
