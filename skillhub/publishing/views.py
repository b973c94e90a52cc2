"""The pages that everybody may read, and the page on which an organiser says from when on."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from skillhub.competitions import queries as competitions
from skillhub.competitions.models import TIER_LABELS, Tier
from skillhub.competitions.queries import SEES, path_of
from skillhub.kernel import shelf
from skillhub.kernel.access import PUBLIC, Role, allow, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.downloads import named
from skillhub.kernel.errors import HouseError, NotFound
from skillhub.kernel.limits import limiter
from skillhub.kernel.messages import N_, say
from skillhub.kernel.public import A_MOMENT, Asked, Find, Found
from skillhub.kernel.settings import settings
from skillhub.kernel.web import tr
from skillhub.people.rules import sought_form, sought_words
from skillhub.publishing import queries, rules, services, sheet, works
from skillhub.publishing.forms import ReleaseForm, WhyForm

bp = Blueprint("publishing", __name__)
bp.context_processor(lambda: {"house": settings.public_url.rstrip("/")})

SAFE = re.compile(r"[\w~-][\w.-]{0,99}")
FILES = re.compile(
    r"[1-9]\d{0,4}\.(en|zh)\.html|lines\.json|lines\.(en|zh)\.csv|sheet\.(en|zh)\.pdf"
)
PRINTED = re.compile(r"sheet\.(en|zh)\.pdf")  # drawn when somebody first asks for it
COMPETITION = "/competitions/<int:competition_id>/publishing"
EVENT = "/competitions/<int:competition_id>/events/<int:event_id>"
MOST = 200


def finder(instance: Path) -> Find:
    """Give the look-up of published files: /results/<competition>/<event>, and each edition at its own address."""
    root = instance / "published"

    def find(asked: Asked) -> Found | None:
        if len(asked.parts) not in {3, 4, 5} or not all(map(SAFE.fullmatch, asked.parts)):
            return None
        about = shelf.noted(root / asked.parts[1] / "about.json")
        folder = root / asked.parts[1] / asked.parts[2]
        note = shelf.noted(folder / "current.json")
        if about is None or note is None or not _is_open(about, asked.moment):
            return None
        return _file(folder, note, asked)

    return find


def _file(folder: Path, note: Mapping[str, Any], asked: Asked) -> Found | None:
    lasting = len(asked.parts) == 5
    name = asked.parts[-1] if len(asked.parts) > 3 else f"1.{asked.language}.html"
    mark = asked.parts[3] if lasting else note["edition"]
    if mark not in note["served"] or not FILES.fullmatch(name):
        return None
    saved = "" if name.endswith(".html") else f"{'-'.join(asked.parts[1:3])}-{name}"
    return Found(folder / mark / name, mark, lasting, saved)


@bp.get("/results")
@allow(PUBLIC)
def index() -> ResponseReturnValue:
    moment = now()
    notes = [shelf.noted(path) for path in _root().glob("*/about.json")]
    found = sorted(
        (_about(note, moment) for note in notes if note),
        key=lambda one: (one["starts_on"] or "", one["opens_at"], one["slug"]),
        reverse=True,
    )
    return render_template("publishing/index.html", competitions=found[:MOST], tiers=TIERS)


@bp.get("/results/<competition>")
@allow(PUBLIC)
def competition(competition: str) -> ResponseReturnValue:
    about = _about(_noted(competition, "about.json"), now())
    page = render_template("publishing/competition.html", about=about, tiers=TIERS)
    return _for_a_moment(page, about)


@bp.get("/results/<competition>/<event>")
@allow(PUBLIC)
def event(competition: str, event: str) -> ResponseReturnValue:
    """Say why nothing is there: a result that is out is answered from its files, before the application."""
    about = _about(_noted(competition, "about.json"), now())
    planned = next((one for one in about["events"] if one["slug"] == event), None)
    if planned is None:
        raise NotFound
    return render_template("publishing/event.html", about=about, event=planned)


@bp.get("/results/<competition>/<event>/search")
@allow(PUBLIC)
@limiter.limit("300 per minute")  # a whole works may stand behind one address
def search(competition: str, event: str) -> ResponseReturnValue:
    about = _about(_noted(competition, "about.json"), now())
    note = _noted(competition, f"{event}/current.json")
    path = _root() / competition / event / str(note["edition"]) / "lines.json"
    if not about["open"] or not path.is_file():
        raise NotFound
    told, sought = _lines(path)
    words = sought_words(request.args.get("q", ""))
    found = [
        line
        for line, text in zip(told["lines"], sought, strict=True)
        if words and all(word in text for word in words)
    ]
    page = render_template(
        "publishing/search.html", told=told, found=found[:MOST], count=len(found)
    )
    return _for_a_moment(page, about)


@bp.get("/results/<competition>/<event>/<file>")
@allow(PUBLIC)
def data(competition: str, event: str, file: str) -> ResponseReturnValue:
    """Lead to the sheet of the newest edition; all else that is out is answered from its files before."""
    about = _about(_noted(competition, "about.json"), now())
    newest = _noted(competition, f"{event}/current.json")["edition"]
    if not PRINTED.fullmatch(file) or not about["open"] or newest is None:
        raise NotFound
    at = {"competition": competition, "event": event, "mark": newest, "file": file}
    return redirect(url_for(".edition", **at))


@bp.get("/results/<competition>/<event>/<mark>/<file>")
@allow(PUBLIC)
def edition(competition: str, event: str, mark: str, file: str) -> ResponseReturnValue:
    """Print an edition for whoever asks first, or say that it is no longer shown; the rest is answered from files."""
    about = _about(_noted(competition, "about.json"), now())
    planned = next((one for one in about["events"] if one["slug"] == event), None)
    if planned is None or not about["open"]:
        raise NotFound
    printed = PRINTED.fullmatch(file)
    if printed and mark in _noted(competition, f"{event}/current.json")["served"]:
        pdf = sheet.printed(_root() / competition / event / mark, printed[1])
        name = f"{competition}-{event}-{file}"
        return named(Response(pdf, mimetype="application/pdf"), name, file)
    return render_template("publishing/edition.html", about=about, event=planned), 410


@bp.route(COMPETITION, methods=["GET", "POST"])
@allow(*SEES, scope=path_of)
def release(competition_id: int) -> ResponseReturnValue:
    competition = competitions.with_events(competition_id)
    known = queries.release_of(competition)
    form = ReleaseForm(obj=known) if known else ReleaseForm(agreed=[*rules.Agreed])
    may = current_actor().may(Role.ORGANISER, competition.host.path)
    if may and form.validate_on_submit():
        try:
            works.announce(
                competition, form.version.data or 0, form.answers, current_actor(), now()
            )
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("Saved. What stands below is what strangers will read."), "success")
            return redirect(url_for(".release", competition_id=competition_id))
    editions = {event.id: queries.editions(event) for event in competition.events}
    return render_template(
        "publishing/release.html",
        competition=competition,
        form=form,
        release=known,
        editions=editions,
        open=bool(known and rules.is_open(known.opens_at, now())),
        slug=rules.slug(competition.code, competition.id),
        slugs={event.id: rules.slug(event.code, event.id) for event in competition.events},
        may=may,
    )


@bp.post(f"{EVENT}/publish")
@allow(Role.ORGANISER, scope=path_of)
def publish(competition_id: int, event_id: int) -> ResponseReturnValue:
    event = competitions.event_of(competition_id, event_id)
    try:
        made = works.publish(event, current_actor(), now())
    except HouseError as refusal:
        flash(tr(refusal.message), "error")
    else:
        flash(tr(say(N_("Edition %(n)s is the one that readers get."), n=made.number)), "success")
    return redirect(url_for(".release", competition_id=competition_id))


@bp.route(f"{EVENT}/publish/withdraw", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def withdraw(competition_id: int, event_id: int) -> ResponseReturnValue:
    event, form = competitions.event_of(competition_id, event_id), WhyForm()
    if form.validate_on_submit():
        try:
            services.withdraw(event, form.why.data, current_actor())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("Readers are told that it was withdrawn."), "success")
            return redirect(url_for(".release", competition_id=competition_id))
    return render_template("publishing/withdraw.html", event=event, form=form)


TIERS = {tier.value: TIER_LABELS[tier] for tier in Tier}


def _root() -> Path:
    return settings.instance / "published"


def _noted(competition: str, name: str) -> dict[str, Any]:
    if (
        not SAFE.fullmatch(competition)
        or ".." in name
        or not SAFE.fullmatch(name.split("/", maxsplit=1)[0])
    ):
        raise NotFound
    note = shelf.noted(_root() / competition / name)
    if note is None:
        raise NotFound
    return note


def _is_open(about: Mapping[str, Any], moment: datetime) -> bool:
    return rules.is_open(datetime.fromisoformat(about["opens_at"]), moment)


def _about(note: Mapping[str, Any], moment: datetime) -> dict[str, Any]:
    """Give what may be read of a competition now; before its release not even which events have a result."""
    out = _is_open(note, moment)
    events = [
        one | {"note": (out and shelf.noted(_root() / note["slug"] / one["slug"] / "current.json"))}
        for one in note["events"]
    ]
    hidden: dict[str, Any] = {} if out else {"units": [], "medals": []}
    times = {"opens_at": datetime.fromisoformat(note["opens_at"])}
    return {**note, **times, **hidden, "events": events, "open": out}


@lru_cache(maxsize=8)  # the editions that are searched just now
def _lines(path: Path) -> tuple[dict[str, Any], list[str]]:
    """Read the lines of an edition, and each as it is searched."""
    told = json.loads(path.read_bytes())
    names = ("name", "unit", "unit_en")
    texts = [
        sought_form(*(line.get(field) or "" for field in names), *line.get("members", ()))
        for line in told["lines"]
    ]
    return told, texts


def _for_a_moment(page: str, about: Mapping[str, Any]) -> Response:
    answer = make_response(page)
    if about["open"]:
        answer.headers["Cache-Control"] = A_MOMENT
        answer.vary.update(["Cookie", "Accept-Language"])
    return answer
