"""An edition on paper: the agreed fields and who signed it, printed for whoever asks first and kept beside it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from werkzeug.exceptions import TooManyRequests

from skillhub.kernel import shelf
from skillhub.kernel.errors import NotFound
from skillhub.kernel.fonts import legible
from skillhub.kernel.messages import N_, say
from skillhub.kernel.pdf import Press, load_template
from skillhub.kernel.settings import ROOT, settings
from skillhub.kernel.web import isoday, isoinstant, speaking, tr
from skillhub.publishing import rules

SHEET = ROOT / "templates" / "deeds" / "sheet"
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


@contextmanager
def _waiting() -> Iterator[None]:
    """Let few wait for the press, so that strangers who ask for many sheets leave the other pages their threads."""
    if not _queue.acquire(blocking=False):
        raise TooManyRequests(retry_after=5)
    try:
        yield
    finally:
        _queue.release()


def printed(folder: Path, language: str) -> bytes:
    """Print an edition on paper for everybody, once: the agreed fields, and who signed it."""
    with _waiting(), _press:
        kept = shelf.content(folder / f"sheet.{language}.pdf")
        if kept is not None:
            return kept
        told = json.loads(shelf.content(folder / "lines.json") or b"{}")
        if not told or len(told["lines"]) > rules.MOST_PRINTED:
            raise NotFound(say(N_("This list is too long for paper. Take the spreadsheet.")))
        with speaking(language):
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
