"""The forms of certificates."""

from __future__ import annotations

from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from skillhub.kernel.forms import HouseForm
from skillhub.kernel.messages import N_


class ReasonForm(HouseForm):
    why = TextAreaField(N_("Reason"), [InputRequired(), Length(max=500)], render_kw={"rows": 3})


class ReplaceForm(ReasonForm):
    template = SelectField(N_("Template"), validators=[InputRequired()])
