"""The pages on which a marking sheet is read a second time, and what differs is settled box by box."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skillhub.checking.rules import Settled
from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Checking, Component, Event
from skillhub.competitions.queries import SEES, path_of
from skillhub.entries import queries as entries
from skillhub.entries.models import Entry
from skillhub.judging import queries as judging
from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.errors import BadInput, Conflict, HouseError, NotFound
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.web import tr
from skillhub.marking import queries as marking
from skillhub.panels import queries as panels
from skillhub.scoring.rules import Slot
from skillhub.twice import queries, services
from skillhub.twice.rules import Place

bp = Blueprint("twice", __name__)
EVENT = "/competitions/<int:competition_id>/events/<int:event_id>/marks"
CHECKS = (Role.ORGANISER, Role.CHECKER)


@bp.route(f"{EVENT}/second/<int:entry_id>/<int:component_id>", methods=["GET", "POST"])
@allow(Role.CHECKER, scope=path_of, alone=True)
def sheet(
    competition_id: int, event_id: int, entry_id: int, component_id: int
) -> ResponseReturnValue:
    """Read one marking sheet without seeing the first."""
    event, actor = competitions.event_of(competition_id, event_id), current_actor()
    panels.refuse_judges(event, actor)
    entry, part = _sheet(event, entry_id, component_id)
    if queries.scheme_of(part) is None:
        return redirect(url_for("checking.second", **_of(event)))
    problems, status = list[Problem](), 200
    if request.method == "POST":
        try:
            found = services.read_again(entry, part, _typed(entry, part), actor, now())
        except (BadInput, Conflict) as refusal:
            problems = list(refusal.problems) or [Problem("", refusal.message)]
            status = refusal.status
        else:
            _tell(found)
            return redirect(url_for("checking.second", **_of(event)))
    return _page(event, entry, part, problems), status


@bp.get(f"{EVENT}/differences/sheets")
@allow(*SEES, scope=path_of)
def differences(competition_id: int, event_id: int) -> ResponseReturnValue:
    return _differences(competitions.event_of(competition_id, event_id))


@bp.post(f"{EVENT}/differences/sheets/<int:entry_id>/<int:component_id>")
@allow(*CHECKS, scope=path_of)
def settle(
    competition_id: int, event_id: int, entry_id: int, component_id: int
) -> ResponseReturnValue:
    """End the difference of one sheet by a third look."""
    event, given = competitions.event_of(competition_id, event_id), request.form
    entry, part = _sheet(event, entry_id, component_id)
    found = queries.difference_of(event, entry, part)
    if found is None:
        gone = Conflict(say(N_("Nothing of this sheet differs any more.")))
        return _differences(event, gone), gone.status
    chosen = {(b.aspect, b.slot): given.get(_name((b.aspect, b.slot)), "") for b in found.boxes}
    neither = given.get("how") == "neither"
    if not neither and not set(chosen.values()) <= {"first", "second"}:
        refusal = BadInput(say(N_("Say for each box which reading is right.")))
        return _differences(event, refusal), refusal.status
    seconds = {place for place, which in chosen.items() if which == "second"}
    how = Settled.NEITHER if neither else Settled.SECOND if seconds else Settled.FIRST
    words = (given.get("stamp", 0, int), seconds, how, given.get("why", ""))
    try:
        services.settle(found, *words, current_actor(), now())
    except (BadInput, Conflict) as refused:
        return _differences(event, refused), refused.status
    flash(N_("The difference is settled."), "success")
    return redirect(url_for(".differences", **_of(event)))


def _page(event: Event, entry: Entry, part: Component, problems: Sequence[Problem]) -> str:
    names, actor = panels.names(event, current_actor()), current_actor()
    known = marking.some(event, {entry.id}).get((entry.id, part.id))
    scheme = queries.scheme_of(part)
    places = queries.boxes_of(part, entry)
    own = queries.first_by(entry, part) | {known.entered_by_id if known else None}
    return render_template(
        "twice/sheet.html",
        event=event,
        part=part,
        shown=names.one(entry),
        aspects=[
            (aspect, [(slot, _name((code, slot))) for code, slot in places if code == aspect.code])
            for aspect in (scheme.aspects if scheme else ())
        ],
        typed=request.form,
        errors={problem.where: problem.message for problem in problems},
        problems=problems,
        reasons=dict(scheme.zero_reasons) if scheme else {},
        mine=actor.user_id in own - {None},
        state=known.state.value if known else "",
        open=event.markable
        and event.competition.checking is Checking.DOUBLE
        and entry.status in judging.TAKES_MARKS
        and (known is None or known.state.value == "entered"),
    )


def _differences(event: Event, refusal: HouseError | None = None) -> str:
    actor = current_actor()
    panels.refuse_judges(event, actor)
    names = panels.names(event, actor)
    return render_template(
        "twice/differences.html",
        event=event,
        found=[(d, names.one(d.entry)) for d in queries.differences(event)],
        name=_name,
        own=actor.user_id,
        rights=competitions.rights(actor, event.competition),
        refusal=refusal,
        chosen=request.form,
    )


def _sheet(event: Event, entry_id: int, component_id: int) -> tuple[Entry, Component]:
    """Find an entry by what it is called here, and a component."""
    inward = panels.names(event, current_actor()).inward(entry_id)
    part = next((one for one in event.components if one.id == component_id), None)
    if part is None:
        raise NotFound
    return entries.entry_of(event, inward), part


def _typed(entry: Entry, part: Component) -> Mapping[Place, str]:
    places = queries.boxes_of(part, entry)
    return {place: request.form.get(_name(place), "") for place in places}


def _name(place: tuple[str, Slot]) -> str:
    code, slot = place
    return f"b-{code}-{slot.seat}-{slot.attempt}"


def _tell(found: Sequence[Any]) -> None:
    if found:
        text = N_("%(n)s boxes differ and need a third look.")
        flash(tr(say(text, n=len(found))), "warning")
    else:
        flash(N_("Every box agrees: the sheet is checked."), "success")


def _of(event: Event) -> dict[str, Any]:
    return {"competition_id": event.competition_id, "event_id": event.id}
