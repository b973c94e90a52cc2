"""The forms of a marking scheme, drawn from the parameters of its kinds, and the boxes of one entry."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from wtforms import StringField
from wtforms.validators import InputRequired, Length

from skillhub.competitions.models import Component
from skillhub.entries.models import Entry
from skillhub.kernel.access import Actor
from skillhub.kernel.exact import shortest
from skillhub.kernel.forms import (
    HouseForm,
)
from skillhub.kernel.messages import N_, Message, Problem
from skillhub.kernel.rounding import rounded
from skillhub.panels import queries as panels
from skillhub.scoring import queries
from skillhub.scoring.models import EarlierMark, Mark
from skillhub.scoring.queries import MarkKey, box
from skillhub.scoring.rules import Aspect, Given, Outcome, Scheme, Scored, Slot, score

MOST_SHOWN = 4  # decimals of an aspect


class WhyForm(HouseForm):
    why = StringField(
        N_("Reason"),
        [InputRequired(), Length(max=500)],
        description=N_("It stands beside the component wherever its points are shown."),
    )


@dataclass(frozen=True, slots=True)
class BoxField:
    """One box as a page shows it: what stands there, what stood before, and whether it may be typed into."""

    name: str
    slot: Slot
    text: str
    seen: int
    open: bool
    error: Message | None = None
    before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One aspect with its boxes and what it comes to."""

    aspect: Aspect
    outcome: Outcome
    points: str
    boxes: list[BoxField]


class Sheet:
    """Draws the boxes of one entry in one component; what was typed and refused stays."""

    def __init__(
        self,
        key: tuple[int, int],
        marks: Mapping[MarkKey, Mark],
        earlier: Mapping[int, Sequence[EarlierMark]],
        shut: Collection[int],
        posted: Mapping[str, str],
        problems: Sequence[Problem],
        called: int,
    ) -> None:
        self.key, self.marks, self.earlier, self.shut = key, marks, earlier, shut
        self.called = called  # the entry as the page may name it
        self.posted = posted
        self.errors = {problem.where: problem.message for problem in problems}

    def lines(self, scheme: Scheme, done: Scored) -> list[Line]:
        """Give the aspects in order."""
        steps = dict(done.steps)
        return [
            Line(
                one,
                steps[one.code],
                _told(steps[one.code].value),
                [self._box(one, slot) for slot in one.slots()],
            )
            for one in scheme.aspects
        ]

    def _box(self, aspect: Aspect, slot: Slot) -> BoxField:
        key = MarkKey(*self.key, aspect.code, *slot)
        mark, name = self.marks.get(key), box(key._replace(entry=self.called))
        stands = str(Given(mark.value, mark.token)) if mark else ""
        before = [
            Given(one.value, one.token) for one in self.earlier.get(mark.id if mark else 0, ())
        ]
        return BoxField(
            name,
            slot,
            self.posted.get(name, stands),
            mark.version if mark else 0,
            slot.seat not in self.shut,
            self.errors.get(name),
            tuple(map(str, before)),
        )


def _told(value: Fraction | None) -> str:
    return "" if value is None else f"{shortest(rounded(value, MOST_SHOWN)):f}"


def read(
    key: tuple[int, int], scheme: Scheme, posted: Mapping[str, str], called: int
) -> dict[MarkKey, tuple[str, int]]:
    """Read the boxes that were sent, each with the version that was shown; the page calls the entry as it may."""
    found: dict[MarkKey, tuple[str, int]] = {}
    for aspect in scheme.aspects:
        for slot in aspect.slots():
            own = MarkKey(*key, aspect.code, *slot)
            name = box(own._replace(entry=called))
            seen = posted.get(f"seen-{name}", "")
            if name in posted and seen.isdecimal() and len(seen) < 10:
                found[own] = (posted[name], int(seen))
    return found


def entry(
    part: Component,
    scheme: Scheme,
    row: Entry,
    sent: tuple[Mapping[str, str], Sequence[Problem]],
    actor: Actor,
) -> dict[str, Any]:
    """Give what the page of one entry shows: its boxes, what they come to, and who may fill them."""
    event = part.event
    out = panels.out_of(event).get((row.id, part.id), set())
    others = queries.others(part, actor)
    shut = out | others
    marks, earlier = queries.with_earlier(row.id, part.id)
    done = queries.scored(event, {row.id}, {part.id})[row.id, part.id]
    if panels.only_judges(
        event, actor
    ):  # the marks of others are not for a judge yet, nor their sum
        marks = {key: mark for key, mark in marks.items() if key.seat not in others}
        done = score(scheme, {})
    if (row.id, part.id) in queries.unseen(event, actor):
        shut = {key.seat for key in marks} | shut
        marks, done = {}, score(scheme, {})
    named = panels.names_open(event, actor)
    called = panels.names(event, actor).outward(row.id)
    drawn = Sheet((row.id, part.id), marks, earlier, shut, *sent, called)
    return {
        "title": f"{row.code} {row.name}" if named else panels.codes(event).get(row.id, "?"),
        "status": row.status.value,
        "lines": drawn.lines(scheme, done),
        "done": done,
        "judges": panels.seats(part),
        "out": out,
        "open": event.markable and row.status.value in ("OK", "DNF"),
    }
