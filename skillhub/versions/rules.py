"""What changed for whom between two versions of a result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Title = tuple[str, str]  # in the language it was written in, and in English


@dataclass(frozen=True, slots=True)
class Said:
    """What a version says of one entry: its place, its total as printed, its awards."""

    rank: int | None = None
    total: str | None = None
    awards: tuple[Title, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of which a version says something else than an earlier one."""

    entry: int
    before: Said
    after: Said


def changes(before: Mapping[int, Said], after: Mapping[int, Said]) -> list[Change]:
    """Compare what two versions say, by the place now, then by the place before."""
    last = 1 << 60
    found = [
        Change(entry, before.get(entry, Said()), after.get(entry, Said()))
        for entry in {**before, **after}
        if before.get(entry, Said()) != after.get(entry, Said())
    ]
    return sorted(found, key=lambda c: (c.after.rank or last, c.before.rank or last, c.entry))
