"""What two entries of one mark say together, and where a sheet of paper lies in its pile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

PILE = 25  # sheets of paper that are taken at once

Cell = tuple[int, int]  # entry, component


class Settled(StrEnum):
    """How a third look ends a difference: one of the two entries was right, or neither."""

    FIRST = "first"
    SECOND = "second"
    NEITHER = "neither"


class Place(NamedTuple):
    """Where a sheet lies: in which pile of its clerk, and as which sheet of it."""

    pile: int
    sheet: int


def place(n: int) -> Place:
    """Give the place of the n-th sheet that a clerk entered, from 1."""
    return Place((n - 1) // PILE + 1, (n - 1) % PILE + 1)


def agree(first: Decimal | None, second: Decimal | None) -> bool:
    """Tell whether two entries of a mark say the same: a blank is no 0, and 90 is 90.0."""
    return first == second


def differing(
    first: Mapping[Cell, Decimal | None], second: Mapping[Cell, Decimal | None]
) -> list[Cell]:
    """Give exactly the cells in which the second entry says something else than the first."""
    return [cell for cell, points in second.items() if not agree(first.get(cell), points)]


def total(points: Iterable[Decimal | None]) -> Decimal:
    """Add what stands on one sheet of paper: the sum is compared before its parts."""
    return sum((one for one in points if one is not None), Decimal(0))
