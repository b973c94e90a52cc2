"""Forms: labels in the reader's language, the version of the row being edited, and forms drawn from a rule.

A label is written with N_ and translated when the form is made: `StringField(N_("Name"))`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from flask_babel import gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    Field,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import HiddenInput, TextInput

from skillhub.kernel.errors import HouseError
from skillhub.kernel.messages import N_, Message
from skillhub.kernel.web import tr

Choices = Callable[[], list[tuple[str, str]]]


class HouseForm(FlaskForm):
    """A form of the house; `version` is the state of the row from which an edit began."""

    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        for field in self:
            field.label.text = gettext(field.label.text) if field.label.text else ""
            field.description = gettext(field.description) if field.description else ""
            if isinstance(field.data, str) and isinstance(field, SelectField):
                field.data = field.data.strip()  # else Optional takes a blank for a choice
            if isinstance(field, DateField) and field.data and not 1900 <= field.data.year <= 2200:
                field.data = None  # a step beside year 1 or 9999 leaves the calendar
                field.process_errors = [gettext(N_("Write a day such as 2026-11-30."))]

    @property
    def answers(self) -> dict[str, Any]:
        """Give what was answered, by field; without the token and the version."""
        unasked = {"csrf_token", "version", "submit"}
        return {field.short_name: field.data for field in self if field.short_name not in unasked}

    def refuse(self, refusal: HouseError) -> None:
        """Show a refusal where it belongs: at the field each problem names, or above the form."""
        placed = [p for p in refusal.problems if p.where in self._fields]
        for problem in placed:
            field = self._fields[problem.where]
            field.errors = [*field.errors, tr(problem.message)]
        rest = [tr(p.message) for p in refusal.problems if p not in placed]
        self.form_errors: list[str] = [
            *self.form_errors,
            *(rest if placed or rest else [tr(refusal.message)]),
        ]

    def catch_up(self, row: Any) -> None:
        """Show beside each answer what stands in the row now, and let the next try begin from there."""
        for field in self:
            stored = getattr(row, field.short_name, field.data)
            if field.short_name != "version" and (stored or None) != (field.data or None):
                text = N_("Stands there now: %(value)s.")
                field.description = gettext(text, value=stored if stored not in (None, "") else "–")
        self.version.data, self.version.raw_data = row.version, None


class SheetForm(HouseForm):
    """A spreadsheet as a file, or as pasted cells."""

    file = FileField(N_("Spreadsheet"), description=N_("An .xlsx, .ods, .xls, .csv or .txt file."))
    pasted = TextAreaField(
        N_("Or paste cells"),
        description=N_("Copy the rows in your spreadsheet, the header included."),
        render_kw={"rows": 6},
    )

    def sent(self, pasted_as: str = "pasted.txt") -> tuple[str, bytes]:
        """Give the name and the bytes of what was sent."""
        if self.file.data:
            return self.file.data.filename, self.file.data.read()
        return pasted_as, (self.pasted.data or "").encode()


class ExactField(Field):
    """A number, read exactly; a comma may stand for the point."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:f}"

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        text = valuelist[0].strip().replace(",", ".") if valuelist else ""
        self.data = None
        if not text:
            return
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number.adjusted()) > 11:  # no column holds it
            raise ValueError(gettext(N_("Write a number such as 87.5.")))
        self.data = number


