"""The designer as forms: the document as one text, and as numbers for a browser without script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import AnyOf, InputRequired, Length, Optional, Regexp, StopValidation
from wtforms.widgets import CheckboxInput, ColorInput, ListWidget, TextInput

from skillhub.canvas.rules import LANGUAGES, head_of, rows_of
from skillhub.designs import rules
from skillhub.kernel.forms import HouseForm, chosen_from
from skillhub.kernel.messages import N_

FACES = {
    "display": "Cormorant Garamond",
    "serif": "Noto Serif SC",
    "sans": "Noto Sans SC",
}


ALWAYS = ("id", "kind", "level", "remove")

Choices = Sequence[tuple[str, str]]


class TenthsField(Field):
    """A length in millimetres or a size in points, kept in tenths; a comma may stand for the point."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data / 10:g}"

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        whole, _, part = (
            (valuelist[0] if valuelist else "").strip().replace(",", ".").partition(".")
        )
        self.data = None
        if (
            not (whole + part).isascii()
            or not (whole + part).isdecimal()
            or len(part.rstrip("0")) > 1
        ):
            raise ValueError(
                gettext(N_("Write a number such as 12.5, with one digit after the point."))
            )
        if len(whole) > 6:
            raise ValueError(gettext(N_("This number is too large.")))
        self.data = int(whole or 0) * 10 + int((part or "0")[0])


