"""The pages of how people are bound, and of the codes under which entries are marked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Event
from skillhub.competitions.queries import SEES, path_of
from skillhub.kernel.access import Actor, Role, allow, current_actor
from skillhub.kernel.clock import now, today
from skillhub.kernel.db import get_or_404
from skillhub.kernel.downloads import sheet_file
from skillhub.kernel.errors import BadInput, HouseError, NotAllowed, NotFound
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.settings import settings
from skillhub.kernel.sheets import Column
from skillhub.panels import queries, services
from skillhub.panels.forms import KINDS, TURNED, PartForm, RelationForm
from skillhub.people import queries as people
from skillhub.people.models import Person, Relation

bp = Blueprint("panels", __name__)
PERSON = "/people/<int:person_id>/relations"
CODES = "/competitions/<int:competition_id>/events/<int:event_id>/codes"
LOTS = (
    Column("number", N_("Number drawn")),
    Column("code", N_("Code")),
    Column("entry", N_("Entry")),
    Column("name", N_("Name")),
)


@bp.route(PERSON, methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=people.path_of)
def relations(person_id: int) -> ResponseReturnValue:
    person, form = get_or_404(Person, person_id), RelationForm()
    if form.validate_on_submit():
        given = form.answers
        try:
            other = _other(given.pop("other"))
            services.relate(person, other, actor=current_actor(), **given)
        except NotAllowed:
            raise
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The relation is entered."), "success")
            return redirect(url_for(".relations", person_id=person_id))
    rows = people.relations_of(person)
    bound = {key for row in rows for key in (row.person_id, row.other_id)}
    words = {"first": KINDS, "second": TURNED}
    return render_template(
        "panels/relations.html",
        person=person,
        rows=rows,
        form=form,
        words=words,
        seen=people.seen_of(current_actor(), bound),
    )


@bp.route(f"{PERSON}/<int:relation_id>", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=people.path_of)
def part(person_id: int, relation_id: int) -> ResponseReturnValue:
    relation = get_or_404(Relation, relation_id)
    if person_id not in (relation.person_id, relation.other_id):
        raise NotFound
    form = PartForm(until=relation.until or today(settings.zone), version=relation.version)
    if form.validate_on_submit():
        try:
            services.part(relation, form.version.data or 0, form.until.data, current_actor())
        except NotAllowed:
            raise
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The last day is entered."), "success")
            return redirect(url_for(".relations", person_id=person_id))
    own, other = relation.person, relation.other
    person, other = (own, other) if own.id == person_id else (other, own)
    shown = {"person": person, "other": other, "seen": people.seen_of(current_actor(), {other.id})}
    return render_template("panels/part.html", relation=relation, form=form, **shown)


@bp.get(CODES)
@allow(*SEES, scope=path_of)
def codes(competition_id: int, event_id: int) -> ResponseReturnValue:
    event, actor = competitions.event_of(competition_id, event_id), current_actor()
    officer, draw = queries.is_code_officer(event, actor), queries.draw_of(event)
    names_open = queries.names_open(event, actor)
    return render_template(
        "panels/codes.html",
        event=event,
        draw=draw,
        officer=officer,
        names_open=names_open,
        lots=queries.drawn(event) if officer or (draw and names_open) else (),
        without=queries.without_code(event),
        waiting=[part for part in event.components if part.id not in queries.submitted(event)],
        told=queries.decoding(event),
        mine=draw is not None and draw.opened_by_id == actor.user_id,
    )


@bp.post(f"{CODES}/numbers")
@allow(Role.CODE_OFFICER, scope=path_of, alone=True)
def draw_numbers(competition_id: int, event_id: int) -> ResponseReturnValue:
    return _done(competition_id, event_id, services.draw_numbers, N_("The numbers are drawn."))


@bp.post(f"{CODES}/draw")
@allow(Role.CODE_OFFICER, scope=path_of, alone=True)
def draw_codes(competition_id: int, event_id: int) -> ResponseReturnValue:
    return _done(competition_id, event_id, services.draw_codes, N_("The codes are drawn."))


@bp.post(f"{CODES}/open")
@allow(Role.CODE_OFFICER, scope=path_of, alone=True)
def open_codes(competition_id: int, event_id: int) -> ResponseReturnValue:
    text = N_("Now a second person must confirm. Until then the names stay closed.")
    return _done(competition_id, event_id, services.open_codes, text)


@bp.post(f"{CODES}/witness")
@allow(*SEES, scope=path_of)
def witness(competition_id: int, event_id: int) -> ResponseReturnValue:
    text = N_("The codes are opened; names stand beside the marks.")
    return _done(competition_id, event_id, services.witness, text)


@bp.get(f"{CODES}/export.<any(xlsx,csv):kind>")
@allow(Role.CODE_OFFICER, scope=path_of, alone=True)
def export(competition_id: int, event_id: int, kind: str) -> Response:
    """Give the lots as a sheet: for the code officer alone, whatever other hats somebody wears."""
    event = competitions.event_of(competition_id, event_id)
    name = f"{event.competition.code}-{event.code}-codes"
    return sheet_file(kind, name, LOTS, _lots(event))


def _lots(event: Event) -> Iterator[dict[str, Any]]:
    for lot in queries.drawn(event):
        own = {"entry": lot.entry.code, "name": lot.entry.name}
        yield {"number": lot.number, "code": lot.code or "", **own}


def _done(
    competition_id: int,
    event_id: int,
    verb: Callable[[Event, Actor, datetime], object],
    told: str,
) -> ResponseReturnValue:
    verb(competitions.event_of(competition_id, event_id), current_actor(), now())
    flash(told, "success")
    return redirect(url_for(".codes", competition_id=competition_id, event_id=event_id))


def _other(number: str) -> Person:
    """Find the other person by the worker number, among those whom the actor may see."""
    person = people.by_number(number.strip())
    if person is None:
        unknown = say(N_("There is no worker with this number."))
        raise BadInput(unknown, [Problem("other", unknown)])
    return person
