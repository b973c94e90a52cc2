"""The sheet of a marking scheme: one row for each aspect, the whole scheme in one file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from skillhub.competitions.models import Component
from skillhub.drafting import queries, services
from skillhub.drafting.rules import wordless
from skillhub.kernel.access import Actor
from skillhub.kernel.import_state import Importer
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.sheets import Change, Column, Preview, PreviewRow, Row, Table
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
from skillhub.scoring.rules import Aspect, Scheme

LEVELS = 4
KIND_WORDS = {"measurement": ("m", "测量"), "judgement": ("j", "评判"), "deduction": ("d", "扣分")}
CODED = N_("Code and name, such as A Assembly.")
LEVEL = N_("Judgement: what deserves this level.")
SCHEME = (
    Column("criterion", N_("Criterion"), aliases=("评分标准",), note=CODED),
    Column("sub", N_("Sub-criterion"), aliases=("sub criterion", "子项"), note=CODED),
    Column(
        "aspect",
        N_("Aspect"),
        kind="code",
        required=True,
        aliases=("评分点", "aspect id"),
        note=N_("Its code, such as A1.1; each stands once."),
    ),
    Column("name", N_("Name"), aliases=("名称",)),
    Column("day", N_("Day of marking"), kind="code", aliases=("day", "评分日")),
    Column(
        "kind",
        N_("Type"),
        kind="choice",
        choices={kind.kind: KIND_WORDS.get(kind.kind, ()) for kind in KINDS},
        required=True,
        aliases=("aspect type", "类型"),
        note=N_(
            "One of: measurement (M), judgement (J), deduction (D), panel, points, count, time, attempts."
        ),
    ),
    Column("description", N_("What is marked"), aliases=("description", "评分内容"), width=40),
    *(
        Column(f"level{n}", f"{n}", aliases=(f"score {n}", f"{n} 分"), note=LEVEL)
        for n in range(LEVELS)
    ),
    Column("section", N_("Section of the standards"), kind="code", aliases=("wsss", "标准条款")),
    Column("max", N_("Maximum"), kind="number", aliases=("max mark", "满分")),
    Column(
        "more",
        N_("Other parameters"),
        aliases=("parameters", "参数"),
        width=40,
        note=N_("What else the type asks for, as an exported scheme writes it; empty for none."),
    ),
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
        table = _table(row, found)  # without a known type its cell was refused already
        aspect = read_aspect(table, "", found) if table["kind"] else None
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
    if words := wordless(scheme):
        preview.notices.append(Problem("", words, "warning"))
    _, problems_ = read_scheme(plain(scheme)) if scheme.criteria else (None, [])
    preview.problems += problems_
    return scheme, preview


def importer(part: Component, actor: Actor) -> Importer:
    """Say how the scheme of a component comes in as a sheet."""
    latest: list[Scheme] = []
    amendment = queries.draft_of(part.event)

    def compare(table: Table) -> Preview:
        scheme, preview = scheme_plan(table.rows, queries.scheme_in(part, amendment))
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
