"""The sheet of judges' marks: one row for each mark, or one for each aspect of an entry with a column for each box."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from skillhub.competitions.models import Competition, Component
from skillhub.entries import sheet as entries
from skillhub.kernel.access import Actor
from skillhub.kernel.import_state import Importer
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.sheets import Column, Preview, Row, Table
from skillhub.kernel.sheets.columns import fold
from skillhub.marking import sheet as marks
from skillhub.marking.rules import TWICE, Draft
from skillhub.marking.sheet import Lots
from skillhub.panels import queries as panels
from skillhub.scoring import queries
from skillhub.scoring.queries import at
from skillhub.scoring.rules import Aspect, Scheme, Slot
from skillhub.scoring.works import Stated, plan, take_in

MOST_BOXES = 30
CODE_WORDS = ("code", "entry", "加密号", "编号", "参赛号")
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


def of_part(part: Component, scheme: Scheme, named: bool) -> tuple[Column, ...]:
    """Give the columns for one component: who, by code where names are closed, and one for each box of its scheme."""
    closed = replace(entries.ENTRY, label=N_("Code"), aliases=CODE_WORDS)
    who = (entries.ENTRY, entries.NAME) if named else (closed,)
    labels = {(aspect.code, slot): at(aspect.code, *slot) for aspect, slot in _boxes(scheme)}
    folded = Counter(map(fold, labels.values()))
    return (
        *who,
        *(
            Column(
                _column(aspect, slot),
                label if folded[fold(label)] == 1 else f"{label} ({n})",
                note=aspect.name,
            )
            for n, (aspect, slot) in enumerate(_boxes(scheme), 1)
            for label in [labels[aspect.code, slot]]
        ),
    )


def _boxes(scheme: Scheme) -> list[tuple[Aspect, Slot]]:
    return [(aspect, slot) for aspect in scheme.aspects for slot in aspect.slots()]


def _column(aspect: Aspect, slot: Slot) -> str:
    """Name the column of a box by what it is: a matching that is remembered never means another one."""
    return f"mark of {aspect.code}:{slot.seat}:{slot.attempt}"


def stated_of(rows: Iterable[Row], part: Component, scheme: Scheme) -> list[Stated]:
    """Read the rows of one component's sheet; an empty cell says nothing, and is never 0."""
    return [
        Stated(row.number, whom, part.code, aspect.code, text, attempt=slot.attempt, slot=slot)
        for row in rows
        for whom in [entries.draft(row.number, row.cells, part.event.code)]
        for aspect, slot in _boxes(scheme)
        if (text := row.cells.get(_column(aspect, slot)))
    ]


def inward(found: Sequence[Stated], lots: Lots) -> tuple[list[Stated], list[Problem]]:
    """Read what names entries by the codes they are marked under: who they are, and what names nobody."""
    firsts = {(one.whom.event, one.whom.code): one.whom for one in reversed(found)}
    drafts = [Draft(whom, {}) for whom in firsts.values()]
    known, problems = marks.inward(drafts[::-1], lots)
    behind = {one.entry.row: one.entry for one in known}
    rows = {key: behind.get(whom.row) for key, whom in firsts.items()}
    read = [
        replace(one, whom=replace(whom, row=one.row))
        for one in found
        if (whom := rows[one.whom.event, one.whom.code])
    ]
    return read, problems


def filled(
    part: Component, scheme: Scheme, rows: Iterable[tuple[Any, int]]
) -> Iterator[dict[str, Any]]:
    """Write what stands in the boxes of a component, each entry as it is shown with the key of its row."""
    own = list(rows)
    stored = queries.marks_of([key for _, key in own], [part.id])
    for entry, key in own:
        boxes = stored.get((key, part.id), {})
        given = {
            _column(aspect, slot): str(boxes.get(aspect.code, {}).get(slot, ""))
            for aspect, slot in _boxes(scheme)
        }
        yield {"entry": entry.code, "name": entry.name, **given}


def importer(part: Component, scheme: Scheme, actor: Actor, moment: datetime) -> Importer:
    """Say how the marks of one component come in: who is named by number, or by code while names are closed."""
    event, latest = part.event, list[list[Stated]]()
    lots = panels.lots_of([event])
    columns = of_part(part, scheme, not lots)
    names = {at(a.code, *slot): _column(a, slot) for a, slot in _boxes(scheme)}

    def compare(table: Table) -> Preview:
        found = stated_of(table.rows, part, scheme)
        read, unknown = inward(found, lots) if lots else (found, [])
        latest.append(read)
        if unknown:
            return Preview(problems=unknown)
        if event.rules_open:
            text = N_("Lock the rules of event %(code)s first, then enter marks.")
            return Preview(problems=[Problem("", say(text, code=event.code))])
        done, unseen = plan(event.competition, read), queries.unseen(event, actor)
        if any((one.entry_id, part.id) in unseen for one in done.entries.rows):
            return Preview(problems=[Problem("", say(TWICE))])  # even “changed” would tell
        preview = done.preview.of_file()
        preview = marks.outward(preview, lots) if lots else preview
        rows = [
            replace(row, cells=_renamed(row.cells, names), before=_renamed(row.before, names))
            for row in preview.rows
        ]
        return replace(preview, rows=rows)

    def write(preview: Preview, note: Mapping[str, Any]) -> None:
        source = f"{note['file']} ({note['sha256'][:12]})"
        take_in(event.competition, latest[-1], source, actor, moment)

    return Importer("judges", columns, compare, write, part.id)


def _renamed(cells: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {names.get(name, name): value for name, value in cells.items()}
