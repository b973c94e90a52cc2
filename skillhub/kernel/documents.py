"""Reading a document (TOML, JSON) into dataclasses: every mistake at once, each with its path; and their JSON Schema.

The metadata of a field may say more: `name`, as it is written; `low` and `high` of a whole number; `choices` and
`longest` of a word; or its own `reader` and `schema`. A type that is written as one value reads itself (`from_plain`),
and so does one that can be written in several ways (`from_document`; see parameters.py).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType, NoneType, UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from skillhub.kernel.messages import N_, Message, Problem, say

LONGEST_LIST = 500
LONGEST_WORD = 200
HIGHEST = 1_000_000
MOST_DIGITS = 30

T = TypeVar("T")
Found = list[Problem]
Meta = Mapping[str, Any]
PLAIN: Meta = MappingProxyType({})


class Refused(ValueError):
    """One value that cannot be read; carries the sentence that says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def read(kind: type[T], document: Any, where: str, found: Found) -> T | None:
    """Fill a dataclass from a table; what is wrong goes into `found`, and the value is None."""
    before = len(found)
    values = values_of(kind, document, where, found)
    return kind(**values) if len(found) == before else None


def values_of(kind: type, document: Any, where: str, found: Found) -> dict[str, Any]:
    """Read the fields of a dataclass from a table.

    A field that cannot be read is left out, an item of a list that cannot be read is None, so
    that the caller can go on and check the sense of the rest.
    """
    own = {written(f): f for f in fields(cast(Any, kind))}
    if not isinstance(document, Mapping):
        refuse(found, where, say(N_("this must be a table with %(known)s"), known=", ".join(own)))
        return {}
    unknown_names(document, own, where, found)
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for name, f in own.items():
        hint, here, before = hints[f.name], join(where, name), len(found)
        if name in document:
            value = read_value(hint, document[name], f.metadata, here, found)
            if len(found) == before or get_origin(hint) is tuple:
                values[f.name] = value
        elif _needed(f):
            refuse(found, here, say(N_("this is missing")))
    return values


def read_value(hint: Any, raw: Any, meta: Meta, where: str, found: Found) -> Any:
    """Read one value of a known type, or by the reader that its field brings along."""
    kind = _bare(hint)
    if "reader" in meta:
        return meta["reader"](raw, where, found)
    if raw is None and kind is not hint:
        return None
    if get_origin(kind) is tuple:
        return _items(get_args(kind)[0], raw, meta, where, found)
    if get_origin(kind) in (dict, Mapping):
        return _mapping(get_args(kind)[1], raw, meta, where, found)
    if hasattr(kind, "from_document"):
        return kind.from_document(raw, meta, where, found)
    return read(kind, raw, where, found) if _is_table(kind) else _one(kind, raw, meta, where, found)


def refuse(found: Found, where: str, message: Message) -> None:
    """Note a mistake and go on reading, so that all are shown at once."""
    found.append(Problem(where, message))


def unknown_names(
    document: Mapping[str, Any], known: Collection[str], where: str, found: Found
) -> None:
    """Refuse every name that is not in the vocabulary."""
    for name in sorted(map(str, set(document) - set(known))):
        text = N_('unknown key "%(name)s"; known: %(known)s')
        refuse(found, join(where, name), say(text, name=name, known=", ".join(known)))


def written(f: Field[Any]) -> str:
    """Give the name of a field in documents, where it may be a word that Python keeps to itself."""
    return str(f.metadata.get("name", f.name))


def brief(raw: Any) -> Any:
    """Give a value as a sentence may quote it; a table or list stands for itself, however deep it is."""
    return "{…}" if isinstance(raw, Mapping) else "[…]" if isinstance(raw, list | tuple) else raw


def join(where: str, name: str) -> str:
    """Go one name further down a path."""
    return f"{where}.{name}" if where else name


