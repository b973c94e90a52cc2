"""The hand that keeps what is public as it should be: publishes what changed, tells people, and mends after a crash."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import force_locale
from sqlalchemy import func, select
from werkzeug.exceptions import TooManyRequests

from skillhub.competitions.models import Event
from skillhub.kernel import shelf
from skillhub.kernel.access import OPERATOR, Actor
from skillhub.kernel.clock import now
from skillhub.kernel.db import db
from skillhub.kernel.errors import HouseError, NotFound
from skillhub.kernel.fonts import legible
from skillhub.kernel.journal import JournalLine
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.pdf import Press, load_template
from skillhub.kernel.settings import ROOT, settings
from skillhub.kernel.web import isoday, isoinstant, tr
from skillhub.publishing import queries, rules, services
from skillhub.publishing.models import Edition, EditionState, Release

log = logging.getLogger(__name__)

SHEET = ROOT / "templates" / "deeds" / "sheet"

TRIES = 3  # drawings outside the write unit, before one inside
PAUSE = 1.0  # seconds between two looks
TAKEN_BACK = "The result was taken back."
PRINTED = (
    ("rank", N_("Place"), "num"),
    ("name", N_("Name"), "name"),
    ("unit", N_("Unit"), "text"),
    ("total", N_("Total"), "num"),
    ("awards", N_("Award"), "text"),
    ("because", N_("Why here"), "text"),
)  # the columns of a printed edition, as far as they are agreed
_press = threading.Lock()  # one sheet at a time, however many ask
_queue = threading.BoundedSemaphore(3)  # one prints, two wait


def publish(event: Event, actor: Actor, moment: datetime) -> Edition:
    """Publish an event; its files are drawn before anybody has to wait, and anew if something changed meanwhile."""
    for _ in range(TRIES):
        ahead = services.Ahead.draw(event, actor, moment)
        try:
            return services.publish(event, actor, moment, ahead)
        except services.Outrun:
            log.info("drawn anew: event %s", event.code)
        finally:
            if ahead:
                ahead.drop()
    return services.publish(event, actor, moment)


def keep_up(moment: datetime) -> int:
    """Publish every event whose edition is outdated, and withdraw what rests on nothing; gives how many changed."""
    changed, gone = outdated()
    done = 0
    for event in changed:
        done += _tried(partial(publish, event, OPERATOR, moment))
    for event in gone:
        done += _tried(partial(services.withdraw, event, TAKEN_BACK, OPERATOR))
    return done


def outdated() -> tuple[list[Event], list[Event]]:
    """List the events to publish anew, and those whose edition rests on a ranking that no longer stands."""
    wanted = queries.bases()
    kept = select(Edition).where(Edition.state == EditionState.CURRENT)
    present = {edition.event_id: edition.basis for edition in db.session.scalars(kept)}
    changed = [key for key, basis in wanted.items() if present.get(key) != basis]
    gone = [key for key in present if key not in wanted]
    rows = {e.id: e for e in db.session.scalars(select(Event).where(Event.id.in_(changed + gone)))}
    return [rows[key] for key in changed], [rows[key] for key in gone]


def tell(moment: datetime) -> int:
    """Tell the participants of every release whose instant has come; gives how many were told."""
    return sum(services.open_due(one, OPERATOR, moment) for one in queries.due(moment))


def mend(moment: datetime) -> int:
    """Make files and rows agree after a crash or a restored backup; gives how much there was to mend."""
    done = 0
    for release in db.session.scalars(select(Release)).all():
        done += shelf.sweep(queries.folder_of(release.competition))
        for event in release.competition.events:
            edition = queries.current(event)
            if edition and not _stands(edition):
                done += _tried(partial(publish, event, OPERATOR, moment))
        services.set_right(release)
    return done


def problems() -> Iterator[Problem]:
    """Find editions whose files or whose note do not say what their row says."""
    kept = select(Edition).where(Edition.state == EditionState.CURRENT)
    for edition in db.session.scalars(kept):
        event = edition.event
        where = f"{event.competition.code}/{event.code}"
        folder = queries.folder_of(event.competition, event)
        if not _stands(edition):
            text = N_("The files of edition %(n)s are lost. Run: skillhub publishing mend")
            yield Problem(where, say(text, n=edition.number))
        elif (shelf.noted(folder / "current.json") or {}).get("edition") != edition.mark:
            text = N_("Readers do not get edition %(n)s. Run: skillhub publishing mend")
            yield Problem(where, say(text, n=edition.number))


@contextmanager
def _waiting() -> Iterator[None]:
    """Let few wait for the press, so that strangers who ask for many sheets leave the other pages their threads."""
    if not _queue.acquire(blocking=False):
        raise TooManyRequests(retry_after=5)
    try:
        yield
    finally:
        _queue.release()


def sheet(folder: Path, language: str) -> bytes:
    """Print an edition on paper for everybody, once: the agreed fields, and who signed it."""
    with _waiting(), _press:
        kept = shelf.content(folder / f"sheet.{language}.pdf")
        if kept is not None:
            return kept
        told = json.loads(shelf.content(folder / "lines.json") or b"{}")
        if not told or len(told["lines"]) > rules.MOST_PRINTED:
            raise NotFound(say(N_("This list is too long for paper. Take the spreadsheet.")))
        with force_locale(language):
            facts = _printed(told, language)
        with Press() as press:
            pdf = press.render(load_template(SHEET), legible(facts))
        shelf.add(folder, f"sheet.{language}.pdf", pdf)
    return pdf


def _printed(told: Mapping[str, Any], language: str) -> dict[str, str | list[str]]:
    """Write what an edition says as the facts of the result sheet, in the language of the moment."""
    event, final = told["event"], told["final"]
    columns = [
        (name, said, kind) for name, said, kind in PRINTED if rules.may_show(name, told["agreed"])
    ]
    kinds = [kind for _, _, kind in columns]
    signed = N_("Edition %(n)s, signed by %(name)s on %(when)s.")
    frozen = N_("Edition %(n)s, frozen on %(when)s; not signed yet.")
    who = {"n": told["number"], "name": told["signed_by"], "when": isoinstant(told["since"])}
    held_on = isoday(event["held_on"]) if event["held_on"] else ""
    return {
        "language": language,
        "title": tr(N_("Result sheet")),
        "event": _named(event, language),
        "competition": _named(told["competition"], language),
        "about": " · ".join(filter(None, (told["competition"]["host"], held_on))),
        "mark": tr(N_("final") if final else N_("provisional")),
        "version": tr(say(signed if final else frozen, **who)),
        "hash": told["edition"],
        "heads": [tr(said) for _, said, _ in columns],
        "kinds": kinds,
        "places": [f"{kinds[0]} first", *kinds[1:-1], f"{kinds[-1]} last"] * len(told["lines"]),
        "cells": [_cell(line, name, language) for line in told["lines"] for name, _, _ in columns],
        "notes": list(_notes(told)),
        "panels": [],
        "signs": [],
    }


def _cell(line: Mapping[str, Any], name: str, language: str) -> str:
    if name == "rank":
        return str(line["rank"] or "–")
    if name == "name":
        own = line["name"] or tr(N_("Name withheld"))
        return ", ".join([own, *filter(None, line["members"])])
    if name == "unit":
        return str((line["unit_en"] if language == "en" else "") or line["unit"])
    if name == "awards":
        return ", ".join(title[language == "en"] or title[0] for title in line["awards"])
    if name == "because":
        return tr(line["because"]) if line["because"] else ""
    return str(line[name] or "–")


def _notes(told: Mapping[str, Any]) -> Iterator[str]:
    if told["corrected_at"] and told["final"]:
        yield tr(say(N_("Corrected on %(day)s."), day=isoday(told["corrected_at"])))
    if told["notice"]:
        text = N_("Public notice until %(last)s; write to %(contact)s.")
        yield tr(say(text, last=isoday(told["notice"]["until"]), contact=told["notice"]["contact"]))
    if told["awards"] == "proposed":
        yield tr(
            N_(
                "The awards are those that the rules give on this ranking; they are not conferred yet."
            )
        )
    own = (told["competition"]["slug"], told["event"]["slug"])
    address = f"{settings.public_url.rstrip('/')}/results/{'/'.join(own)}"
    yield tr(say(N_("The newest edition stands at %(address)s."), address=address))


def _named(row: Mapping[str, Any], language: str) -> str:
    return str((row["name_en"] if language == "en" else "") or row["name"])


def start_watch(app: Flask, stop: threading.Event) -> threading.Thread:
    """Look every second, in a thread of this process, until told to stop."""

    def loop() -> None:
        seen = -1
        with app.app_context():
            _quietly(lambda: mend(now()))
        while not stop.wait(PAUSE):
            with app.app_context():
                seen = _quietly(partial(_look, seen)) or seen

    thread = threading.Thread(target=loop, name="publishing", daemon=True)
    thread.start()
    return thread


def _look(seen: int) -> int:
    """Work when the journal has grown since the last look, and when a release is due; gives the last line."""
    last = db.session.scalar(select(func.max(JournalLine.id))) or 0
    if last != seen:
        keep_up(now())
    tell(now())
    return last


def _quietly(work: Callable[[], int]) -> int | None:
    """Do some work and go on whatever became of it; the next look is a second away."""
    try:
        return work()
    except Exception:
        log.exception("publishing failed")
        return None
    finally:
        db.session.remove()


def _tried(work: Callable[[], object]) -> int:
    try:
        work()
    except HouseError as refusal:
        log.warning("not published: %s", refusal.message)
        return 0
    return 1


def _stands(edition: Edition) -> bool:
    folder = queries.folder_of(edition.event.competition, edition.event) / edition.mark
    lines = folder / "lines.json"
    return lines.is_file() and f'"{edition.mark}"'.encode() in lines.read_bytes()
