"""The big screen, its remote control, and the sheet by which a ceremony is held."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from markupsafe import Markup

from skillhub.board import queries, services, sheet
from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Competition
from skillhub.competitions.queries import SEES, path_of
from skillhub.kernel import shelf
from skillhub.kernel.access import PUBLIC, Role, allow, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.downloads import named, sheet_file
from skillhub.kernel.errors import Conflict, HouseError, NotFound
from skillhub.kernel.fonts import legible
from skillhub.kernel.pdf import Press, load_template
from skillhub.kernel.settings import ROOT, settings
from skillhub.publishing.rules import PLAIN_CODE, slug

bp = Blueprint("board", __name__)

OWN = "/competitions/<int:competition_id>/board"
STEERS = (Role.ORGANISER, Role.CHIEF_JUDGE)
SHEET = ROOT / "templates" / "board" / "sheet"
WHOLE: dict[str, Callable[..., object]] = {
    "freeze": services.freeze,
    "thaw": services.thaw,
    "open": services.set_up,
}
STEPS: dict[str, Callable[..., None]] = {"reveal": services.reveal, "back": services.back}
ONE: dict[str, Callable[..., None]] = {"let_out": services.let_out, "take_in": services.take_in}


def note_finder(instance: Path) -> Callable[[str], Path | None]:
    """Give where the news of a board stands, for those who listen."""

    def find(name: str) -> Path | None:
        plain = PLAIN_CODE.fullmatch(name.removeprefix("~"))
        return instance / "published" / name / "board.json" if plain else None

    return find


@bp.get("/board/<competition>")
@allow(PUBLIC)
def screen(competition: str) -> ResponseReturnValue:
    path = note_finder(settings.instance)(competition)
    note = shelf.noted(path) if path else None
    if note is None:
        raise NotFound
    piece = note["html"][str(get_locale())[:2]]
    return render_template(
        "board/screen.html",
        note=note,
        slug=competition,
        stage=Markup(piece),  # noqa: S704  (drawn by us)
    )


@bp.route(OWN, methods=["GET", "POST"])
@allow(*STEERS, scope=path_of)
def remote(competition_id: int) -> ResponseReturnValue:
    competition, refusal = competitions.with_events(competition_id), None
    if request.method == "POST":
        try:
            _steer(competition)
        except HouseError as found:
            refusal = found
        else:
            return redirect(url_for(".remote", competition_id=competition_id))
    steps, waits = _ceremony(competition)
    page = render_template(
        "board/remote.html",
        competition=competition,
        events=queries.held(competition),
        board=queries.board_of(competition),
        slug=slug(competition.code, competition.id),
        steps=steps,
        waits=waits,
        refusal=refusal,
    )
    return page, refusal.status if refusal else 200


@bp.get("/competitions/<int:competition_id>/ceremony")
@allow(*SEES, Role.CHIEF_JUDGE, scope=path_of)
def ceremony(competition_id: int) -> ResponseReturnValue:
    competition = competitions.with_events(competition_id)
    steps, waits = _ceremony(competition)
    page = render_template("board/ceremony.html", competition=competition, steps=steps, waits=waits)
    return page, waits.status if waits else 200


@bp.get("/competitions/<int:competition_id>/ceremony.pdf")
@allow(*SEES, Role.CHIEF_JUDGE, scope=path_of)
def ceremony_sheet(competition_id: int) -> ResponseReturnValue:
    """Print the list for the one who calls the names."""
    competition = competitions.with_events(competition_id)
    steps = queries.ceremony(competition)
    facts = sheet.facts(competition, steps, str(get_locale())[:2], now())
    with Press() as press:
        pdf = press.render(load_template(SHEET), legible(facts))
    name = f"ceremony-{competition.code}.pdf"
    return named(Response(pdf, mimetype="application/pdf"), name, name, inline=True)


@bp.get("/competitions/<int:competition_id>/ceremony.<kind>")
@allow(*SEES, Role.CHIEF_JUDGE, scope=path_of)
def ceremony_file(competition_id: int, kind: str) -> ResponseReturnValue:
    if kind not in ("csv", "xlsx"):
        raise NotFound
    competition = competitions.with_events(competition_id)
    rows = [
        step | {"number": n, "members": ", ".join(step["members"])}
        for n, step in enumerate(queries.ceremony(competition), 1)
    ]
    return sheet_file(kind, f"ceremony-{competition.code}", sheet.COLUMNS, rows)


def _steer(competition: Competition) -> None:
    verb = request.form.get("verb", "")
    if verb in WHOLE:
        WHOLE[verb](competition, current_actor())
    elif verb in STEPS:
        STEPS[verb](competition, request.form.get("step", 0, int), current_actor())
    elif verb in ONE:
        event = competitions.event_of(competition.id, request.form.get("event", 0, int))
        ONE[verb](event, current_actor())
    else:
        raise NotFound


def _ceremony(competition: Competition) -> tuple[list[dict[str, Any]], Conflict | None]:
    try:
        return queries.ceremony(competition), None
    except Conflict as waits:
        return [], waits
