"""Questions about what an amendment changes: how everybody stands, and what stands in boxes that change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from skillhub.amendments.rules import Held, Picture, Remark, begun, holes, leaving
from skillhub.awards import queries as awards
from skillhub.competitions.models import Event, Weights
from skillhub.competitions.rules import percent
from skillhub.drafting import queries as drafting
from skillhub.drafting.models import AmendedPart, Amendment
from skillhub.drafting.rules import figures, plain
from skillhub.entries import queries as entries
from skillhub.judging import queries as judging
from skillhub.kernel.errors import Conflict
from skillhub.kernel.exact import shortest
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.rounding import printed
from skillhub.marking import queries as marking
from skillhub.marking.models import Sheet, SheetState
from skillhub.marking.rules import wrong_points
from skillhub.panels import queries as panels
from skillhub.results import queries as results
from skillhub.results.models import Ranked
from skillhub.scoring import queries as scoring
from skillhub.scoring.queries import MarkKey
from skillhub.scoring.rules import Scheme

Cell = tuple[int, int]  # entry, component


def picture(event: Event) -> tuple[Picture, bool]:
    """Give how everybody stands as the marks are now, and whether awards can be said already: nothing is missing."""
    ranked = results.computed(event)
    known = not any(standing.missing for standing in ranked.standings)
    given = _awards(event, ranked) if known else {}
    held = {
        standing.entry: Held(
            marks[standing.entry],
            None if standing.total is None else printed(standing.total, ranked.ranking.decimals),
            standing.rank,
            tuple(given.get(standing.entry, ())),
        )
        for marks in [_marks(event)]
        for standing in ranked.standings
    }
    return held, known


def _marks(event: Event) -> Mapping[int, dict[str, str]]:
    codes = {part.id: part.code for part in event.components}
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for (entry, part), sheet in marking.of(event).items():
        said = sheet.token or ("" if sheet.points is None else f"{shortest(sheet.points):f}")
        found[entry][codes[part]] = said
    return found


def _awards(event: Event, ranked: Ranked) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    try:
        decisions = awards.propose(event, ranked).decisions
    except Conflict:
        return {}
    for one in decisions:
        found[one.entry].append(str(one.title))
    return found


def stale(amendment: Amendment) -> list[str]:
    """Name the components that were changed since an amendment took them up."""
    parts = amendment.parts
    return [p.component.name for p in parts if plain(figures(p.component)) != p.before]


def emptied(amendment: Amendment) -> list[str]:
    """Name the components whose last aspect an amendment takes out."""
    return [p.component.name for p in amendment.parts if p.component.scheme and not p.scheme]


def unfit(event: Event) -> list[Problem]:
    """Say why components as they stand cannot be marked by: sums of aspects, seats, weights that are percentages."""
    found = scoring.unprepared(event)
    total = percent(event.components)
    if event.competition.weights is Weights.PERCENT and total != 100:
        text = N_("Its weights are percentages and add up to %(sum)s, not to 100.")
        found.append(Problem("", say(text, sum=total)))
    return found


def _schemes(part: AmendedPart) -> tuple[Scheme, Scheme]:
    """Read the scheme of a component as it is and as it will be."""
    return drafting.scheme_in(part.component, None), drafting.scheme_in(
        part.component, part.amendment
    )


def to_empty(part: AmendedPart) -> dict[MarkKey, Remark]:
    """Give what stands in the boxes of a component and cannot stand there any more."""
    _, after = _schemes(part)
    ids, own = [entry.id for entry in entries.of(part.amendment.event)], part.component
    if not part.scheme:
        return {}
    return {
        MarkKey(entry, own.id, aspect, *slot): Remark(
            *(entry, own.code, aspect, *slot), str(boxes[aspect][slot]), why.as_json()
        )
        for (entry, _), boxes in scoring.marks_of(ids, [own.id]).items()
        for aspect, slot, why in leaving(after, boxes)
    }


def to_fill(part: AmendedPart, emptied_: Mapping[MarkKey, Remark]) -> list[Remark]:
    """Give the boxes that an amended scheme adds for entries whose marking has begun."""
    before, after = _schemes(part)
    event, own = part.amendment.event, part.component
    out = panels.out_of(event)
    ids = [entry.id for entry in entries.of(event) if entry.status in judging.TAKES_MARKS]
    typed = {entry for (entry, key), sheet in marking.of(event).items() if key == own.id and sheet}
    marks, found = scoring.marks_of(ids, [own.id]), []
    for entry in ids:
        boxes = marks.get((entry, own.id), {})
        if not begun(boxes) and not (entry in typed and not own.scheme):
            continue
        new = holes(after, boxes) - holes(before, boxes)
        shut = out.get((entry, own.id), ())
        found += [
            Remark(entry, own.code, aspect, *slot)
            for aspect, slot in sorted(new)
            if slot.seat not in shut and MarkKey(entry, own.id, aspect, *slot) not in emptied_
        ]
    return found


def to_send_back(part: AmendedPart) -> dict[int, tuple[Sheet, Remark]]:
    """Give the typed points of a component that its amended maximum does not allow, by sheet."""
    own, found = part.component, {}
    if part.scheme:
        return {}
    for (entry, key), sheet in marking.of(part.amendment.event).items():
        if key != own.id or sheet.points is None:
            continue
        if wrong := wrong_points(sheet.points, part.maximum, own.name):
            stood = f"{shortest(sheet.points):f}"
            remark = Remark(entry, own.code, "", 0, 1, stood, wrong.as_json())
            found[sheet.id] = (sheet, remark)
    return found


def signed(event: Event, remarks: list[Remark]) -> list[str]:
    """Name the components that the chief judge has submitted although marks of them would be missing."""
    closed = panels.submitted(event)
    asked = {remark.part for remark in remarks}
    return [p.name for p in event.components if p.id in closed and p.code in asked]


def confirmed(event: Event) -> dict[Cell, int]:
    """Give the sheets that a second person confirmed, with their versions."""
    return {
        key: sheet.version
        for key, sheet in marking.of(event).items()
        if sheet.state is SheetState.CHECKED
    }