def _items(hint: Any, raw: Any, meta: Meta, where: str, found: Found) -> tuple[Any, ...]:
    """Read a list; a single word or number stands for a list of one."""
    if not isinstance(raw, list | tuple):
        if hint in (str, int):
            return (read_value(hint, raw, meta, where, found),)
        refuse(found, where, say(N_("this must be a list")))
        return ()
    if not 0 < len(raw) <= LONGEST_LIST:
        refuse(found, where, say(N_("A list has 1 to %(most)s values."), most=LONGEST_LIST))
    rows = [_row(hint, item) for item in raw[:LONGEST_LIST]]
    return tuple(read_value(hint, r, meta, f"{where}[{n}]", found) for n, r in enumerate(rows))


def _row(hint: Any, item: Any) -> Any:
    """Name the values of a row, which stand in the order of the fields."""
    names = [written(f) for f in fields(hint)] if _is_table(hint) else []
    is_row = isinstance(item, list | tuple) and len(item) <= len(names)
    return dict(zip(names, item, strict=False)) if is_row else item


def _mapping(hint: Any, raw: Any, meta: Meta, where: str, found: Found) -> dict[str, Any]:
    if not isinstance(raw, Mapping):
        refuse(found, where, say(N_("this must be a table")))
        return {}
    return {str(k): read_value(hint, v, meta, join(where, str(k)), found) for k, v in raw.items()}


def _one(kind: Any, raw: Any, meta: Meta, where: str, found: Found) -> Any:
    try:
        if hasattr(kind, "from_plain"):
            return kind.from_plain(raw)
        if _is_choice(kind):
            return kind(word(raw, {"choices": tuple(kind)}))
        return READERS[kind](raw, meta)
    except Refused as refused:
        refuse(found, where, refused.message)
        return None


def flag(raw: Any, meta: Meta = PLAIN) -> bool:
    """Read true or false."""
    if not isinstance(raw, bool):
        raise Refused(say(N_("write true or false")))
    return raw


def whole(raw: Any, meta: Meta = PLAIN) -> int:
    """Read a whole number, given as a number or as digits."""
    digits = isinstance(raw, str) and raw.isdecimal() and len(raw) <= MOST_DIGITS
    if not digits and (isinstance(raw, bool) or not isinstance(raw, int)):
        raise Refused(say(N_('"%(raw)s" is not a whole number'), raw=brief(raw)))
    low, high = meta.get("low", 0), meta.get("high", HIGHEST)
    if not low <= int(raw) <= high:
        text = N_("Write a whole number from %(low)s to %(high)s.")
        raise Refused(say(text, low=low, high=high))
    return int(raw)


def word(raw: Any, meta: Meta = PLAIN) -> str:
    """Read a text, or one of the choices; digits among them may be written as a number."""
    choices, longest = meta.get("choices"), meta.get("longest", LONGEST_WORD)
    if choices and isinstance(raw, int) and not isinstance(raw, bool):
        raw = str(raw)
    if choices and raw not in tuple(map(str, choices)):
        known = ", ".join(choices)
        raise Refused(say(N_('"%(raw)s" is none of %(known)s'), raw=brief(raw), known=known))
    if not isinstance(raw, str) or not raw.strip() or len(raw) > longest:
        raise Refused(say(N_("Write a text of 1 to %(most)s characters."), most=longest))
    return raw.strip()


def decimal(raw: Any, meta: Meta = PLAIN) -> Decimal:
    """Read an exact number; a binary fraction is refused, since 0.1 would not be 0.1."""
    if isinstance(raw, float):
        raise Refused(say(N_('write the decimal in quotes: "%(raw)s"'), raw=brief(raw)))
    try:
        plain = isinstance(raw, int | str | Decimal) and not isinstance(raw, bool)
        number = Decimal(raw) if plain else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number.adjusted()) > MOST_DIGITS:
        raise Refused(say(N_('"%(raw)s" is not a number'), raw=brief(raw)))
    return number


