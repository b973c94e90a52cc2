"""The mark sheet: its columns follow the components of the competition."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from skillhub.competitions.models import Competition, Event
from skillhub.entries import sheet as entries
from skillhub.entries.models import EntryStatus
from skillhub.kernel.sheets import Column, Row
from skillhub.marking.rules import Draft

STATUSES = {word: status for status, words in entries.STATUS_WORDS.items() for word in words}
WORDS = tuple(w for w, status in STATUSES.items() if status is not EntryStatus.OK)
EMPTIES = ("NA", "N/A", "-", "–", "—")


def columns(competition: Competition, event: Event | None = None) -> tuple[Column, ...]:
    """Give the columns of a mark sheet: who, then one for each component of the events."""
    events = [event] if event else competition.events
    names = {part.code: part.name for one in events for part in one.components}
    for part in competition.defaults.get("components", []) if not event else []:
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
        values = {code: cells[code] for code in codes if cells.get(code) not in (None, "")}
        words = [v for v in values.values() if isinstance(v, str)]
        read.append(
            Draft(
                entries.draft(row.number, cells, event),
                {code: v for code, v in values.items() if not isinstance(v, str)},
                STATUSES[words[0].casefold()] if words else None,
            )
        )
    return read
