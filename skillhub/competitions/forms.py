"""The forms that announce and change a competition."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from skillhub.competitions.models import CHECKING_LABELS, TIER_LABELS
from skillhub.kernel.forms import HouseForm, chosen_from
from skillhub.kernel.messages import N_


class CompetitionForm(HouseForm):
    name = StringField(N_("Name of the competition"), [InputRequired(), Length(max=200)])
    name_en = StringField(
        N_("Name in English"),
        [Optional(), Length(max=200)],
        description=N_("Stands on bilingual certificates."),
    )
    year = IntegerField(N_("Year"), [InputRequired(), NumberRange(1900, 2200)])
    tier = SelectField(N_("Tier"), choices=chosen_from(TIER_LABELS), validators=[InputRequired()])
    starts_on = DateField(N_("First day"), [Optional()])
    ends_on = DateField(N_("Last day"), [Optional()])
    place = StringField(N_("Venue"), [Optional(), Length(max=200)])
    checking = SelectField(
        N_("Checking of marks"),
        choices=chosen_from(CHECKING_LABELS),
        validators=[InputRequired()],
        description=N_("Who enters a mark never confirms it."),
    )

    def validate(self, **values: Any) -> bool:
        if not super().validate(**values):
            return False
        first, last = self.starts_on.data, self.ends_on.data
        if first and last and last < first:
            self.ends_on.errors = [gettext(N_("The last day lies before the first."))]
            return False
        return True


class NewCompetitionForm(CompetitionForm):
    code = StringField(
        N_("Code"),
        [
            InputRequired(),
            Length(max=64),
            Regexp(r"^[\w.-]+$", message=N_("Letters, digits, dot, hyphen and underscore only.")),
        ],
        description=N_("Short and lasting, such as city2026. Sheets and commands name it."),
    )
    host = StringField(
        N_("Host"),
        [InputRequired(), Length(max=200)],
        description=N_("The organisation that holds it: its code or its full name."),
    )
