"""The forms of batches."""

from __future__ import annotations

import secrets
from dataclasses import replace

from wtforms import HiddenField, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from skillhub.batches.queries import Wanted
from skillhub.kernel.forms import HouseForm, LinesField, chosen_from
from skillhub.kernel.messages import N_
from skillhub.kernel.stationery import PaperForm

MOST_KEY = 2**63
WHICH_WORDS = {
    "waiting": N_("waiting for their certificate"),
    "issued": N_("issued already"),
    "all": N_("all"),
}
ORDER_WORDS = {
    "organisation": N_("unit, then name"),
    "ceremony": N_("ceremony: lowest award first"),
    "number": N_("number"),
}


class LookForm(PaperForm):
    class Meta:
        csrf = False

    which = SelectField(N_("Which papers"), choices=chosen_from(WHICH_WORDS), default="waiting")
    q = StringField(N_("Name or number"), [Optional(), Length(max=100)])

    @property
    def wanted(self) -> Wanted:
        """Give what is looked for; what is no choice is left aside."""
        which = self.which.data if self.which.data in WHICH_WORDS else "waiting"
        return Wanted(which, words=(self.q.data or "")[:100])


class FilterForm(LookForm):
    which = SelectField(N_("Which awards"), choices=chosen_from(WHICH_WORDS), default="waiting")
    event = SelectField(N_("Event"), coerce=int, validators=[Optional()])
    unit = SelectField(N_("Unit"), coerce=int, validators=[Optional()])

    @property
    def wanted(self) -> Wanted:
        """Give what is looked for; what is no choice is left aside."""
        event, unit = (_number(field.data) for field in (self.event, self.unit))
        return replace(super().wanted, event=event, unit=unit)


class BeginForm(HouseForm):
    key = HiddenField(validators=[InputRequired(), Length(max=64)])
    arrangement = SelectField(N_("Order of the papers"), choices=chosen_from(ORDER_WORDS))
    signatories = LinesField(
        N_("Who signs"),
        [Optional()],
        rows=True,
        description=N_("One a line, with the office, such as “林致远 = 组委会主任 Chair”."),
        render_kw={"rows": 2},
    )
    award = SelectMultipleField(N_("Chosen"), coerce=int, validate_choice=False)
    force = SelectMultipleField(N_("Print all the same"), coerce=int, validate_choice=False)
    why = StringField(N_("Why, although something was found"), [Optional(), Length(max=300)])

    @staticmethod
    def new_key() -> str:
        """Make the key of a page: whatever is sent from it, however often, is one batch."""
        return secrets.token_urlsafe(16)


class PapersForm(BeginForm):
    award = SelectMultipleField(N_("Chosen"), validate_choice=False)
    force = SelectMultipleField(N_("Print all the same"), validate_choice=False)


class RetryForm(HouseForm):
    item = SelectMultipleField(
        N_("Failed papers"),
        coerce=int,
        validate_choice=False,
        widget=ListWidget(),
        option_widget=CheckboxInput(),
    )
    version = IntegerField(validators=[Optional()])

    @property
    def keys(self) -> list[int]:
        """Give the papers that were ticked; one that cannot be is none, and does not stand for all."""
        return [key if 0 < key < MOST_KEY else 0 for key in self.item.data or ()]


def _number(value: object) -> int:
    return value if isinstance(value, int) and 0 < value < MOST_KEY else 0
