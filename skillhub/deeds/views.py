"""The result sheet on paper: what is frozen or final, who judged, who looked twice, and room to sign."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response
from flask_babel import get_locale

from skillhub.awards import queries as awards
from skillhub.checking import queries as checking
from skillhub.competitions import queries as competitions
from skillhub.competitions.models import Event
from skillhub.competitions.queries import SEES, path_of
from skillhub.kernel.access import allow, current_actor
from skillhub.kernel.downloads import named
from skillhub.kernel.fonts import legible
from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.pdf import Press, load_template
from skillhub.kernel.settings import ROOT
from skillhub.kernel.web import day, instant, points, tr
from skillhub.lots import queries as lots
from skillhub.panels import queries as panels
from skillhub.results import queries as results
from skillhub.results.models import Ranked, ResultVersion
from skillhub.versions import queries as versions

bp = Blueprint("deeds", __name__)
SHEET = ROOT / "templates" / "deeds" / "sheet"
CHECKED = N_("A second person confirmed every mark.")


@bp.get("/competitions/<int:competition_id>/events/<int:event_id>/results/sheet.pdf")
@allow(*SEES, scope=path_of)
def sheet(competition_id: int, event_id: int) -> Response:
    """Print the result sheet of an event."""
    event = competitions.event_of(competition_id, event_id)
    panels.refuse_judges(event, current_actor())
    checking.refuse_sums(event, current_actor())
    with Press() as press:
        pdf = press.render(load_template(SHEET), legible(_facts(event)))
    name = f"{event.competition.code}-{event.code}-results.pdf"
    return named(Response(pdf, mimetype="application/pdf"), name, name, inline=True)


def _facts(event: Event) -> dict[str, str | list[str]]:
    ranked, version = results.computed(event), results.frozen(event)
    heads, kinds, cells = _table(event, ranked, version)
    competition = event.competition
    days = " – ".join(
        day(one) for one in dict.fromkeys((competition.starts_on, competition.ends_on)) if one
    )
    where = (
        competition.host.name,
        competition.place,
        day(event.held_on) if event.held_on else days,
    )
    return {
        "language": str(get_locale()),
        "title": tr(N_("Result sheet")),
        "event": f"{event.code} {event.name}",
        "competition": competition.name,
        "about": " · ".join(part for part in where if part),
        "mark": tr(N_("final") if event.closed else N_("provisional")),
        "version": tr(_told(version)),
        "hash": version.content_hash if version else ranked.content_hash,
        "heads": heads,
        "kinds": kinds,
        "places": _places(kinds) * (len(cells) // len(kinds)),
        "cells": cells,
        "notes": [tr(note) for note in _notes(event)],
        "panels": list(_panels(event)),
        "signs": [
            tr(word) for word in (N_("Chief judge"), N_("For the jury"), N_("For the organiser"))
        ],
    }


def _table(
    event: Event, ranked: Ranked, version: ResultVersion | None
) -> tuple[list[str], list[str], list[str]]:
    """Lay out the ranking: heads, the kind of each column, and the cells row by row."""
    shown = results.shown(ranked, version)
    held: dict[int, list[str]] = {}
    for award in awards.of(event.competition, event):
        held.setdefault(award.entry_id, []).append(award.title)
    names = panels.names(event)
    words = [N_("Place"), N_("No."), N_("Name"), N_("Unit")]
    heads = [tr(word) for word in words] + [part.name for part in ranked.parts]
    heads += [tr(N_("Total")), *([tr(N_("Award"))] if held else []), tr(N_("Why here"))]
    kinds = ["num", "num", "name", "text", *["num"] * len(ranked.parts), "num"]
    kinds += [*(["text"] if held else []), "text"]
    cells: list[str] = []
    for line in names.ordered(shown, lambda line: line.entry.id, _rank):
        entry = line.entry
        told = entry.name if names.open else names.called(entry)
        unit = entry.organisation.name if names.open and entry.organisation else ""
        cells += [str(line.rank or "–"), entry.code if names.open else "", told, unit]
        cells += [points(line.marks.get(part.code)) for part in ranked.parts]
        cells.append(points(line.total, ranked.ranking.decimals))
        cells += [", ".join(held.get(entry.id, []))] if held else []
        cells.append(_why(line))
    return heads, kinds, cells


def _rank(line: results.Shown) -> tuple[bool, int]:
    return line.rank is None, line.rank or 0


def _places(kinds: list[str]) -> list[str]:
    return [f"{kinds[0]} first", *kinds[1:-1], f"{kinds[-1]} last"]


def _why(line: results.Shown) -> str:
    if line.entry.status.value != "OK":
        return f"{line.entry.status.value} {line.entry.status_reason}".strip()
    if line.missing:
        return tr(say(N_("blank: %(parts)s"), parts=", ".join(line.missing)))
    if line.would_be and not line.rank:
        return tr(say(N_("Outside the ranking; would be at place %(n)s."), n=line.would_be))
    return tr(line.because) if line.because else ""


def _told(version: ResultVersion | None) -> Message:
    if version is None:
        return say(N_("Computed from the marks as they stand now; nothing here is published."))
    frozen = {"n": version.number, "who": version.frozen_by, "when": instant(version.frozen_at)}
    if version.signed_at is None:
        return say(N_("Version %(n)s, frozen by %(who)s on %(when)s; not signed yet."), **frozen)
    text = N_("Version %(n)s, frozen by %(who)s on %(when)s; signed by %(name)s on %(at)s.")
    return say(text, **frozen, name=version.signed_by, at=instant(version.signed_at))


def _notes(event: Event) -> Iterator[Message]:
    yield checking.note(event.competition) or say(CHECKED)
    decoded = panels.decoding(event)
    if decoded:
        yield decoded
    if corrects := _corrects(results.current(event)):
        yield corrects
    text = N_("Lot %(n)s for %(entry)s, drawn by %(who)s before %(witness)s: %(why)s")
    names = panels.names(event)
    for lot in lots.of(event):
        called = names.called(lot.entry)
        more = {"who": lot.drawn_by, "witness": lot.witness, "why": lot.why}
        yield say(text, n=lot.position, entry=called, **more)


def _corrects(version: ResultVersion | None) -> Message | None:
    """Say which signed version this one says something else than."""
    old = versions.corrected_by(version) if version else None
    if old is None or old.signed_at is None:
        return None
    text = N_("Corrects version %(n)s, signed by %(who)s on %(when)s: %(why)s")
    return say(
        text, n=old.number, who=old.signed_by, when=instant(old.signed_at), why=old.taken_back_why
    )


def _panels(event: Event) -> Iterator[str]:
    """Say who judged which component."""
    for part in event.components:
        seats = panels.seats(part)
        if seats:
            judges = ", ".join(user.name or user.username for user in seats.values())
            yield f"{part.name}: {judges}"
