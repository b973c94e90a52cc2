"""The score table: a page that saves by itself, value by value."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Event
from skillhub.competitions.queries import SEES, path_of
from skillhub.entries import queries as entries
from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.errors import BadInput, Conflict, HouseError
from skillhub.kernel.web import points, tr
from skillhub.marking.sheet import STATUSES
from skillhub.results import queries as results
from skillhub.table import forms, queries, services
from skillhub.table.queries import MANY, Cell, Table
from skillhub.table.services import ASKED, CLASH, STAGED, WRONG, Outcome

bp = Blueprint("table", __name__)
EVENT = "/competitions/<int:competition_id>/events/<int:event_id>/table"
ENTERS = (Role.ORGANISER, Role.JUDGE)
REFUSED = {STAGED: BadInput.status, WRONG: BadInput.status, ASKED: BadInput.status}


@bp.get(EVENT)
@allow(*SEES, scope=path_of)
def index(competition_id: int, event_id: int) -> ResponseReturnValue:
    event = competitions.event_of(competition_id, event_id)
    table = queries.table(event, current_actor())
    may = competitions.rights(current_actor(), event.competition)
    return render_template("table/index.html", event=event, table=_plain(table), rights=may)


@bp.post(EVENT)
@allow(*ENTERS, scope=path_of)
def save(competition_id: int, event_id: int) -> ResponseReturnValue:
    """Write some values; answers 409 where somebody else was quicker, 422 where one must be mended or confirmed."""
    event, actor = competitions.event_of(competition_id, event_id), current_actor()
    try:
        typed = forms.read(request.form.get("cells", ""))
        heads = queries.heads(event, actor)
        asks = queries.asks(event, heads, typed)
        whole = request.form.get("whole") == "1"
        outcomes = services.write(event, heads, typed, asks, actor, now(), whole)
    except HouseError as refusal:
        return jsonify(refused=tr(refusal.message)), refusal.status
    named = {(o.typed.entry, o.typed.column) for o in outcomes}
    later = [
        {"entry": entry, "column": column, "messages": [tr(m) for m in said]}
        for (entry, column), said in asks.items()
        if (entry, column) not in named
    ]
    few = entries.count(event) <= MANY
    answer = jsonify(
        cells=[_told(o) for o in outcomes], asks=later, places=_places(event) if few else None
    )
    return answer, _status(outcomes)


@bp.get(f"{EVENT}/places")
@allow(*SEES, scope=path_of)
def places(competition_id: int, event_id: int) -> Response:
    """Give the totals and ranks as they stand now."""
    return jsonify(places=_places(competitions.event_of(competition_id, event_id)))


def _status(outcomes: list[Outcome]) -> int:
    found = {outcome.result for outcome in outcomes}
    return Conflict.status if CLASH in found else max(REFUSED.get(result, 200) for result in found)


def _told(outcome: Outcome) -> dict[str, Any]:
    """Say what became of one value."""
    return {
        "key": outcome.typed.key,
        "entry": outcome.typed.entry,
        "column": outcome.typed.column,
        "result": outcome.result,
        "messages": [tr(message) for message in outcome.messages],
        "cell": _cell(outcome.cell),
        "status": outcome.status.value,
        "who": outcome.who,
    }


def _cell(cell: Cell) -> list[Any]:
    value = "" if cell.value is None else points(cell.value)
    return [value, cell.version, cell.state.value if cell.state else "", cell.reason]


def _places(event: Event) -> list[list[Any]]:
    try:
        found = queries.places(event, current_actor())
        decimals = results.ranking_of(event).decimals
    except Conflict:  # the ranking rules are still being written
        return []
    return [
        [p.entry, points(p.total, decimals) if p.total is not None else "", p.rank or ""]
        for p in found
    ]


def _plain(table: Table) -> dict[str, Any]:
    """Give the table as the page's script reads it."""
    event = table.event
    own: dict[str, Any] = {"competition_id": event.competition_id, "event_id": event.id}
    return {
        "save": url_for(".save", **own),
        "places_at": url_for(".places", **own),
        "token": generate_csrf(),
        "user": current_actor().user_id,
        "competition": event.competition_id,
        "event": f"{event.code} {event.name}",
        "named": table.named,
        "status_words": {word: status.value for word, status in STATUSES.items()},
        "open": any(head.open for head in table.heads),
        "places": _places(event),
        "heads": [
            {
                "key": head.key,
                "name": head.part.name,
                "most": points(head.part.maximum),
                "kind": head.part.kind,
                "open": head.open,
            }
            for head in table.heads
        ],
        "rows": [
            {
                "entry": line.entry.id,
                "number": line.number,
                "name": line.name,
                "unit": line.unit,
                "status": line.entry.status.value,
                "reason": line.entry.status_reason,
                "version": line.entry.version,
                "pile": line.pile,
                "cells": {key: _cell(cell) for key, cell in line.cells.items()},
            }
            for line in table.lines
        ],
    }
