"""The page on which everybody who works here begins."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from skillhub.desk import queries
from skillhub.desk.queries import Pile, Task
from skillhub.kernel.access import SIGNED_IN, allow, current_actor

bp = Blueprint("desk", __name__)

# Where the work of a pile is done.
DOORS = {
    "rules": "planning.event",
    "entries": "entries.index",
    "marks": "marking.index",
    "check": "marking.index",
    "final": "results.index",
    "awards": "awards.index",
    "certificates": "certificates.index",
    "stale": "certificates.index",
    "qualifications": "qualifications.index",
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
    """Give the page where a task is done, with the arguments that its address takes."""
    endpoint = DOORS[pile.kind]
    known: dict[str, Any] = {
        "competition_id": task.competition_id,
        "event_id": task.event_id,
        "person_id": task.person_id,
    }
    for rule in current_app.url_map.iter_rules():
        if rule.endpoint == endpoint:
            return url_for(endpoint, **{name: known[name] for name in rule.arguments})
    return ""
