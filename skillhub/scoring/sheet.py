"""The sheet of judges' marks: one row for each mark, or one for each aspect of an entry with a column for each box."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pikepdf

from skillhub.competitions.models import Competition, Component
from skillhub.entries import sheet as entries
from skillhub.kernel.access import Actor
from skillhub.kernel.import_state import Importer
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.paper import Facts
from skillhub.kernel.pdf import Press, load_template
from skillhub.kernel.settings import ROOT, settings
from skillhub.kernel.sheets import Change, Column, Preview, PreviewRow, Row, Table
from skillhub.scoring import queries, services
from skillhub.scoring.kinds import (
    KINDS,
    place_of,
    placed,
    plain,
    plain_aspect,
    read_aspect,
    read_scheme,
    spoken,
)
from skillhub.scoring.queries import Words
from skillhub.scoring.rules import Aspect, Scheme
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


LEVELS = 4
KIND_WORDS = {"measurement": ("m", "测量"), "judgement": ("j", "评判"), "deduction": ("d", "扣分")}
SCHEME = (
    Column("criterion", N_("Criterion"), aliases=("评分标准",)),
    Column("sub", N_("Sub-criterion"), aliases=("sub criterion", "子项")),
    Column("aspect", N_("Aspect"), kind="code", required=True, aliases=("评分点", "aspect id")),
    Column("name", N_("Name"), aliases=("名称",)),
    Column("day", N_("Day of marking"), kind="code", aliases=("day", "评分日")),
    Column(
        "kind",
        N_("Type"),
        kind="choice",
        choices={kind.kind: KIND_WORDS.get(kind.kind, ()) for kind in KINDS},
        required=True,
        aliases=("aspect type", "类型"),
    ),
    Column("description", N_("What is marked"), aliases=("description", "评分内容"), width=40),
    *(Column(f"level{n}", f"{n}", aliases=(f"score {n}", f"{n} 分")) for n in range(LEVELS)),
    Column("section", N_("Section of the standards"), kind="code", aliases=("wsss", "标准条款")),
    Column("max", N_("Maximum"), kind="number", aliases=("max mark", "满分")),
    Column("more", N_("Other parameters"), aliases=("parameters", "参数"), width=40),
)
PLAIN = ("name", "day", "description", "section", "max")


def scheme_rows(scheme: Scheme) -> Iterator[dict[str, Any]]:
    """Write a scheme as rows; what has no column of its own stands in the last one."""
    for criterion in scheme.criteria:
        for sub in criterion.subs:
            for aspect in sub.aspects:
                yield _aspect_row(spoken(criterion), spoken(sub), aspect)


def _aspect_row(criterion: str, sub: str, aspect: Aspect) -> dict[str, Any]:
    table = plain_aspect(aspect)
    levels = table.pop("levels", [])
    more = {k: v for k, v in table.items() if k not in (*PLAIN, "code", "kind")}
    more |= {"levels": levels} if len(levels) > LEVELS else {}
    shown = levels if len(levels) <= LEVELS else []
    return {
        "criterion": criterion,
        "sub": sub,
        "aspect": aspect.code,
        "kind": aspect.kind,
        **{name: table.get(name) for name in PLAIN},
        **{f"level{n}": text for n, text in enumerate(shown)},
        "max": aspect.max,
        "more": json.dumps(more, ensure_ascii=False, sort_keys=True) if more else "",
    }


def scheme_plan(rows: Sequence[Row], before: Scheme) -> tuple[Scheme, Preview]:
    """Read the rows of a scheme, and say what of it is new, changed, the same, or wrong; what they leave out goes."""
    scheme, preview = replace(before, criteria=()), Preview()
    for row in rows:
        found: list[Problem] = []
        aspect = read_aspect(_table(row, found), "", found)
        where = str(say(N_("row %(n)s"), n=row.number))
        above = (row.cells.get("criterion") or "", row.cells.get("sub") or "")
        if aspect and aspect.code in scheme.by_code:
            found.append(
                Problem("", say(N_("the aspect %(code)s stands here twice"), code=aspect.code))
            )
        problems = tuple(Problem(where, p.message) for p in found)
        if aspect is None or problems:
            change = Change.PROBLEM
            preview.problems += problems
        else:
            scheme = placed(scheme, aspect, above)
            old = before.by_code.get(aspect.code)
            same = old == aspect and place_of(before, aspect.code) == above
            change = Change.SAME if same else Change.CHANGED if old else Change.NEW
        preview.rows.append(PreviewRow(row.number, change, row.cells, {}, problems))
    gone = [code for code in before.by_code if code not in scheme.by_code]
    if gone:
        text = N_("Not in the sheet, and taken out of the scheme: %(codes)s.")
        preview.notices.append(Problem("", say(text, codes=", ".join(gone)), "warning"))
    _, problems_ = read_scheme(plain(scheme)) if scheme.criteria else (None, [])
    preview.problems += problems_
    return scheme, preview


def importer(part: Component, actor: Actor) -> Importer:
    """Say how the scheme of a component comes in as a sheet."""
    latest: list[Scheme] = []

    def compare(table: Table) -> Preview:
        scheme, preview = scheme_plan(table.rows, queries.scheme_of(part) or Scheme())
        latest.append(scheme)
        return preview.of_file()

    def write(preview: Preview, note: Mapping[str, Any]) -> None:
        services.set_scheme(part, plain(latest[-1]), actor)

    return Importer("scheme", SCHEME, compare, write, part.id)


def _table(row: Row, found: list[Problem]) -> dict[str, Any]:
    """Write a row as the table of an aspect."""
    cells = row.cells
    try:
        more = json.loads(cells.get("more") or "{}")
    except ValueError:
        more = None
    if not isinstance(more, dict):
        text = N_('the other parameters are no JSON table such as {"judges": 5}')
        found.append(Problem("", say(text)))
        more = {}
    table = {name: cells[name] for name in PLAIN if cells.get(name) not in (None, "")}
    levels = [cells.get(f"level{n}") for n in range(LEVELS)]
    shown = {"levels": [text for text in levels if text]} if any(levels) else {}
    return {"kind": cells.get("kind"), "code": cells.get("aspect") or "", **shown, **table, **more}


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
