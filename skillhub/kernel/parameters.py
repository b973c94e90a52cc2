"""Parameters that a document may write in several ways: numbers, names, and figures by date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from skillhub.kernel.documents import (
    LONGEST_LIST,
    PLAIN,
    Found,
    Meta,
    join,
    read_value,
    refuse,
    shape_of,
    unknown_names,
)
from skillhub.kernel.messages import N_, say


def named(label: str, **more: Any) -> Any:
    """Declare a parameter with the label its form shows; `default` as in field()."""
    extra = {k: more.pop(k) for k in ("default", "default_factory") if k in more}
    return field(metadata={"label": label, **more}, **extra)


RANGE = ("at_least", "at_most")


@dataclass(frozen=True, slots=True)
class Numbers:
    """Whole numbers that are meant: these, or a range whose ends belong to it."""

    of: tuple[int, ...] = ()
    at_least: int | None = None
    at_most: int | None = None

    def holds(self, number: int) -> bool:
        """Say whether a number is meant."""
        if self.of:
            return number in self.of
        low, high = self.at_least, self.at_most
        return (low is None or number >= low) and (high is None or number <= high)

    @classmethod
    def from_document(cls, raw: Any, meta: Meta, where: str, found: Found) -> Numbers:
        """Read a number, a list of them, or the ends of a range."""
        if not isinstance(raw, Mapping):
            return cls(read_value(tuple[int, ...], raw, meta, where, found))
        ends = _range(int, raw, meta, where, found)
        low, high = ends.get("at_least"), ends.get("at_most")
        if low is not None and high is not None and low > high:
            refuse(found, where, say(N_("The least is above the most, so nothing can fit.")))
        return cls((), low, high)

    @staticmethod
    def schema(meta: Meta) -> dict[str, Any]:
        """Describe what is read."""
        return _listed_or_range(int, meta)


@dataclass(frozen=True, slots=True)
class Pick:
    """Names that are meant: these, or a range in the order that their own floor defines."""

    of: tuple[str, ...] = ()
    at_least: str | None = None
    at_most: str | None = None

    @classmethod
    def from_document(cls, raw: Any, meta: Meta, where: str, found: Found) -> Pick:
        """Read a name, a list of them, or the ends of a range."""
        if not isinstance(raw, Mapping):
            return cls(read_value(tuple[str, ...], raw, meta, where, found))
        return cls((), **_range(str, raw, meta, where, found))

    @staticmethod
    def schema(meta: Meta) -> dict[str, Any]:
        """Describe what is read."""
        return _listed_or_range(str, meta)


@dataclass(frozen=True, slots=True)
class Dated:
    """A figure, or figures by date: each holds from its day until the next one's."""

    by: str = ""
    values: tuple[tuple[date, int], ...] = ()

    def on(self, day: date) -> int | None:
        """Give the figure in force on a day, or None before the first."""
        return max(((d, n) for d, n in self.values if d <= day), default=(day, None))[1]

    @classmethod
    def from_document(cls, raw: Any, meta: Meta, where: str, found: Found) -> Dated:
        """Read a figure, or {by = "…", values = {day = figure, …}}."""
        if not isinstance(raw, Mapping):
            return constant(read_value(int, raw, meta, where, found) or 0)
        unknown_names(raw, ("by", "values"), where, found)
        by = read_value(str, raw.get("by"), {"choices": meta["by"]}, join(where, "by"), found)
        figures, here = raw.get("values"), join(where, "values")
        if not isinstance(figures, Mapping) or not 0 < len(figures) <= LONGEST_LIST:
            refuse(found, here, say(N_("Write at least one day with its figure.")))
            return cls()
        pairs = [
            (
                read_value(date, day, PLAIN, join(here, day), found),
                read_value(int, n, meta, join(here, day), found),
            )
            for day, n in figures.items()
        ]
        known = sorted((d, n) for d, n in pairs if d is not None and n is not None)
        return cls(by or "", tuple(known))

    @staticmethod
    def schema(meta: Meta) -> dict[str, Any]:
        """Describe what is read."""
        number = shape_of(int, meta)
        figures = {"type": "object", "additionalProperties": number, "minProperties": 1}
        dated = {"by": {"enum": list(meta.get("by", ()))}, "values": figures}
        table = {"type": "object", "properties": dated, "required": ["by", "values"]}
        return {"anyOf": [number, table]}


def constant(figure: int) -> Dated:
    """Make a figure that always holds."""
    return Dated("", ((date.min, figure),))


def _range(
    one: type, raw: Mapping[str, Any], meta: Meta, where: str, found: Found
) -> dict[str, Any]:
    """Read {at_least, at_most}, at least one of them."""
    unknown_names(raw, RANGE, where, found)
    if not raw:
        refuse(found, where, say(N_("Write at_least, at_most, or both.")))
    return {n: read_value(one, raw[n], meta, join(where, n), found) for n in RANGE if n in raw}


def _listed_or_range(one: type, meta: Meta) -> dict[str, Any]:
    ends = dict.fromkeys(RANGE, shape_of(one, meta))
    table = {"type": "object", "properties": ends, "additionalProperties": False}
    return {"anyOf": [*shape_of(tuple[one, ...], meta)["anyOf"], table | {"minProperties": 1}]}  # type: ignore[valid-type]
