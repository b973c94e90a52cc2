"""Numbers as people type them, read exactly: which sign is the decimal one, and what is none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from skillhub.kernel.messages import N_, Message, say

Decimals = Literal[",", ".", "?"]

_PLAIN = re.compile(r"[+-]?\d{1,15}(\.\d{1,4})?")
_WHOLE = re.compile(r"[+-]?\d{16,60}")
_POINT = re.compile(r"[+-]?\d*\.\d+|[+-]?\d+\.")
_COMMA = re.compile(r"[+-]?\d*,\d+|[+-]?\d+,")
_GROUPED_POINT = re.compile(r"[+-]?\d{1,3}([,' ]\d{3})+(\.\d+)?")
_GROUPED_COMMA = re.compile(r"[+-]?\d{1,3}([.' ]\d{3})+(,\d+)?")
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_MINUS = str.maketrans({"−": "-", "–": "-", "\u2009": " ", "\u202f": " ", "’": "'"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a cell is not taken: a sentence without its place."""

    message: Message


def tidy(text: str) -> str:
    """Bring a typed number to one width and one minus; drop outer spaces and the text apostrophe."""
    plain = unicodedata.normalize("NFKC", text).translate(_MINUS).strip()
    return plain.removeprefix("'").strip()


def without_unit(text: str, units: Iterable[str]) -> str:
    """Drop a unit behind a number: "501 pts" is 501."""
    lowered = text.casefold()
    for unit in units:
        if lowered.endswith(unit.casefold()) and lowered[: -len(unit)].rstrip()[-1:].isdigit():
            return text[: -len(unit)].rstrip()
    return text


def sign_of(texts: Iterable[str], separator: str) -> Decimals:
    """Decide a column's decimal sign from all its cells; "?" when 1,234 could be either.

    A semicolon file without other proof uses the comma, which is why it has semicolons; there
    even 1.234 is open.
    """
    proof: set[Decimals] = set()
    open_signs: set[str] = set()
    for text in texts:
        if _EITHER.fullmatch(text):
            open_signs.add("," if "," in text else ".")
        elif _COMMA.fullmatch(text) or ("," in text and _GROUPED_COMMA.fullmatch(text)):
            proof.add(",")
        elif _POINT.fullmatch(text) or (set(text) & {",", "."} and _GROUPED_POINT.fullmatch(text)):
            proof.add(".")
    if len(proof) == 1:
        return proof.pop()
    if not open_signs or (open_signs == {"."} and separator != ";"):
        return "."
    return "?"


def read_number(text: str, sign: Decimals, decimals: int) -> Decimal | Refusal:
    """Read one tidy text exactly, or say why not. `sign` matters only for what could be either."""
    if _PLAIN.fullmatch(text) and not (sign == "," and _EITHER.fullmatch(text)):
        return fits(Decimal(text), decimals)
    if "%" in text:
        return Refusal(say(N_("a percentage. Write the number itself")))
    if (plain := _unsigned(text, sign)) is None:
        return Refusal(say(N_("not a number. Write digits only, such as 87.5")))
    try:
        return fits(Decimal(plain), decimals)
    except InvalidOperation:
        return Refusal(say(N_("not a number. Write digits only, such as 87.5")))


def whole_or_exact(value: float, decimals: int) -> Decimal | Refusal:
    """Read a workbook's number at the 15 digits a spreadsheet shows, not its binary dust."""
    return fits(Decimal(f"{value:.15g}"), decimals)


def fits(number: Decimal, decimals: int) -> Decimal | Refusal:
    """Let a number pass that needs at most so many decimals; 541.0 is 541."""
    if not number.is_finite() or abs(number) >= 10**14:
        return Refusal(say(N_("too large a number. Check it")))
    number = number.normalize()
    exponent = int(number.as_tuple().exponent)
    if exponent > 0:
        return number.quantize(Decimal(1))
    if -exponent > decimals:
        return Refusal(say(N_("too exact: at most %(n)s decimals. Round it"), n=decimals))
    return number


def _unsigned(text: str, sign: Decimals) -> str | None:
    """Rewrite with a decimal point and no grouping; None for anything that is no number."""
    bare = text.replace(" ", "").replace("'", "")
    if _EITHER.fullmatch(text):
        return _rewrite(text, sign)
    if _WHOLE.fullmatch(text):
        return text
    if _POINT.fullmatch(text) or _GROUPED_POINT.fullmatch(text):
        return bare.replace(",", "")
    if _COMMA.fullmatch(text) or _GROUPED_COMMA.fullmatch(text):
        return bare.replace(".", "").replace(",", ".")
    return None


def _rewrite(text: str, sign: Decimals) -> str:
    grouping = "." if sign == "," else ","
    return text.replace(grouping, "").replace(",", ".")
