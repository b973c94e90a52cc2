"""The page on which everybody who works here begins."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from skillhub.desk import queries
from skillhub.desk.queries import Pile, Task
from skillhub.kernel.access import SIGNED_IN, allow, current_actor

bp = Blueprint("desk", __name__)

EVENT = ("competition_id", "event_id")
# Where the work of a pile is done, and what its address asks for.
DOORS = {
    "filings": ("life.competition", EVENT[:1]),
    "rules": ("planning.event", EVENT),
    "entries": ("entries.index", EVENT),
    "marks": ("marking.index", EVENT),
    "check": ("checking.index", EVENT),
    "final": ("results.index", EVENT),
    "awards": ("awards.index", EVENT),
    "certificates": ("certificates.of_competition", EVENT[:1]),
    "stale": ("certificates.view", ("certificate_id",)),
    "papers_sent": ("copies.papers", ("sending",)),
    "papers_confirmed": ("copies.papers", ("sending",)),
    "appeals": ("appeals.show", (*EVENT, "appeal_id")),
    "corrections": ("corrections.show", (*EVENT, "correction_id")),
    "endorsements": ("admissions.show", ("registration_id",)),
    "amendments": ("amendments.show", (*EVENT, "amendment_id")),
    "qualifications": ("qualifications.view", ("qualification_id",)),
}


@bp.get("/work")
@allow(SIGNED_IN)
def index() -> ResponseReturnValue:
    actor = current_actor()
    piles = [
        (pile, [(task, _address(pile, task)) for task in pile.tasks])
        for pile in queries.piles(actor)
    ]
    return render_template("desk/index.html", piles=piles, has_person=actor.person_id is not None)


def _address(pile: Pile, task: Task) -> str:
    endpoint, names = DOORS[pile.kind]
    if pile.kind == "check" and task.twice:
        endpoint = "checking.second"
    keys: dict[str, Any] = {name: getattr(task, name) for name in names}
    return url_for(endpoint, **keys)
