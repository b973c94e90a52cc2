"""The form of a paper that came back."""

from __future__ import annotations

from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length, Optional

from skillhub.kernel.forms import HouseForm
from skillhub.kernel.messages import N_


class ReturnForm(HouseForm):
    came_on = DateField(N_("Came back on"), [InputRequired()])
    note = StringField(
        N_("Note"),
        [Optional(), Length(max=200)],
        description=N_("Who brought it, or where it lies now."),
    )
