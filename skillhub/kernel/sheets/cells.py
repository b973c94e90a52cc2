"""From raw cells to values, one column at a time: text, codes, names, numbers, dates, choices."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from skillhub.kernel.messages import N_, Message, say
from skillhub.kernel.sheets import dates, numbers
from skillhub.kernel.sheets.columns import Column, fold
from skillhub.kernel.sheets.grid import Answers, Choice, Question
from skillhub.kernel.sheets.neutral import restored
from skillhub.kernel.sheets.numbers import Refusal

_EXPONENT = re.compile(r"[+-]?\d([.,]\d+)?[eE][+-]\d+")


@dataclass(frozen=True, slots=True)
class Context:
    """What a column's cells are read with: where the file comes from, what was answered."""

    separator: str = ""
    epoch_1904: bool = False
    answers: Answers = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Remark:
    """A value that was taken after mending it, and the sentence that says so."""

    value: Any
    message: Message


@dataclass(slots=True)
class Converted:
    """One column's values; what was refused or mended stands there as Refusal or Remark."""

    values: list[Any]
    odd: bool = False
    question: Question | None = None


def convert(column: Column, raw: Sequence[Any], context: Context) -> Converted:
    """Read a column's cells. Each different cell is read once, so repeated marks cost nothing."""
    different = set(raw)
    reader, question = _READERS[column.kind](column, different, context)
    empties = {fold(word) or word for word in column.empties}
    read: dict[Any, Any] = {}
    for cell in different:
        blank = cell == "" or cell is None or (type(cell) is str and not cell.strip())
        if not blank and empties and type(cell) is str:
            blank = (fold(cell) or cell.strip()) in empties
        read[cell] = None if blank else reader(cell)
    odd = any(type(value) in (Refusal, Remark) for value in read.values())
    return Converted([read[cell] for cell in raw], odd, question)


Reader = Callable[[Any], Any]
Prepared = tuple[Reader, Question | None]


def _text(column: Column, different: set[Any], context: Context) -> Prepared:
    return (lambda cell: restored(cell.strip()) if type(cell) is str else shown(cell)), None


def _name(column: Column, different: set[Any], context: Context) -> Prepared:
    return _read_name, None


def _read_name(cell: Any) -> str | Remark:
    """A name is kept as written; a space at its edge that nobody sees is dropped and named."""
    if type(cell) is not str:
        return shown(cell)
    text = cell.strip()
    if len(text) == len(cell):
        return restored(text)
    unseen = sorted({f"U+{ord(sign):04X}" for sign in cell.replace(text, "") if sign != " "})
    if not unseen:
        return restored(text)
    points = ", ".join(unseen)
    return Remark(
        restored(text), say(N_("a space at the edge was left out: %(points)s"), points=points)
    )


def shown(cell: Any) -> str:
    """Write a raw cell as its sheet shows it."""
    if isinstance(cell, date):
        return dates.only_day(cell).isoformat()
    return f"{cell:.15g}" if type(cell) is float else str(cell)


def _code(column: Column, different: set[Any], context: Context) -> Prepared:
    return _read_code, None


def _read_code(cell: Any) -> str | Refusal:
    """An id is text: 417.0 is 417, 00417 stays; what a spreadsheet has destroyed is refused."""
    if isinstance(cell, date):
        return Refusal(
            say(N_("a date made by the spreadsheet. Format the column as text, type it again"))
        )
    if type(cell) is float and abs(cell) >= 1e15:
        return Refusal(
            say(N_("cut to 15 digits by the spreadsheet. Format the column as text, type it again"))
        )
    if type(cell) is not str:
        return shown(cell)
    text = restored(unicodedata.normalize("NFKC", cell).strip())
    if text.startswith("'") and text[1:2].isalnum():
        text = text[1:].strip()
    if _EXPONENT.fullmatch(text):
        return Refusal(
            say(N_("shortened by the spreadsheet. Format the column as text, type it again"))
        )
    return text


