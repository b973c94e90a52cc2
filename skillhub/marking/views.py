"""The pages on which marks are entered, and confirmed by a second person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Event
from skillhub.competitions.queries import SEES, path_of
from skillhub.entries import queries as entries
from skillhub.entries.models import Entry
from skillhub.kernel import imports
from skillhub.kernel.access import Role, allow, current_actor
from skillhub.kernel.clock import now
from skillhub.kernel.downloads import sheet_file
from skillhub.kernel.errors import BadInput, Conflict, HouseError, NotAllowed, NotFound
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.sheets import Preview, Table
from skillhub.kernel.web import tr
from skillhub.marking import forms, queries, services, sheet
from skillhub.marking.forms import MarkSheetForm
from skillhub.marking.rules import TWICE, Draft
from skillhub.panels import queries as panels

bp = Blueprint("marking", __name__)
AT = "/competitions/<int:competition_id>"
EVENT = f"{AT}/events/<int:event_id>/marks"
ENTERS = (Role.ORGANISER, Role.JUDGE)
PER_PAGE = 100


@bp.get(EVENT)
@allow(*SEES, scope=path_of)
def index(competition_id: int, event_id: int) -> ResponseReturnValue:
    event = competitions.event_of(competition_id, event_id)
    if panels.only_judges(event, current_actor()):
        return redirect(url_for("judging.mine"))  # where their marks are
    return _index(event, panels.names(event, current_actor()).rows(entries.of(event)))


@bp.post(EVENT)
@allow(*ENTERS, scope=path_of)
def enter(competition_id: int, event_id: int) -> ResponseReturnValue:
    event = competitions.event_of(competition_id, event_id)
    panels.refuse_judges(event, current_actor())
    found = panels.names(event, current_actor()).rows(entries.of(event))
    problems, refused = _enter(event, found)
    if refused:
        return _index(event, found, problems, refused), refused
    return redirect(url_for(".index", **_of(event), page=request.args.get("page")))


@bp.route(f"{EVENT}/<int:entry_id>", methods=["GET", "POST"])
@allow(*ENTERS, scope=path_of)
def entry(competition_id: int, event_id: int, entry_id: int) -> ResponseReturnValue:
    event = competitions.event_of(competition_id, event_id)
    panels.refuse_judges(event, current_actor())
    names = panels.names(event, current_actor())
    found = names.rows(entries.of(event))
    place = next((n for n, one in enumerate(found) if one.id == entry_id), -1)
    if place < 0:
        raise NotFound
    own = found[place]
    following = found[place + 1] if place + 1 < len(found) else None
    problems, refused = _enter(event, [own]) if request.method == "POST" else ([], 0)
    if request.method == "POST" and not refused:
        ahead = following if request.form.get("then") == "next" else None
        target = url_for(".entry", **_of(event), entry_id=ahead.id) if ahead else None
        return redirect(target or url_for(".index", **_of(event)))
    sheets = names.keyed(queries.some(event, {names.inward(own.id)}))
    clash, hidden = refused == Conflict.status, _hidden(event)
    lines = forms.grid(event, [own], sheets, request.form, problems, clash, hidden)
    page = render_template(
        "marking/entry.html",
        event=event,
        names_open=names.open,
        line=lines[0],
        problems=_named(lines, problems),
        before=found[place - 1] if place else None,
        following=following,
        place=place + 1,
        n=len(found),
    )
    return page, refused or 200


@bp.get(f"{EVENT}/export.<any(xlsx,csv):kind>")
@allow(*SEES, scope=path_of)
def export(competition_id: int, event_id: int, kind: str) -> Response:
    """Give the marks as a sheet; `?empty=1` gives the names alone, to be filled in."""
    event = competitions.event_of(competition_id, event_id)
    panels.refuse_judges(event, current_actor())
    empty, names = bool(request.args.get("empty")), panels.names(event, current_actor())
    marks = {} if empty else queries.marks_of(event)
    hidden = queries.unseen(event, current_actor())
    codes = {part.code: part.id for part in event.components}
    shown = {
        names.outward(entry): {c: p for c, p in own.items() if (entry, codes[c]) not in hidden}
        for entry, own in marks.items()
    }
    rows = sheet.exported(event, names.rows(entries.of(event)), shown)
    name = f"{event.competition.code}-{event.code}-marks"
    return sheet_file(kind, name, sheet.of_event(event, not empty), rows)


@bp.route(f"{AT}/marks/import", methods=["GET", "POST"])
@bp.route(f"{EVENT}/import", methods=["GET", "POST"])
@allow(*ENTERS, scope=path_of)
def import_sheet(competition_id: int, event_id: int | None = None) -> ResponseReturnValue:
    form = MarkSheetForm()
    create = bool(form.create.data)
    importer = _importer(competition_id, event_id, create)
    if not current_actor().may(Role.ORGANISER, path_of(competition_id)):
        del form.create
    if form.validate_on_submit():
        try:
            upload = imports.receive(importer, *form.sent(), current_actor(), now())
        except HouseError as refusal:
            form.refuse(refusal)
        else:
            more = {"create": 1} if create else {}
            return redirect(_import_at("import_preview", upload_id=upload.id, **more))
    return render_template("marking/import_sheet.html", form=form, **_shown(importer))


@bp.route(f"{AT}/marks/import/<int:upload_id>", methods=["GET", "POST"])
@bp.route(f"{EVENT}/import/<int:upload_id>", methods=["GET", "POST"])
@allow(*ENTERS, scope=path_of)
def import_preview(
    competition_id: int, upload_id: int, event_id: int | None = None
) -> ResponseReturnValue:
    importer = _importer(competition_id, event_id, bool(request.args.get("create")))
    state = imports.resume(importer, upload_id, current_actor())
    if request.method == "POST":
        done = imports.carry_on(state, request.form, now())
        if done is None:
            return redirect(request.full_path)
        flash(tr(done), "success")
    if request.method == "POST" or state.applied:
        return redirect(_shown(importer)["back"])
    shown = {**_shown(importer), "back": _import_at("import_sheet")}
    return render_template("marking/import_preview.html", state=state, **shown)


def _enter(event: Event, found: Sequence[Entry]) -> tuple[list[Problem], int]:
    """Store what was typed; gives the problems and the status with which it was refused, or 0."""
    names = panels.names(event, current_actor())
    typed, problems = forms.read(event, found, request.form)
    if problems:
        return problems, BadInput.status
    if typed.keys() & _hidden(event):
        raise NotAllowed(say(TWICE))
    try:
        n = services.enter(event, names.stored(typed), current_actor(), now())
    except (BadInput, Conflict) as refusal:
        if not refusal.problems:
            raise
        return names.problems(refusal.message, refusal.problems), refusal.status
    told = N_("%(n)s marks are saved.") if n else N_("Nothing was changed.")
    flash(tr(say(told, n=n)), "success" if n else "info")
    return [], 0


def _index(
    event: Event, found: Sequence[Entry], problems: Sequence[Problem] = (), refused: int = 0
) -> str:
    last = max(-(-len(found) // PER_PAGE), 1)
    page = min(max(request.args.get("page", 1, int), 1), last)
    names, shown = (
        panels.names(event, current_actor()),
        found[(page - 1) * PER_PAGE : page * PER_PAGE],
    )
    sheets = names.keyed(queries.of(event))
    clash, hidden = refused == Conflict.status, _hidden(event)
    lines = forms.grid(event, shown, sheets, request.form, problems, clash, hidden)
    return render_template(
        "marking/index.html",
        event=event,
        lines=lines,
        names_open=names.open,
        problems=_named(lines, problems),
        counts=queries.count(sheets.values()),
        page={"page": page, "pages": last, "total": len(found)},
        rights=competitions.rights(current_actor(), event.competition),
    )


def _hidden(event: Event) -> set[tuple[int, int]]:
    """Give the cells that are not shown to the reader before a second entry, each entry as it is called here."""
    names = panels.names(event, current_actor())
    return {(names.outward(e), part) for e, part in queries.unseen(event, current_actor())}


def _named(lines: Sequence[forms.Line], problems: Sequence[Problem]) -> list[tuple[str, str, Any]]:
    """Give each problem with the anchor of its cell and the name of its entry."""
    names = {
        cell.name: f"{line.entry.code} {line.entry.name}" for line in lines for cell in line.cells
    }
    return [(p.where, names.get(p.where, ""), p.message) for p in problems]


def _importer(competition_id: int, event_id: int | None, create: bool) -> imports.Importer:
    """Say how a mark sheet comes in: for the whole competition, or for the event of the page."""
    event = competitions.event_of(competition_id, event_id) if event_id else None
    competition = event.competition if event else competitions.with_events(competition_id)
    columns = sheet.of_event(event) if event else sheet.columns(competition)
    rights = competitions.rights(current_actor(), competition)
    lots = panels.lots_of([event] if event else competition.events)
    for one in [event] if event else competition.events:
        panels.refuse_judges(one, current_actor())
    create = (
        create and rights.organise and not lots
    )  # who may not admit entries adds none by a sheet either
    latest: list[Sequence[Draft]] = []
    hidden = {c for e in competition.events for c in queries.unseen(e, current_actor())}

    def compare(table: Table) -> Preview:
        codes = sheet.components(competition, event)
        read = sheet.drafts(table.rows, codes, event.code if event else "")
        read, unknown = sheet.inward(read, lots) if lots else (read, [])
        latest.append(read)
        if unknown:
            return Preview(problems=unknown)
        plan = queries.plan(competition, read, create)
        if _touches(
            plan, hidden, {(e.code, p.code): p.id for e in competition.events for p in e.components}
        ):
            return Preview(problems=[Problem("", say(TWICE))])
        preview = plan.preview.of_file()
        preview = sheet.outward(preview, lots) if lots else preview
        if plan.to_lock and not rights.organise:
            text = N_("An organiser must lock the rules first: %(events)s.")
            preview.problems.append(Problem("", say(text, events=", ".join(plan.to_lock))))
        return preview

    def write(preview: Preview, note: Mapping[str, Any]) -> None:
        source = f"{note['file']} ({note['sha256'][:12]})"
        services.import_sheet(competition, latest[-1], source, current_actor(), now(), create)

    kind = f"{'event_' if event else ''}marks{'_new' if create else ''}"
    return imports.Importer(kind, columns, compare, write, event.id if event else competition.id)


def _touches(
    plan: queries.Plan, hidden: set[tuple[int, int]], parts: Mapping[tuple[str, str], int]
) -> bool:
    """Tell whether a sheet speaks of marks that its bearer must not read: even what changes would tell them."""
    return any(
        (row.planned.entry_id, parts.get((row.planned.event, code))) in hidden
        for row in plan.rows
        for code in row.draft.points
    )


def _shown(importer: imports.Importer) -> dict[str, Any]:
    """Give what the pages of an import say about where they are."""
    given = dict(request.view_args or {})
    if given.get("event_id"):
        event = competitions.event_of(given["competition_id"], given["event_id"])
        back = url_for(".index", **_of(event))
        return {"event": event, "columns": importer.columns, "back": back}
    competition = competitions.with_events(given["competition_id"])
    back = url_for("competitions.view", competition_id=competition.id)
    return {"competition": competition, "columns": importer.columns, "back": back}


def _import_at(endpoint: str, **more: Any) -> str:
    given = {k: v for k, v in (request.view_args or {}).items() if v and k != "upload_id"}
    return url_for(f".{endpoint}", **given, **more)


def _of(event: Event) -> dict[str, Any]:
    return {"competition_id": event.competition_id, "event_id": event.id}
