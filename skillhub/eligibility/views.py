"""The page on which a unit states what no machine can know."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skillhub.eligibility import queries, services
from skillhub.eligibility.forms import AttestForm
from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.clock import today
from skillhub.kernel.db import get_or_404
from skillhub.kernel.errors import BadInput, HouseError
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.settings import settings
from skillhub.people import queries as people
from skillhub.people.models import Person
from skillhub.people.queries import path_of

bp = Blueprint("eligibility", __name__)


@bp.route("/people/<int:person_id>/attestations", methods=["GET", "POST"])
@allow(Role.INCENTIVE_REVIEWER, Role.ORGANISER, scope=path_of)
def attest(person_id: int) -> ResponseReturnValue:
    person = get_or_404(Person, person_id)
    employer = people.employers_of([person_id]).get(person_id)
    asked = request.args.get("item", "")[:100].strip()
    day = today(employer.zone if employer else settings.zone)
    form = AttestForm(asked=asked, item=asked or None, on=day)
    if form.validate_on_submit():
        try:
            yes, reason = form.answer.data == "yes", form.reason.data or ""
            if form.on.data > day:
                late = say(N_("Nobody can state today what will be so later."))
                raise BadInput(late, [Problem("on", late)])
            services.attest(person, form.item.data, yes, form.on.data, reason, current_actor())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            flash(N_("The attestation is entered."), "success")
            return redirect(url_for("eligibility.attest", person_id=person_id))
    return render_template(
        "eligibility/attest.html",
        person=person,
        employer=employer,
        form=form,
        made=queries.attestations_of(person),
        items=queries.ITEMS,
        may_write=current_actor().may(
            (Role.INCENTIVE_REVIEWER, Role.ORGANISER), path_of(person_id)
        ),
    )
