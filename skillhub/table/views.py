"""The score table: a page that saves by itself, value by value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from skillhub.competitions import queries as competitions
from skillhub.competitions.queries import SEES, path_of
from skillhub.doubts import queries as doubts
from skillhub.entries import queries as entries
from skillhub.kernel import offline
from skillhub.kernel.access import PUBLIC, Role, allow, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.errors import BadInput, Conflict, HouseError, NotFound
from skillhub.kernel.messages import Message
from skillhub.kernel.web import points, tr
from skillhub.marking.sheet import STATUSES
from skillhub.results import queries as results
from skillhub.table import forms, queries, services
from skillhub.table.queries import MANY, Cell, Head, Key, Line, Table
from skillhub.table.rules import Typed, number_of, written
from skillhub.table.services import ASKED, CLASH, STAGED, WRONG, Outcome

bp = Blueprint("table", __name__)
EVENT = "/competitions/<int:competition_id>/events/<int:event_id>/table"
PART = f"{EVENT}/<int:component_id>"
ENTERS = (Role.ORGANISER, Role.JUDGE)
PAUSE = timedelta(seconds=1)  # how old the places of a big event may be while many type
_latest: dict[
    int, tuple[str, datetime, list[list[Any]]]
] = {}  # by event: of which state, since when
REFUSED = {STAGED: BadInput.status, WRONG: BadInput.status, ASKED: BadInput.status}


@bp.get(EVENT)
@allow(*SEES, scope=path_of)
def index(competition_id: int, event_id: int) -> ResponseReturnValue:
    return _page(_frame(competition_id, event_id))


@bp.get(PART)
@allow(*SEES, scope=path_of)
def part(competition_id: int, event_id: int, component_id: int) -> ResponseReturnValue:
    return _page(_frame(competition_id, event_id, component_id))


@bp.get("/worker.js")
@allow(PUBLIC)
def worker() -> Response:
    """Give the program that keeps the table in the browser; its place says that it may see every address."""
    return offline.program(url_for("table.files"))


@bp.get("/worker.json")
@allow(PUBLIC)
def files() -> Response:
    """Give the list of the files that the program keeps beside the table."""
    return offline.files()


@bp.post(EVENT)
@allow(*ENTERS, scope=path_of)
def save(competition_id: int, event_id: int) -> ResponseReturnValue:
    """Write some values; answers 409 where somebody else was quicker, 422 where one must be mended or confirmed."""
    return _save(_frame(competition_id, event_id))


@bp.post(PART)
@allow(*ENTERS, scope=path_of)
def save_part(competition_id: int, event_id: int, component_id: int) -> ResponseReturnValue:
    return _save(_frame(competition_id, event_id, component_id))


@bp.get(f"{EVENT}/places")
@bp.get(f"{PART}/places")
@allow(*SEES, scope=path_of)
def places(competition_id: int, event_id: int, component_id: int | None = None) -> Response:
    """Give the totals and ranks as they stand now, or stood a moment ago; then `again` says to come back."""
    table = _frame(competition_id, event_id, component_id)
    stamp, moment = queries.stamp(), now()
    known = _latest.get(table.event.id)
    if not (known and table.ranked and (known[0] == stamp or moment - known[1] < PAUSE)):
        known = (stamp, moment, _places(table))
    if table.ranked:
        _latest[table.event.id] = known
    return jsonify(places=known[2], again=known[0] != stamp, reckoned=_reckoned(table))


def _frame(competition_id: int, event_id: int, component_id: int | None = None) -> Table:
    event = competitions.event_of(competition_id, event_id)
    own = [one for one in event.components if one.id == component_id]
    if component_id is not None and not own:
        raise NotFound
    return queries.frame(event, current_actor(), own[0] if own else None)


def _page(table: Table) -> Response:
    page = _plain(queries.full(table))
    return offline.keepable(
        render_template("table/index.html", event=table.event, table=page, part=table.part)
    )


def _save(table: Table) -> ResponseReturnValue:
    try:
        inward = table.names.inward
        typed = [
            replace(t, entry=inward(t.entry)) for t in forms.read(request.form.get("cells", ""))
        ]
        asks, few = _asks(table, typed), entries.count(table.event) <= MANY
        whole = request.form.get("whole") == "1"
        outcomes = services.write(table, typed, asks, current_actor(), now(), whole)
    except HouseError as refusal:
        return jsonify(refused=tr(refusal.message)), refusal.status
    named = {(o.typed.entry, o.typed.column) for o in outcomes}
    later = [
        {"entry": table.names.outward(entry), "column": column, "messages": [tr(m) for m in said]}
        for (entry, column), said in asks.items()
        if (entry, column) not in named
    ]
    made = {o.typed.entry: o.reckoned for o in outcomes}
    answer = jsonify(
        cells=[_told(table, o) for o in outcomes],
        asks=later,
        places=_places(table) if few else None,
        reckoned=_made(table, {(e, key): c for e, row in made.items() for key, c in row.items()}),
    )
    return answer, _status(outcomes)


def _asks(table: Table, typed: list[Typed]) -> dict[Key, list[Message]]:
    """Ask about points, and about the boxes of judges as far as the reader sees them; what was confirmed is sure."""
    heads = {head.key: head for head in table.heads if head.open}
    fresh: dict[int, dict[str, Decimal]] = {}
    for one in typed:
        number, head = number_of(one.text), heads.get(one.column)
        if head and number is not None and _possible(head, number):
            fresh.setdefault(one.entry, {})[head.key] = number
    if not fresh:
        return {}
    sure, names = queries.confirmed(table.event), queries.names(table)
    boxed = {key for key, head in heads.items() if head.aspect}
    points = {e: {int(k): n for k, n in own.items() if k not in boxed} for e, own in fresh.items()}
    parts = {(e, int(k)): Decimal(v) for (e, k), v in sure.items() if k.isdecimal()}
    asked = doubts.asks(table.event, {e: own for e, own in points.items() if own}, parts, names)
    found = {(entry, str(part)): said for (entry, part), said in asked.items()}
    marked = {e: {k: n for k, n in own.items() if k in boxed} for e, own in fresh.items()}
    if not any(marked.values()):
        return found
    boxes = [
        doubts.Box(h.key, tr(h.name), h.part.id, h.aspect, h.slot) for h in table.heads if h.aspect
    ]
    given = doubts.box_asks(table.event, boxes, {e: own for e, own in marked.items() if own}, names)
    return found | {
        k: said for k, said in given.items() if sure.get(k) != written(fresh[k[0]][k[1]])
    }


def _possible(head: Head, number: Decimal) -> bool:
    """Tell whether a number may stand in a column at all; what may not is refused anyway."""
    low, high = head.limits
    return low <= number and (high is None or number <= high)


def _status(outcomes: list[Outcome]) -> int:
    found = {outcome.result for outcome in outcomes}
    return Conflict.status if CLASH in found else max(REFUSED.get(result, 200) for result in found)


def _told(table: Table, outcome: Outcome) -> dict[str, Any]:
    """Say what became of one value."""
    return {
        "key": outcome.typed.key,
        "entry": table.names.outward(outcome.typed.entry),
        "column": outcome.typed.column,
        "result": outcome.result,
        "messages": [tr(message) for message in outcome.messages],
        "cell": _cell(outcome.cell),
        "status": outcome.status.value,
    }


def _cell(cell: Cell) -> list[Any]:
    return [cell.text, cell.version, cell.state.value if cell.state else "", cell.reason]


def _reckoned(table: Table) -> list[list[Any]]:
    """Give the points that schemes make of the boxes, of everybody."""
    heads = [head for head in table.heads if head.reckoned]
    everybody = {entry.id for entry in entries.of(table.event)} if heads else ()
    found = queries.cells(table.event, heads, everybody) if heads else {}
    return _made(table, queries.veil(table, found))


def _made(table: Table, found: Mapping[Key, Cell]) -> list[list[Any]]:
    """Give the points that a scheme makes of the boxes: entry, column, cell."""
    shown = table.names.outward
    return [[shown(entry), column, _cell(cell)] for (entry, column), cell in found.items()]


def _places(table: Table) -> list[list[Any]]:
    try:
        found = queries.places(table)
        decimals = results.ranking_of(table.event).decimals
    except Conflict:  # the ranking rules are still being written
        return []
    totals = {p.entry: points(p.total, decimals) if p.total is not None else "" for p in found}
    return [[table.names.outward(p.entry), totals[p.entry], p.rank or ""] for p in found]


def _head(head: Head, own: dict[str, Any]) -> dict[str, Any]:
    """Say what the page's script must know of a column."""
    low, high = head.limits
    words = [*head.aspect.tokens] if head.aspect else []
    deeper = url_for(".part", component_id=head.part.id, **own) if head.part.scheme else ""
    return {
        "key": head.key,
        "name": tr(head.name),
        "least": points(low),
        "most": "" if high is None else points(high),
        "seconds": head.aspect is None and head.part.kind == "time",
        "open": head.open,
        "box": head.aspect is not None,
        "words": words,
        "deeper": deeper if head.aspect is None else "",
    }


