"""The forms of an amendment: why, the figures of a component, why it is given up."""

from __future__ import annotations

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from skillhub.kernel.forms import ExactField, HouseForm
from skillhub.kernel.messages import N_


class BeginForm(HouseForm):
    reason = TextAreaField(
        N_("Why the scheme is wrong"),
        [InputRequired(), Length(max=2000)],
        description=N_("It stands in the journal with your name, and with who approves."),
        render_kw={"rows": 3},
    )


class FiguresForm(HouseForm):
    maximum = ExactField(N_("Maximum"), [InputRequired()])
    weight = ExactField(N_("Weight"), [InputRequired()])
    pass_mark = ExactField(N_("Pass mark"), description=N_("Empty where there is none."))


class GiveUpForm(HouseForm):
    why = StringField(N_("Reason"), [InputRequired(), Length(max=500)])
