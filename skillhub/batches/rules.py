"""How a batch is put in order and cut into pieces, and how far a paper of it may come: without a database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from skillhub.certificates.rules import reading

PIECE = 50  # papers behind one cover sheet


class ItemState(StrEnum):
    """How far one paper of a batch has come; what happens to it on paper stands in the print ledger."""

    QUEUED = "queued"
    RENDERED = "rendered"
    FAILED = "failed"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Paper:
    """What a paper is put in order by; `turn` is its place where numbers are given."""

    key: int
    event: str
    level: int  # 1 is the highest award of its event
    on_top: bool
    place: int | None
    name: str
    organisation: str
    turn: tuple[int, int]


def _by_unit(paper: Paper) -> Any:
    return (reading(paper.organisation), paper.organisation, reading(paper.name), paper.name)


def _by_ceremony(paper: Paper) -> Any:
    """Put the lowest award of an event first, as it is called up: the best of the event is the last."""
    return (paper.event, -paper.level, paper.on_top, -(paper.place or 0), reading(paper.name))


ORDERS: dict[str, Callable[[Paper], Any]] = {
    "organisation": _by_unit,
    "ceremony": _by_ceremony,
    "number": lambda paper: paper.turn,
}


def arranged(papers: list[Paper], order: str) -> list[Paper]:
    """Put papers in an order; what is equal in it follows the numbers."""
    return sorted(papers, key=lambda paper: (ORDERS[order](paper), paper.turn))


def pieces(count: int, size: int = PIECE) -> Iterator[tuple[int, int, int]]:
    """Cut so many papers into pieces: number of the piece, its first paper, and the one behind its last."""
    for piece, start in enumerate(range(0, count, size), 1):
        yield piece, start, min(start + size, count)
