"""What stands in a file before anybody asks what it means: sheets of raw cells, and questions back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from skillhub.kernel.messages import Message, Problem

Answers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible answer: what to send back, and what the file would then say."""

    value: str
    sample: str


@dataclass(frozen=True, slots=True)
class Question:
    """Something the file cannot tell; the answer goes into `answers` under `key`."""

    key: str
    message: Message
    choices: tuple[Choice, ...]


@dataclass(slots=True)
class Sheet:
    """One visible sheet; `rows[0]` is row 1. Merged ranges are (top, left, bottom, right), from 0."""

    name: str
    rows: list[list[Any]]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()


@dataclass(slots=True)
class Grid:
    """A file as it was understood: its sheets, or the question that must be answered first."""

    filename: str
    kind: str
    sheets: tuple[Sheet, ...] = ()
    charset: str = ""
    separator: str = ""
    epoch_1904: bool = False
    notices: list[Problem] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)


def letter(index: int) -> str:
    """Name a column as spreadsheets do: 0 is A, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_index(name: str) -> int | None:
    """Read a column's letter or number ("C" or "3") as an index from 0; None for anything else."""
    name = name.strip()
    if name.isascii() and name.isdigit():
        return int(name) - 1 if 0 < int(name) <= 16_384 else None
    if not (name.isascii() and name.isalpha() and len(name) <= 3):
        return None
    index = 0
    for sign in name.upper():
        index = index * 26 + ord(sign) - 64
    return index - 1
