"""The pages that list, announce and change competitions.

The page of one competition and those of its events are drawn by the floors above, which know entries, marks and awards.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skillhub.competitions import queries, services
from skillhub.competitions.forms import CompetitionForm, NewCompetitionForm
from skillhub.competitions.models import TIER_LABELS, Checking, Competition
from skillhub.competitions.queries import SEES, path_of
from skillhub.kernel.access import Actor, Role, allow, current_actor
from skillhub.kernel.clock import today
from skillhub.kernel.db import get_or_404
from skillhub.kernel.errors import BadInput, HouseError, NotFound
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.settings import settings
from skillhub.organisations import queries as organisations
from skillhub.organisations.models import Organisation

bp = Blueprint("competitions", __name__)
EARLIER = 5  # so many that were held are offered to be held again
# The address of one competition, for links; the planning floor draws the page.
bp.add_url_rule("/competitions/<int:competition_id>", "view", build_only=True)


@bp.get("/competitions")
@allow(*SEES)
def index() -> ResponseReturnValue:
    actor = current_actor()
    return render_template(
        "competitions/index.html",
        competitions=queries.newest_first(actor),
        tiers=TIER_LABELS,
        may_announce=actor.has(Role.ORGANISER),
    )


@bp.route("/competitions/announce", methods=["GET", "POST"])
@allow(Role.ORGANISER)
def announce() -> ResponseReturnValue:
    actor = current_actor()
    top = organisations.top_of(actor, Role.ORGANISER)
    form = NewCompetitionForm(
        year=today(settings.zone).year,
        tier="district",
        checking=Checking.LOOK_OVER.value,
        host=top.code if top else "",
        notice_days=0,
        appeal_hours=2,
    )
    form.offer(queries.series_for(actor))
    if form.validate_on_submit():
        try:
            host = _host(form.host.data, actor)
            competition = services.announce(host, form.code.data.strip(), _values(form), actor)
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The competition is announced. Now plan its events."), "success")
            return redirect(url_for("competitions.view", competition_id=competition.id))
    led = [one for one in queries.newest_first(actor) if actor.may(Role.ORGANISER, one.host.path)]
    return render_template("competitions/announce.html", form=form, earlier=led[:EARLIER])


@bp.route("/competitions/<int:competition_id>/edit", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def edit(competition_id: int) -> ResponseReturnValue:
    competition = get_or_404(Competition, competition_id)
    home = url_for("competitions.view", competition_id=competition.id)
    back = f"{home}/life" if request.args.get("back") == "life" else home
    known = competition.series.code if competition.series else ""
    form = CompetitionForm(obj=competition, data={"series": known})
    form.offer(queries.series_for(current_actor()))
    if form.validate_on_submit():
        try:
            services.edit(competition, form.version.data or 0, _values(form), current_actor())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The competition is changed."), "success")
            return redirect(back)
    return render_template("competitions/edit.html", competition=competition, form=form, back=back)


def _values(form: CompetitionForm) -> dict[str, Any]:
    own = {name: value for name, value in form.answers.items() if name not in ("code", "host")}
    texts = ("name", "name_en", "place", "announcement", "announcement_en")
    for name in ("notice_days", "appeal_hours", "weights"):
        if own[name] in (None, ""):
            del own[name]
    return own | {name: (own[name] or "").strip() for name in texts}


def _host(code_or_name: str, actor: Actor) -> Organisation:
    try:
        host = organisations.find(code_or_name)
    except NotFound as missing:
        unknown = say(N_("There is no organisation of this code or name."))
        raise BadInput(unknown, [Problem("host", unknown)]) from missing
    if not actor.may(Role.ORGANISER, host.path):
        foreign = say(N_("You are not an organiser of this organisation."))
        raise BadInput(foreign, [Problem("host", foreign)])
    return host
