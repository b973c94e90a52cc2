"""The mark sheet: its columns follow the components of the competition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from skillhub.competitions.models import Competition, Event
from skillhub.entries import rules as entry_rules
from skillhub.entries import sheet as entries
from skillhub.entries.models import EntryStatus
from skillhub.kernel.messages import N_, Problem, say
from skillhub.kernel.sheets import Column, Preview, Row, match_code
from skillhub.marking.rules import Draft

STATUSES = {word: status for status, words in entries.STATUS_WORDS.items() for word in words}
WORDS = tuple(w for w, status in STATUSES.items() if status is not EntryStatus.OK)
WHO = ("name", "organisation", "person", "members")
Lots = Mapping[str, Mapping[str, str]]  # of events marked under codes: code to the entry's own
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


def inward(drafts: Sequence[Draft], lots: Lots) -> tuple[list[Draft], list[Problem]]:
    """Read rows that name entries by the codes they are marked under: who they are, and what names nobody."""
    read, problems = [], []
    seen: set[tuple[str, str]] = set()
    for draft in drafts:
        event = match_code(draft.entry.event, lots).code or draft.entry.event
        if not event and len(lots) == 1:
            event = next(iter(lots))
        own, code = lots.get(event), draft.entry.code
        if own is None:
            read.append(draft)
        elif code not in own or (event, code) in seen:
            text = N_("no entry of event %(event)s is marked under the code “%(code)s”")
            twice = N_("the code “%(code)s” stands in two rows")
            text = twice if (event, code) in seen else text
            problems.append(Problem(draft.entry.where, say(text, event=event, code=code)))
        else:
            seen.add((event, code))
            known = entry_rules.Draft(draft.entry.row, event, own[code], status=draft.entry.status)
            read.append(replace(draft, entry=known))
    return read, problems


def outward(preview: Preview, lots: Lots) -> Preview:
    """Give what a sheet would do with the codes in place of who the entries are."""
    back = {(event, entry): code for event, own in lots.items() for code, entry in own.items()}
    rows = [
        replace(row, cells={n: v for n, v in row.cells.items() if n not in WHO} | {"entry": code})
        if (code := back.get((row.cells.get("event", ""), row.cells.get("entry", ""))))
        else row
        for row in preview.rows
    ]
    return replace(preview, rows=rows)


def exported(
    event: Event, found: Iterable[Any], marks: Mapping[int, Mapping[str, Decimal | None]]
) -> Iterator[dict[str, Any]]:
    """Write the marks of an event as rows of its sheet; how an entry came through stands in a blank cell."""
    for entry in found:
        own = {part.code: marks.get(entry.id, {}).get(part.code) for part in event.components}
        blank = next((code for code, points in own.items() if points is None), None)
        if entry.status is not EntryStatus.OK and blank:
            own[blank] = entry.status.value
        yield {
            "entry": entry.code,
            "name": entry.name,
            "organisation": entry.organisation.code if entry.organisation else "",
            "members": "; ".join(m.name for m in entry.members) if event.team_size > 1 else "",
            "person": entry.person.number if entry.person else "",
            **own,
        }
