"""What an import would do, row by row, before anything is changed; the features fill it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from skillhub.kernel.messages import N_, Problem


class Change(StrEnum):
    """What one row would do to what is there."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    PROBLEM = "problem"

    @property
    def label(self) -> str:
        """Give the word for people, marked for translation."""
        return _LABELS[self]


_LABELS = {
    Change.NEW: N_("new"),
    Change.CHANGED: N_("changed"),
    Change.SAME: N_("same"),
    Change.PROBLEM: N_("problem"),
}


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One row of a file beside what is stored; `before` holds only the values that change."""

    number: int
    change: Change
    cells: Mapping[str, Any]
    before: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class Preview:
    """All rows of a file with what each would do; it may be applied when `ok`."""

    rows: list[PreviewRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)

    @property
    def counts(self) -> dict[Change, int]:
        """Count the rows by what they would do, in the order of the words."""
        counted = Counter(row.change for row in self.rows)
        return {change: counted[change] for change in Change}

    @property
    def ok(self) -> bool:
        """Say whether no row and nothing in the file stands against applying it."""
        return not self.problems and not self.counts[Change.PROBLEM]

    def of_file(self) -> Preview:
        """Give it with only the problems of the whole file; those of a row stand at their row."""
        at_rows = {id(problem) for row in self.rows for problem in row.problems}
        return Preview(self.rows, [p for p in self.problems if id(p) not in at_rows], self.notices)


def compare(
    number: int,
    cells: Mapping[str, Any],
    stored: Mapping[str, Any] | None,
    problems: tuple[Problem, ...] = (),
) -> PreviewRow:
    """Set a row beside what is stored (None: nothing is), by the names the row has."""
    if any(problem.severity == "error" for problem in problems):
        return PreviewRow(number, Change.PROBLEM, cells, problems=problems)
    if stored is None:
        return PreviewRow(number, Change.NEW, cells, problems=problems)
    before = {n: stored.get(n) for n, value in cells.items() if stored.get(n) != value}
    change = Change.CHANGED if before else Change.SAME
    return PreviewRow(number, change, cells, before, problems)
