"""The pages of incentives: policies, their wording and cases, and their answers for people."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from skillhub.eligibility.rules import Verdict
from skillhub.incentives import queries, rules, services
from skillhub.incentives.forms import AdoptForm, DayForm
from skillhub.incentives.models import Policy
from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.clock import now, today
from skillhub.kernel.db import db
from skillhub.kernel.errors import HouseError
from skillhub.kernel.messages import N_, Problem
from skillhub.kernel.settings import settings
from skillhub.kernel.web import tr
from skillhub.people import queries as people

bp = Blueprint("incentives", __name__, url_prefix="/incentives")

READERS = (Role.INCENTIVE_REVIEWER, Role.ORGANISER)
PAGE = 25


@bp.get("/")
@allow(*READERS)
def index() -> ResponseReturnValue:
    on = today(settings.zone)
    lines = []
    for policy in queries.visible_to(current_actor()):
        versions = queries.versions_of(policy)
        lines.append((policy, versions, rules.in_force(versions, on)))
    return render_template(
        "incentives/index.html",
        lines=lines,
        on=on,
        names=_names(),
        may_adopt=current_actor().has(Role.INCENTIVE_REVIEWER),
    )


@bp.get("/<int:policy_id>")
@allow(*READERS)
def view(policy_id: int) -> ResponseReturnValue:
    policy = queries.seen_by(current_actor(), policy_id)
    on, names = _day(policy), _names()
    versions = queries.versions_of(policy)
    present = rules.in_force(versions, on) or versions[-1]
    subjects = db.session.scalars(queries.subjects(policy, current_actor(), on)).all()
    outcomes = queries.population(policy, on, [person.id for person in subjects], names)
    counts = Counter(outcome.verdict.answer.value for outcome in outcomes.values())
    wanted = request.args.get("answer", "")
    chosen = [
        person
        for person in subjects
        if not wanted or outcomes[person.id].verdict.answer.value == wanted
    ]
    chosen.sort(key=lambda one: queries.nearness(outcomes[one.id].verdict))
    page = max(1, min(request.args.get("page", 1, int), -(-len(chosen) // PAGE) or 1))
    return render_template(
        "incentives/view.html",
        policy=policy,
        versions=list(zip(policy.versions, versions, strict=True)),
        present=present,
        in_force=rules.in_force(versions, on),
        sentences=rules.describe(present, names),
        tried=queries.tried(present),
        on=on,
        form=DayForm(formdata=None, on=on),
        counts=counts,
        wanted=wanted,
        lines=[_line(p, outcomes[p.id]) for p in chosen[(page - 1) * PAGE : page * PAGE]],
        page={"page": page, "pages": -(-len(chosen) // PAGE), "total": len(chosen)},
        may_adopt=current_actor().may(Role.INCENTIVE_REVIEWER, policy.owner.path),
    )


@bp.route("/adopt", methods=["GET", "POST"])
@allow(Role.INCENTIVE_REVIEWER)
def adopt() -> ResponseReturnValue:
    owners = queries.owners_for(current_actor())
    form = AdoptForm(owners, **_beginning())
    read, problems = None, []
    if form.validate_on_submit():
        form.take_file()
        agreed, owner = form.agrees(), next(o for o in owners if o.id == form.owner.data)
        try:
            document = queries.parsed(form.text.data or "")
            read = rules.read(document)
            problems = queries.objections(owner, read, today(owner.zone))
            if agreed:
                version = services.adopt(owner, document, current_actor(), now())
                flash(N_("The policy is adopted."), "success")
                return redirect(url_for("incentives.view", policy_id=version.policy_id))
        except HouseError as refusal:
            problems = list(refusal.problems) or [Problem("", refusal.message)]
    return render_template(
        "incentives/adopt.html",
        form=form,
        read=read,
        sentences=rules.describe(read, _names()) if read else (),
        problems=problems,
        fit=read is not None and all(p.severity != "error" for p in problems),
        tried=queries.tried(read) if read else (),
    )


@bp.get("/<int:policy_id>/people/<int:person_id>")
@allow(*READERS)
def person(policy_id: int, person_id: int) -> ResponseReturnValue:
    policy = queries.seen_by(current_actor(), policy_id)
    who = people.seen_by(current_actor(), person_id)
    on = _day(policy)
    outcome = queries.population(policy, on, [who.id], _names())[who.id]
    return render_template(
        "incentives/person.html",
        policy=policy,
        title=outcome.policy.title if outcome.policy else queries.versions_of(policy)[-1].title,
        person=who,
        employer=people.employers_of([who.id]).get(who.id),
        outcome=outcome,
        progress=queries.progress(outcome.verdict),
        missing=queries.missing(outcome.verdict),
        links=_links(outcome.verdict, who.id),
        on=on,
        form=DayForm(formdata=None, on=on),
    )


def _names() -> dict[str, str]:
    return queries.names_for(str(get_locale()), tr)


def _beginning() -> dict[str, Any]:
    """Begin a new version with the wording of the latest."""
    number = request.args.get("policy", 0, int)
    if not number:
        return {}
    policy = queries.seen_by(current_actor(), number)
    text = json.dumps(policy.versions[-1].document, ensure_ascii=False, indent=2)
    return {"owner": policy.owner_id, "text": text}


def _day(policy: Policy) -> date:
    """Give the day asked about, or the day it is where the policy's owner is."""
    form = DayForm(request.args)
    asked = form.on.data if form.validate() else None
    return asked or today(policy.owner.zone)


def _links(verdict: Verdict, person_id: int) -> dict[tuple[str, int], str]:
    """Give the addresses of the rows that prove an answer."""
    proofs = queries.proofs_of(verdict)
    places = queries.events_of([p.id for p in proofs if p.kind in {"award", "title"}])
    simple = {
        "employment": url_for("people.view", person_id=person_id),
        "insured_span": url_for("people.view", person_id=person_id),
        "attestation": url_for("eligibility.attest", person_id=person_id),
    }
    links = {}
    for proof in proofs:
        key = (proof.kind, proof.id)
        if proof.kind == "qualification":
            links[key] = url_for("qualifications.view", qualification_id=proof.id)
        elif proof.id in places and proof.kind in {"award", "title"}:
            competition, event = places[proof.id]
            links[key] = url_for("awards.index", competition_id=competition, event_id=event)
        elif proof.kind in simple:
            links[key] = simple[proof.kind]
    return links


def _line(who: Any, outcome: rules.Outcome) -> dict[str, Any]:
    steps = queries.missing(outcome.verdict)
    return {
        "person": who,
        "outcome": outcome,
        "progress": queries.progress(outcome.verdict),
        "step": steps[0].because if steps else None,
    }
