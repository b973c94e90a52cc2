"""Typed values read from a document (TOML, JSON), each mistake with its path; their JSON Schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from datetime import date
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, TypeVar, cast, get_args, get_type_hints

from skillhub.kernel.messages import N_, Message, Problem, say

LONGEST_LIST = 500
LONGEST_WORD = 200
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


@dataclass(frozen=True, slots=True)
class Pick:
    """Names that are meant: these, or a range in the order that their own floor defines."""

    of: tuple[str, ...] = ()
    at_least: str | None = None
    at_most: str | None = None


@dataclass(frozen=True, slots=True)
class Dated:
    """A figure, or figures by date: each holds from its day until the next one's."""

    by: str = ""
    values: tuple[tuple[date, int], ...] = ()

    def on(self, day: date) -> int | None:
        """Give the figure in force on a day, or None before the first."""
        return max(((d, n) for d, n in self.values if d <= day), default=(day, None))[1]


def constant(figure: int) -> Dated:
    """Make a figure that always holds."""
    return Dated("", ((date.min, figure),))


T = TypeVar("T")
Found = list[Problem]
Meta = Mapping[str, Any]


def read(cls: type[T], document: Any, where: str, found: Found) -> T | None:
    """Fill a dataclass from a mapping; what is wrong goes into `found`, and the value is None."""
    if not isinstance(document, Mapping):
        refuse(found, where, say(N_("Named values are wanted here.")))
        return None
    before, hints = len(found), get_type_hints(cls)
    known = {written(f): f for f in fields(cast(Any, cls))}
    unknown_names(document, known, where, found)
    for name, f in known.items():
        if name not in document and f.default is MISSING and f.default_factory is MISSING:
            refuse(found, f"{where}.{name}".lstrip("."), say(N_("This is missing.")))
    values = {
        f.name: read_value(hints[f.name], document[name], f.metadata, f"{where}.{name}", found)
        for name, f in known.items()
        if name in document
    }
    return cls(**values) if len(found) == before else None


def written(f: Field[Any]) -> str:
    """Give the name of a field in documents, where it may be a word that Python keeps to itself."""
    return str(f.metadata.get("name", f.name))


def unknown_names(document: Mapping[str, Any], known: Any, where: str, found: Found) -> None:
    """Refuse every name that is not in the vocabulary."""
    for name in document:
        if name not in known:
            text = N_("This name is not known here; known are: %(names)s.")
            names = ", ".join(sorted(known)) or "–"
            refuse(found, f"{where}.{name}" if where else str(name), say(text, names=names))


def refuse(found: Found, where: str, message: Message) -> None:
    """Note a mistake and go on reading, so that all are shown at once."""
    found.append(Problem(where, message))


def read_value(hint: Any, value: Any, meta: Meta, where: str, found: Found) -> Any:
    """Read one value of a known type, or by the reader that its field brings along."""
    kind = bare(hint)
    where = where.removeprefix(".")
    if "reader" in meta:
        return meta["reader"](value, where, found)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        word = _word(value, {"choices": tuple(kind)}, where, found)
        return None if word is None else kind(word)
    return (
        READERS[kind](value, meta, where, found)
        if kind in READERS
        else read(kind, value, where, found)
    )


def bare(hint: Any) -> Any:
    """Take `| None` off a type."""
    if isinstance(hint, UnionType):
        return next(part for part in get_args(hint) if part is not NoneType)
    return hint


def _flag(value: Any, meta: Meta, where: str, found: Found) -> bool | None:
    if isinstance(value, bool):
        return value
    refuse(found, where, say(N_("Write true or false.")))
    return None


def _whole(value: Any, meta: Meta, where: str, found: Found) -> int | None:
    low, high = meta.get("low", 0), meta.get("high", 1_000_000)
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return value
    text = N_("Write a whole number from %(low)s to %(high)s.")
    refuse(found, where, say(text, low=low, high=high))
    return None


def _word(value: Any, meta: Meta, where: str, found: Found) -> str | None:
    choices, longest = meta.get("choices"), meta.get("longest", LONGEST_WORD)
    if isinstance(value, int) and not isinstance(value, bool) and choices:
        value = str(value)
    if choices and value not in choices:
        text = N_("Choose one of: %(names)s.")
        refuse(found, where, say(text, names=", ".join(choices)))
        return None
    if isinstance(value, str) and value.strip() and len(value) <= longest:
        return str(value)
    text = N_("Write a text of 1 to %(most)s characters.")
    refuse(found, where, say(text, most=longest))
    return None


def _day(value: Any, meta: Meta, where: str, found: Found) -> date | None:
    try:
        day = value if type(value) is date else date.fromisoformat(value)
    except (TypeError, ValueError):
        day = None
    if day is not None and 1900 <= day.year <= 2200:
        return day
    refuse(found, where, say(N_("Write a day such as 2026-11-30.")))
    return None


def _each(value: Any, one: Callable[..., Any], meta: Meta, where: str, found: Found) -> Any:
    """Read a value or a list of values as a tuple."""
    if not isinstance(value, list | tuple):
        return (one(value, meta, where, found),)
    if not 0 < len(value) <= LONGEST_LIST:
        text = N_("A list has 1 to %(most)s values.")
        refuse(found, where, say(text, most=LONGEST_LIST))
    limited = value[:LONGEST_LIST]
    return tuple(one(v, meta, f"{where}[{n}]", found) for n, v in enumerate(limited))


