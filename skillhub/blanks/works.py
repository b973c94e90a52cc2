"""Printing blank sheets: one by one, so that a print that broke off goes on with the sheet it had come to."""

from __future__ import annotations

import os
import shutil
import time
import zipfile
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from flask import Flask, current_app, url_for
from flask_babel import force_locale

from skillhub.blanks import queries
from skillhub.blanks.queries import Words
from skillhub.competitions.models import Component
from skillhub.kernel import prints
from skillhub.kernel.canonical import canonical
from skillhub.kernel.db import get_or_404
from skillhub.kernel.errors import Conflict
from skillhub.kernel.fonts import legible
from skillhub.kernel.jobs import Job, JobState, Progress, Work
from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.paper import Facts, Template
from skillhub.kernel.pdf import Press, load_template
from skillhub.kernel.settings import ROOT, settings
from skillhub.kernel.web import tr
from skillhub.panels import queries as panels
from skillhub.scoring.kinds import KINDS
from skillhub.scoring.rules import Scheme

PAPER = ROOT / "templates" / "blanks" / "sheet"
GROUP = 50  # sheets in one piece
ENDINGS = ("pdf", "zip")
HEADS = (
    *(N_("Aspect"), N_("What is marked"), N_("Maximum"), N_("Marks")),
    N_("A judged 0 carries its reason:"),
    *(N_("Judge"), N_("Chief judge"), N_("Day and time")),
)


def file_of(job_id: int, ending: str, named: bool) -> Path:
    """Give the place of a printed file; one with names is told from one with codes alone."""
    return prints.printed_file(job_id, f"{'named' if named else 'coded'}.{ending}")


def found_file(job: Job) -> tuple[Path, bool] | None:
    """Give the file of a print that is done, and whether it holds names; None when there is none, or none any more."""
    for named in (False, True) if job.state is JobState.DONE else ():
        if (path := file_of(job.id, job.arguments["work"]["as"], named)).exists():
            return path, named
    return None


def _print(arguments: dict[str, Any], progress: Progress) -> Message:
    """Print the sheets of a component as a job."""
    work = arguments["work"]
    part = get_or_404(Component, work["part"])
    scheme = queries.scheme_of(part)
    if scheme is None:
        raise Conflict(say(N_("This component has no aspects to mark any more.")))
    some, named = queries.chosen(part, work["only"], work["without"]), panels.names_open(part.event)
    papers = list(_facts(part, scheme, some, work["language"]))
    scratch = _cleared(progress.job_id)
    sheets = []
    for sheet in _sheets(papers, scratch):
        sheets.append(sheet)
        progress.report(len(sheets), len(papers))
    ending = work["as"] if work["as"] in ENDINGS else ENDINGS[0]
    join = _zip if ending == "zip" else _pdf
    join(sheets, scratch, file_of(progress.job_id, ending, named))
    shutil.rmtree(scratch, ignore_errors=True)
    return say(N_("%(n)s sheets are in the file."), n=len(sheets))


def _cleared(job_id: int) -> Path:
    """Give the folder in which sheets wait to be joined, also those of an attempt that broke off."""
    prints.clear_old(time.time())
    folder = settings.instance / "prints"
    scratch = folder / f"{job_id}.sheets"
    scratch.mkdir(parents=True, exist_ok=True)
    for left in (path for ending in ENDINGS for path in folder.glob(f"{job_id}.*.{ending}")):
        left.unlink()  # of a work with this number, from before a backup was restored
    return scratch


def _facts(part: Component, scheme: Scheme, some: Sequence[Any], language: str) -> Iterator[Facts]:
    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]  # of a proxy
    house = settings.public_url.rstrip("/")
    event = part.event
    at: dict[str, Any] = {"competition_id": event.competition_id, "event_id": event.id}
    with app.test_request_context("/", base_url=house), force_locale(language):
        kinds = {kind.kind: tr(kind.label) for kind in KINDS}
        words = Words([tr(word) for word in HEADS], kinds, tr(N_("Judge")), tr(N_("Multiplier")))
        rows = [
            house + url_for("scoring.entry", entry_id=one.id, component_id=part.id, **at)
            for one in some
        ]
    for one, row in zip(some, rows, strict=True):
        yield queries.facts(part, scheme, (one.code, one.name, row), words)


def _sheets(papers: Sequence[Facts], scratch: Path) -> Iterator[Path]:
    """Print what is not printed yet; a sheet's file is named after what stands on it."""
    template = load_template(PAPER)
    with Press() as press:
        for paper in papers:
            yield _sheet(press, template, paper, scratch)


def _sheet(press: Press, template: Template, paper: Facts, scratch: Path) -> Path:
    mark = sha256(f"{template.sha256} {canonical(paper)}".encode()).hexdigest()
    path = scratch / f"{mark[:32]}.pdf"
    if not path.exists():
        draft = path.with_suffix(".part")
        draft.write_bytes(press.render(template, legible(paper)))
        draft.replace(path)
    return path


def _pieces(sheets: Sequence[Path], scratch: Path) -> list[Path]:
    """Join the sheets in groups, so that memory does not grow with their number."""
    pieces = []
    for start in range(0, len(sheets), GROUP):
        group = sheets[start : start + GROUP]
        pieces.append(scratch / f"piece-{start + 1:04d}-{start + len(group):04d}.pdf")
        prints.join(group, pieces[-1])
    return pieces


def _pdf(sheets: Sequence[Path], scratch: Path, target: Path) -> None:
    whole = scratch / "whole.pdf"
    prints.join(_pieces(sheets, scratch), whole)
    whole.replace(target)


def _zip(sheets: Sequence[Path], scratch: Path, target: Path) -> None:
    draft = scratch / f"whole.{os.getpid()}.zip"
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED) as archive:
        for piece in _pieces(sheets, scratch):
            archive.write(piece, piece.name.removeprefix("piece-"))
    draft.replace(target)


WORKS: dict[str, Work] = {queries.KIND: _print}