def _number(column: Column, different: set[Any], context: Context) -> Prepared:
    texts = [numbers.tidy(cell) for cell in different if type(cell) is str]
    bare = [numbers.without_unit(text, column.units) for text in texts]
    answers, key = context.answers, f"decimal:{column.name}"
    answer = answers.get(key) or answers.get("decimal")
    sign = numbers.sign_of(bare, context.separator)
    if answer in (",", "."):
        sign = "," if answer == "," else "."
    question = _ask_decimal(column, key, bare) if sign == "?" else None
    words = {word.casefold(): word for word in column.words}

    def read(cell: Any) -> Any:
        if type(cell) is int:
            return numbers.fits(Decimal(cell), column.decimals)
        if type(cell) is float:
            return numbers.whole_or_exact(cell, column.decimals)
        if isinstance(cell, date):
            return Refusal(say(N_("a date, not a number. Format the column as a number")))
        text = numbers.tidy(cell)
        if word := words.get(text.casefold()):
            return word
        number = numbers.without_unit(text, column.units)
        value = numbers.read_number(number, sign, column.decimals)
        if number is text or isinstance(value, Refusal):
            return value
        return Remark(value, say(N_("the unit “%(unit)s” was left out"), unit=_rest(text, number)))

    return read, question


def _rest(text: str, number: str) -> str:
    return text[len(number) :].strip()


def _ask_decimal(column: Column, key: str, texts: Sequence[str]) -> Question:
    sample = min(text for text in texts if re.fullmatch(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", text))
    digits = re.sub(r"[.,]", "", sample)
    exact = sample.replace(",", ".")
    used, other = (",", ".") if "," in sample else (".", ",")
    return Question(
        key,
        say(
            N_("In column %(label)s, what does “%(sample)s” mean?"),
            label=say(column.label),
            sample=sample,
        ),
        (Choice(used, f"{sample} = {exact}"), Choice(other, f"{sample} = {digits}")),
    )


def _date(column: Column, different: set[Any], context: Context) -> Prepared:
    key = f"dates:{column.name}"
    texts = [cell for cell in different if type(cell) is str]
    order = context.answers.get(key) or context.answers.get("dates") or dates.order_of(texts)
    question = _ask_order(column, key, texts) if order == "?" else None

    def read(cell: Any) -> Any:
        if type(cell) is str:
            return dates.read_date(cell, order)
        if isinstance(cell, date):
            return dates.only_day(cell)
        day = dates.from_serial(cell, context.epoch_1904)
        if isinstance(day, Refusal):
            return day
        return Remark(day, say(N_("a day number without date format, read as %(day)s"), day=day))

    return read, question


def _ask_order(column: Column, key: str, texts: Sequence[str]) -> Question:
    sample = min(text for text in texts if dates.order_of([text]) == "?")
    readings = [
        Choice(order, f"{sample} = {dates.read_date(sample, order)}") for order in ("dmy", "mdy")
    ]
    return Question(
        key,
        say(
            N_("In column %(label)s, which day is “%(sample)s”?"),
            label=say(column.label),
            sample=sample,
        ),
        tuple(readings),
    )


def _choice(column: Column, different: set[Any], context: Context) -> Prepared:
    meant = {fold(word) or word: value for value, words in column.choices.items() for word in words}
    meant |= {fold(value) or value: value for value in column.choices}

    def read(cell: Any) -> Any:
        text = shown(cell).strip()
        if (key := fold(text) or text) in meant:
            return meant[key]
        choices = ", ".join(column.choices)
        return Refusal(say(N_("not one of: %(choices)s"), choices=choices))

    return read, None


_READERS: dict[str, Callable[[Column, set[Any], Context], Prepared]] = {
    "text": _text,
    "name": _name,
    "code": _code,
    "number": _number,
    "date": _date,
    "choice": _choice,
}
