"""Sentences for people as data: marked where they are written, translated where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

Severity = Literal["error", "warning", "notice"]


def N_(text: str) -> str:  # noqa: N802  (the extractor's usual name)
    """Mark a sentence for translation and leave it as it is."""
    return text


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence with blanks, and what fills them."""

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """Read it in English."""
        return self.text % dict(self.values) if self.values else self.text

    def as_json(self) -> dict[str, Any]:
        """Give it as plain JSON; decimals and dates become strings, messages nest."""
        return {"text": self.text, "values": {k: _plain(v) for k, v in self.values.items()}}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Message:
        """Read back what as_json gave."""
        values = {
            k: cls.from_json(v) if isinstance(v, dict) else v for k, v in stored["values"].items()
        }
        return cls(stored["text"], values)


def say(text: str, **values: Any) -> Message:
    """Fill the blanks of a marked sentence."""
    return Message(text, values)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person must mend or know: where it is, and the sentence that says how.

    `page` is the end of the address at which it is mended, `kind` what sort of thing it is, `rows` what it is about.
    """

    where: str
    message: Message
    severity: Severity = "error"
    page: str = ""
    kind: str = ""
    rows: tuple[int, ...] = ()

    def __str__(self) -> str:
        """Read it in English, the place first."""
        return f"{self.where}: {self.message}" if self.where else str(self.message)


def _plain(value: Any) -> Any:
    """Give a value that JSON can hold."""
    if isinstance(value, Message):
        return value.as_json()
    return str(value) if isinstance(value, Decimal | date) else value
