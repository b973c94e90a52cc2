"""The pages of contests from year to year: the public calendar and its feed, series, and "as last year"."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date

from skillhub.calendar import queries, services
from skillhub.calendar.forms import CloneForm, NewSeriesForm, SeriesForm
from skillhub.calendar.queries import Kind, Occasion
from skillhub.calendar.sheet import feed as write_feed
from skillhub.competitions import queries as competitions
from skillhub.competitions.models import TIER_LABELS, ContestSeries
from skillhub.competitions.queries import SEES, path_of
from skillhub.kernel.access import PUBLIC, Role, allow, current_actor
from skillhub.kernel.clock import now, today
from skillhub.kernel.db import get_or_404
from skillhub.kernel.errors import BadInput, HouseError, NotFound
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.settings import settings
from skillhub.kernel.web import tr
from skillhub.organisations import queries as organisations
from skillhub.organisations.models import Organisation

bp = Blueprint("calendar", __name__)
LINES = {
    Kind.OPENS: N_("%(name)s: registration opens"),
    Kind.CLOSES: N_("%(name)s: registration closes"),
}
FEED_YEARS = 2


@bp.get("/calendar")
@allow(PUBLIC)
def index() -> ResponseReturnValue:
    day = today(settings.zone)
    year = request.args.get("year", day.year, int)
    if not 1900 <= year <= 2200:
        raise NotFound
    found = queries.occasions(date(year, 1, 1), date(year, 12, 31))
    ahead = [one for one in found if one.until >= day]
    return render_template(
        "calendar/index.html",
        year=year,
        coming=_by_month(ahead),
        past=_by_month([one for one in found if one.until < day]),
        tiers=TIER_LABELS,
        kinds=Kind,
        feed=f"{settings.public_url}{url_for('calendar.feed')}",
    )


@bp.get("/calendar.ics")
@allow(PUBLIC)
def feed() -> ResponseReturnValue:
    day = today(settings.zone)
    found = queries.occasions(date(day.year - 1, 1, 1), date(day.year + FEED_YEARS, 12, 31))
    address = f"{settings.public_url}{url_for('calendar.index')}"
    body = write_feed(found, _line, address, now(), tr(N_("Skills competitions")))
    return Response(
        body,
        mimetype="text/calendar",
        headers={"Content-Disposition": "inline; filename=skillhub.ics"},
    )


@bp.route("/competitions/<int:competition_id>/clone", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def clone(competition_id: int) -> ResponseReturnValue:
    source = competitions.with_events(competition_id)
    year = source.year + 1
    code = source.code.replace(str(source.year), str(year))
    form = CloneForm(
        year=year,
        code="" if code == source.code else code,
        series=True,
        filing=queries.to_be_filed(source, current_actor()),
    )
    if form.validate_on_submit():
        typed, actor = form.code.data.strip(), current_actor()
        try:
            edition = services.clone(
                source, typed, form.year.data, actor, form.series.data, form.filing.data
            )
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(
                N_("The new edition stands as last year's did. Look at its days and its text."),
                "success",
            )
            return redirect(url_for("competitions.view", competition_id=edition.id))
    return render_template("calendar/clone.html", competition=source, form=form)


@bp.get("/series")
@allow(*SEES)
def series() -> ResponseReturnValue:
    actor = current_actor()
    found = queries.series_seen(actor)
    return render_template(
        "calendar/series.html", series=found, may_found=actor.has(Role.ORGANISER)
    )


@bp.get("/series/<int:series_id>")
@allow(*SEES, scope=queries.path_of_series)
def editions(series_id: int) -> ResponseReturnValue:
    row = get_or_404(ContestSeries, series_id)
    return render_template(
        "calendar/editions.html",
        series=row,
        editions=queries.editions(row, current_actor()),
        tiers=TIER_LABELS,
        may_edit=current_actor().may(Role.ORGANISER, row.organisation.path),
    )


@bp.route("/series/found", methods=["GET", "POST"])
@allow(Role.ORGANISER)
def found_series() -> ResponseReturnValue:
    top = organisations.top_of(current_actor(), Role.ORGANISER)
    form = NewSeriesForm(owner=top.code if top else "")
    if form.validate_on_submit():
        words = (form.code.data.strip(), form.name.data.strip(), (form.name_en.data or "").strip())
        try:
            row = services.found_series(_owner(form.owner.data), *words, current_actor())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The series is founded."), "success")
            return redirect(url_for("calendar.editions", series_id=row.id))
    return render_template("calendar/found_series.html", form=form)


@bp.route("/series/<int:series_id>/edit", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=queries.path_of_series)
def rename_series(series_id: int) -> ResponseReturnValue:
    row = get_or_404(ContestSeries, series_id)
    form = SeriesForm(obj=row)
    if form.validate_on_submit():
        names = (form.name.data.strip(), (form.name_en.data or "").strip())
        try:
            services.rename_series(row, form.version.data or 0, *names, current_actor())
        except HouseError as refusal:
            form.refuse(refusal)
            form.catch_up(row)
        else:
            flash(N_("The series is changed."), "success")
            return redirect(url_for("calendar.editions", series_id=row.id))
    return render_template("calendar/rename_series.html", series=row, form=form)


def _by_month(found: list[Occasion]) -> list[tuple[date, str, list[Occasion]]]:
    """Put occasions under their months, each with its name in the reader's language."""
    months = groupby(found, key=lambda one: one.on.replace(day=1))
    return [(month, format_date(month, "LLLL"), list(lines)) for month, lines in months]


def _line(one: Occasion) -> str:
    name = one.competition.name
    return tr(say(LINES[one.kind], name=name)) if one.kind in LINES else name


def _owner(code_or_name: str) -> Organisation:
    try:
        owner = organisations.find(code_or_name)
    except NotFound as missing:
        unknown = say(N_("There is no organisation of this code or name."))
        raise BadInput(unknown, [Problem("owner", unknown)]) from missing
    if not current_actor().may(Role.ORGANISER, owner.path):
        foreign = say(N_("You are not an organiser of this organisation."))
        raise BadInput(foreign, [Problem("owner", foreign)])
    return owner