class LinesField(TextAreaField):
    """A list, one item a line; "Gold = 36" is a row of two, "金牌 | Gold" a text in two languages."""

    def __init__(self, *args: Any, rows: bool = False, keyed: bool = False, **values: Any) -> None:
        super().__init__(*args, **values)
        self.rows, self.keyed = rows, keyed

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else _lines(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the lines; a row keeps the order of its cells."""
        self.data: Any = None
        lines = [line.strip() for line in (valuelist[0] if valuelist else "").splitlines()]
        cells = [[_cell(part) for part in line.split("=")] for line in lines if line]
        if not self.rows:
            self.data = [_cell(line) for line in lines if line]
        elif any(len(row) < 2 or "" in row for row in cells):
            raise ValueError(gettext(N_('Write one row a line, such as "Gold = 36".')))
        else:
            self.data = {str(row[0]): row[1] for row in cells} if self.keyed else cells


def chosen_from(words: Mapping[Any, str], empty: str | None = None) -> Choices:
    """Give the choices of a SelectField: value and its translated word, perhaps after an empty one."""
    first = [] if empty is None else [("", empty)]
    pairs = [(str(value), word) for value, word in words.items()]
    return lambda: [(value, gettext(word) if word else "") for value, word in [*first, *pairs]]


def form_for(kind: type[Any]) -> type[Any]:
    """Draw a form from the parameters of a rule: a dataclass whose fields carry a "label".

    The form's `answers` hold plain values; `document(form, kind)` gives them as the document that
    the rule reads. Metadata: label, help, choices (names, or name to word), low, high.
    """
    hints = get_type_hints(kind)
    fields = {f.name: _draw(f, hints[f.name]) for f in dataclasses.fields(kind)}
    return type(f"{kind.__name__}Form", (HouseForm,), fields)


def document(form: HouseForm, kind: type[Any]) -> dict[str, Any]:
    """Give the answers of a drawn form as a document; what was left empty is left out."""
    known = {f.name for f in dataclasses.fields(kind)}
    answers = {name: _plain(value) for name, value in form.answers.items() if name in known}
    return {name: value for name, value in answers.items() if value not in (None, "", [], {})}


def typed(stored: Mapping[str, Any], kind: type[Any]) -> dict[str, Any]:
    """Give a stored document as the data of a drawn form: decimals and dates from their texts."""
    hints = get_type_hints(kind)
    made: dict[Any, Callable[[str], Any]] = {Decimal: Decimal, date: date.fromisoformat}
    return {
        name: made[_bare(hints[name])](value)
        if _bare(hints.get(name)) in made and isinstance(value, str)
        else _cell(value)
        if isinstance(value, str)
        else value
        for name, value in stored.items()
    }


def _draw(field: dataclasses.Field[Any], hint: Any) -> Any:
    """Make the field for one parameter."""
    kind, meta = _bare(hint), field.metadata
    default, needed = _default(field)
    needed = needed and kind is not bool
    common: dict[str, Any] = {
        "label": meta.get("label", field.name.replace("_", " ").capitalize()),
        "description": meta.get("help", ""),
        "validators": [InputRequired() if needed else Optional()],
        "default": default,
    }
    if choices := _choices(kind, meta):
        many = get_origin(kind) is tuple
        blank = None if many or (needed or default not in (None, "")) else "–"
        common["choices"] = chosen_from(choices, blank)
        return SelectMultipleField(**common) if many else SelectField(**common)
    if kind is int:
        low, high = meta.get("low", 0), meta.get("high", 1_000_000)
        common["validators"].append(NumberRange(low, high))
    return _field_type(kind)(**common)


def _default(field: dataclasses.Field[Any]) -> tuple[Any, bool]:
    """Give the default of a parameter, and whether it has none."""
    if field.default is not dataclasses.MISSING:
        return field.default, False
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory(), False
    return None, True


def _field_type(kind: Any) -> Any:
    """Choose the field for a type; what is unknown is a text that its rule reads."""
    simple: dict[Any, Any] = {
        bool: BooleanField,
        int: IntegerField,
        Decimal: ExactField,
        date: DateField,
    }
    if kind in simple:
        return simple[kind]
    if get_origin(kind) in (dict, Mapping):
        return lambda **values: LinesField(rows=True, keyed=True, **values)
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        rows = dataclasses.is_dataclass(item) and not hasattr(item, "from_plain")
        return lambda **values: LinesField(rows=rows or get_origin(item) is tuple, **values)
    return StringField if kind is str else TextCell


class TextCell(StringField):
    """A text that a rule reads; "金牌 | Gold" is one in two languages."""

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else _text(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        self.data = _cell(valuelist[0]) if valuelist else None


def _choices(kind: Any, meta: Mapping[str, Any]) -> dict[str, str]:
    """Find the words to choose from, if it is a choice."""
    item = get_args(kind)[0] if get_origin(kind) is tuple else kind
    given = meta.get("choices")
    if not given and isinstance(item, type) and issubclass(item, StrEnum):
        given = tuple(item)
    if isinstance(given, Mapping):
        return {str(k): v for k, v in given.items()}
    return {str(name): str(name).replace("_", " ") for name in given or ()}


def _bare(hint: Any) -> Any:
    if isinstance(hint, UnionType):
        return next(part for part in get_args(hint) if part is not NoneType)
    return hint


def _cell(text: str) -> Any:
    """Read "金牌 | Gold" as two texts, anything else as one."""
    parts = [part.strip() for part in text.split("|")]
    return parts if len(parts) > 1 else parts[0]


def _text(value: Any) -> str:
    """Write one cell as it is typed."""
    value = _plain(value)
    return " | ".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _lines(value: Any) -> str:
    """Write a list as it is typed, one item a line."""
    if isinstance(value, Mapping):
        value = [[key, item] for key, item in value.items()]
    rows = [
        [getattr(item, f.name) for f in dataclasses.fields(item)]
        if dataclasses.is_dataclass(item) and not hasattr(item, "from_plain")
        else item
        for item in value or ()
    ]
    return "\n".join(
        " = ".join(map(_text, row)) if isinstance(row, list | tuple) else _text(row) for row in rows
    )


def _plain(value: Any) -> Any:
    """Give what JSON can hold."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if value is None or isinstance(value, bool | int):
        return value
    return value.as_json() if isinstance(value, Message) else str(value)
