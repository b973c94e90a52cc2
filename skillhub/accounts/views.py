"""The pages of accounts and of the journal."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skillhub.accounts import queries, services
from skillhub.accounts.forms import (
    AccountForm,
    DisableForm,
    GrantForm,
    JournalForm,
    NewAccountForm,
    PasswordForm,
)
from skillhub.accounts.models import User
from skillhub.accounts.queries import path_of
from skillhub.kernel.access import ROLE_LABELS, Role, allow, current_actor
from skillhub.kernel.crypto import fresh_password
from skillhub.kernel.db import get_or_404
from skillhub.kernel.errors import BadInput, HouseError, NotFound
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.settings import settings
from skillhub.organisations import queries as organisations
from skillhub.organisations.models import Organisation
from skillhub.people import queries as people
from skillhub.people.models import Person

bp = Blueprint("accounts", __name__)


@bp.get("/accounts")
@allow(Role.ADMINISTRATOR)
def index() -> ResponseReturnValue:
    words, role, state = (request.args.get(name, "") for name in ("q", "role", "state"))
    page = request.args.get("page", 1, int)
    found = queries.listed(current_actor(), words, role, state, page)
    asked = {"words": words, "role": role, "state": state}
    may = bool(current_actor().paths(Role.ADMINISTRATOR))
    return render_template(
        "accounts/index.html", page=found, roles=ROLE_LABELS, may_add=may, **asked
    )


@bp.route("/accounts/add", methods=["GET", "POST"])
@allow(Role.ADMINISTRATOR)
def add() -> ResponseReturnValue:
    form = NewAccountForm()
    if form.validate_on_submit():
        password = form.password.data or fresh_password()
        try:
            user = services.open_account(
                form.login.data,
                password,
                Role(form.role.data),
                _organisation(form.organisation.data),
                current_actor(),
                name=form.name.data,
                email=form.email.data or "",
                person=_person(form.person.data),
            )
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            shown = None if form.password.data else password
            return render_template("accounts/add_done.html", user=user, password=shown)
    return render_template("accounts/add.html", form=form)


@bp.get("/accounts/<int:user_id>")
@allow(Role.ADMINISTRATOR, scope=path_of)
def show(user_id: int) -> ResponseReturnValue:
    return _show(get_or_404(User, user_id), GrantForm(formdata=None))


@bp.route("/accounts/<int:user_id>/edit", methods=["GET", "POST"])
@allow(Role.ADMINISTRATOR, scope=path_of)
def edit(user_id: int) -> ResponseReturnValue:
    user = get_or_404(User, user_id)
    number = user.person.number if user.person else ""
    form = AccountForm(
        name=user.name, email=user.email or "", person=number or "", version=user.version
    )
    if form.validate_on_submit():
        try:
            # A person without a number cannot be named here; the link stays while the field does.
            same = (form.person.data or "").strip() == (number or "")
            person = user.person if same else _person(form.person.data)
            services.edit(
                user,
                form.name.data,
                form.email.data or "",
                person,
                form.version.data or 0,
                current_actor(),
            )
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The account is changed."), "success")
            return redirect(url_for("accounts.show", user_id=user.id))
    return render_template("accounts/edit.html", user=user, form=form)


@bp.post("/accounts/<int:user_id>/grants")
@allow(Role.ADMINISTRATOR, scope=path_of)
def grant(user_id: int) -> ResponseReturnValue:
    user = get_or_404(User, user_id)
    form = GrantForm()
    if not form.validate_on_submit():
        return _show(user, form, 422)
    try:
        place = _organisation(form.organisation.data)
        services.grant(user, Role(form.role.data), place, current_actor())
    except HouseError as refusal:
        form.refuse(refusal)
        return _show(user, form, refusal.status)
    flash(N_("The role is given."), "success")
    return redirect(url_for("accounts.show", user_id=user.id))


@bp.post("/accounts/<int:user_id>/grants/<int:grant_id>/withdraw")
@allow(Role.ADMINISTRATOR, scope=path_of)
def withdraw(user_id: int, grant_id: int) -> ResponseReturnValue:
    user = get_or_404(User, user_id)
    services.withdraw(user, queries.grant_of(user, grant_id), current_actor())
    flash(N_("The role is withdrawn."), "success")
    return redirect(url_for("accounts.show", user_id=user.id))


@bp.route("/accounts/<int:user_id>/disable", methods=["GET", "POST"])
@allow(Role.ADMINISTRATOR, scope=path_of)
def disable(user_id: int) -> ResponseReturnValue:
    user = get_or_404(User, user_id)
    form = DisableForm()
    if form.validate_on_submit():
        try:
            services.disable(user, form.why.data, current_actor())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The account is disabled. Whoever used it is signed out."), "success")
            return redirect(url_for("accounts.show", user_id=user.id))
    return render_template("accounts/disable.html", user=user, form=form)


@bp.post("/accounts/<int:user_id>/enable")
@allow(Role.ADMINISTRATOR, scope=path_of)
def enable(user_id: int) -> ResponseReturnValue:
    services.enable(get_or_404(User, user_id), current_actor())
    flash(N_("The account is active again."), "success")
    return redirect(url_for("accounts.show", user_id=user_id))


@bp.route("/accounts/<int:user_id>/password", methods=["GET", "POST"])
@allow(Role.ADMINISTRATOR, scope=path_of)
def password(user_id: int) -> ResponseReturnValue:
    user = get_or_404(User, user_id)
    form = PasswordForm()
    if form.validate_on_submit():
        chosen = form.password.data or fresh_password()
        try:
            services.set_password(user, chosen, current_actor())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            shown = None if form.password.data else chosen
            return render_template("accounts/password_done.html", user=user, password=shown)
    return render_template("accounts/password.html", user=user, form=form)


@bp.get("/journal")
@allow(Role.AUDITOR)
def journal() -> ResponseReturnValue:
    form = JournalForm(request.args)
    since = before = None
    if form.validate() and form.day.data and 1900 < form.day.data.year < 3000:
        zone = ZoneInfo(settings.zone)
        since = datetime.combine(form.day.data, time.min, zone)
        before = datetime.combine(form.day.data + timedelta(days=1), time.min, zone)
    words = (form.verb.data or "", form.login.data or "", form.subject.data or "")
    page = request.args.get("page", 1, int)
    found = queries.journal(current_actor(), *words, since, before, page)
    return render_template("accounts/journal.html", page=found, form=form, zone=settings.zone)


@bp.get("/journal/<int:line_id>")
@allow(Role.AUDITOR)
def journal_line(line_id: int) -> ResponseReturnValue:
    line = queries.journal_line(current_actor(), line_id)
    return render_template("accounts/journal_line.html", line=line, zone=settings.zone)


def _show(user: User, form: GrantForm, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    may = actor.may(Role.ADMINISTRATOR, queries.reach(user))
    page = render_template(
        "accounts/show.html", user=user, form=form, roles=ROLE_LABELS, may_change=may
    )
    return page, status


def _organisation(code_or_name: str) -> Organisation:
    try:
        return organisations.find(code_or_name)
    except NotFound as missing:
        unknown = say(N_("There is no organisation of this code or name."))
        raise BadInput(unknown, [Problem("organisation", unknown)]) from missing


def _person(number: str | None) -> Person | None:
    if not (number or "").strip():
        return None
    person = people.by_number((number or "").strip())
    if person is None:
        unknown = say(N_("There is nobody with this worker number."))
        raise BadInput(unknown, [Problem("person", unknown)])
    return person
