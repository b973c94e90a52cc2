"""An import as its page shows it: what was read, what is asked, what each row would do."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from skillhub.kernel.messages import Message, Problem, say
from skillhub.kernel.sheets import (
    Change,
    Column,
    Preview,
    PreviewRow,
    Question,
    Table,
    letter,
    shown,
)
from skillhub.kernel.uploads import Upload

MOST_ROWS = 500  # on a page; the rows with problems come first


def as_text(name: str, value: Any) -> str:
    """Write a cell for the preview."""
    return "" if value is None else shown(value)


@dataclass(frozen=True)
class Importer:
    """What a feature tells the flow about one kind of sheet.

    `compare` sets the rows of a table beside what is stored; a refused cell stands there as "", an empty one as None,
    and the problems of reading are added by the flow. `write` is a service: it writes the rows that are new or changed
    and tells the journal once, with the note it is given (file, sha256, counts).
    """

    kind: str  # "people", "entries", "marks"
    columns: Sequence[Column]
    compare: Callable[[Table], Preview]
    write: Callable[[Preview, Mapping[str, Any]], Any]
    subject_id: int | None = None  # the competition or event it is meant for
    show: Callable[[str, Any], str] = as_text
    keeps_file: bool = True  # False wipes the file once applied: it holds what must not lie about
    partial: bool = False  # the good rows may be taken and the bad ones left to be mended


@dataclass(frozen=True, slots=True)
class Match:
    """One of our columns and what it was matched with: a letter, "" for none; `sample` shows the first cells."""

    column: Column
    letter: str
    sample: tuple[str, ...]


@dataclass
class State:
    """How far one file is: what was read, what is asked, what it would do."""

    upload: Upload
    importer: Importer
    table: Table = field(default_factory=Table)
    preview: Preview | None = None

    @property
    def applied(self) -> bool:
        """Say whether it was written already."""
        return self.upload.applied_at is not None

    @property
    def questions(self) -> list[Question]:
        """Give what the file cannot tell."""
        return self.table.questions

    @property
    def problems(self) -> list[Problem]:
        """Give everything that stands against applying it, the whole file's problems first."""
        if self.preview is None:
            return self.table.problems
        of_rows = [p for row in self.preview.rows for p in row.problems]
        return self.preview.problems + of_rows

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Give the columns of the file to choose from: letter, and what stands above."""
        return [(letter(h.index), h.text or letter(h.index)) for h in self.table.headers]

    @property
    def unused(self) -> list[str]:
        """Name the columns of the file that fill none of ours: a header misspelt drops its cells."""
        matching = self.table.matching
        used = set(matching.columns.values()) if matching else set()
        return [h.text for h in self.table.headers if h.text and h.index not in used]

    @property
    def matches(self) -> list[Match]:
        """Give our columns with what they were matched with."""
        found = self.table.matching.columns if self.table.matching else {}
        return [
            Match(c, letter(found[c.name]) if c.name in found else "", self._sample(c.name))
            for c in self.importer.columns
        ]

    @property
    def present(self) -> list[Column]:
        """Give our columns that the file has, and those that its rows fill in."""
        found = set(self.table.matching.columns) if self.table.matching else set()
        for row in self.preview.rows if self.preview else ():
            found.update(row.cells)
        return [c for c in self.importer.columns if c.name in found]

    @property
    def columns(self) -> list[tuple[str, Message]]:
        """Give the columns of the preview: name and word."""
        return [(c.name, say(c.label)) for c in self.present]

    @property
    def counts(self) -> dict[str, int]:
        """Count the rows by what they would do."""
        return {c.value: n for c, n in self.preview.counts.items()} if self.preview else {}

    @property
    def changes(self) -> int:
        """Count the rows that would write something."""
        return self.counts.get("new", 0) + self.counts.get("changed", 0)

    @property
    def may_apply(self) -> bool:
        """Say whether the button may be pressed."""
        return bool(self.preview and self.preview.ok and self.changes and not self.applied)

    @property
    def may_apply_good(self) -> bool:
        """Say whether the good rows alone may be taken: bad ones stand beside them, and nothing against the file."""
        found = self.preview if self.importer.partial and not self.applied else None
        return bool(found and not found.ok and not found.problems and self.changes)

    @property
    def left(self) -> int:
        """Count the rows that were left out when the others were applied."""
        return len(self.upload.answers.get("left", {}))

    @property
    def rows(self) -> list[PreviewRow]:
        """Give the rows to show, those with problems first, then the changes, then the rest."""
        order = {Change.PROBLEM: 0, Change.CHANGED: 1, Change.NEW: 2, Change.SAME: 3}
        rows = sorted(self.preview.rows if self.preview else [], key=lambda r: order[r.change])
        return [self._shown(row) for row in rows[:MOST_ROWS]]

    @property
    def token(self) -> str:
        """Name what this preview showed, so that nothing else is applied."""
        return token_of(self.preview) if self.preview else ""

    def _sample(self, name: str) -> tuple[str, ...]:
        return tuple(
            self.importer.show(name, row.cells.get(name))
            for row in self.table.rows[:3]
            if row.cells.get(name) is not None
        )

    def _shown(self, row: PreviewRow) -> PreviewRow:
        show = self.importer.show
        names = [c.name for c in self.present]
        cells = {name: show(name, row.cells.get(name)) for name in names}
        before = {name: show(name, value) for name, value in row.before.items()}
        return replace(row, cells=cells, before=before)


def token_of(preview: Preview) -> str:
    """Name what a preview says, so that nothing else is applied."""
    seen = repr(
        [
            (r.number, r.change, sorted(r.cells.items()), sorted(r.before.items()))
            for r in preview.rows
        ]
    )
    return hashlib.sha256(seen.encode()).hexdigest()[:32]
