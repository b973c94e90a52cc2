"""The forms that clone a competition, found a series and rename it."""

from __future__ import annotations

from wtforms import BooleanField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from skillhub.kernel.forms import HouseForm
from skillhub.kernel.messages import N_

CODE = Regexp(r"^[\w.-]+$", message=N_("Letters, digits, dot, hyphen and underscore only."))


class CloneForm(HouseForm):
    code = StringField(
        N_("Code"),
        [InputRequired(), Length(max=64), CODE],
        description=N_("Short and lasting, such as city2026. Sheets and commands name it."),
    )
    year = IntegerField(N_("Year"), [InputRequired(), NumberRange(1900, 2200)])
    series = BooleanField(N_("Both are editions of one series"))
    filing = BooleanField(
        N_("It is filed: a second person approves it before registration or rules close"),
        description=N_("Whoever approves it from above the host vouches for its tier with that."),
    )


class SeriesForm(HouseForm):
    name = StringField(N_("Name of the series"), [InputRequired(), Length(max=200)])
    name_en = StringField(N_("Name in English"), [Optional(), Length(max=200)])


class NewSeriesForm(SeriesForm):
    code = StringField(N_("Code"), [InputRequired(), Length(max=60), CODE])
    owner = StringField(
        N_("Organisation"),
        [InputRequired(), Length(max=200)],
        description=N_(
            "Whose contest it is: its code or its full name. Units below it may hold an edition."
        ),
    )
