"""Asking for blank sheets."""

from __future__ import annotations

from datetime import datetime

from skillhub.blanks import queries
from skillhub.competitions.models import Component
from skillhub.kernel import jobs
from skillhub.kernel.access import Actor
from skillhub.kernel.db import transaction
from skillhub.kernel.errors import Conflict
from skillhub.kernel.messages import N_, say
from skillhub.panels import queries as panels


@transaction()
def ask(
    part: Component, only: str, ending: str, language: str, actor: Actor, moment: datetime
) -> int:
    """Put the printing of a component's sheets in the line; gives the key of the work."""
    if queries.scheme_of(part) is None:
        raise Conflict(say(N_("This component has no aspects to mark any more.")))
    without = panels.hidden_from(part.event, actor)
    if not queries.chosen(part, only, without):
        raise Conflict(say(N_("Nobody is entered here yet: there is no sheet to print.")))
    work = {"part": part.id, "only": only.strip(), "as": ending, "language": language}
    work |= {"without": sorted(without)}
    return jobs.ask(queries.KIND, work, part.event.competition.host.path, actor, moment)
