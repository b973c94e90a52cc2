"""The form that lets entries share a place."""

from __future__ import annotations

from wtforms import StringField
from wtforms.validators import InputRequired, Length

from skillhub.kernel.forms import HouseForm
from skillhub.kernel.messages import N_


class ShareForm(HouseForm):
    why = StringField(
        N_("Reason"),
        [InputRequired(), Length(max=500)],
        description=N_("It stays in the journal beside your name."),
    )
