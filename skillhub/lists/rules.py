"""What a row of a unit's list is, and what stands in its way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from skillhub.kernel.messages import N_, Message, say

CELLS = ("person", "name", "team", "key")
LONGEST = 200
MOST = 500  # rows of a list


class Ready(StrEnum):
    """How far one row is."""

    READY = "ready"
    MISSING = "missing"
    HERE = "here"


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row as typed, how far it is, and what is missing or under which reference it stands already."""

    cells: Mapping[str, str]
    state: Ready
    said: Message | None = None


def tidy(rows: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Keep the rows in which something is written, each cell without the blanks around it."""
    written = [{name: (row.get(name) or "").strip()[:LONGEST] for name in CELLS} for row in rows]
    return [row for row in written if any(row[name] for name in CELLS if name != "key")]


def unnumbered(name: str, numbers: Sequence[str]) -> Message:
    """Say which worker number to write behind a name: namesakes are told apart by nothing else."""
    if not numbers:
        return say(N_("nobody of this unit is called %(name)s; write the worker number"), name=name)
    if len(numbers) == 1:
        text = N_("write the worker number; %(name)s of this unit has %(number)s")
        return say(text, name=name, number=numbers[0])
    text = N_("%(n)s people here are called %(name)s; write the worker number: %(numbers)s")
    return say(text, n=len(numbers), name=name, numbers=", ".join(numbers))
