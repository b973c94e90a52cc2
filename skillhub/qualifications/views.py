"""The pages of the register of qualifications."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skillhub.kernel import journal
from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.clock import today
from skillhub.kernel.db import db, get_or_404
from skillhub.kernel.errors import BadInput, HouseError
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.settings import settings
from skillhub.occupations import queries as occupations
from skillhub.people import queries as people
from skillhub.people.models import Person
from skillhub.qualifications import queries, services
from skillhub.qualifications.forms import (
    CheckForm,
    FactsForm,
    FilterForm,
    RegisterForm,
    RestoreForm,
    ReviewForm,
    RevokeForm,
    levels,
)
from skillhub.qualifications.models import CHECKS, KINDS, STATES, Qualification
from skillhub.qualifications.queries import Wanted, path_of
from skillhub.qualifications.rules import LEVELS, Verification, review_due_on

bp = Blueprint("qualifications", __name__, url_prefix="/qualifications")

WRITERS = (Role.ORGANISER, Role.INCENTIVE_REVIEWER)
WORDS = {"kinds": KINDS, "checks": CHECKS, "states": STATES, "levels": LEVELS}
ACTS = {
    "qualifications.register": N_("registered"),
    "qualifications.edit": N_("corrected"),
    "qualifications.note": N_("corrected"),
    "qualifications.verify": N_("checked"),
    "qualifications.revoke": N_("withdrawn"),
    "qualifications.restore": N_("withdrawal taken back"),
    "qualifications.record_review": N_("review entered"),
}
SPANS = (30, 90, 180, 365)


@bp.get("/")
@allow(*WRITERS)
def index() -> ResponseReturnValue:
    form = FilterForm(request.args)
    asked = form.validate()
    wanted = (
        Wanted(
            form.q.data or "",
            form.occupation.data or "",
            form.level.data or "",
            form.state.data or "",
            bool(form.unchecked.data),
        )
        if asked
        else Wanted()
    )
    on = (form.on.data if asked else None) or today(settings.zone)
    number = max(1, min(request.args.get("page", 1, int), 10**6))
    page = queries.register_of(current_actor(), wanted, on, number)
    employers = people.employers_of(one.row.person_id for one in page.items)
    return render_template(
        "qualifications/index.html",
        form=form,
        page=page,
        on=on,
        filtered=wanted != Wanted(),
        employers=employers,
        words=WORDS,
        may_write=current_actor().has(*WRITERS),
    )


@bp.get("/expiring")
@allow(*WRITERS)
def expiring() -> ResponseReturnValue:
    days = request.args.get("days", SPANS[1], int)
    days = days if days in SPANS else SPANS[1]
    on = today(settings.zone)
    found = queries.ending(current_actor(), on, days)
    return render_template(
        "qualifications/expiring.html",
        found=found,
        on=on,
        days=days,
        spans=SPANS,
        employers=people.employers_of(one.row.person_id for one in found),
        words=WORDS,
    )


@bp.get("/levels")
@allow(*WRITERS)
def levels_of() -> ResponseReturnValue:
    trade = occupations.by_code(request.args.get("occupation", ""))
    return render_template(
        "qualifications/levels_of.html", levels=levels(trade.scale if trade else "cn8")
    )


@bp.route("/register", methods=["GET", "POST"])
@allow(*WRITERS)
def register() -> ResponseReturnValue:
    form = RegisterForm(person=request.args.get("person", ""))
    if form.validate_on_submit():
        try:
            person = _holder(form.person.data or "")
            row, _ = services.register(person, form.facts, current_actor(), _today(person.id))
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The qualification is registered."), "success")
            return _back(row)
    return render_template("qualifications/register.html", form=form)


@bp.get("/<int:qualification_id>")
@allow(*WRITERS)
def view(qualification_id: int) -> ResponseReturnValue:
    row = queries.seen_by(current_actor(), qualification_id)
    traces = journal.about([row])
    return render_template(
        "qualifications/view.html",
        one=queries.shown(row, _today(row.person_id)),
        today=_today(row.person_id),
        due=review_due_on(queries.held(row)),
        warnings=queries.number_warnings(row),
        employer=people.employers_of([row.person_id]).get(row.person_id),
        traces=traces,
        checks=[trace for trace in traces if trace.verb == "qualifications.verify"],
        acts=ACTS,
        words=WORDS,
        zone=settings.zone,
        may_write=current_actor().may(WRITERS, path_of(qualification_id)),
    )


@bp.route("/<int:qualification_id>/edit", methods=["GET", "POST"])
@allow(*WRITERS, scope=path_of)
def edit(qualification_id: int) -> ResponseReturnValue:
    row = get_or_404(Qualification, qualification_id)
    stored = {name: getattr(row, name) for name in services.FACTS}
    stored |= {
        "occupation": row.occupation.code if row.occupation else "",
        "level": row.level or "",
    }
    form = FactsForm(**{**stored, "kind": row.kind.value, "version": row.version})
    if form.validate_on_submit():
        try:
            version, day = form.version.data or 0, _today(row.person_id)
            services.edit(row, form.facts, version, current_actor(), day)
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The qualification is corrected."), "success")
            return _back(row)
    return render_template("qualifications/edit.html", form=form, row=row)


@bp.route("/<int:qualification_id>/verify", methods=["GET", "POST"])
@allow(*WRITERS, scope=path_of)
def verify(qualification_id: int) -> ResponseReturnValue:
    row = get_or_404(Qualification, qualification_id)
    day = _today(row.person_id)
    form = CheckForm(on=day)
    if form.validate_on_submit():
        try:
            found, on, where = Verification(form.found.data), form.on.data, form.where.data or ""
            services.verify(row, found, on, where, current_actor(), day)
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The check is entered."), "success")
            return _back(row)
    warnings = queries.number_warnings(row)
    return render_template(
        "qualifications/verify.html", form=form, row=row, warnings=warnings, words=WORDS
    )


@bp.route("/<int:qualification_id>/revoke", methods=["GET", "POST"])
@allow(*WRITERS, scope=path_of)
def revoke(qualification_id: int) -> ResponseReturnValue:
    row = get_or_404(Qualification, qualification_id)
    form = RevokeForm(on=_today(row.person_id))
    if form.validate_on_submit():
        try:
            services.revoke(row, form.on.data, form.why.data or "", current_actor())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The withdrawal is entered."), "success")
            return _back(row)
    return render_template("qualifications/revoke.html", form=form, row=row)


@bp.route("/<int:qualification_id>/restore", methods=["GET", "POST"])
@allow(*WRITERS, scope=path_of)
def restore(qualification_id: int) -> ResponseReturnValue:
    row = get_or_404(Qualification, qualification_id)
    form = RestoreForm()
    if form.validate_on_submit():
        try:
            services.restore(row, form.why.data or "", current_actor())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The withdrawal is taken back."), "success")
            return _back(row)
    return render_template("qualifications/restore.html", form=form, row=row)


@bp.route("/<int:qualification_id>/review", methods=["GET", "POST"])
@allow(*WRITERS, scope=path_of)
def review(qualification_id: int) -> ResponseReturnValue:
    row = get_or_404(Qualification, qualification_id)
    day = _today(row.person_id)
    form = ReviewForm(on=day)
    if form.validate_on_submit():
        try:
            services.record_review(row, form.on.data, current_actor(), day)
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The review is entered."), "success")
            return _back(row)
    due = review_due_on(queries.held(row))
    return render_template("qualifications/review.html", form=form, row=row, due=due)


def _back(row: Qualification) -> ResponseReturnValue:
    return redirect(url_for("qualifications.view", qualification_id=row.id))


def _today(person_id: int) -> date:
    """Give the day it is where a person works."""
    employer = people.employers_of([person_id]).get(person_id)
    return today(employer.zone if employer else settings.zone)


def _holder(word: str) -> Person:
    """Find the one person meant, among those about whom the reader may write."""
    actor = current_actor()
    found = db.session.scalars(people.search(actor, word, identity=True).limit(6)).all()
    exact = [person for person in found if person.number == word.strip()]
    chosen = exact or found
    if len(chosen) == 1 and actor.may(WRITERS, people.path_of(chosen[0].id)):
        return chosen[0]
    message = say(N_("There is nobody of this number or name in your organisations."))
    if len(chosen) > 1:
        text = N_("Several people fit: %(names)s. Write the worker number.")
        names = ", ".join(f"{p.name} ({p.number or '–'})" for p in chosen)
        message = say(text, names=names)
    raise BadInput(message, [Problem("person", message)])