def share(raw: Any, meta: Meta = PLAIN) -> Fraction:
    """Read a share from 0 to 1: "10%", "1/12" or "0.1"."""
    text = str(raw).replace(" ", "") if isinstance(raw, str | int) else ""
    try:
        short = len(text) <= MOST_DIGITS and "e" not in text.lower()
        part = Fraction(text.removesuffix("%")) if short else Fraction(-1)
    except (ValueError, ZeroDivisionError):
        part = Fraction(-1)
    part = part / 100 if text.endswith("%") else part
    if not 0 <= part <= 1:
        raise Refused(say(N_('"%(raw)s" is not a share: write "10%%" or "1/12"'), raw=brief(raw)))
    return part


def day(raw: Any, meta: Meta = PLAIN) -> date:
    """Read a day of our times."""
    try:
        read_ = raw if type(raw) is date else date.fromisoformat(raw)
    except (TypeError, ValueError):
        read_ = date.min
    if not 1900 <= read_.year <= 2200:
        raise Refused(say(N_("Write a day such as 2026-11-30.")))
    return read_


READERS: dict[Any, Callable[[Any, Meta], Any]] = {
    bool: flag,
    int: whole,
    str: word,
    date: day,
    Decimal: decimal,
    Fraction: share,
}


def schema_of(kind: type[Any]) -> dict[str, Any]:
    """Derive the JSON Schema of a dataclass that `read` can fill."""
    hints, own = get_type_hints(kind), fields(kind)
    shapes = {written(f): _field_shape(hints[f.name], f.metadata) for f in own}
    found = {"type": "object", "additionalProperties": False, "properties": shapes}
    needed = [written(f) for f in own if _needed(f)]
    return found | ({"required": needed} if needed else {})


def _field_shape(hint: Any, meta: Meta) -> dict[str, Any]:
    if "schema" in meta:
        return dict(meta["schema"])
    title = {"title": meta["label"]} if "label" in meta else {}
    return title | shape_of(_bare(hint), meta)


def shape_of(kind: Any, meta: Meta) -> dict[str, Any]:
    """Describe a value of a type that `read_value` can read."""
    if get_origin(kind) is tuple:
        one = shape_of(get_args(kind)[0], meta)
        many = {"type": "array", "items": one, "minItems": 1, "maxItems": LONGEST_LIST}
        return {"anyOf": [one, many]} if get_args(kind)[0] in (str, int) else many
    if get_origin(kind) in (dict, Mapping):
        return {"type": "object", "additionalProperties": shape_of(get_args(kind)[1], meta)}
    if hasattr(kind, "schema"):
        return dict(kind.schema(meta))
    choices = tuple(kind) if _is_choice(kind) else meta.get("choices") if kind is str else None
    if choices:  # 3 stands for "3" where digits are among the names
        return {"enum": [*map(str, choices), *(int(c) for c in choices if c.isdigit())]}
    number = {
        "type": "integer",
        "minimum": meta.get("low", 0),
        "maximum": meta.get("high", HIGHEST),
    }
    shapes: dict[Any, dict[str, Any]] = {
        bool: {"type": "boolean"},
        int: number,
        str: {"type": "string", "minLength": 1},
        date: {"type": "string", "format": "date"},
        Decimal: {"type": ["integer", "string"]},
        Fraction: {"type": ["integer", "string"]},
    }
    return shapes[kind] if kind in shapes else schema_of(kind)


def _bare(hint: Any) -> Any:
    """Take `| None` off a type."""
    if get_origin(hint) is not UnionType:
        return hint
    return next(part for part in get_args(hint) if part is not NoneType)


def _is_choice(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, StrEnum)


def _is_table(kind: Any) -> bool:
    """Say whether a type is written as a table of its fields."""
    return isinstance(kind, type) and is_dataclass(kind) and not hasattr(kind, "from_plain")


def _needed(f: Field[Any]) -> bool:
    return f.default is MISSING and f.default_factory is MISSING
