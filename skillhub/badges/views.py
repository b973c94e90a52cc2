"""The page on which a worker takes a badge, and what others need to check one."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from skillhub.badges import queries, rules, services
from skillhub.badges.models import StatusList
from skillhub.certificates.models import Certificate
from skillhub.certificates.rules import answer_on
from skillhub.kernel import seals
from skillhub.kernel.access import PUBLIC, Role, allow, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.db import get_or_404
from skillhub.kernel.downloads import named
from skillhub.kernel.errors import HouseError, NotAllowed, NotFound
from skillhub.kernel.exact import day_of
from skillhub.kernel.messages import N_, say
from skillhub.kernel.settings import ROOT, settings
from skillhub.people.models import Person

bp = Blueprint("badges", __name__)

OWN = "/standing/certificates/<int:certificate_id>/badge"
KINDS = {"svg": "image/svg+xml", "png": "image/png", "jwt": "application/vc+jwt"}
PROGRAM = ROOT / "skillhub" / "kernel" / "verify_badge.py"
COMMAND = "python verify_badge.py badge.png keys.json"
A_MOMENT, A_WHILE = f"public, max-age={rules.MOMENT}", "public, max-age=300"


@bp.get(OWN)
@allow(Role.WORKER)
def badge(certificate_id: int) -> ResponseReturnValue:
    person, certificate = _own(certificate_id)
    day = day_of(now(), settings.zone)
    return render_template(
        "badges/badge.html",
        certificate=certificate,
        person=person,
        kept=queries.kept(certificate, person),
        state=answer_on(day, certificate.state, certificate.expires_on).value,
        lines=rules.lines_of(certificate.facts),
    )


@bp.post(OWN)
@allow(Role.WORKER)
def take(certificate_id: int) -> ResponseReturnValue:
    person, certificate = _own(certificate_id)
    try:
        services.take(certificate, person, current_actor(), now())
    except HouseError as refusal:
        flash(str(refusal.message), "error")
    return redirect(url_for(".badge", certificate_id=certificate_id))


@bp.post(f"{OWN}/give-up")
@allow(Role.WORKER)
def give_up(certificate_id: int) -> ResponseReturnValue:
    person, certificate = _own(certificate_id)
    if kept := queries.kept(certificate, person):
        services.give_up(kept, current_actor(), now())
        flash(N_("Your badge counts no more. Whoever checks it is told so."), "success")
    return redirect(url_for(".badge", certificate_id=certificate_id))


@bp.get(f"{OWN}.<any(svg, png, jwt):ending>")
@allow(Role.WORKER)
def file(certificate_id: int, ending: str) -> ResponseReturnValue:
    person, certificate = _own(certificate_id)
    kept = queries.kept(certificate, person)
    if kept is None:
        raise NotFound
    words = rules.lines_of(certificate.facts)
    content = kept.token.encode()
    if ending == "svg":
        content = rules.in_svg(seals.svg(*words), kept.token)
    elif ending == "png":
        content = rules.in_png(seals.png(*words), kept.token)
    answer = Response(content, mimetype=KINDS[ending])
    return named(answer, f"{certificate.number}.{ending}", f"{certificate.number}.{ending}")


@bp.get("/badges")
@allow(PUBLIC)
def index() -> ResponseReturnValue:
    return render_template("badges/index.html", command=COMMAND, contexts=queries.CONTEXTS)


@bp.get("/badges/issuers/<int:organisation_id>")
@allow(PUBLIC)
def issuer(organisation_id: int) -> ResponseReturnValue:
    found = queries.issuer(organisation_id)
    return _open(rules.profile(queries.base(), found.id, queries.name_of(found)))


@bp.get("/badges/status/<int:list_id>")
@allow(PUBLIC)
def status(list_id: int) -> ResponseReturnValue:
    token = queries.listed(get_or_404(StatusList, list_id), now())
    return _given(token.encode(), "application/vc+jwt", A_MOMENT)


@bp.get("/badges/keys")
@allow(PUBLIC)
def keys() -> ResponseReturnValue:
    return _open(queries.key_set())


@bp.get("/badges/keys/<kid>")
@allow(PUBLIC)
def key(kid: str) -> ResponseReturnValue:
    return _open(queries.key_named(kid))


@bp.get("/badges/contexts/<name>")
@allow(PUBLIC)
def context(name: str) -> ResponseReturnValue:
    return _given(queries.context(name), "application/ld+json", A_WHILE)


@bp.get("/badges/schema.json")
@allow(PUBLIC)
def schema() -> ResponseReturnValue:
    return _given(queries.SCHEMA.read_bytes(), "application/schema+json", A_WHILE)


@bp.get("/badges/verify_badge.py")
@allow(PUBLIC)
def program() -> ResponseReturnValue:
    answer = _given(PROGRAM.read_bytes(), "text/plain", A_WHILE)
    answer.headers.set("Content-Disposition", "attachment", filename=PROGRAM.name)
    return answer


def _own(certificate_id: int) -> tuple[Person, Certificate]:
    """Find the person behind the account, and a certificate of theirs."""
    known = current_actor().person_id
    if known is None:
        text = N_(
            "This account does not belong to a worker. Ask your office to link it to your worker number."
        )
        raise NotAllowed(say(text))
    person = get_or_404(Person, known)
    return person, queries.own_certificate(person, certificate_id, now())


def _open(document: dict[str, Any]) -> Response:
    text = json.dumps(document, ensure_ascii=False, indent=1)
    return _given(text.encode(), "application/json", A_WHILE)


def _given(content: bytes, kind: str, cache: str) -> Response:
    """Give a document that programs of others read, from wherever they run."""
    answer = Response(content, mimetype=kind)
    answer.headers["Cache-Control"] = cache
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
