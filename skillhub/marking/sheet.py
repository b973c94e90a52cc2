"""The mark sheet: its columns follow the components of the competition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from skillhub.competitions.models import Competition, Event
from skillhub.entries import sheet as entries
from skillhub.entries.models import Entry, EntryStatus
from skillhub.kernel.sheets import Column, Row
from skillhub.marking.rules import Draft

STATUSES = {word: status for status, words in entries.STATUS_WORDS.items() for word in words}
WORDS = tuple(w for w, status in STATUSES.items() if status is not EntryStatus.OK)
EMPTIES = ("NA", "N/A", "-", "–", "—")


def columns(
    competition: Competition, event: Event | None = None, whole: bool = False
) -> tuple[Column, ...]:
    """Give the columns of a mark sheet: who, then one for each component that is typed; `whole`: for every one."""
    events = [event] if event else competition.events
    parts = [part for one in events for part in one.components]
    names = {part.code: part.name for part in parts if part.typed or whole}
    for part in competition.defaults.get("components", []) if not event else []:
        if not part.get("scheme") and part.get("kind") != "carried":
            names.setdefault(part["code"], part.get("name") or part["code"])
    several = len(names) > 1
    return (
        *(entries.EVENT, entries.ENTRY, entries.NAME, entries.ORGANISATION, entries.MEMBERS),
        entries.PERSON,
        *(
            Column(code, name, kind="number", required=not several, words=WORDS, empties=EMPTIES)
            for code, name in names.items()
        ),
    )


def components(competition: Competition, event: Event | None = None) -> list[str]:
    """Name the component columns."""
    fixed = {column.name for column in entries.COLUMNS}
    return [column.name for column in columns(competition, event) if column.name not in fixed]


def drafts(rows: Iterable[Row], codes: Sequence[str], event: str = "") -> list[Draft]:
    """Read the rows of a mark sheet; an empty cell says nothing, and is never 0."""
    read = []
    for row in rows:
        cells = row.cells
        points, word = {}, ""
        for code in codes:
            value = cells.get(code)
            if isinstance(value, Decimal):
                points[code] = value
            else:
                word = word or value or ""
        status = STATUSES[word.casefold()] if word else None
        read.append(Draft(entries.draft(row.number, cells, event), points, status))
    return read


def of_event(event: Event, whole: bool = False) -> tuple[Column, ...]:
    """Give the columns for one event alone, where a mark may be blank; `whole` with what is reckoned, to be read."""
    own = columns(event.competition, event, whole)
    return tuple(
        replace(column, required=False) if column.kind == "number" else column
        for column in own
        if column is not entries.EVENT and (event.team_size > 1 or column is not entries.MEMBERS)
    )


def exported(
    event: Event, found: Iterable[Entry], marks: Mapping[int, Mapping[str, Decimal | None]]
) -> Iterator[dict[str, Any]]:
    """Write the marks of an event as rows of its sheet; how an entry came through stands in a blank cell."""
    for entry in found:
        own = {part.code: marks.get(entry.id, {}).get(part.code) for part in event.components}
        blank = next((code for code, points in own.items() if points is None), None)
        if entry.status is not EntryStatus.OK and blank:
            own[blank] = entry.status.value  # type: ignore[assignment]  # a word in a number column
        yield {
            "entry": entry.code,
            "name": entry.name,
            "organisation": entry.organisation.code if entry.organisation else "",
            "members": "; ".join(m.name for m in entry.members) if event.team_size > 1 else "",
            "person": entry.person.number if entry.person else "",
            **own,
        }
