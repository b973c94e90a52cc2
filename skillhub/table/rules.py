"""What is typed into a cell of the table."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from skillhub.marking.rules import NUMBER, plain

STATE = "state"  # the column in which a whole row is absent, withdrawn or disqualified


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed into one cell: a number, a word, nothing for a blank; in the column of states, a status."""

    key: str
    entry: int
    column: str
    text: str
    version: int
    again: bool = False  # typed a second time, after the question
    why: str = ""


def written(points: Decimal) -> str:
    """Write points as one types them: 72.5, never 72.50 or 7E+1."""
    text = f"{points:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def normal(text: str) -> str:
    """Bring what was typed to how it is stored: a number without idle zeros, a word in capitals."""
    number = plain(text)
    return written(Decimal(number)) if NUMBER.fullmatch(number) else number.upper()


def number_of(text: str) -> Decimal | None:
    """Give the number that was typed, if it is one."""
    return Decimal(plain(text)) if NUMBER.fullmatch(plain(text)) else None
