"""The forms that take an award or a result back."""

from __future__ import annotations

from wtforms import StringField
from wtforms.validators import InputRequired, Length

from skillhub.kernel.forms import HouseForm
from skillhub.kernel.messages import N_


class WhyForm(HouseForm):
    why = StringField(
        N_("Reason"),
        [InputRequired(), Length(max=500)],
        description=N_("It stays in the journal beside your name."),
    )
