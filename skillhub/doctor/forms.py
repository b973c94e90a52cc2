"""The forms with which findings are answered and results signed."""

from __future__ import annotations

from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from skillhub.kernel.forms import HouseForm
from skillhub.kernel.messages import N_


class AnswerForm(HouseForm):
    reason = TextAreaField(
        N_("What do you say to it?"),
        [InputRequired(), Length(max=1000)],
        description=N_("It stays beside the finding, with your name and the day."),
    )
    until = DateField(
        N_("Hide it until"),
        [Optional()],
        description=N_("Only for an exception: after this day the finding appears again."),
    )


class SignForm(HouseForm):
    name = StringField(
        N_("Your name"),
        [InputRequired(), Length(max=200)],
        description=N_("Typing it is your signature."),
    )
