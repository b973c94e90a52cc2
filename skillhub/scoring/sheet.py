"""The sheet of judges' marks: one row for each mark, or one for each aspect of an entry with a column for each box."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

import pikepdf

from skillhub.competitions.models import Competition, Component
from skillhub.entries import sheet as entries
from skillhub.kernel.messages import N_
from skillhub.kernel.paper import Facts
from skillhub.kernel.pdf import Press, load_template
from skillhub.kernel.settings import ROOT, settings
from skillhub.kernel.sheets import Column, Row
from skillhub.scoring import queries
from skillhub.scoring.queries import Words
from skillhub.scoring.rules import Scheme
from skillhub.scoring.works import Stated

MOST_BOXES = 30
PART = Column(
    "part", N_("Component"), kind="code", aliases=("component", "section", "部分", "模块")
)
ASPECT = Column("aspect", N_("Aspect"), kind="code", aliases=("aspect code", "criterion", "评分点"))
SEAT = Column("seat", N_("Judge"), kind="name", aliases=("judge", "referee", "裁判", "评委"))
ATTEMPT = Column("attempt", N_("Attempt"), kind="code", aliases=("trial", "试做"))
VALUE = Column("value", N_("Mark"), aliases=("score", "mark", "points", "分", "得分"))
TIMES = Column("multiplier", N_("Multiplier"), aliases=("difficulty", "难度", "系数"))
WHO = (entries.EVENT, entries.ENTRY, entries.NAME, entries.ORGANISATION)


def columns(competition: Competition) -> tuple[Column, ...]:
    """Give the columns: who, what, and either the mark or one column for each box of an aspect."""
    schemes = [s for event in competition.events for s in queries.schemes_of(event).values()]
    most = max((len(a.slots()) for scheme in schemes for a in scheme.aspects), default=0)
    boxes = (Column(str(n), f"#{n}") for n in range(1, min(most, MOST_BOXES) + 1))
    return (*WHO, PART, ASPECT, SEAT, ATTEMPT, VALUE, TIMES, *boxes)


def stated(rows: Iterable[Row], event: str = "") -> list[Stated]:
    """Read the rows; an empty cell says nothing, and is never 0."""
    return [one for row in rows for one in _row(row, event)]


def _row(row: Row, event: str) -> Iterator[Stated]:
    cells = row.cells
    whom = entries.draft(row.number, cells, event)
    part, aspect = cells.get("part") or "", cells.get("aspect") or ""
    attempt = cells.get("attempt") or "1"
    number = int(attempt) if attempt.isdecimal() and len(attempt) < 4 else 0
    if cells.get("value"):
        yield Stated(
            row.number, whom, part, aspect, cells["value"], cells.get("seat") or "", number
        )
    if cells.get("multiplier"):
        yield Stated(row.number, whom, part, aspect, cells["multiplier"])
    for n in range(1, MOST_BOXES + 1):
        if cells.get(str(n)):
            yield Stated(row.number, whom, part, aspect, cells[str(n)], nth=n)


PAPER = ROOT / "templates" / "scoring" / "sheet"
BOXES = 9


def facts(part: Component, scheme: Scheme, whom: tuple[str, str, str], words: Words) -> Facts:
    """Give what a blank marking sheet prints; whom is a code, a name where it is open, and the address of the row."""
    aspects, event = scheme.aspects, part.event
    boxes = [[words.box(aspect, slot) for slot in aspect.slots()] for aspect in aspects]
    reasons = [f"0{letter} {text}" for letter, text in scheme.zero_reasons.items()]
    return {
        "competition": event.competition.name,
        "event": f"{event.code} {event.name}",
        "part": part.name,
        **dict(zip(("code", "holder", "url"), whom, strict=True)),
        "words": list(words.heads),
        "reasons": reasons,
        "aspects": [aspect.code for aspect in aspects],
        "names": [aspect.name for aspect in aspects],
        "kinds": [words.kinds[aspect.kind] for aspect in aspects],
        "most": ["" if aspect.max is None else f"{aspect.max:f}" for aspect in aspects],
        "about": [aspect.description for aspect in aspects],
        **{f"box{n + 1}": [own[n] if n < len(own) else "" for own in boxes] for n in range(BOXES)},
    }


def papers(
    part: Component, scheme: Scheme, rows: Iterable[tuple[Any, str]], words: Words
) -> Iterator[Facts]:
    """Give the facts of some sheets: each entry as it may be shown, with the path of the page that takes its marks."""
    address = settings.public_url.rstrip("/")
    for entry, path in rows:
        yield facts(part, scheme, (entry.code, entry.name, address + path), words)


def printed(some: Iterable[Facts]) -> bytes:
    """Print marking sheets one after the other into one file."""
    template = load_template(PAPER)
    with Press() as press, pikepdf.new() as whole:
        for one in some:
            with pikepdf.open(io.BytesIO(press.render(template, one))) as pages:
                whole.pages.extend(pages.pages)
        out = io.BytesIO()
        whole.save(out, deterministic_id=True)
    return out.getvalue()
