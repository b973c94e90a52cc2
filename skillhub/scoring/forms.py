"""The forms of a marking scheme, drawn from the parameters of its kinds, and the boxes of one entry."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from zlib import crc32

from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from skillhub.competitions.models import Component
from skillhub.entries.models import Entry
from skillhub.kernel.access import Actor
from skillhub.kernel.canonical import canonical
from skillhub.kernel.exact import shortest
from skillhub.kernel.forms import (
    ExactField,
    HouseForm,
    LinesField,
    chosen_from,
    document,
    form_for,
    typed,
)
from skillhub.kernel.messages import N_, Message, Problem
from skillhub.kernel.rounding import rounded
from skillhub.kernel.web import tr
from skillhub.panels import queries as panels
from skillhub.scoring import queries
from skillhub.scoring.kinds import KINDS, plain_aspect
from skillhub.scoring.models import EarlierMark, Mark
from skillhub.scoring.queries import MarkKey, Words, box
from skillhub.scoring.rules import Aspect, Given, Outcome, Rounding, Scheme, Scored, Slot, score

HEADS = (
    *(N_("Aspect"), N_("What is marked"), N_("Maximum"), N_("Marks")),
    N_("A judged 0 carries its reason:"),
    *(N_("Judge"), N_("Chief judge"), N_("Day and time")),
)
MOST_SHOWN = 4  # decimals of an aspect
ROUNDINGS = {
    Rounding.END: N_("The total alone"),
    Rounding.PART: N_("The points of this component"),
    Rounding.ASPECT: N_("The points of each aspect"),
}


class WhyForm(HouseForm):
    why = StringField(
        N_("Reason"),
        [InputRequired(), Length(max=500)],
        description=N_("It stands beside the component wherever its points are shown."),
    )


class SettingsForm(HouseForm):
    rounding = SelectField(N_("What is rounded, half up"), choices=chosen_from(ROUNDINGS))
    decimals = IntegerField(N_("Decimals"), [InputRequired(), NumberRange(0, 4)])
    raise_to = ExactField(
        N_("Raise the sum to"), description=N_("Such as 100; empty where the sum counts as it is.")
    )
    zero_reasons = LinesField(
        N_("Reasons that a judged 0 must carry"),
        [Optional()],
        rows=True,
        keyed=True,
        description=N_("One letter a line: N = not attempted. A judge then types 0N."),
    )
    sections = TextAreaField(
        N_("Sections of the standards"),
        [Optional(), Length(max=5000)],
        description=N_("One a line: code = planned points = name"),
        render_kw={"rows": 6},
    )

    def settings(self) -> dict[str, Any]:
        """Give the answers as a scheme's document."""
        rows = [
            [c.strip() for c in line.split("=", 2)]
            for line in (self.sections.data or "").splitlines()
        ]
        sections = [
            {k: v for k, v in zip(("code", "planned", "name"), row, strict=False) if v}
            for row in rows
            if row[0]
        ]
        raised = self.raise_to.data
        return {
            "rounding": self.rounding.data,
            "decimals": self.decimals.data,
            "raise_to": None if raised is None else f"{raised:f}",
            "zero_reasons": self.zero_reasons.data or {},
            "sections": sections,
        }


def settings_form(scheme: Scheme, version: int) -> SettingsForm:
    """Give the form of what holds for a whole scheme."""
    rows = [
        " = ".join([s.code, "" if s.planned is None else f"{s.planned:f}", s.name])
        for s in scheme.sections
    ]
    return SettingsForm(
        rounding=scheme.rounding.value,
        decimals=scheme.decimals,
        raise_to=scheme.raise_to,
        zero_reasons=dict(scheme.zero_reasons),
        sections="\n".join(rows),
        version=version,
    )


def version_of(component: Component) -> int:
    """Give a number that changes with the scheme, so that an edit knows from which one it began."""
    return crc32(canonical(component.scheme).encode())


def aspect_form(
    kind: type[Aspect], aspect: Aspect | None, place: Sequence[str], version: int
) -> Any:
    """Draw the form of one aspect from its parameters, with the criterion and sub-criterion it stands in."""
    above = {
        "criterion": StringField(
            N_("Criterion"),
            [Optional(), Length(max=100)],
            description=N_("Code and name: A Assembly"),
        ),
        "sub": StringField(
            N_("Sub-criterion"),
            [Optional(), Length(max=100)],
            description=N_("Code and name: A1 Wiring"),
        ),
    }
    drawn = type("AspectForm", (form_for(kind),), above)
    stored = typed(plain_aspect(aspect), kind) if aspect else {}
    stored.pop("kind", None)
    return drawn(**stored, criterion=place[0], sub=place[1], version=version)


def aspect_document(form: HouseForm, kind: type[Aspect]) -> dict[str, Any]:
    """Give the answers of an aspect's form as its table."""
    return {"kind": kind.kind, **document(form, kind)}


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
    ) -> None:
        self.key, self.marks, self.earlier, self.shut = key, marks, earlier, shut
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
        mark, name = self.marks.get(key), box(key)
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
    key: tuple[int, int], scheme: Scheme, posted: Mapping[str, str]
) -> dict[MarkKey, tuple[str, int]]:
    """Read the boxes that were sent, each with the version that was shown."""
    found: dict[MarkKey, tuple[str, int]] = {}
    for aspect in scheme.aspects:
        for slot in aspect.slots():
            own = MarkKey(*key, aspect.code, *slot)
            name = box(own)
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
    out = queries.out_of(event).get((row.id, part.id), set())
    others = queries.others(part, actor)
    shut = out | others
    marks, earlier = queries.with_earlier(row.id, part.id)
    done = queries.scored(event, {row.id}, {part.id})[row.id, part.id]
    if panels.only_judges(
        event, actor
    ):  # the marks of others are not for a judge yet, nor their sum
        marks = {key: mark for key, mark in marks.items() if key.seat not in others}
        done = score(scheme, {})
    named = panels.names_open(event, actor)
    drawn = Sheet((row.id, part.id), marks, earlier, shut, *sent)
    return {
        "title": f"{row.code} {row.name}" if named else panels.codes(event).get(row.id, "?"),
        "status": row.status.value,
        "lines": drawn.lines(scheme, done),
        "done": done,
        "judges": panels.seats(part),
        "out": out,
        "open": event.markable and row.status.value in ("OK", "DNF"),
    }


def words() -> Words:
    """Give the words of a printed sheet in the reader's language."""
    kinds = {kind.kind: tr(kind.label) for kind in KINDS}
    return Words([tr(word) for word in HEADS], kinds, tr(N_("Judge")), tr(N_("Multiplier")))
