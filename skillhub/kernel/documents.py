"""Reading a TOML or JSON document into a dataclass, every mistake at once, each with its path."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from skillhub.kernel.messages import N_, Message, Problem, say


class Refused(ValueError):
    """One value that cannot be read; carries the sentence that says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def values_of(kind: type, table: object, where: str) -> tuple[dict[str, Any], list[Problem]]:
    """Read the fields of a dataclass from a table (or, in rows, from a list in their order).

    A field that cannot be read is left out, an item of a list that cannot be read is None, so
    that the caller can go on and check the sense of the rest.
    """
    problems: list[Problem] = []
    fields = {f.name: f for f in dataclasses.fields(kind)}
    if isinstance(table, list | tuple) and len(table) <= len(fields):
        table = dict(zip(fields, table, strict=False))
    if not isinstance(table, Mapping):
        wrong = say(N_("this must be a table with %(known)s"), known=", ".join(fields))
        return {}, [Problem(where, wrong)]
    for name in sorted(set(table) - set(fields)):
        unknown = say(
            N_('unknown key "%(name)s"; known: %(known)s'), name=name, known=", ".join(fields)
        )
        problems.append(Problem(_join(where, name), unknown))
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for name, field in fields.items():
        if name in table:
            before = len(problems)
            value = _value(hints[name], table[name], _join(where, name), problems)
            if len(problems) == before or get_origin(hints[name]) is tuple:
                values[name] = value
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            problems.append(Problem(_join(where, name), say(N_("this is missing"))))
    return values, problems


def _value(hint: Any, raw: object, where: str, problems: list[Problem]) -> Any:
    if get_origin(hint) is UnionType:
        return None if raw is None else _value(_without_none(hint), raw, where, problems)
    if get_origin(hint) is tuple:
        return _items(get_args(hint)[0], raw, where, problems)
    if get_origin(hint) in (dict, Mapping):
        return _mapping(get_args(hint)[1], raw, where, problems)
    if (
        dataclasses.is_dataclass(hint)
        and isinstance(hint, type)
        and not hasattr(hint, "from_plain")
    ):
        values, wrong = values_of(hint, raw, where)
        problems.extend(wrong)
        return None if wrong else hint(**values)
    try:
        return _single(hint, raw)
    except Refused as refused:
        problems.append(Problem(where, refused.message))
        return None


def _items(hint: Any, raw: object, where: str, problems: list[Problem]) -> tuple[Any, ...]:
    if not isinstance(raw, list | tuple):
        problems.append(Problem(where, say(N_("this must be a list"))))
        return ()
    return tuple(_value(hint, item, f"{where}[{n}]", problems) for n, item in enumerate(raw))


def _mapping(hint: Any, raw: object, where: str, problems: list[Problem]) -> dict[str, Any]:
    if not isinstance(raw, Mapping):
        problems.append(Problem(where, say(N_("this must be a table"))))
        return {}
    return {str(k): _value(hint, v, _join(where, str(k)), problems) for k, v in raw.items()}


def _single(hint: Any, raw: object) -> Any:
    if hasattr(hint, "from_plain"):
        return hint.from_plain(raw)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _choice(hint, raw)
    return _READERS[hint](raw)


def _choice(kind: type[StrEnum], raw: object) -> StrEnum:
    if raw not in {str(m) for m in kind}:
        known = ", ".join(kind)
        raise Refused(say(N_('"%(raw)s" is none of %(known)s'), raw=raw, known=known))
    return kind(str(raw))


def _yes(raw: object) -> bool:
    if not isinstance(raw, bool):
        raise Refused(say(N_("write true or false")))
    return raw


def _text(raw: object) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise Refused(say(N_("write a text in quotes")))
    return raw.strip()


def whole(raw: object) -> int:
    """Read a whole number of at least 0, given as a number or as a text."""
    if isinstance(raw, bool) or not (
        isinstance(raw, int) or (isinstance(raw, str) and raw.isdecimal())
    ):
        raise Refused(say(N_('"%(raw)s" is not a whole number'), raw=raw))
    if int(raw) < 0:
        raise Refused(say(N_('"%(raw)s" is below 0'), raw=raw))
    return int(raw)


def decimal(raw: object) -> Decimal:
    """Read an exact number; a binary fraction is refused, since 0.1 would not be 0.1."""
    if isinstance(raw, float):
        raise Refused(say(N_('write the decimal in quotes: "%(raw)s"'), raw=raw))
    try:
        number = (
            Decimal(raw)
            if isinstance(raw, int | str | Decimal) and not isinstance(raw, bool)
            else None
        )
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite():
        raise Refused(say(N_('"%(raw)s" is not a number'), raw=raw))
    return number


def share(raw: object) -> Fraction:
    """Read a share from 0 to 1: "10%", "1/12" or "0.1"."""
    try:
        text = str(raw).replace(" ", "") if isinstance(raw, str | int) else ""
        part = Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)
    except (ValueError, ZeroDivisionError):
        part = Fraction(-1)
    if not 0 <= part <= 1:
        raise Refused(say(N_('"%(raw)s" is not a share: write "10%%" or "1/12"'), raw=raw))
    return part


_READERS: dict[Any, Callable[[object], Any]] = {
    bool: _yes,
    str: _text,
    int: whole,
    Decimal: decimal,
    Fraction: share,
}


def _without_none(hint: Any) -> Any:
    return next(arm for arm in get_args(hint) if arm is not NoneType)


def _join(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name
