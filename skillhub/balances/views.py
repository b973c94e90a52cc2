"""The day's balance: sheets taken = good + spoiled + left, and what does not add up."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from skillhub.balances import queries, services, sheet
from skillhub.balances.forms import CountForm
from skillhub.certificates.queries import STAFF
from skillhub.kernel.access import allow, current_actor
from skillhub.kernel.clock import now, today
from skillhub.kernel.db import get_or_404
from skillhub.kernel.downloads import sheet_file
from skillhub.kernel.errors import HouseError, NotAllowed, NotFound
from skillhub.kernel.messages import N_
from skillhub.kernel.settings import settings
from skillhub.organisations.models import Organisation

bp = Blueprint("balances", __name__)


@bp.route("/copies/balance", methods=["GET", "POST"])
@allow(*STAFF)
def index() -> ResponseReturnValue:
    day, actor, form = _day(), current_actor(), CountForm()
    if request.method == "POST" and form.validate():
        line = queries.by_key(actor, day, form.hand.data)
        if line is None:
            raise NotFound
        if not actor.may(STAFF, get_or_404(Organisation, line.hand.issuer_id).path):
            raise NotAllowed
        given = (form.taken.data, form.left.data, form.note.data or "")
        try:
            services.count(line.hand, day, *given, actor, now())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(gettext(N_("The count is noted.")), "success")
            return redirect(url_for("balances.index", day=day.isoformat()))
    lines = queries.lines(actor, day)
    page = render_template(
        "balances/index.html",
        day=day,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1) if day < today(settings.zone) else None,
        lines=[(line, queries.key_of(line.hand)) for line in lines],
        numbered=queries.numbered(actor),
        form=form,
        may=actor.has(*STAFF),
    )
    return (page, 422) if form.errors else page


@bp.get("/copies/balance.<kind>")
@allow(*STAFF)
def balance_file(kind: str) -> ResponseReturnValue:
    day = _day()
    lines = queries.lines(current_actor(), day)
    return sheet_file(_known(kind), f"balance-{day}", sheet.COLUMNS, sheet.rows(lines))


@bp.get("/copies/ledger.<kind>")
@allow(*STAFF)
def ledger_file(kind: str) -> ResponseReturnValue:
    """Give every sheet that was sent on a day."""
    day = _day()
    sheets = queries.ledger(current_actor(), day)
    return sheet_file(_known(kind), f"sheets-{day}", sheet.LEDGER, sheet.ledger(sheets))


def _known(kind: str) -> str:
    if kind not in ("csv", "xlsx"):
        raise NotFound
    return kind


def _day() -> date:
    """Give the day asked for: today where none, or none that can be, is asked for."""
    present = today(settings.zone)
    try:
        asked = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return present
    return asked if date(2000, 1, 1) <= asked <= present else present
