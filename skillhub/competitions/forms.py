"""The forms that announce and change a competition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from skillhub.competitions.models import (
    CHECKING_LABELS,
    TIER_LABELS,
    WEIGHTS_LABELS,
    ContestSeries,
)
from skillhub.kernel.fields import MomentField
from skillhub.kernel.forms import HouseForm, chosen_from
from skillhub.kernel.messages import N_

AT_MOST = {"rows": 8}


class CompetitionForm(HouseForm):
    name = StringField(N_("Name of the competition"), [InputRequired(), Length(max=200)])
    name_en = StringField(
        N_("Name in English"),
        [Optional(), Length(max=200)],
        description=N_("Stands on bilingual certificates."),
    )
    year = IntegerField(N_("Year"), [InputRequired(), NumberRange(1900, 2200)])
    tier = SelectField(
        N_("Tier"),
        choices=chosen_from(TIER_LABELS),
        validators=[InputRequired()],
        description=N_("Above “Enterprise” it counts once somebody above the host vouches for it."),
    )
    series = SelectField(
        N_("Series"),
        [Optional()],
        description=N_("The contest of which this is one edition."),
    )
    starts_on = DateField(N_("First day"), [Optional()])
    ends_on = DateField(N_("Last day"), [Optional()])
    place = StringField(N_("Venue"), [Optional(), Length(max=200)])
    checking = SelectField(
        N_("Checking of marks"),
        choices=chosen_from(CHECKING_LABELS),
        validators=[InputRequired()],
        description=N_("Who enters a mark never confirms it."),
    )
    weights = SelectField(
        N_("Weights"), choices=chosen_from(WEIGHTS_LABELS), validators=[Optional()]
    )
    filing = BooleanField(
        N_("It is filed: a second person approves it before registration or rules close")
    )
    registers = BooleanField(N_("People and units register themselves"))
    registration_opens_at = MomentField(
        N_("Registration opens"),
        [Optional()],
        description=N_("By itself at this moment, once it is approved where that is asked for."),
    )
    registration_closes_at = MomentField(
        N_("Registration closes"),
        [Optional()],
        description=N_("By itself: this moment is in time, a second later is not."),
    )
    blind = BooleanField(N_("Judges see codes, no names"))
    notice_days = IntegerField(
        N_("Public notice in working days"),
        [Optional(), NumberRange(0, 60)],
        description=N_(
            "How long a ranking lies open to objections before it is final; 0 for none."
        ),
    )
    appeal_hours = IntegerField(
        N_("Hours to appeal"),
        [Optional(), NumberRange(0, 240)],
        description=N_("Counted from the end of the event."),
    )
    announcement = TextAreaField(
        N_("Announcement"), [Optional(), Length(max=20_000)], render_kw=AT_MOST
    )
    announcement_en = TextAreaField(
        N_("Announcement in English"), [Optional(), Length(max=20_000)], render_kw=AT_MOST
    )

    def offer(self, series: Sequence[ContestSeries]) -> None:
        """Offer the series it may be an edition of."""
        self.series.choices = [("", "–"), *((one.code, one.name) for one in series)]

    def validate(self, **values: Any) -> bool:
        if not super().validate(**values):
            return False
        first, last = self.starts_on.data, self.ends_on.data
        if first and last and last < first:
            self.ends_on.errors = [gettext(N_("The last day lies before the first."))]
            return False
        opens, closes = self.registration_opens_at.data, self.registration_closes_at.data
        if opens and closes and closes <= opens:
            wrong = gettext(N_("Registration closes before it opens."))
            self.registration_closes_at.errors = [wrong]
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
