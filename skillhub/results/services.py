"""Making a ranking final, and taking that back."""

from __future__ import annotations

from datetime import datetime

from skillhub.competitions import services as competitions
from skillhub.competitions.models import Event
from skillhub.kernel.access import Actor
from skillhub.kernel.db import db, transaction
from skillhub.kernel.errors import BadInput, Conflict, Locked
from skillhub.kernel.journal import act
from skillhub.kernel.messages import N_, say
from skillhub.results import queries
from skillhub.results.models import ResultLine, ResultVersion
from skillhub.results.queries import Ranked


@transaction()
def finalise(event: Event, actor: Actor, moment: datetime) -> ResultVersion:
    """Sign the ranking of an event; refused with the list of everything that is still open."""
    if event.closed:
        raise Locked(say(N_("Event %(code)s is final already."), code=event.code))
    ranked = queries.computed(event) if event.markable or event.announced else None
    problems = queries.open_points(event, ranked)
    if problems or ranked is None:
        raise Conflict(
            say(N_("Event %(code)s cannot be made final yet."), code=event.code), problems
        )

    version = ResultVersion(
        event=event,
        number=len(queries.versions(event)) + 1,
        input_hash=ranked.input_hash,
        content_hash=ranked.content_hash,
        signed_by=actor.name or actor.login,
        signed_at=moment,
    )
    version.lines = _lines(ranked)
    db.session.add(version)
    competitions.close(event, actor)
    act(
        actor,
        "results.finalise",
        event,
        note={"version": version.number, "content": version.content_hash},
    )
    return version


@transaction()
def let_share(event: Event, why: str, actor: Actor) -> None:
    """Record the committee's word that entries which nothing separates share their place.

    It changes the locked rule "somebody must decide" for this event, with a reason, and is the way out where no mark
    is to be corrected.
    """
    if not event.markable or not queries.unresolved(event):
        raise Conflict(say(N_("No tie of event %(code)s waits for a decision."), code=event.code))
    if not why.strip():
        raise BadInput(say(N_("Say why they share the place.")))

    competitions.let_share(event, why.strip(), actor)


@transaction()
def take_back(event: Event, why: str, actor: Actor) -> None:
    """Open a final event again, with a reason; whoever calls makes sure that nothing was conferred on it."""
    version = queries.current(event)
    if version is None or not event.closed:
        raise Conflict(say(N_("Event %(code)s is not final."), code=event.code))
    if not why.strip():
        raise BadInput(say(N_("Say why the result is taken back.")))

    version.is_current, version.taken_back_why = False, why.strip()
    competitions.reopen(event, why, actor)
    act(actor, "results.take_back", event, why=why)


def _lines(ranked: Ranked) -> list[ResultLine]:
    return [
        ResultLine(
            entry_id=standing.entry,
            position=position,
            total=standing.total,
            rank=standing.rank,
            keys=[None if key is None else str(key) for key in standing.keys],
            note=standing.separated.as_json() if standing.separated else None,
        )
        for position, standing in enumerate(ranked.standings, 1)
    ]
