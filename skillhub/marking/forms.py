"""The grid of marks as a form: what is shown in each cell, and what was typed into it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from wtforms import BooleanField

from skillhub.competitions.models import Component, Event
from skillhub.entries.models import EntryStatus
from skillhub.kernel.forms import SheetForm
from skillhub.kernel.messages import N_, Message, Problem
from skillhub.kernel.web import points as written
from skillhub.marking.models import Sheet, SheetState
from skillhub.marking.rules import cell, no_number, plain, wrong_points

SEEN = re.compile(r"([0-9]{1,18}):([0-9.]*)")
TAKES_MARKS = (EntryStatus.OK, EntryStatus.DNF)

Sheets = Mapping[tuple[int, int], Sheet]
Typed = dict[tuple[int, int], tuple[Decimal | None, int]]


class MarkSheetForm(SheetForm):
    create = BooleanField(
        N_("Add entries that are missing"),
        description=N_("Otherwise a row without an entry is a problem."),
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the grid; `seen` carries what stood there when it was shown."""

    name: str
    part: Component
    text: str
    seen: str
    sheet: Sheet | None
    error: Message | None = None
    hidden: bool = False  # entered by another, and not shown before the second entry


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the grid; `open` where marks may be typed."""

    entry: Any  # as it may be shown: with its name, or as a code alone
    cells: list[Cell]
    open: bool


def grid(
    event: Event,
    found: Sequence[Any],
    sheets: Sheets,
    posted: Mapping[str, str] | None = None,
    problems: Sequence[Problem] = (),
    clashes: bool = False,
    hidden: Collection[tuple[int, int]] = (),
) -> list[Line]:
    """Draw the grid; what was typed stays, and a clash shows what is stored now."""
    errors = {problem.where: problem.message for problem in problems}
    return [
        Line(
            entry,
            [
                Cell("", part, "", "", None, hidden=True)
                if (entry.id, part.id) in hidden
                else _cell(entry, part, sheets, posted or {}, errors, clashes)
                for part in event.components
            ],
            entry.status in TAKES_MARKS,
        )
        for entry in found
    ]


def read(
    event: Event, found: Sequence[Any], posted: Mapping[str, str]
) -> tuple[Typed, list[Problem]]:
    """Read the cells that were changed; what cannot be a mark is a problem of its cell."""
    typed: Typed = {}
    problems = []
    for entry in found:
        for part in event.components:
            name = cell(entry.id, part.id)
            seen = SEEN.fullmatch(posted.get(f"seen-{name}", ""))
            if name not in posted or not seen:
                continue
            text = plain(posted[name])
            if wrong := no_number(posted[name], part.name):
                problems.append(Problem(name, wrong))
                continue
            points = Decimal(text) if text else None
            if points == (Decimal(seen[2]) if seen[2] else None):
                continue
            typed[entry.id, part.id] = (points, int(seen[1]))
            if points is not None and (out := wrong_points(points, part.maximum, part.name)):
                problems.append(Problem(name, out))
    return typed, problems


def _cell(
    entry: Any,
    part: Component,
    sheets: Sheets,
    posted: Mapping[str, str],
    errors: Mapping[str, Message],
    clashes: bool,
) -> Cell:
    name, sheet = cell(entry.id, part.id), sheets.get((entry.id, part.id))
    stored, version = _stored(sheet), sheet.version if sheet else 0
    seen = f"{version}:{stored}"
    text, before = posted.get(name, stored), SEEN.fullmatch(posted.get(f"seen-{name}", ""))
    if before and plain(text) == before[2]:
        text = stored  # not touched: show what is stored now
    elif before and not (clashes and name in errors):
        seen = before[0]
    return Cell(name, part, text, seen, sheet, errors.get(name))


def _stored(sheet: Sheet | None) -> str:
    """Write what is stored; a rejected mark must be typed anew."""
    if sheet is None or sheet.points is None or sheet.state is SheetState.REJECTED:
        return ""
    return written(sheet.points)