def _plain(table: Table) -> dict[str, Any]:
    """Give the table as the page's script reads it."""
    event = table.event
    own: dict[str, Any] = {"competition_id": event.competition_id, "event_id": event.id}
    at: dict[str, Any] = {"component_id": table.part.id} if table.part else {}
    shut: dict[int, list[str]] = {}
    for entry, column in table.shut:
        shut.setdefault(entry, []).append(column)
    return {
        "save": url_for(".save_part" if at else ".save", **own, **at),
        "places_at": url_for(".places", **own, **at),
        "token": generate_csrf(),
        "user": current_actor().user_id,
        "worker": url_for(".worker"),
        "competition": event.competition_id,
        "event": f"{event.code} {event.name}",
        "named": table.named,
        "ranked": table.ranked,
        "status_words": {word: status.value for word, status in STATUSES.items()},
        "open": any(head.open for head in table.heads),
        "places": _places(table),
        "heads": [_head(head, own) for head in table.heads],
        "rows": [_row(table, line, shut) for line in table.lines],
    }


def _row(table: Table, line: Line, shut: Mapping[int, list[str]]) -> dict[str, Any]:
    """Say what stands in the row of an entry."""
    entry = line.entry
    return {
        "entry": table.names.outward(entry.id),
        "number": line.number,
        "name": line.name,
        "unit": line.unit,
        "status": entry.status.value,
        "reason": entry.status_reason if table.named else "",
        "version": queries.seen(table, entry),
        "pile": line.pile,
        "shut": shut.get(entry.id, []),
        "cells": {
            head.key: _cell(table.cells.get((entry.id, head.key), Cell())) for head in table.heads
        },
    }