class Within:
    """What is typed lies within the bounds of the document, said in the unit that is typed."""

    def __init__(self, key: str, tenths: bool = False) -> None:
        self.low, self.high = rules.BOUNDS[key]
        self.per = 10 if tenths else 1

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse what lies outside."""
        if field.data is None:
            raise StopValidation()
        if not self.low <= field.data <= self.high:
            low, high = f"{self.low / self.per:g}", f"{self.high / self.per:g}"
            text = gettext(N_("Write a number from %(low)s to %(high)s."), low=low, high=high)
            raise StopValidation(text)


def _tenths(label: str, key: str) -> TenthsField:
    return TenthsField(label, [Within(key, tenths=True)])


def _whole(label: str, key: str, *first: Any) -> IntegerField:
    return IntegerField(label, [*(first or (InputRequired(),)), Within(key)])


def _choice(label: str, words: Mapping[Any, str], kind: Any = str) -> SelectField:
    return SelectField(label, choices=chosen_from(words), coerce=kind)


def _words(label: str) -> StringField:
    return StringField(label, [Length(max=rules.MOST_WORDS)])


class PartForm(Form):
    """One field of a design: the boxes that its kind has."""

    id = HiddenField()
    kind = HiddenField(validators=[AnyOf(tuple(rules.KEYS))])
    level = IntegerField(N_("Order, the lowest first"), [InputRequired()])
    remove = BooleanField(N_("Remove"))
    locked = BooleanField(N_("Lock"))
    x = _tenths(N_("From the left, mm"), "x")
    y = _tenths(N_("From the top, mm"), "y")
    width = _tenths(N_("Width, mm"), "width")
    height = _tenths(N_("Height, mm"), "height")
    fact = SelectField(N_("Fact"), choices=[])
    nth = _whole(N_("Which of them (empty: all)"), "nth", Optional())
    before = _words(N_("Words before it"))
    after = _words(N_("Words after it"))
    zh = TextAreaField(N_("Words in Chinese"), [Length(max=rules.MOST_WORDS)])
    en = TextAreaField(N_("Words in English"), [Length(max=rules.MOST_WORDS)])
    file = SelectField(N_("Picture"), choices=[])
    face = _choice(N_("Face"), {key: FACES[key] for key in rules.FACES})
    weight = _choice(N_("Weight of the letters"), {400: N_("regular"), 700: N_("bold")}, int)
    size = _tenths(N_("Size, pt"), "size")
    least = _tenths(N_("Smallest size, pt"), "least")
    lines = _whole(N_("Lines at most"), "lines")
    leading = _whole(N_("Height of a line, in percent"), "leading")
    spacing = _whole(N_("Letters apart, in percent of an em"), "spacing")
    policy = _choice(
        N_("When it is too long"),
        {
            "shrink": N_("shrink, then wrap"),
            "wrap": N_("wrap, then shrink"),
            "refuse": N_("refuse"),
        },
    )
    align = _choice(
        N_("Across"), {"left": N_("left"), "center": N_("middle"), "right": N_("right")}
    )
    valign = _choice(N_("Down"), {"top": N_("top"), "middle": N_("middle"), "bottom": N_("bottom")})
    colour = StringField(N_("Colour"), [Regexp(rf"{rules.COLOUR.pattern}$")], widget=ColorInput())
    empty = _choice(
        N_("When it is empty"),
        {
            "hide": N_("draw nothing"),
            "placeholder": N_("draw these words"),
            "block": N_("do not print the paper"),
        },
    )
    placeholder = _words(N_("Words instead"))

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        own = {*ALWAYS, *rules.KEYS.get(self.kind.data or "", ())}
        own |= set(LANGUAGES) if self.kind.data == "text" else set()
        for name in [name for name in self._fields if name not in own]:
            del self[name]
        for field in self:
            field.label.text = gettext(field.label.text)


class PlainForm(HouseForm):
    """A design as numbers."""

    title_zh = StringField(N_("Name in Chinese"), [Length(max=100)])
    title_en = StringField(N_("Name in English"), [Length(max=100)])
    width = _tenths(N_("Width of the page, mm"), "width")
    height = _tenths(N_("Height of the page, mm"), "height")
    margin = _tenths(N_("Margin, mm"), "margin")
    under = SelectField(N_("Art under the fields"))
    parts = FieldList(FormField(PartForm), N_("Fields"), max_entries=rules.MOST_FIELDS)
    new = SelectField(N_("Add a field"))
    required = SelectMultipleField(
        N_("Nothing is printed without"), widget=ListWidget(), option_widget=CheckboxInput()
    )

    def __init__(
        self, document: Mapping[str, Any], facts: Choices, pictures: Sequence[str], **values: Any
    ) -> None:
        super().__init__(**head_of(document), parts=rows_of(document), **values)
        files = [(name, name) for name in pictures]
        self.required.choices = facts
        self.under.choices = [("", gettext(N_("none"))), *files]
        self.new.choices = [
            ("", gettext(N_("none"))),
            ("text:", gettext(N_("Words of your own"))),
            ("code:", gettext(N_("Verification code"))),
            *((f"fact:{name}", label) for name, label in facts),
            *((f"image:{name}", name) for name in pictures),
        ]
        for part in self.parts:
            if "fact" in part.form:
                part.form.fact.choices = facts
            if "file" in part.form:
                part.form.file.choices = files

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Give what was typed of each field."""
        return [part.form.data for part in self.parts]

    def beside(self, document: Mapping[str, Any], version: int) -> None:
        """Show beside each answer what another person saved meanwhile, and let the next try begin from there."""
        stored = {row["id"]: row for row in rows_of(document)}
        for part in self.parts:
            now = stored.pop(part.form.id.data, {})
            for field in part.form:
                _stands(field, now.get(field.short_name, field.data))
        for name, value in head_of(document).items():
            _stands(self[name], value)
        text = N_("The field “%(name)s” was added meanwhile; saving this takes it out again.")
        self.form_errors = [*self.form_errors, *(gettext(text, name=name) for name in stored)]
        self.version.data, self.version.raw_data = version, None


def _stands(field: Any, value: Any) -> None:
    if (value or None) == (field.data or None):
        return
    shown = f"{value / 10:g}" if isinstance(field, TenthsField) else value
    text = N_("Stands there now: %(value)s.")
    field.description = gettext(text, value=shown if shown not in (None, "") else "–")