def _words(value: Any, meta: Meta, where: str, found: Found) -> Any:
    return _each(value, _word, meta, where, found)


def _range(value: Any, one: Callable[..., Any], meta: Meta, where: str, found: Found) -> Any:
    """Read {at_least, at_most}, at least one of them."""
    unknown_names(value, RANGE, where, found)
    if not value:
        refuse(found, where, say(N_("Write at_least, at_most, or both.")))
    return {n: one(value[n], meta, f"{where}.{n}", found) for n in RANGE if n in value}


def _numbers(value: Any, meta: Meta, where: str, found: Found) -> Numbers:
    if isinstance(value, Mapping):
        ends = _range(value, _whole, meta, where, found)
        low, high = ends.get("at_least"), ends.get("at_most")
        if low is not None and high is not None and low > high:
            refuse(found, where, say(N_("The least is above the most, so nothing can fit.")))
        return Numbers((), low, high)
    return Numbers(_each(value, _whole, meta, where, found))


def _pick(value: Any, meta: Meta, where: str, found: Found) -> Pick:
    if isinstance(value, Mapping):
        return Pick((), **_range(value, _word, meta, where, found))
    return Pick(_each(value, _word, meta, where, found))


def _dated(value: Any, meta: Meta, where: str, found: Found) -> Dated:
    if not isinstance(value, Mapping):
        return constant(_whole(value, meta, where, found) or 0)
    unknown_names(value, ("by", "values"), where, found)
    by = _word(value.get("by"), {"choices": meta["by"]}, f"{where}.by", found)
    figures = value.get("values")
    if not isinstance(figures, Mapping) or not 0 < len(figures) <= LONGEST_LIST:
        refuse(found, f"{where}.values", say(N_("Write at least one day with its figure.")))
        return Dated()
    pairs = [
        (
            _day(day, {}, f"{where}.values.{day}", found),
            _whole(n, meta, f"{where}.values.{day}", found),
        )
        for day, n in figures.items()
    ]
    return Dated(
        by or "", tuple(sorted((d, n) for d, n in pairs if d is not None and n is not None))
    )


READERS: dict[Any, Callable[[Any, Meta, str, Found], Any]] = {
    bool: _flag,
    int: _whole,
    str: _word,
    date: _day,
    tuple[str, ...]: _words,
    Numbers: _numbers,
    Pick: _pick,
    Dated: _dated,
}


def schema_of(cls: type[Any]) -> dict[str, Any]:
    """Derive the JSON Schema of a dataclass that `read` can fill."""
    hints = get_type_hints(cls)
    own = fields(cls)
    needed = [written(f) for f in own if f.default is MISSING and f.default_factory is MISSING]
    shapes = {written(f): _shape(bare(hints[f.name]), f) for f in own}
    found = {"type": "object", "additionalProperties": False, "properties": shapes}
    return found | ({"required": needed} if needed else {})


def _shape(kind: Any, f: Field[Any]) -> dict[str, Any]:
    """Describe one parameter, or take the shape that its field brings along."""
    if "schema" in f.metadata:
        return dict(f.metadata["schema"])
    number = {"type": "integer", "minimum": f.metadata.get("low", 0)}
    number |= {"maximum": f.metadata.get("high", 1_000_000)}
    choices = f.metadata.get("choices") or (tuple(kind) if _is_enum(kind) else None)
    word: dict[str, Any] = (
        {"enum": _with_digits(choices)} if choices else {"type": "string", "minLength": 1}
    )
    day = {"type": "string", "format": "date"}
    figures = {"type": "object", "additionalProperties": number, "minProperties": 1}
    dated = {"by": {"enum": list(f.metadata.get("by", ()))}, "values": figures}
    shapes: dict[Any, dict[str, Any]] = {
        bool: {"type": "boolean"},
        int: number,
        str: word,
        date: day,
        tuple[str, ...]: _one_or_more(word),
        Numbers: {"anyOf": [*_one_or_more(number)["anyOf"], _ends(number)]},
        Pick: {"anyOf": [*_one_or_more(word)["anyOf"], _ends(word)]},
        Dated: {
            "anyOf": [number, {"type": "object", "properties": dated, "required": ["by", "values"]}]
        },
    }
    title = {"title": f.metadata["label"]} if "label" in f.metadata else {}
    if _is_enum(kind):
        return title | word
    return title | (shapes[kind] if kind in shapes else schema_of(kind))


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, StrEnum)


def _with_digits(choices: tuple[str, ...]) -> list[str | int]:
    """Let 3 stand for "3" where digits are among the names."""
    return [*map(str, choices), *(int(c) for c in choices if c.isdigit())]


def _one_or_more(shape: dict[str, Any]) -> dict[str, Any]:
    many = {"type": "array", "items": shape, "minItems": 1, "maxItems": LONGEST_LIST}
    return {"anyOf": [shape, many]}


def _ends(shape: dict[str, Any]) -> dict[str, Any]:
    ends = dict.fromkeys(RANGE, shape)
    return {"type": "object", "properties": ends, "additionalProperties": False, "minProperties": 1}
