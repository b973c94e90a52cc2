"""The grid of a second entry: what is still open, what was typed, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from skillhub.checking.services import Look
from skillhub.competitions.models import Component
from skillhub.kernel.forms import HouseForm
from skillhub.kernel.messages import N_, Message, Problem
from skillhub.marking.rules import cell, no_number, plain, wrong_points

# A sheet, the version that was shown, and the points that stood there.
SEEN = re.compile(r"([0-9]{1,18}):([0-9]{1,9}):([0-9]{1,9}(?:\.[0-9]{1,4})?)")

Typed = dict[tuple[int, int], Decimal]


def sign(sheet: Any) -> str:
    """Write a sheet as it was shown: its key, its version, and its points."""
    return f"{sheet.id}:{sheet.version}:{sheet.points:f}"


def looks(sent: Sequence[str]) -> dict[int, Look]:
    """Read what was looked at, by the key of each sheet, as `sign` wrote it."""
    found = (SEEN.fullmatch(one) for one in sent)
    return {int(one[1]): Look(int(one[2]), Decimal(one[3])) for one in found if one}


class WaiverForm(HouseForm):
    why = TextAreaField(
        N_("Why no second person can check"),
        [InputRequired(), Length(max=500)],
        description=N_("This stands on the result sheet, with your name and the time."),
        render_kw={"rows": 3},
    )


@dataclass(frozen=True, slots=True)
class Box:
    """One cell of the grid: its state, and the text that was typed; the first entry is never shown."""

    name: str
    part: Component
    state: str
    text: str
    error: Message | None


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the grid, as it may be shown."""

    entry: Any
    boxes: list[Box]


States = Sequence[tuple[Any, Sequence[tuple[Component, str]]]]


def lines(states: States, posted: Mapping[str, str], problems: Sequence[Problem]) -> list[Line]:
    """Draw the grid; what was typed stays until it is stored."""
    errors = {problem.where: problem.message for problem in problems}
    return [
        Line(
            entry,
            [
                Box(name, part, state, posted.get(name, ""), errors.get(name))
                for part, state in own
                if (name := cell(entry.id, part.id))
            ],
        )
        for entry, own in states
    ]


def has_boxes(part: Component) -> bool:
    """Tell whether a component is read again box by box, on a page of its own."""
    return bool(part.scheme) and not part.scheme.get("marks_of")


def read(states: States, posted: Mapping[str, str]) -> tuple[Typed, list[Problem]]:
    """Read what was typed into open cells; an empty one says nothing."""
    typed: Typed = {}
    problems = []
    for entry, own in states:
        for part, state in own:
            name = cell(entry.id, part.id)
            text = posted.get(name, "") if state == "open" and not has_boxes(part) else ""
            if not plain(text):
                continue
            wrong = no_number(text, part.name)
            points = Decimal(0) if wrong else Decimal(plain(text))
            if wrong := wrong or wrong_points(points, part.maximum, part.name):
                problems.append(Problem(name, wrong))
            else:
                typed[entry.id, part.id] = points
    return typed, problems


def named(shown: Sequence[Line], problems: Sequence[Problem]) -> list[tuple[str, str, Any]]:
    """Give each problem with the anchor of its cell and the name of its entry."""
    called = {
        box.name: f"{line.entry.code} {line.entry.name}".strip()
        for line in shown
        for box in line.boxes
    }
    return [(p.where, called.get(p.where, ""), p.message) for p in problems]
