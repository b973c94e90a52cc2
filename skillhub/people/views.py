"""The pages of people."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skillhub.kernel import imports
from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.clock import now, today
from skillhub.kernel.db import db, get_or_404
from skillhub.kernel.downloads import sheet_file
from skillhub.kernel.errors import Conflict, HouseError, NotFound
from skillhub.kernel.forms import SheetForm
from skillhub.kernel.messages import N_
from skillhub.kernel.settings import settings
from skillhub.kernel.web import tr
from skillhub.organisations import queries as organisations
from skillhub.organisations.models import Organisation
from skillhub.people import queries, services, sheet
from skillhub.people.forms import (
    EMPLOYMENTS,
    STATUSES,
    EditPersonForm,
    EmploymentForm,
    InsuredForm,
    LeaveForm,
    PersonForm,
    UnmaskForm,
)
from skillhub.people.models import Employment, Person
from skillhub.people.queries import READERS, path_of
from skillhub.people.rules import ID_TYPES, INSURANCES, SEXES

bp = Blueprint("people", __name__, url_prefix="/people")
LAST_PAGE = 1_000_000  # a number of a page that no column holds is an error of the database


@bp.route("/", methods=["GET", "POST"])
@allow(*READERS)
def index() -> ResponseReturnValue:
    """List people; what may be an identity number comes as a form, so that it stands in no address and no log."""
    sent = request.method == "POST"
    word = request.form.get("q", "") if sent else request.args.get("q", "")
    if sent and not any(sign.isdigit() for sign in word):
        return redirect(url_for("people.index", q=word.strip() or None))
    number = min(max(request.args.get("page", 1, int), 1), LAST_PAGE)
    chosen = queries.search(current_actor(), word, identity=sent)
    page = db.paginate(chosen, page=number, per_page=50, error_out=False)
    return render_template(
        "people/index.html",
        page=page,
        word=word,
        sent=sent,
        posts=queries.posts_of(p.id for p in page.items),
        may_add=current_actor().has(Role.ORGANISER),
    )


@bp.get("/<int:person_id>")
@allow(*READERS)
def view(person_id: int) -> ResponseReturnValue:
    person = queries.seen_by(current_actor(), person_id)
    return render_template(
        "people/view.html",
        person=person,
        identity=queries.identity_of(person),
        employments=queries.employments_of(person),
        spans=queries.spans_of(person),
        namesakes=queries.namesakes(person, current_actor()),
        may_edit=current_actor().may(Role.ORGANISER, path_of(person_id)),
        may_state=current_actor().may(
            (Role.ORGANISER, Role.INCENTIVE_REVIEWER), path_of(person_id)
        ),
        unmask=UnmaskForm(),
        words={
            "id": ID_TYPES,
            "sex": SEXES,
            "status": STATUSES,
            "kind": EMPLOYMENTS,
            "insurance": INSURANCES,
        },
    )


@bp.route("/add", methods=["GET", "POST"])
@allow(Role.ORGANISER)
def add() -> ResponseReturnValue:
    form = PersonForm()
    job = EmploymentForm(_own(), since=today(settings.zone), prefix="job-")
    needs_employer = not _reaches_all()
    asked = job.organisation.data or needs_employer
    if form.validate_on_submit() and (not asked or job.validate()):
        try:
            person = services.take_in(form.answers, _job(job) if asked else None, current_actor())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The person is entered."), "success")
            return redirect(url_for("people.view", person_id=person.id))
    return render_template("people/add.html", form=form, job=job, needs_employer=needs_employer)


@bp.route("/<int:person_id>/edit", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def edit(person_id: int) -> ResponseReturnValue:
    person = get_or_404(Person, person_id)
    form = EditPersonForm(obj=person)
    if form.validate_on_submit():
        try:
            services.edit(person, form.answers, form.version.data or 0, current_actor())
        except HouseError as refusal:
            form.refuse(refusal)
            if isinstance(refusal, Conflict):
                form.catch_up(person)
        else:
            flash(N_("Saved."), "success")
            return redirect(url_for("people.view", person_id=person_id))
    return render_template(
        "people/edit.html", form=form, person=person, identity=queries.identity_of(person)
    )


@bp.route("/<int:person_id>/employ", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def employ(person_id: int) -> ResponseReturnValue:
    person = get_or_404(Person, person_id)
    form = EmploymentForm(_own(), since=today(settings.zone))
    if form.validate_on_submit():
        job = _job(form)
        try:
            services.employ(
                person, job.pop("organisation"), job.pop("since"), current_actor(), **job
            )
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The employment is entered."), "success")
            return redirect(url_for("people.view", person_id=person_id))
    return render_template("people/employ.html", form=form, person=person)


@bp.route("/<int:person_id>/employments/<int:employment_id>/leave", methods=["GET", "POST"])
@allow(Role.ORGANISER, scope=path_of)
def leave(person_id: int, employment_id: int) -> ResponseReturnValue:
    employment = get_or_404(Employment, employment_id)
    if employment.person_id != person_id:
        raise NotFound()
    form = LeaveForm(until=employment.until or today(settings.zone))
    if form.validate_on_submit():
        try:
            services.leave(employment, form.until.data, current_actor())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The last day is entered."), "success")
            return redirect(url_for("people.view", person_id=person_id))
    return render_template("people/leave.html", form=form, employment=employment)


@bp.route("/<int:person_id>/insure", methods=["GET", "POST"])
@allow(Role.ORGANISER, Role.INCENTIVE_REVIEWER, scope=path_of)
def insure(person_id: int) -> ResponseReturnValue:
    person = get_or_404(Person, person_id)
    form = InsuredForm(known_to=today(settings.zone))
    if form.validate_on_submit():
        try:
            services.insure(person, actor=current_actor(), **form.answers)
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The insured months are entered."), "success")
            return redirect(url_for("people.view", person_id=person_id))
    return render_template("people/insure.html", form=form, person=person)


@bp.post("/<int:person_id>/unmask")
@allow(Role.ORGANISER, scope=path_of)
def unmask(person_id: int) -> ResponseReturnValue:
    person = get_or_404(Person, person_id)
    number = services.unmask(person, current_actor(), UnmaskForm().why.data or "")
    return render_template("people/unmask.html", person=person, number=number, words=ID_TYPES)


@bp.route("/import", methods=["GET", "POST"])
@allow(Role.ORGANISER)
def import_sheet() -> ResponseReturnValue:
    form, actor = SheetForm(), current_actor()
    if form.validate_on_submit():
        try:
            upload = imports.receive(_importer(), *form.sent(), actor, now())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            return redirect(url_for("people.import_preview", upload_id=upload.id))
    return render_template("people/import_sheet.html", form=form, columns=sheet.COLUMNS)


@bp.route("/import/<int:upload_id>", methods=["GET", "POST"])
@allow(Role.ORGANISER)
def import_preview(upload_id: int) -> ResponseReturnValue:
    state = imports.resume(_importer(), upload_id, current_actor())
    if request.method == "POST":
        done = imports.carry_on(state, request.form, now())
        if done is None:
            return redirect(url_for("people.import_preview", upload_id=upload_id))
        flash(tr(done), "success")
    if request.method == "POST" or state.applied:
        return redirect(url_for("people.index"))
    return render_template("people/import_preview.html", state=state)


@bp.get("/export.<any(xlsx,csv):kind>")
@allow(Role.ORGANISER)
def export(kind: str) -> ResponseReturnValue:
    people = db.session.scalars(queries.search(current_actor(), request.args.get("q", "")))
    return sheet_file(kind, "people", sheet.EXPORTED, sheet.exported(people))


def _importer() -> imports.Importer:
    return sheet.importer(current_actor(), today(settings.zone))


def _own() -> list[Organisation]:
    return organisations.visible_to(current_actor(), Role.ORGANISER)


def _reaches_all() -> bool:
    root = organisations.root()
    return current_actor().may(Role.ORGANISER, root.path if root else "/")


def _job(form: EmploymentForm) -> dict[str, Any]:
    """Give what was asked about an employment, its organisation as a row; it was among the choices."""
    return {**form.answers, "organisation": get_or_404(Organisation, int(form.organisation.data))}
