"""The pages of designs: begun, drawn, looked at, sent for the second look, published, carried elsewhere."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from skillhub.competitions.models import Competition
from skillhub.designs import queries, rules, services, works
from skillhub.designs.forms import LookForm, NewForm, PictureForm, ReasonForm
from skillhub.designs.models import Design
from skillhub.designs.queries import DRAWS, path_of
from skillhub.kernel import artwork
from skillhub.kernel.access import allow, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.db import get_or_404
from skillhub.kernel.errors import BadInput, HouseError, NotFound
from skillhub.kernel.limits import limiter
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.web import tr
from skillhub.organisations.models import Organisation

bp = Blueprint("designs", __name__)
OWN = "/designs/<int:design_id>"


@bp.route("/designs/new", methods=["GET", "POST"])
@allow(*DRAWS)
def new() -> ResponseReturnValue:
    actor, form = current_actor(), NewForm(start=request.args.get("start", "landscape"))
    owners = queries.owners(actor)
    form.owner.choices = [(one.id, one.name) for one in owners]
    form.start.choices = _starts()
    if form.validate_on_submit():
        start = queries.start_of(form.start.data, actor)
        title = {"zh": form.title_zh.data or "", "en": form.title_en.data or ""}
        owner = get_or_404(Organisation, form.owner.data)
        try:
            design = services.begin(
                owner, title, {**start.document, "title": title}, start.pictures, actor, now()
            )
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            return redirect(url_for("canvas.edit", design_id=design.id))
    pictured = [one.code for one in queries.starts()]
    return render_template("designs/new.html", form=form, pictured=pictured)


@bp.get("/designs/starts/<code>.png")
@allow(*DRAWS)
def start(code: str) -> ResponseReturnValue:
    return _picture(f"{code}.png", works.start_picture(code))


@bp.post(f"{OWN}/draft")
@allow(*DRAWS, scope=path_of)
def draft(design_id: int) -> ResponseReturnValue:
    row = services.draw_on(get_or_404(Design, design_id), current_actor(), now())
    return redirect(url_for("canvas.edit", design_id=row.design_id))


@bp.post(f"{OWN}/preview")
@allow(*DRAWS, scope=path_of)
@limiter.limit("60 per minute")
def preview(design_id: int) -> ResponseReturnValue:
    design, form = get_or_404(Design, design_id), LookForm()
    row = queries.under_way(design.id) or queries.newest(design)
    document, problems = rules.read(_document(form.document.data))
    if document is None or row is None:
        return {"problems": _told(problems)}, BadInput.status
    people = _people(form.competition.data)
    if form.nth.data is not None and people:
        nth = form.nth.data % len(people)
        facts = works.facts_of(people[nth])
    else:
        facts, nth = works.somebody(form.whom.data or "typical", people)
    language = form.language.data or ""
    seen = works.look(design.code, document, queries.pictures_of(row), facts, language)
    png = base64.b64encode(seen.png).decode()
    return {
        "png": f"data:image/png;base64,{png}" if png else "",
        "findings": _told(seen.findings),
        "boxes": seen.boxes,
        "words": seen.words,
        "name": facts.get("holder_name", ""),
        "people": len(people),
        "nth": nth,
    }


@bp.get(f"{OWN}/versions/<int:number>/sample.pdf")
@allow(*DRAWS, scope=path_of)
@limiter.limit("30 per minute")
def sample(design_id: int, number: int) -> ResponseReturnValue:
    row = queries.version_numbered(design_id, number)
    facts, _ = works.somebody("typical", [])
    pdf = works.sample(queries.template_now(row), facts)
    name = f"{row.design.code}-v{number}-sample.pdf"
    answer = send_file(io.BytesIO(pdf), mimetype="application/pdf", download_name=name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.post(f"{OWN}/art")
@allow(*DRAWS, scope=path_of)
@limiter.limit("30 per minute")
def add_art(design_id: int) -> ResponseReturnValue:
    row, form = queries.draft_of(design_id), PictureForm()
    try:
        if not form.file.data:
            raise BadInput(say(N_("Choose a picture first.")))
        sent = artwork.taken(form.file.data.filename or "", form.file.data.read())
        size = (sent.width, sent.height)
        services.add_picture(row, sent.name, sent.content, size, current_actor(), now())
    except HouseError as refusal:
        if _asks_json():
            return {"problems": [_said(refusal)]}, refusal.status
        flash(tr(refusal.message), "error")
        return redirect(url_for("canvas.edit", design_id=design_id))
    page = row.document.get("page")
    dots = int(sent.width / page["width"] * 254 + 0.5) if sent.width and page else None
    if _asks_json():
        problems = _told(queries.problems_of(row))
        told = {"name": sent.name, "width": sent.width, "height": sent.height, "dpi": dots}
        return {**told, "problems": problems, "version": row.version}
    flash(tr(say(N_("The picture %(name)s is kept."), name=sent.name)), "success")
    return redirect(url_for("canvas.edit", design_id=design_id))


@bp.get(f"{OWN}/art/<name>")
@allow(*DRAWS, scope=path_of)
def art(design_id: int, name: str) -> ResponseReturnValue:
    design = get_or_404(Design, design_id)
    row = queries.under_way(design.id) or queries.newest(design)
    known = queries.pictures_of(row) if row else {}
    if name not in known:
        raise NotFound
    return _picture(name, known[name])


@bp.post(f"{OWN}/art/<name>/remove")
@allow(*DRAWS, scope=path_of)
def remove_art(design_id: int, name: str) -> ResponseReturnValue:
    services.remove_picture(queries.draft_of(design_id), name, current_actor(), now())
    return redirect(url_for("canvas.edit", design_id=design_id))


@bp.post(f"{OWN}/send")
@allow(*DRAWS, scope=path_of)
def send(design_id: int) -> ResponseReturnValue:
    row, form = queries.draft_of(design_id), ReasonForm()
    try:
        services.send(row, form.version.data or 0, current_actor(), now())
    except HouseError as refusal:
        flash(tr(refusal.message), "error")
        for problem in refusal.problems:
            flash(f"{problem.where} {tr(problem.message)}", "error")
        return redirect(url_for("studio.view", design_id=design_id))
    flash(N_("A second person is asked to look at it."), "success")
    return redirect(url_for("studio.view", design_id=design_id))


def _starts() -> list[tuple[str, str]]:
    words = "zh" if str(get_locale()).startswith("zh") else "en"
    from_house = [(one.code, one.title[words]) for one in queries.starts()]
    own = [one for one in queries.listed(current_actor()) if queries.copied(one)]
    copies = [(f"copy-{d.id}", tr(say(N_("a copy of %(title)s"), title=_title(d)))) for d in own]
    return from_house + copies


def _title(design: Design) -> str:
    return " · ".join(filter(None, (design.title_zh, design.title_en)))


def _people(competition_id: int | None) -> list[dict[str, Any]]:
    """Give the people of a competition whose awards the reader may see; of none when none is named."""
    if not competition_id:
        return []
    competition = get_or_404(Competition, competition_id)
    if not current_actor().may(DRAWS, competition.host.path):
        raise NotFound
    return queries.people(competition)


def _document(text: str | None) -> Any:
    try:
        return json.loads(text or "")
    except (ValueError, RecursionError) as error:
        raise BadInput(
            say(rules.NOT_A_DOCUMENT), [Problem("", say(rules.NOT_A_DOCUMENT))]
        ) from error


def _text(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False)


def _told(problems: Any) -> list[dict[str, str]]:
    return [{"where": p.where, "message": tr(p.message), "severity": p.severity} for p in problems]


def _said(refusal: HouseError) -> dict[str, str]:
    return {"where": "", "message": tr(refusal.message), "severity": "error"}


def _asks_json() -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _picture(name: str, content: bytes) -> Response:
    kinds = {"svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg"}
    answer = Response(content, mimetype=kinds[name.rpartition(".")[2]])
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, max-age=60"
    return answer
