"""The page on which a design is drawn, and saving it: from the script as one document, without script as numbers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from skillhub.canvas.forms import FACES, PlainForm
from skillhub.canvas.rules import FRESH, document_of, whole
from skillhub.competitions import queries as competitions
from skillhub.designs import queries, rules, services, works
from skillhub.designs.models import DesignVersion, Making
from skillhub.designs.queries import DRAWS, path_of
from skillhub.kernel import fonts
from skillhub.kernel.access import allow, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.errors import BadInput, Conflict, HouseError, NotFound
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.web import tr

bp = Blueprint("canvas", __name__)
MOST_COMPETITIONS = 30


@bp.route("/designs/<int:design_id>/edit", methods=["GET", "POST"])
@allow(*DRAWS, scope=path_of)
def edit(design_id: int) -> ResponseReturnValue:
    row = queries.draft_of(design_id)
    if row.making is not Making.DRAWN:
        raise NotFound
    if request.headers.get("Accept", "").startswith("application/json"):
        return _drawn(row)
    form = _form(row)
    if not form.validate_on_submit():
        return _page(row, form), 422 if form.errors else 200
    try:
        typed = document_of(whole(row.document), form.answers, form.rows, form.new.data or "")
        services.save(row, form.version.data or 0, typed, current_actor(), now())
    except HouseError as refusal:
        form.refuse(refusal)
        if isinstance(refusal, Conflict):
            form.beside(whole(row.document), row.version)
        return _page(row, form), refusal.status
    flash(N_("The design is saved."), "success")
    return redirect(url_for("canvas.edit", design_id=design_id))


def _drawn(row: DesignVersion) -> ResponseReturnValue:
    """Save what the script sends, and answer it."""
    try:
        document = json.loads(request.form.get("document", ""))
    except (ValueError, RecursionError):
        return {"problems": _told([Problem("", say(rules.NOT_A_DOCUMENT))])}, BadInput.status
    try:
        version = request.form.get("version", 0, int)
        problems = services.save(row, version, document, current_actor(), now())
    except Conflict:
        stands = {"version": row.version, "document": whole(row.document), "by": row.drawn_by}
        return stands, Conflict.status
    except HouseError as refusal:
        found = refusal.problems or [Problem("", refusal.message)]
        return {"problems": _told(found)}, refusal.status
    return {"version": row.version, "problems": _told(problems)}


def _form(row: DesignVersion) -> PlainForm:
    language = _language()
    facts = [(name, fact.label[language]) for name, fact in queries.known_facts().items()]
    pictures = [one.name for one in row.pictures]
    return PlainForm(whole(row.document), facts, pictures, version=row.version)


def _page(row: DesignVersion, form: PlainForm) -> str:
    examples = queries.examples()
    listed = competitions.newest_first(current_actor(), MOST_COMPETITIONS)
    return render_template(
        "canvas/edit.html",
        row=row,
        form=form,
        document=whole(row.document),
        language=_language(),
        fresh=FRESH,
        facts={
            name: {
                "label": dict(fact.label),
                "many": fact.many,
                "example": examples.get(name, ""),
            }
            for name, fact in queries.known_facts().items()
        },
        faces=[
            {"key": key, "label": FACES[key], "scripts": fonts.scripts(face.latin)}
            for key, face in rules.FACES.items()
        ],
        art=[one.name for one in row.pictures],
        whom=[(code, tr(say(words))) for code, words in works.WHOM.items()],
        competitions=[(one.id, one.name) for one in listed],
        problems=_told(queries.problems_of(row)),
    )


def _language() -> str:
    return "zh" if str(get_locale()).startswith("zh") else "en"


def _told(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    return [
        {"where": one.where, "message": tr(one.message), "severity": one.severity}
        for one in problems
    ]
